-- +goose Up
-- Whom a plan is for: a lead agency by id, or with the empty one everybody who has no plan of its own for the procedure.
CREATE TABLE plan_scopes (
    code     TEXT      NOT NULL,
    lead     TEXT      NOT NULL,
    hash     TEXT      NOT NULL REFERENCES plans (hash),
    saved_at TIMESTAMP NOT NULL,
    PRIMARY KEY (code, lead, hash)
);
INSERT INTO plan_scopes (code, lead, hash, saved_at) SELECT code, '', hash, saved_at FROM plans;

-- Which plan is in force depends on the lead agency: the coverage ledger counts the open dossiers by both.
DROP INDEX dossiers_open_plan;
CREATE INDEX dossiers_open_plan ON dossiers (procedure, lead, plan) WHERE open;
