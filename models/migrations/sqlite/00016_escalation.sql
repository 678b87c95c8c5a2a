-- +goose Up

-- What the ladder leads to: apologies to sign, standing decisions to issue them under, inspections; and when messages go out.
CREATE TABLE standing_decisions (
    id          TEXT NOT NULL PRIMARY KEY,
    number      TEXT NOT NULL,
    agency      TEXT NOT NULL,
    signer      TEXT NOT NULL,
    reason      TEXT NOT NULL,
    add_limit   TEXT NOT NULL,
    procedures  TEXT,
    cap         INTEGER NOT NULL,
    from_at     TIMESTAMP NOT NULL,
    until_at    TIMESTAMP NOT NULL,
    state       TEXT NOT NULL,
    created_by  TEXT NOT NULL,
    approved_by TEXT NOT NULL,
    revoked_by  TEXT NOT NULL,
    revoked_why TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    created_at  TIMESTAMP NOT NULL,
    approved_at TIMESTAMP,
    revoked_at  TIMESTAMP
);
CREATE INDEX standing_decisions_agency ON standing_decisions (agency, state);
CREATE TABLE standing_uses (
    decision TEXT NOT NULL,
    dossier  TEXT NOT NULL,
    issued   BOOLEAN NOT NULL,
    at       TIMESTAMP NOT NULL,
    PRIMARY KEY (decision, dossier)
);
CREATE INDEX standing_uses_dossier ON standing_uses (dossier);
CREATE TABLE proposals (
    dossier     TEXT NOT NULL,
    n           INTEGER NOT NULL,
    seq         INTEGER NOT NULL,
    rung        TEXT NOT NULL,
    lead        TEXT NOT NULL,
    old_due     TIMESTAMP NOT NULL,
    new_due     TIMESTAMP NOT NULL,
    until_at    TIMESTAMP NOT NULL,
    signers     TEXT,
    decision    TEXT NOT NULL,
    refused     TEXT NOT NULL,
    state       TEXT NOT NULL,
    proposed_at TIMESTAMP NOT NULL,
    closed_at   TIMESTAMP,
    PRIMARY KEY (dossier, n)
);
CREATE INDEX proposals_open ON proposals (until_at, dossier, n) WHERE state = 'open';
CREATE TABLE inspections (
    dossier      TEXT NOT NULL,
    n            INTEGER NOT NULL,
    seq          INTEGER NOT NULL,
    rung         TEXT NOT NULL,
    office       TEXT NOT NULL,
    inspector    TEXT NOT NULL,
    opened_at    TIMESTAMP NOT NULL,
    due_at       TIMESTAMP NOT NULL,
    state        TEXT NOT NULL,
    taken_at     TIMESTAMP,
    cause        TEXT NOT NULL,
    conclusion   TEXT NOT NULL,
    concluded_by TEXT NOT NULL,
    concluded_at TIMESTAMP,
    revision     INTEGER NOT NULL,
    PRIMARY KEY (dossier, n)
);
CREATE INDEX inspections_due ON inspections (due_at, dossier, n) WHERE state <> 'concluded';
CREATE INDEX inspections_inspector ON inspections (inspector) WHERE state <> 'concluded';
CREATE INDEX dossiers_rescheduled ON dossiers (stage, class) WHERE rescheduled;

ALTER TABLE notifications ADD COLUMN deliver_at TIMESTAMP;
ALTER TABLE notifications ADD COLUMN delivered_at TIMESTAMP;
ALTER TABLE notifications ADD COLUMN gathered BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE notifications ADD COLUMN digest TEXT NOT NULL DEFAULT '';
CREATE INDEX notifications_waiting ON notifications (deliver_at, recipient) WHERE deliver_at IS NOT NULL AND delivered_at IS NULL;
CREATE INDEX notifications_digest ON notifications (digest) WHERE digest <> '';
CREATE TABLE digests (
    id        TEXT NOT NULL PRIMARY KEY,
    recipient TEXT NOT NULL,
    day       TEXT NOT NULL,
    at        TIMESTAMP NOT NULL,
    lines     INTEGER NOT NULL
);
CREATE INDEX digests_recipient ON digests (recipient, day);
