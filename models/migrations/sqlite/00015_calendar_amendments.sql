-- +goose Up

-- The layers that calendars are merged from, as they were before any amendment published here.
CREATE TABLE calendar_layers (
    name     TEXT NOT NULL PRIMARY KEY,
    parent   TEXT NOT NULL,
    level    TEXT NOT NULL,
    title    TEXT NOT NULL,
    source   TEXT NOT NULL,
    saved_at TIMESTAMP NOT NULL
);

-- Of which layer an agency's calendar is, and what decided its last change.
ALTER TABLE agency_calendars ADD COLUMN layer TEXT NOT NULL DEFAULT '';
ALTER TABLE agency_calendars ADD COLUMN amendment TEXT NOT NULL DEFAULT '';
ALTER TABLE agency_calendars ADD COLUMN document TEXT NOT NULL DEFAULT '';
ALTER TABLE agency_calendars ADD COLUMN ground TEXT NOT NULL DEFAULT '';

-- Amendments of calendars, and outages: what is decided for many dossiers at once, and how far it has come.
CREATE TABLE amendments (
    id            TEXT NOT NULL PRIMARY KEY,
    kind          TEXT NOT NULL,
    scope         TEXT NOT NULL,
    title         TEXT NOT NULL,
    document      TEXT NOT NULL,
    file          TEXT NOT NULL,
    content       TEXT NOT NULL,
    state         TEXT NOT NULL,
    stopped_from  TEXT NOT NULL,
    base          TEXT NOT NULL,
    drafted_by    TEXT NOT NULL,
    principal     TEXT NOT NULL,
    published_by  TEXT NOT NULL,
    published_at  TIMESTAMP,
    undone_by     TEXT NOT NULL,
    undo_document TEXT NOT NULL,
    undo_reason   TEXT NOT NULL,
    undone_at     TIMESTAMP,
    previewed_at  TIMESTAMP,
    total         INTEGER NOT NULL,
    totals        TEXT,
    cursor_at     TEXT NOT NULL,
    lease_by      TEXT NOT NULL,
    lease_until   TIMESTAMP,
    revision      INTEGER NOT NULL,
    fingerprint   TEXT NOT NULL,
    created_at    TIMESTAMP NOT NULL,
    updated_at    TIMESTAMP NOT NULL
);
CREATE INDEX amendments_state ON amendments (state, created_at);

CREATE TABLE amendment_items (
    amendment TEXT NOT NULL,
    dossier   TEXT NOT NULL,
    agency    TEXT NOT NULL,
    state     TEXT NOT NULL,
    effect    TEXT NOT NULL,
    order_at  TIMESTAMP NOT NULL,
    old_due   TIMESTAMP,
    new_due   TIMESTAMP,
    target    TIMESTAMP,
    late      BOOLEAN NOT NULL,
    behind    BOOLEAN NOT NULL,
    attempts  INTEGER NOT NULL,
    code      TEXT NOT NULL,
    detail    TEXT NOT NULL,
    done_at   TIMESTAMP,
    PRIMARY KEY (amendment, dossier)
);
CREATE INDEX amendment_items_state ON amendment_items (amendment, state, order_at, dossier);
CREATE INDEX amendment_items_effect ON amendment_items (amendment, effect, dossier);
