-- What the members of a bounded group of URLs brought: once they bring the same bodies again, no more are taken.

ALTER TABLE budgets ADD COLUMN fetched INTEGER NOT NULL DEFAULT 0;
ALTER TABLE budgets ADD COLUMN fresh INTEGER NOT NULL DEFAULT 0;

CREATE TABLE brought (
    run    INTEGER NOT NULL,
    name   BLOB NOT NULL,
    digest BLOB NOT NULL,
    PRIMARY KEY (run, name, digest)
) WITHOUT ROWID;
