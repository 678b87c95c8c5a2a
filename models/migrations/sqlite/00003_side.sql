-- +goose Up
CREATE TABLE comments (
    id      TEXT NOT NULL PRIMARY KEY,
    dossier TEXT NOT NULL,
    author  TEXT NOT NULL,
    text    TEXT NOT NULL,
    at      TIMESTAMP NOT NULL
);
CREATE INDEX comments_dossier ON comments (dossier, at);

CREATE TABLE attachments (
    id       TEXT NOT NULL PRIMARY KEY,
    dossier  TEXT NOT NULL,
    document TEXT NOT NULL,
    name     TEXT NOT NULL,
    type     TEXT NOT NULL,
    size     INTEGER NOT NULL,
    sha256   TEXT NOT NULL,
    added_by TEXT NOT NULL,
    at       TIMESTAMP NOT NULL
);
CREATE INDEX attachments_dossier ON attachments (dossier, at);

CREATE TABLE webhooks (
    id     TEXT NOT NULL PRIMARY KEY,
    url    TEXT NOT NULL,
    secret TEXT NOT NULL,
    topics TEXT,
    active BOOLEAN NOT NULL
);

CREATE TABLE findings (
    id        INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    kind      TEXT NOT NULL,
    subject   TEXT NOT NULL,
    detail    TEXT NOT NULL,
    count_no  INTEGER NOT NULL,
    opened_at TIMESTAMP NOT NULL,
    seen_at   TIMESTAMP NOT NULL,
    closed_at TIMESTAMP
);
CREATE UNIQUE INDEX findings_open ON findings (kind, subject) WHERE closed_at IS NULL;

CREATE TABLE settings (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
