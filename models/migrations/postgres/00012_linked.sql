-- +goose Up
-- Dossiers that a step of another one opened. The child is empty until it could be taken in.
CREATE TABLE linked (
    parent    text   NOT NULL,
    task      text   NOT NULL,
    seq       bigint NOT NULL,
    procedure text   NOT NULL,
    child     text   NOT NULL,
    PRIMARY KEY (parent, task)
);
CREATE UNIQUE INDEX linked_child ON linked (child) WHERE child <> '';
