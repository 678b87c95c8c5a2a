-- +goose Up
-- Published procedures, one row a code: what lists filter, search and show. Keys are ids made of names; search texts are folded
-- and begin every word with a space; rules are the findings' ids between spaces.
CREATE TABLE catalogue_entries (
    code         text PRIMARY KEY,
    revision     integer NOT NULL,
    name         text NOT NULL,
    decision     text NOT NULL,
    field        text NOT NULL,
    field_key    text NOT NULL,
    level_group  text NOT NULL,
    ministry     text NOT NULL,
    agency       text NOT NULL,
    agency_key   text NOT NULL,
    name_search  text NOT NULL,
    search       text NOT NULL,
    rules        text NOT NULL,
    digest       text NOT NULL,
    import_id    text NOT NULL,
    line         integer NOT NULL,
    changed_at   timestamptz NOT NULL,
    absent_since timestamptz
);
CREATE INDEX catalogue_entries_field ON catalogue_entries (field_key, code);
CREATE INDEX catalogue_entries_agency ON catalogue_entries (agency_key, code);
CREATE INDEX catalogue_entries_level ON catalogue_entries (level_group, code);
CREATE INDEX catalogue_entries_search ON catalogue_entries USING gin (search gin_trgm_ops);

-- What was understood of each, what was not, and the line as published. Apart, so that a search does not read through it.
CREATE TABLE catalogue_contents (
    code     text PRIMARY KEY,
    content  jsonb NOT NULL,
    findings jsonb,
    source   bytea NOT NULL
);

-- What each revision after the first changed, with the line that it replaced.
CREATE TABLE catalogue_revisions (
    code      text NOT NULL,
    revision  integer NOT NULL,
    import_id text NOT NULL,
    line      integer NOT NULL,
    at        timestamptz NOT NULL,
    changes   jsonb,
    replaced  bytea NOT NULL,
    PRIMARY KEY (code, revision)
);

CREATE TABLE catalogue_imports (
    id          text PRIMARY KEY,
    file        text NOT NULL,
    sha256      text NOT NULL,
    whole       boolean NOT NULL,
    imported_by text NOT NULL,
    at          timestamptz NOT NULL,
    report      jsonb NOT NULL
);
CREATE INDEX catalogue_imports_at ON catalogue_imports (at, id);

-- Lines of which no entry could be made, verbatim, to be put right and tried again.
CREATE TABLE catalogue_refusals (
    import_id text NOT NULL,
    line      integer NOT NULL,
    column_no integer NOT NULL,
    reason    text NOT NULL,
    detail    text NOT NULL,
    source    bytea NOT NULL,
    PRIMARY KEY (import_id, line)
);

-- The open dossiers by plan, for the coverage ledger.
CREATE INDEX dossiers_open_plan ON dossiers (procedure, plan) WHERE open;

-- What the coverage ledger asks of a plan: the confidence in its internal process (empty: it has none), and from when on its
-- legal basis is no longer whole.
ALTER TABLE plans ADD COLUMN internal text NOT NULL DEFAULT '';
ALTER TABLE plans ADD COLUMN basis_ends timestamptz;
UPDATE plans SET
    internal = CASE WHEN content -> 'internal_process' IS NULL THEN ''
        ELSE COALESCE(content -> 'internal_process' ->> 'confidence', 'inferred') END,
    basis_ends = (
        SELECT MIN(CASE WHEN b ->> 'repealed' = 'true' THEN timestamptz '1970-01-01 00:00:00+00'
            ELSE ((b ->> 'until')::date + 1)::timestamp AT TIME ZONE INTERVAL '+07:00' END)
        FROM jsonb_array_elements(COALESCE(content -> 'legal_basis', '[]')) AS b
        WHERE b ->> 'repealed' = 'true' OR b ->> 'until' IS NOT NULL);
