-- +goose Up
-- Dossiers that a step of another one opened. The child is empty until it could be taken in.
CREATE TABLE linked (
    parent    TEXT    NOT NULL,
    task      TEXT    NOT NULL,
    seq       INTEGER NOT NULL,
    procedure TEXT    NOT NULL,
    child     TEXT    NOT NULL,
    PRIMARY KEY (parent, task)
);
CREATE UNIQUE INDEX linked_child ON linked (child) WHERE child <> '';
