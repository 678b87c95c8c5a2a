-- +goose Up

-- What the control office should look at, and how likely open dossiers are to be late.
CREATE TABLE signals (
    id           TEXT NOT NULL PRIMARY KEY,
    rule         TEXT NOT NULL,
    subject      TEXT NOT NULL,
    agency       TEXT NOT NULL,
    procedure    TEXT NOT NULL,
    officer      TEXT NOT NULL,
    severity     TEXT NOT NULL,
    rank_no      INTEGER NOT NULL,
    state        TEXT NOT NULL,
    period_from  TIMESTAMP NOT NULL,
    period_until TIMESTAMP NOT NULL,
    count_no     INTEGER NOT NULL,
    of_no        INTEGER NOT NULL,
    detail       TEXT NOT NULL,
    evidence     TEXT NOT NULL,
    dismissals   TEXT,
    revision     INTEGER NOT NULL,
    first_seen   TIMESTAMP NOT NULL,
    seen_at      TIMESTAMP NOT NULL
);
CREATE INDEX signals_list ON signals (state, period_from, rank_no, id);
CREATE TABLE signal_dossiers (
    signal  TEXT NOT NULL,
    dossier TEXT NOT NULL,
    PRIMARY KEY (signal, dossier)
);
CREATE INDEX signal_dossiers_dossier ON signal_dossiers (dossier, signal);
CREATE TABLE forecasts (
    dossier      TEXT NOT NULL PRIMARY KEY,
    run_at       TIMESTAMP NOT NULL,
    seq          INTEGER NOT NULL,
    per_mille    INTEGER NOT NULL,
    due_at       TIMESTAMP NOT NULL,
    expected_at  TIMESTAMP,
    likely_at    TIMESTAMP,
    left_minutes INTEGER NOT NULL,
    needs        INTEGER NOT NULL,
    step         TEXT NOT NULL,
    agency       TEXT NOT NULL,
    step_minutes INTEGER NOT NULL,
    basis        TEXT NOT NULL,
    thin         TEXT,
    waiting      BOOLEAN NOT NULL
);
CREATE INDEX forecasts_list ON forecasts (per_mille DESC, dossier);
-- Work that one process at a time repeats: what came of it, and until when somebody has it in hand (wall time).
CREATE TABLE studies (
    name     TEXT NOT NULL PRIMARY KEY,
    lease    TIMESTAMP,
    done_at  TIMESTAMP,
    legal_at TIMESTAMP,
    content  TEXT
);
CREATE INDEX applicants_id_no ON applicants (id_no) WHERE id_no <> '';
CREATE INDEX dossiers_ended ON dossiers (ended_at, code);
