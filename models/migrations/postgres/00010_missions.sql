-- +goose Up

-- Missions write their journal into events, acts, escalations, notifications, involved and outbox, under their code in
-- the column dossier; the codes of dossiers and of missions cannot be equal.
CREATE TABLE missions (
    code        text PRIMARY KEY,
    model       text NOT NULL,
    hash        text NOT NULL,
    lead        text NOT NULL,
    seq         bigint NOT NULL,
    revision    bigint NOT NULL,
    stage       text NOT NULL,
    started_at  timestamptz NOT NULL,
    ended_at    timestamptz,
    next_due    timestamptz,
    late_from   timestamptz,
    provisional boolean NOT NULL,
    next_alarm  timestamptz,
    total       integer NOT NULL,
    settled     integer NOT NULL,
    open        boolean NOT NULL,
    sort_due    timestamptz NOT NULL,
    view        jsonb NOT NULL,
    updated_at  timestamptz NOT NULL
);
CREATE INDEX missions_due ON missions (sort_due, code);
CREATE INDEX missions_lead ON missions (lead, sort_due, code);
CREATE INDEX missions_hash ON missions (hash);
CREATE INDEX missions_open ON missions (code) WHERE open;

-- Mission models and plans by content, with the act that brought them; one that nobody approved cannot be started.
CREATE TABLE mission_files (
    hash        text PRIMARY KEY,
    kind        text NOT NULL,
    code        text NOT NULL,
    name        text NOT NULL,
    plan        text NOT NULL,
    place_no    integer NOT NULL,
    lead        text NOT NULL,
    origin      text NOT NULL,
    valid_from  timestamptz,
    act         text NOT NULL,
    author      text NOT NULL,
    saved_at    timestamptz NOT NULL,
    approved_by text NOT NULL,
    approved_at timestamptz,
    search      text NOT NULL,
    content     jsonb NOT NULL,
    source      bytea
);
CREATE INDEX mission_files_code ON mission_files (kind, code, approved_at);
CREATE UNIQUE INDEX mission_files_act ON mission_files (act);
