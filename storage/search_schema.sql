-- The sidecar for search: everything in it can be made again from the workspace.

-- Texts that are different; bodies that say the same share one.
CREATE TABLE texts (
    text   INTEGER PRIMARY KEY,
    same   BLOB NOT NULL UNIQUE,              -- digest of engine, title and text
    engine TEXT NOT NULL,                     -- what made the text of the body
    title  TEXT NOT NULL
);

CREATE TABLE bodies (
    digest BLOB PRIMARY KEY,                  -- sha-256 of the decoded body
    engine TEXT NOT NULL,
    text   INTEGER                            -- NULL: it has no words
) WITHOUT ROWID;
CREATE INDEX bodies_text ON bodies (text);

-- Visits that brought a body.
CREATE TABLE places (
    visit      INTEGER PRIMARY KEY,
    digest     BLOB NOT NULL,
    url        TEXT NOT NULL,
    host       TEXT NOT NULL,
    run        TEXT NOT NULL,
    fetched_at REAL NOT NULL
);
CREATE INDEX places_digest ON places (digest);
CREATE INDEX places_url ON places (url, fetched_at);

-- Sealed files whose rows are in here.
CREATE TABLE files (name TEXT PRIMARY KEY) WITHOUT ROWID;

CREATE TABLE chunks (
    chunk INTEGER PRIMARY KEY,
    text  INTEGER NOT NULL,
    start INTEGER NOT NULL,                   -- in the stored text, in characters
    stop  INTEGER NOT NULL,
    title TEXT NOT NULL,
    words TEXT NOT NULL,
    grams TEXT NOT NULL                       -- pairs of characters of scripts without spaces
);
CREATE INDEX chunks_text ON chunks (text);

CREATE VIRTUAL TABLE terms USING fts5(
    title, words, grams, content = 'chunks', content_rowid = 'chunk',
    tokenize = 'unicode61 remove_diacritics 2'
);

CREATE TABLE vectors (
    chunk     INTEGER PRIMARY KEY,
    model     TEXT NOT NULL,                  -- digest of the model, or its name where a server has none
    prefix    INTEGER NOT NULL,               -- version of what is said before a text
    dimension INTEGER NOT NULL,
    vector    BLOB NOT NULL                   -- float32, of length 1
);
