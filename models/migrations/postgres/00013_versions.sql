-- +goose Up

-- The versions of procedures: from a draft to what was in force from a day to a day. lead is the one agency that a version is for,
-- empty: every agency without a version of its own. hash names the compiled plan, from the submission for review on.
CREATE TABLE versions (
    id           text PRIMARY KEY,
    code         text NOT NULL,
    lead         text NOT NULL,
    name         text NOT NULL,
    state        text NOT NULL,
    revision     bigint NOT NULL,
    hash         text NOT NULL,
    source       bytea,
    sample       boolean NOT NULL,
    agency       text NOT NULL,
    author       text NOT NULL,
    checker      text NOT NULL,
    approver     text NOT NULL,
    publisher    text NOT NULL,
    valid_from   timestamptz,
    valid_until  timestamptz,
    ended        text NOT NULL,
    decision     text NOT NULL,
    end_document text NOT NULL,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL
);
CREATE INDEX versions_code ON versions (code, lead, state, valid_from);
CREATE INDEX versions_hash ON versions (hash);

-- What was done to a version, by whom: one row an act, which is also what a repeated request is answered by.
CREATE TABLE version_acts (
    act         text PRIMARY KEY,
    version     text NOT NULL,
    n           bigint NOT NULL,
    kind        text NOT NULL,
    actor       text NOT NULL,
    at          timestamptz NOT NULL,
    reason      text NOT NULL,
    document    text NOT NULL,
    hash        text NOT NULL,
    fingerprint text NOT NULL
);
CREATE UNIQUE INDEX version_acts_n ON version_acts (version, n);

-- Decisions that publish, amend and repeal procedures (quyết định công bố).
CREATE TABLE publication_decisions (
    id          text PRIMARY KEY,
    number      text NOT NULL,
    issued_on   timestamptz NOT NULL,
    agency      text NOT NULL,
    subject     text NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    fingerprint text NOT NULL
);
CREATE UNIQUE INDEX publication_decisions_number ON publication_decisions (agency, number, issued_on);
CREATE TABLE publication_items (
    decision text NOT NULL,
    code     text NOT NULL,
    does     text NOT NULL,
    PRIMARY KEY (decision, code)
);
CREATE INDEX publication_items_code ON publication_items (code);

-- What was in force stays in force, from the day on which it was published until the next one's.
INSERT INTO versions (id, code, lead, name, state, revision, hash, source, sample, agency, author, checker, approver, publisher,
    valid_from, valid_until, ended, decision, end_document, created_at, updated_at)
SELECT 'mau-' || hash || CASE WHEN lead = '' THEN '' ELSE '-' || lead END, code, lead, name, 'published', 1, hash, NULL, true, '', 'motcua', '', '', '',
    from_day, next_from, CASE WHEN next_from IS NULL THEN '' ELSE 'replaced' END, '', '', came_at, came_at
FROM (SELECT p.hash, p.code, p.name, p.lead, p.from_day, p.came_at, LEAD(from_day) OVER (PARTITION BY code, lead ORDER BY from_day, came_at, hash DESC) AS next_from
    FROM (SELECT plans.hash, plans.code, plans.name, COALESCE(plan_scopes.lead, '') AS lead, COALESCE(plans.valid_from, timestamptz '1970-01-01 00:00:00+00') AS from_day,
        COALESCE(plan_scopes.saved_at, plans.saved_at) AS came_at FROM plans LEFT JOIN plan_scopes ON plan_scopes.hash = plans.hash) AS p) AS q;
DROP TABLE plan_scopes;
