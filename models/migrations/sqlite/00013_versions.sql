-- +goose Up

-- The versions of procedures: from a draft to what was in force from a day to a day. lead is the one agency that a version is for,
-- empty: every agency without a version of its own. hash names the compiled plan, from the submission for review on.
CREATE TABLE versions (
    id           TEXT NOT NULL PRIMARY KEY,
    code         TEXT NOT NULL,
    lead         TEXT NOT NULL,
    name         TEXT NOT NULL,
    state        TEXT NOT NULL,
    revision     INTEGER NOT NULL,
    hash         TEXT NOT NULL,
    source       BLOB,
    sample       BOOLEAN NOT NULL,
    agency       TEXT NOT NULL,
    author       TEXT NOT NULL,
    checker      TEXT NOT NULL,
    approver     TEXT NOT NULL,
    publisher    TEXT NOT NULL,
    valid_from   TIMESTAMP,
    valid_until  TIMESTAMP,
    ended        TEXT NOT NULL,
    decision     TEXT NOT NULL,
    end_document TEXT NOT NULL,
    created_at   TIMESTAMP NOT NULL,
    updated_at   TIMESTAMP NOT NULL
);
CREATE INDEX versions_code ON versions (code, lead, state, valid_from);
CREATE INDEX versions_hash ON versions (hash);

-- What was done to a version, by whom: one row an act, which is also what a repeated request is answered by.
CREATE TABLE version_acts (
    act         TEXT NOT NULL PRIMARY KEY,
    version     TEXT NOT NULL,
    n           INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    actor       TEXT NOT NULL,
    at          TIMESTAMP NOT NULL,
    reason      TEXT NOT NULL,
    document    TEXT NOT NULL,
    hash        TEXT NOT NULL,
    fingerprint TEXT NOT NULL
);
CREATE UNIQUE INDEX version_acts_n ON version_acts (version, n);

-- Decisions that publish, amend and repeal procedures (quyết định công bố).
CREATE TABLE publication_decisions (
    id          TEXT NOT NULL PRIMARY KEY,
    number      TEXT NOT NULL,
    issued_on   TIMESTAMP NOT NULL,
    agency      TEXT NOT NULL,
    subject     TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    fingerprint TEXT NOT NULL
);
CREATE UNIQUE INDEX publication_decisions_number ON publication_decisions (agency, number, issued_on);
CREATE TABLE publication_items (
    decision TEXT NOT NULL,
    code     TEXT NOT NULL,
    does     TEXT NOT NULL,
    PRIMARY KEY (decision, code)
);
CREATE INDEX publication_items_code ON publication_items (code);

-- What was in force stays in force, from the day on which it was published until the next one's.
INSERT INTO versions (id, code, lead, name, state, revision, hash, source, sample, agency, author, checker, approver, publisher,
    valid_from, valid_until, ended, decision, end_document, created_at, updated_at)
SELECT 'mau-' || hash || CASE WHEN lead = '' THEN '' ELSE '-' || lead END, code, lead, name, 'published', 1, hash, NULL, 1, '', 'motcua', '', '', '',
    from_day, next_from, CASE WHEN next_from IS NULL THEN '' ELSE 'replaced' END, '', '', came_at, came_at
FROM (SELECT p.hash, p.code, p.name, p.lead, p.from_day, p.came_at, LEAD(from_day) OVER (PARTITION BY code, lead ORDER BY from_day, came_at, hash DESC) AS next_from
    FROM (SELECT plans.hash, plans.code, plans.name, COALESCE(plan_scopes.lead, '') AS lead, COALESCE(plans.valid_from, 0) AS from_day,
        COALESCE(plan_scopes.saved_at, plans.saved_at) AS came_at FROM plans LEFT JOIN plan_scopes ON plan_scopes.hash = plans.hash) AS p) AS q;
DROP TABLE plan_scopes;
