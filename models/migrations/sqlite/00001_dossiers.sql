-- +goose Up
-- WITHOUT ROWID where rows are narrow: one tree instead of two, half the pages of a commit.

CREATE TABLE acts (
    id          TEXT NOT NULL PRIMARY KEY,
    principal   TEXT NOT NULL,
    dossier     TEXT NOT NULL,
    kind        TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    body        TEXT,
    received_at TIMESTAMP NOT NULL,
    state       TEXT NOT NULL,
    http_status INTEGER NOT NULL,
    answer      TEXT,
    seq         INTEGER NOT NULL,
    revision    INTEGER NOT NULL,
    created_at  TIMESTAMP NOT NULL
);
CREATE INDEX acts_dossier ON acts (dossier, seq);
CREATE INDEX acts_pending ON acts (created_at) WHERE state = 'pending';

-- Numbers without gaps: the row is locked until the transaction that drew the number ends.
CREATE TABLE sequences (
    kind   TEXT NOT NULL,
    agency TEXT NOT NULL,
    period TEXT NOT NULL,
    value  INTEGER NOT NULL,
    PRIMARY KEY (kind, agency, period)
) WITHOUT ROWID;

-- The register of accepted dossiers; a number whose act was refused has no act and is drawn again.
CREATE TABLE registers (
    agency TEXT NOT NULL,
    year   INTEGER NOT NULL,
    number INTEGER NOT NULL,
    act    TEXT,
    PRIMARY KEY (agency, year, number)
) WITHOUT ROWID;
CREATE UNIQUE INDEX registers_act ON registers (act);

CREATE TABLE events (
    dossier  TEXT NOT NULL,
    seq      INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    at       TIMESTAMP NOT NULL,
    recorded TIMESTAMP NOT NULL,
    act      TEXT NOT NULL,
    actor    TEXT NOT NULL,
    data     TEXT,
    PRIMARY KEY (dossier, seq)
) WITHOUT ROWID;

CREATE TABLE batches (
    dossier   TEXT NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq  INTEGER NOT NULL,
    digest    TEXT NOT NULL,
    PRIMARY KEY (dossier, first_seq)
) WITHOUT ROWID;

CREATE TABLE dossiers (
    code         TEXT NOT NULL PRIMARY KEY,
    procedure    TEXT NOT NULL,
    plan         TEXT NOT NULL,
    channel      TEXT NOT NULL,
    receiving    TEXT NOT NULL,
    lead         TEXT NOT NULL,
    seq          INTEGER NOT NULL,
    revision     INTEGER NOT NULL,
    stage        TEXT NOT NULL,
    status       INTEGER NOT NULL,
    register     INTEGER NOT NULL,
    submitted_at TIMESTAMP,
    intake_due   TIMESTAMP,
    accepted_at  TIMESTAMP,
    due_at       TIMESTAMP,
    original_due TIMESTAMP,
    provisional  BOOLEAN NOT NULL,
    finished_at  TIMESTAMP,
    returned_at  TIMESTAMP,
    ended_at     TIMESTAMP,
    refusal      BOOLEAN NOT NULL,
    paused       BOOLEAN NOT NULL,
    leg          TEXT NOT NULL,
    rescheduled  BOOLEAN NOT NULL,
    next_alarm   TIMESTAMP,
    alarm_kind   TEXT NOT NULL,
    class        TEXT NOT NULL,
    late_since   TIMESTAMP,
    late_minutes INTEGER NOT NULL,
    open         BOOLEAN NOT NULL,
    sort_due     TIMESTAMP NOT NULL,
    view         TEXT NOT NULL,
    updated_at   TIMESTAMP NOT NULL
);
CREATE INDEX dossiers_due ON dossiers (sort_due, code);
CREATE INDEX dossiers_lead ON dossiers (lead, sort_due, code);
CREATE INDEX dossiers_receiving ON dossiers (receiving, sort_due, code);
CREATE INDEX dossiers_submitted ON dossiers (submitted_at, code);
CREATE INDEX dossiers_open ON dossiers (code) WHERE open;

