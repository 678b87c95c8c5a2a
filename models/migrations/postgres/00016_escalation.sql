-- +goose Up

-- What the ladder leads to: apologies to sign, standing decisions to issue them under, inspections; and when messages go out.
CREATE TABLE standing_decisions (
    id          text PRIMARY KEY,
    number      text NOT NULL,
    agency      text NOT NULL,
    signer      text NOT NULL,
    reason      text NOT NULL,
    add_limit   text NOT NULL,
    procedures  jsonb,
    cap         bigint NOT NULL,
    from_at     timestamptz NOT NULL,
    until_at    timestamptz NOT NULL,
    state       text NOT NULL,
    created_by  text NOT NULL,
    approved_by text NOT NULL,
    revoked_by  text NOT NULL,
    revoked_why text NOT NULL,
    fingerprint text NOT NULL,
    created_at  timestamptz NOT NULL,
    approved_at timestamptz,
    revoked_at  timestamptz
);
CREATE INDEX standing_decisions_agency ON standing_decisions (agency, state);
CREATE TABLE standing_uses (
    decision text NOT NULL,
    dossier  text NOT NULL,
    issued   boolean NOT NULL,
    at       timestamptz NOT NULL,
    PRIMARY KEY (decision, dossier)
);
CREATE INDEX standing_uses_dossier ON standing_uses (dossier);
CREATE TABLE proposals (
    dossier     text NOT NULL,
    n           integer NOT NULL,
    seq         bigint NOT NULL,
    rung        text NOT NULL,
    lead        text NOT NULL,
    old_due     timestamptz NOT NULL,
    new_due     timestamptz NOT NULL,
    until_at    timestamptz NOT NULL,
    signers     jsonb,
    decision    text NOT NULL,
    refused     text NOT NULL,
    state       text NOT NULL,
    proposed_at timestamptz NOT NULL,
    closed_at   timestamptz,
    PRIMARY KEY (dossier, n)
);
CREATE INDEX proposals_open ON proposals (until_at, dossier, n) WHERE state = 'open';
CREATE TABLE inspections (
    dossier      text NOT NULL,
    n            integer NOT NULL,
    seq          bigint NOT NULL,
    rung         text NOT NULL,
    office       text NOT NULL,
    inspector    text NOT NULL,
    opened_at    timestamptz NOT NULL,
    due_at       timestamptz NOT NULL,
    state        text NOT NULL,
    taken_at     timestamptz,
    cause        text NOT NULL,
    conclusion   text NOT NULL,
    concluded_by text NOT NULL,
    concluded_at timestamptz,
    revision     bigint NOT NULL,
    PRIMARY KEY (dossier, n)
);
CREATE INDEX inspections_due ON inspections (due_at, dossier, n) WHERE state <> 'concluded';
CREATE INDEX inspections_inspector ON inspections (inspector) WHERE state <> 'concluded';
CREATE INDEX dossiers_rescheduled ON dossiers (stage, class) WHERE rescheduled;

ALTER TABLE notifications ADD COLUMN deliver_at timestamptz;
ALTER TABLE notifications ADD COLUMN delivered_at timestamptz;
ALTER TABLE notifications ADD COLUMN gathered boolean NOT NULL DEFAULT false;
ALTER TABLE notifications ADD COLUMN digest text NOT NULL DEFAULT '';
CREATE INDEX notifications_waiting ON notifications (deliver_at, recipient) WHERE deliver_at IS NOT NULL AND delivered_at IS NULL;
CREATE INDEX notifications_digest ON notifications (digest) WHERE digest <> '';
CREATE TABLE digests (
    id        text PRIMARY KEY,
    recipient text NOT NULL,
    day       text NOT NULL,
    at        timestamptz NOT NULL,
    lines     integer NOT NULL
);
CREATE INDEX digests_recipient ON digests (recipient, day);
