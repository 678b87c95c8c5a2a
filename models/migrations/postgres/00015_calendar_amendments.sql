-- +goose Up

-- The layers that calendars are merged from, as they were before any amendment published here.
CREATE TABLE calendar_layers (
    name     text PRIMARY KEY,
    parent   text NOT NULL,
    level    text NOT NULL,
    title    text NOT NULL,
    source   jsonb NOT NULL,
    saved_at timestamptz NOT NULL
);

-- Of which layer an agency's calendar is, and what decided its last change.
ALTER TABLE agency_calendars ADD COLUMN layer text NOT NULL DEFAULT '';
ALTER TABLE agency_calendars ADD COLUMN amendment text NOT NULL DEFAULT '';
ALTER TABLE agency_calendars ADD COLUMN document text NOT NULL DEFAULT '';
ALTER TABLE agency_calendars ADD COLUMN ground text NOT NULL DEFAULT '';

-- Amendments of calendars, and outages: what is decided for many dossiers at once, and how far it has come.
CREATE TABLE amendments (
    id            text PRIMARY KEY,
    kind          text NOT NULL,
    scope         text NOT NULL,
    title         text NOT NULL,
    document      text NOT NULL,
    file          text NOT NULL,
    content       jsonb NOT NULL,
    state         text NOT NULL,
    stopped_from  text NOT NULL,
    base          text NOT NULL,
    drafted_by    text NOT NULL,
    principal     text NOT NULL,
    published_by  text NOT NULL,
    published_at  timestamptz,
    undone_by     text NOT NULL,
    undo_document text NOT NULL,
    undo_reason   text NOT NULL,
    undone_at     timestamptz,
    previewed_at  timestamptz,
    total         bigint NOT NULL,
    totals        jsonb,
    cursor_at     text NOT NULL,
    lease_by      text NOT NULL,
    lease_until   timestamptz,
    revision      bigint NOT NULL,
    fingerprint   text NOT NULL,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL
);
CREATE INDEX amendments_state ON amendments (state, created_at);

CREATE TABLE amendment_items (
    amendment text NOT NULL,
    dossier   text NOT NULL,
    agency    text NOT NULL,
    state     text NOT NULL,
    effect    text NOT NULL,
    order_at  timestamptz NOT NULL,
    old_due   timestamptz,
    new_due   timestamptz,
    target    timestamptz,
    late      boolean NOT NULL,
    behind    boolean NOT NULL,
    attempts  bigint NOT NULL,
    code      text NOT NULL,
    detail    text NOT NULL,
    done_at   timestamptz,
    PRIMARY KEY (amendment, dossier)
);
CREATE INDEX amendment_items_state ON amendment_items (amendment, state, order_at, dossier);
CREATE INDEX amendment_items_effect ON amendment_items (amendment, effect, dossier);
