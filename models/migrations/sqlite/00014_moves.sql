-- +goose Up

-- Moves of open dossiers from one version to another: what is to be done, and per dossier what became of it.
CREATE TABLE moves (
    id          TEXT NOT NULL PRIMARY KEY,
    procedure   TEXT NOT NULL,
    from_plan   TEXT NOT NULL,
    to_plan     TEXT NOT NULL,
    steps       TEXT,
    later       TEXT,
    reason      TEXT NOT NULL,
    document    TEXT NOT NULL,
    ground      TEXT NOT NULL,
    state       TEXT NOT NULL,
    revision    INTEGER NOT NULL,
    principal   TEXT NOT NULL,
    officer     TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    created_at  TIMESTAMP NOT NULL,
    updated_at  TIMESTAMP NOT NULL
);
CREATE INDEX moves_state ON moves (state, created_at);
CREATE TABLE move_items (
    move     TEXT NOT NULL,
    dossier  TEXT NOT NULL,
    state    TEXT NOT NULL,
    old_due  TIMESTAMP,
    new_due  TIMESTAMP,
    late     BOOLEAN NOT NULL,
    code     TEXT NOT NULL,
    detail   TEXT NOT NULL,
    moved_at TIMESTAMP,
    PRIMARY KEY (move, dossier)
);
CREATE INDEX move_items_state ON move_items (move, state, dossier);
CREATE INDEX dossiers_plan ON dossiers (plan, code) WHERE open;
