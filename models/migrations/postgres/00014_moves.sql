-- +goose Up

-- Moves of open dossiers from one version to another: what is to be done, and per dossier what became of it.
CREATE TABLE moves (
    id          text PRIMARY KEY,
    procedure   text NOT NULL,
    from_plan   text NOT NULL,
    to_plan     text NOT NULL,
    steps       jsonb,
    later       jsonb,
    reason      text NOT NULL,
    document    text NOT NULL,
    ground      text NOT NULL,
    state       text NOT NULL,
    revision    bigint NOT NULL,
    principal   text NOT NULL,
    officer     text NOT NULL,
    fingerprint text NOT NULL,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL
);
CREATE INDEX moves_state ON moves (state, created_at);
CREATE TABLE move_items (
    move     text NOT NULL,
    dossier  text NOT NULL,
    state    text NOT NULL,
    old_due  timestamptz,
    new_due  timestamptz,
    late     boolean NOT NULL,
    code     text NOT NULL,
    detail   text NOT NULL,
    moved_at timestamptz,
    PRIMARY KEY (move, dossier)
);
CREATE INDEX move_items_state ON move_items (move, state, dossier);
CREATE INDEX dossiers_plan ON dossiers (plan, code) WHERE open;
