-- +goose Up

-- Missions write their journal into events, acts, escalations, notifications, involved and outbox, under their code in
-- the column dossier; the codes of dossiers and of missions cannot be equal.
CREATE TABLE missions (
    code        TEXT NOT NULL PRIMARY KEY,
    model       TEXT NOT NULL,
    hash        TEXT NOT NULL,
    lead        TEXT NOT NULL,
    seq         INTEGER NOT NULL,
    revision    INTEGER NOT NULL,
    stage       TEXT NOT NULL,
    started_at  TIMESTAMP NOT NULL,
    ended_at    TIMESTAMP,
    next_due    TIMESTAMP,
    late_from   TIMESTAMP,
    provisional BOOLEAN NOT NULL,
    next_alarm  TIMESTAMP,
    total       INTEGER NOT NULL,
    settled     INTEGER NOT NULL,
    open        BOOLEAN NOT NULL,
    sort_due    TIMESTAMP NOT NULL,
    view        TEXT NOT NULL,
    updated_at  TIMESTAMP NOT NULL
);
CREATE INDEX missions_due ON missions (sort_due, code);
CREATE INDEX missions_lead ON missions (lead, sort_due, code);
CREATE INDEX missions_hash ON missions (hash);
CREATE INDEX missions_open ON missions (code) WHERE open;

-- Mission models and plans by content, with the act that brought them; one that nobody approved cannot be started.
CREATE TABLE mission_files (
    hash        TEXT NOT NULL PRIMARY KEY,
    kind        TEXT NOT NULL,
    code        TEXT NOT NULL,
    name        TEXT NOT NULL,
    plan        TEXT NOT NULL,
    place_no    INTEGER NOT NULL,
    lead        TEXT NOT NULL,
    origin      TEXT NOT NULL,
    valid_from  TIMESTAMP,
    act         TEXT NOT NULL,
    author      TEXT NOT NULL,
    saved_at    TIMESTAMP NOT NULL,
    approved_by TEXT NOT NULL,
    approved_at TIMESTAMP,
    search      TEXT NOT NULL,
    content     TEXT NOT NULL,
    source      BLOB
);
CREATE INDEX mission_files_code ON mission_files (kind, code, approved_at);
CREATE UNIQUE INDEX mission_files_act ON mission_files (act);
