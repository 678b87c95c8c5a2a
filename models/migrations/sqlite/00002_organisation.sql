-- +goose Up
CREATE TABLE plans (
    hash       TEXT NOT NULL PRIMARY KEY,
    code       TEXT NOT NULL,
    name       TEXT NOT NULL,
    field      TEXT NOT NULL,
    level      TEXT NOT NULL,
    agency     TEXT NOT NULL,
    online     TEXT NOT NULL,
    origin     TEXT NOT NULL,
    valid_from TIMESTAMP,
    saved_at   TIMESTAMP NOT NULL,
    search     TEXT NOT NULL,
    content    TEXT NOT NULL,
    source     BLOB
);
CREATE INDEX plans_code ON plans (code, saved_at);

CREATE TABLE calendars (
    hash     TEXT NOT NULL PRIMARY KEY,
    spec     TEXT NOT NULL,
    saved_at TIMESTAMP NOT NULL
);

-- The calendar of an agency and of all below it that have none of their own; the empty agency is the whole nation.
CREATE TABLE agency_calendars (
    agency TEXT NOT NULL PRIMARY KEY,
    hash   TEXT NOT NULL REFERENCES calendars (hash)
);

CREATE TABLE agencies (
    id       TEXT NOT NULL PRIMARY KEY,
    parent   TEXT NOT NULL,
    name     TEXT NOT NULL,
    type     TEXT NOT NULL,
    level    TEXT NOT NULL,
    code     TEXT NOT NULL,
    address  TEXT NOT NULL,
    receives BOOLEAN NOT NULL
);
CREATE INDEX agencies_parent ON agencies (parent);

CREATE TABLE officers (
    id    TEXT NOT NULL PRIMARY KEY,
    name  TEXT NOT NULL,
    title TEXT NOT NULL,
    email TEXT NOT NULL
);

CREATE TABLE postings (
    officer  TEXT NOT NULL,
    agency   TEXT NOT NULL,
    role     TEXT NOT NULL,
    from_at  TIMESTAMP,
    until_at TIMESTAMP,
    PRIMARY KEY (officer, agency, role)
);
CREATE INDEX postings_agency ON postings (agency, role);

CREATE TABLE substitutions (
    id         TEXT NOT NULL PRIMARY KEY,
    officer    TEXT NOT NULL,
    substitute TEXT NOT NULL,
    agency     TEXT NOT NULL,
    from_at    TIMESTAMP,
    until_at   TIMESTAMP,
    document   TEXT NOT NULL
);
CREATE INDEX substitutions_officer ON substitutions (officer);

CREATE TABLE bindings (
    lead   TEXT NOT NULL,
    ref    TEXT NOT NULL,
    agency TEXT NOT NULL,
    PRIMARY KEY (lead, ref)
);

CREATE TABLE leads (
    agency_type TEXT NOT NULL,
    receiving   TEXT NOT NULL,
    lead        TEXT NOT NULL,
    rank_no     INTEGER NOT NULL,
    PRIMARY KEY (agency_type, receiving, lead)
);

CREATE TABLE api_keys (
    prefix     TEXT NOT NULL PRIMARY KEY,
    hash       TEXT NOT NULL,
    name       TEXT NOT NULL,
    officer    TEXT NOT NULL,
    agency     TEXT NOT NULL,
    roles      TEXT,
    expires_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL
);