CREATE TABLE involved (
    dossier TEXT NOT NULL,
    agency  TEXT NOT NULL,
    PRIMARY KEY (dossier, agency)
) WITHOUT ROWID;
CREATE INDEX involved_agency ON involved (agency, dossier);

CREATE TABLE tasks (
    dossier   TEXT NOT NULL,
    task      TEXT NOT NULL,
    step      TEXT NOT NULL,
    agency    TEXT NOT NULL,
    role      TEXT NOT NULL,
    assignee  TEXT NOT NULL,
    handed_up BOOLEAN NOT NULL,
    opened_at TIMESTAMP NOT NULL,
    due_at    TIMESTAMP,
    sort_due  TIMESTAMP NOT NULL,
    paused    BOOLEAN NOT NULL,
    outcomes  TEXT,
    may       TEXT,
    wait      TEXT NOT NULL,
    is_return BOOLEAN NOT NULL,
    PRIMARY KEY (dossier, task)
) WITHOUT ROWID;
CREATE INDEX tasks_agency ON tasks (agency, paused, sort_due, dossier, task);
CREATE INDEX tasks_assignee ON tasks (assignee, paused, sort_due, dossier, task);
CREATE INDEX tasks_due ON tasks (paused, sort_due, dossier, task);

CREATE TABLE escalations (
    dossier    TEXT NOT NULL,
    subject    TEXT NOT NULL,
    count_no   INTEGER NOT NULL,
    rung       TEXT NOT NULL,
    generation INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    instant    TIMESTAMP NOT NULL,
    fired_at   TIMESTAMP NOT NULL,
    does       TEXT,
    reaches    TEXT,
    PRIMARY KEY (dossier, subject, count_no, rung, generation)
) WITHOUT ROWID;
CREATE INDEX escalations_fired ON escalations (fired_at, dossier, seq);

CREATE TABLE notifications (
    id        TEXT NOT NULL PRIMARY KEY,
    dossier   TEXT NOT NULL,
    seq       INTEGER NOT NULL,
    kind      TEXT NOT NULL,
    recipient TEXT NOT NULL,
    data      TEXT,
    at        TIMESTAMP NOT NULL,
    read_at   TIMESTAMP
);
CREATE INDEX notifications_recipient ON notifications (recipient, at, id);
CREATE INDEX notifications_dossier ON notifications (dossier, seq);

CREATE TABLE outbox (
    id         INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    topic      TEXT NOT NULL,
    key        TEXT NOT NULL,
    dedup      TEXT NOT NULL,
    payload    TEXT,
    state      TEXT NOT NULL,
    attempts   INTEGER NOT NULL,
    next_at    TIMESTAMP NOT NULL,
    last_error TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    done_at    TIMESTAMP
);
CREATE UNIQUE INDEX outbox_dedup ON outbox (topic, dedup);
CREATE INDEX outbox_pending ON outbox (topic, key, id) WHERE state = 'pending';
CREATE INDEX outbox_next ON outbox (next_at, id) WHERE state = 'pending';

-- Personal data. The search column is the folded text, searched anywhere in it.
CREATE TABLE applicants (
    dossier TEXT NOT NULL PRIMARY KEY,
    kind    TEXT NOT NULL,
    name    TEXT NOT NULL,
    id_no   TEXT NOT NULL,
    phone   TEXT NOT NULL,
    email   TEXT NOT NULL,
    address TEXT NOT NULL,
    form    TEXT,
    search  TEXT NOT NULL
);
CREATE INDEX applicants_search ON applicants (search);

CREATE TABLE papers (
    dossier    TEXT NOT NULL,
    n          INTEGER NOT NULL,
    document   TEXT NOT NULL,
    name       TEXT NOT NULL,
    originals  INTEGER NOT NULL,
    copies     INTEGER NOT NULL,
    attachment TEXT NOT NULL,
    PRIMARY KEY (dossier, n)
);
