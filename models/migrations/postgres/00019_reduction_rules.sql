-- +goose Up

-- Reductions that this installation decided: drafted by one, approved by another. The approved revision with the greatest number is
-- the rule; last_day is its last day of acceptance, empty: open.
CREATE TABLE reduction_rules (
    rule        text NOT NULL,
    revision    bigint NOT NULL,
    state       text NOT NULL,
    content     jsonb NOT NULL,
    source      text NOT NULL,
    first_day   text NOT NULL,
    last_day    text NOT NULL,
    act         text NOT NULL,
    fingerprint text NOT NULL,
    author      text NOT NULL,
    drafted_at  timestamptz NOT NULL,
    decided_by  text NOT NULL,
    decided_at  timestamptz,
    reason      text NOT NULL,
    PRIMARY KEY (rule, revision)
);
CREATE UNIQUE INDEX reduction_rules_act ON reduction_rules (act);

-- Both limits of the promise, so that what was promised by a reduced one can be counted.
ALTER TABLE dossiers ADD COLUMN legal_limit text NOT NULL DEFAULT '';
ALTER TABLE dossiers ADD COLUMN committed_limit text NOT NULL DEFAULT '';
UPDATE dossiers SET legal_limit = COALESCE(view -> 'commitment' ->> 'legal', ''), committed_limit = COALESCE(view -> 'commitment' ->> 'committed', '')
    WHERE accepted_at IS NOT NULL;
