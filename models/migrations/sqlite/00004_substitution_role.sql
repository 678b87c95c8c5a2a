-- +goose Up
-- A substitution may be limited to one role; empty: all.
ALTER TABLE substitutions ADD COLUMN role TEXT NOT NULL DEFAULT '';
