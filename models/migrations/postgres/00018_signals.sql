-- +goose Up

-- What the control office should look at, and how likely open dossiers are to be late.
CREATE TABLE signals (
    id           text PRIMARY KEY,
    rule         text NOT NULL,
    subject      text NOT NULL,
    agency       text NOT NULL,
    procedure    text NOT NULL,
    officer      text NOT NULL,
    severity     text NOT NULL,
    rank_no      bigint NOT NULL,
    state        text NOT NULL,
    period_from  timestamptz NOT NULL,
    period_until timestamptz NOT NULL,
    count_no     bigint NOT NULL,
    of_no        bigint NOT NULL,
    detail       text NOT NULL,
    evidence     jsonb NOT NULL,
    dismissals   jsonb,
    revision     bigint NOT NULL,
    first_seen   timestamptz NOT NULL,
    seen_at      timestamptz NOT NULL
);
CREATE INDEX signals_list ON signals (state, period_from, rank_no, id);
CREATE TABLE signal_dossiers (
    signal  text NOT NULL,
    dossier text NOT NULL,
    PRIMARY KEY (signal, dossier)
);
CREATE INDEX signal_dossiers_dossier ON signal_dossiers (dossier, signal);
CREATE TABLE forecasts (
    dossier      text PRIMARY KEY,
    run_at       timestamptz NOT NULL,
    seq          bigint NOT NULL,
    per_mille    bigint NOT NULL,
    due_at       timestamptz NOT NULL,
    expected_at  timestamptz,
    likely_at    timestamptz,
    left_minutes bigint NOT NULL,
    needs        bigint NOT NULL,
    step         text NOT NULL,
    agency       text NOT NULL,
    step_minutes bigint NOT NULL,
    basis        text NOT NULL,
    thin         jsonb,
    waiting      boolean NOT NULL
);
CREATE INDEX forecasts_list ON forecasts (per_mille DESC, dossier);
-- Work that one process at a time repeats: what came of it, and until when somebody has it in hand (wall time).
CREATE TABLE studies (
    name     text PRIMARY KEY,
    lease    timestamptz,
    done_at  timestamptz,
    legal_at timestamptz,
    content  jsonb
);
CREATE INDEX applicants_id_no ON applicants (id_no) WHERE id_no <> '';
CREATE INDEX dossiers_ended ON dossiers (ended_at, code);
