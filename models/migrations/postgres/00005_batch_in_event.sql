-- +goose Up
-- The first event of a batch names its last event and its digest: one row less to write in every act.
ALTER TABLE events ADD COLUMN batch_last bigint NOT NULL DEFAULT 0, ADD COLUMN batch_digest text NOT NULL DEFAULT '';
UPDATE events e SET batch_last = b.last_seq, batch_digest = b.digest FROM batches b WHERE b.dossier = e.dossier AND b.first_seq = e.seq;
DROP TABLE batches;
