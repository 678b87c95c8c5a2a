-- +goose Up
CREATE TABLE plans (
    hash       text PRIMARY KEY,
    code       text NOT NULL,
    name       text NOT NULL,
    field      text NOT NULL,
    level      text NOT NULL,
    agency     text NOT NULL,
    online     text NOT NULL,
    origin     text NOT NULL,
    valid_from timestamptz,
    saved_at   timestamptz NOT NULL,
    search     text NOT NULL,
    content    jsonb NOT NULL,
    source     bytea
);
CREATE INDEX plans_code ON plans (code, saved_at);

CREATE TABLE calendars (
    hash     text PRIMARY KEY,
    spec     jsonb NOT NULL,
    saved_at timestamptz NOT NULL
);

-- The calendar of an agency and of all below it that have none of their own; the empty agency is the whole nation.
CREATE TABLE agency_calendars (
    agency text PRIMARY KEY,
    hash   text NOT NULL REFERENCES calendars (hash)
);

CREATE TABLE agencies (
    id       text PRIMARY KEY,
    parent   text NOT NULL,
    name     text NOT NULL,
    type     text NOT NULL,
    level    text NOT NULL,
    code     text NOT NULL,
    address  text NOT NULL,
    receives boolean NOT NULL
);
CREATE INDEX agencies_parent ON agencies (parent);

CREATE TABLE officers (
    id    text PRIMARY KEY,
    name  text NOT NULL,
    title text NOT NULL,
    email text NOT NULL
);

CREATE TABLE postings (
    officer  text NOT NULL,
    agency   text NOT NULL,
    role     text NOT NULL,
    from_at  timestamptz,
    until_at timestamptz,
    PRIMARY KEY (officer, agency, role)
);
CREATE INDEX postings_agency ON postings (agency, role);

CREATE TABLE substitutions (
    id         text PRIMARY KEY,
    officer    text NOT NULL,
    substitute text NOT NULL,
    agency     text NOT NULL,
    from_at    timestamptz,
    until_at   timestamptz,
    document   text NOT NULL
);
CREATE INDEX substitutions_officer ON substitutions (officer);

CREATE TABLE bindings (
    lead   text NOT NULL,
    ref    text NOT NULL,
    agency text NOT NULL,
    PRIMARY KEY (lead, ref)
);

CREATE TABLE leads (
    agency_type text NOT NULL,
    receiving   text NOT NULL,
    lead        text NOT NULL,
    rank_no     integer NOT NULL,
    PRIMARY KEY (agency_type, receiving, lead)
);

CREATE TABLE api_keys (
    prefix     text PRIMARY KEY,
    hash       text NOT NULL,
    name       text NOT NULL,
    officer    text NOT NULL,
    agency     text NOT NULL,
    roles      jsonb,
    expires_at timestamptz,
    created_at timestamptz NOT NULL
);
