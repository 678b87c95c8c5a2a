-- +goose Up

-- Reductions that this installation decided: drafted by one, approved by another. The approved revision with the greatest number is
-- the rule; last_day is its last day of acceptance, empty: open.
CREATE TABLE reduction_rules (
    rule        TEXT NOT NULL,
    revision    INTEGER NOT NULL,
    state       TEXT NOT NULL,
    content     TEXT NOT NULL,
    source      TEXT NOT NULL,
    first_day   TEXT NOT NULL,
    last_day    TEXT NOT NULL,
    act         TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    author      TEXT NOT NULL,
    drafted_at  TIMESTAMP NOT NULL,
    decided_by  TEXT NOT NULL,
    decided_at  TIMESTAMP,
    reason      TEXT NOT NULL,
    PRIMARY KEY (rule, revision)
);
CREATE UNIQUE INDEX reduction_rules_act ON reduction_rules (act);

-- Both limits of the promise, so that what was promised by a reduced one can be counted.
ALTER TABLE dossiers ADD COLUMN legal_limit TEXT NOT NULL DEFAULT '';
ALTER TABLE dossiers ADD COLUMN committed_limit TEXT NOT NULL DEFAULT '';
UPDATE dossiers SET legal_limit = COALESCE(view -> 'commitment' ->> 'legal', ''), committed_limit = COALESCE(view -> 'commitment' ->> 'committed', '')
    WHERE accepted_at IS NOT NULL;
