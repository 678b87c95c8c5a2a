-- +goose Up
-- A delivery is an event for one webhook: it waits, fails and dies for its receiver alone.
ALTER TABLE outbox ADD COLUMN receiver TEXT NOT NULL DEFAULT '';
DROP INDEX outbox_dedup;
CREATE UNIQUE INDEX outbox_dedup ON outbox (topic, receiver, dedup);
DROP INDEX outbox_pending;
CREATE INDEX outbox_pending ON outbox (topic, receiver, key, id) WHERE state = 'pending';
