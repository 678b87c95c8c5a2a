-- +goose Up

-- Runs of the clock check: how far each has come, and what it saw and did.
CREATE TABLE checks (
    id          text PRIMARY KEY,
    kind        text NOT NULL,
    state       text NOT NULL,
    phase       text NOT NULL,
    after       text NOT NULL,
    figures     jsonb,
    cause       text NOT NULL,
    principal   text NOT NULL,
    started_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    finished_at timestamptz
);
CREATE INDEX checks_started ON checks (started_at, id);
CREATE INDEX findings_listed ON findings (opened_at, id);
