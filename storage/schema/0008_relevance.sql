-- Best-first crawls: groups of waiting links that move together, and how relevant each page was.

ALTER TABLE waiting ADD COLUMN slot INTEGER;  -- the group of a link whose job has a topic
CREATE INDEX waiting_slot ON waiting (run, slot) WHERE slot IS NOT NULL;

-- What is added to the priority of every waiting link of a slot.
CREATE TABLE slots (
    run    INTEGER NOT NULL,
    slot   INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    PRIMARY KEY (run, slot)
) WITHOUT ROWID;

CREATE TABLE relevances (
    visit     INTEGER PRIMARY KEY,
    relevance REAL NOT NULL                   -- 0 to 1
);

-- What a run learned of its topic; it may be lost, and is learned again.
CREATE TABLE topics (
    run     INTEGER PRIMARY KEY,
    learned BLOB NOT NULL
);
