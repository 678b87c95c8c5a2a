-- +goose Up
-- Published procedures, one row a code: what lists filter, search and show. Keys are ids made of names; search texts are folded
-- and begin every word with a space; rules are the findings' ids between spaces.
-- No index beside the key: a few thousand short rows are read faster in one run than one by one.
CREATE TABLE catalogue_entries (
    code         TEXT NOT NULL PRIMARY KEY,
    revision     INTEGER NOT NULL,
    name         TEXT NOT NULL,
    decision     TEXT NOT NULL,
    field        TEXT NOT NULL,
    field_key    TEXT NOT NULL,
    level_group  TEXT NOT NULL,
    ministry     TEXT NOT NULL,
    agency       TEXT NOT NULL,
    agency_key   TEXT NOT NULL,
    name_search  TEXT NOT NULL,
    search       TEXT NOT NULL,
    rules        TEXT NOT NULL,
    digest       TEXT NOT NULL,
    import_id    TEXT NOT NULL,
    line         INTEGER NOT NULL,
    changed_at   TIMESTAMP NOT NULL,
    absent_since TIMESTAMP
) WITHOUT ROWID;

-- What was understood of each, what was not, and the line as published. Apart, so that a search does not read through it.
CREATE TABLE catalogue_contents (
    code     TEXT NOT NULL PRIMARY KEY,
    content  TEXT NOT NULL,
    findings TEXT,
    source   BLOB NOT NULL
);

-- What each revision after the first changed, with the line that it replaced.
CREATE TABLE catalogue_revisions (
    code      TEXT NOT NULL,
    revision  INTEGER NOT NULL,
    import_id TEXT NOT NULL,
    line      INTEGER NOT NULL,
    at        TIMESTAMP NOT NULL,
    changes   TEXT,
    replaced  BLOB NOT NULL,
    PRIMARY KEY (code, revision)
);

CREATE TABLE catalogue_imports (
    id          TEXT NOT NULL PRIMARY KEY,
    file        TEXT NOT NULL,
    sha256      TEXT NOT NULL,
    whole       BOOLEAN NOT NULL,
    imported_by TEXT NOT NULL,
    at          TIMESTAMP NOT NULL,
    report      TEXT NOT NULL
);
CREATE INDEX catalogue_imports_at ON catalogue_imports (at, id);

-- Lines of which no entry could be made, verbatim, to be put right and tried again.
CREATE TABLE catalogue_refusals (
    import_id TEXT NOT NULL,
    line      INTEGER NOT NULL,
    column_no INTEGER NOT NULL,
    reason    TEXT NOT NULL,
    detail    TEXT NOT NULL,
    source    BLOB NOT NULL,
    PRIMARY KEY (import_id, line)
);

-- The open dossiers by plan, for the coverage ledger.
CREATE INDEX dossiers_open_plan ON dossiers (procedure, plan) WHERE open;

-- What the coverage ledger asks of a plan: the confidence in its internal process (empty: it has none), and from when on its
-- legal basis is no longer whole.
ALTER TABLE plans ADD COLUMN internal TEXT NOT NULL DEFAULT '';
ALTER TABLE plans ADD COLUMN basis_ends TIMESTAMP;
UPDATE plans SET
    internal = CASE WHEN json_extract(content, '$.internal_process') IS NULL THEN ''
        ELSE COALESCE(json_extract(content, '$.internal_process.confidence'), 'inferred') END,
    basis_ends = (
        SELECT MIN(CASE WHEN json_extract(b.value, '$.repealed') THEN 0
            ELSE unixepoch(json_extract(b.value, '$.until'), '+1 day', '-7 hours') * 1000000 END)
        FROM json_each(content, '$.legal_basis') AS b
        WHERE json_extract(b.value, '$.repealed') OR json_extract(b.value, '$.until') IS NOT NULL);
