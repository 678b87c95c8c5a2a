-- +goose Up
-- The first event of a batch names its last event and its digest: one row less to write in every act.
ALTER TABLE events ADD COLUMN batch_last INTEGER NOT NULL DEFAULT 0;
ALTER TABLE events ADD COLUMN batch_digest TEXT NOT NULL DEFAULT '';
UPDATE events SET batch_last = b.last_seq, batch_digest = b.digest FROM batches b WHERE b.dossier = events.dossier AND b.first_seq = events.seq;
DROP TABLE batches;
