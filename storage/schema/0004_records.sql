-- Extracted records, from their commit until they lie in a sealed file.

CREATE TABLE record_types (
    type INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);

-- The current decision about one type of record on one visit. Narrow, and written in the order of visits.
CREATE TABLE decided (
    visit    INTEGER NOT NULL,
    type     INTEGER NOT NULL,
    decision INTEGER NOT NULL,
    ordinals INTEGER NOT NULL,                -- the next ordinal that is new
    rows     INTEGER NOT NULL,
    PRIMARY KEY (visit, type)
) WITHOUT ROWID;

-- Replaced decisions that still have rows somewhere; each leaves with the last of them.
CREATE TABLE superseded (
    visit    INTEGER NOT NULL,
    type     INTEGER NOT NULL,
    decision INTEGER NOT NULL,
    rows     INTEGER NOT NULL,
    PRIMARY KEY (visit, type, decision)
) WITHOUT ROWID;

-- What one call stored and is not sealed yet. A number is never given twice: readers remember them.
CREATE TABLE record_batches (
    batch INTEGER PRIMARY KEY AUTOINCREMENT,
    rows  INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    keys  BLOB NOT NULL                       -- the first 8 bytes of every row's key
);

CREATE TABLE record_blocks (
    block INTEGER PRIMARY KEY,                -- batch * 65536 + its place in the batch
    frame BLOB NOT NULL                       -- one zstd frame over msgpack, column by column
);
