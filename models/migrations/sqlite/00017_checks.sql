-- +goose Up

-- Runs of the clock check: how far each has come, and what it saw and did.
CREATE TABLE checks (
    id          TEXT NOT NULL PRIMARY KEY,
    kind        TEXT NOT NULL,
    state       TEXT NOT NULL,
    phase       TEXT NOT NULL,
    after       TEXT NOT NULL,
    figures     TEXT,
    cause       TEXT NOT NULL,
    principal   TEXT NOT NULL,
    started_at  TIMESTAMP NOT NULL,
    updated_at  TIMESTAMP NOT NULL,
    finished_at TIMESTAMP
);
CREATE INDEX checks_started ON checks (started_at, id);
CREATE INDEX findings_listed ON findings (opened_at, id);
