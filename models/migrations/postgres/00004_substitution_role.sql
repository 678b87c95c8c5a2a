-- +goose Up
-- A substitution may be limited to one role; empty: all.
ALTER TABLE substitutions ADD COLUMN role text NOT NULL DEFAULT '';
