-- What engines read in stored bodies: by the body, not by the page that brought it.

CREATE TABLE contents (
    digest       BLOB NOT NULL,               -- sha-256 of the decoded body
    engine       INTEGER NOT NULL,            -- version of the engine
    fingerprint  BLOB NOT NULL,               -- of the main text; empty when there is none
    duplicate_of BLOB,                        -- digest of a body that says the same
    PRIMARY KEY (digest, engine)
) WITHOUT ROWID;

-- Rows that are committed and not yet sealed.
CREATE TABLE pending_contents (
    content      INTEGER PRIMARY KEY,
    digest       BLOB NOT NULL,
    engine       INTEGER NOT NULL,
    host         TEXT NOT NULL,
    url          TEXT NOT NULL,
    page_type    TEXT NOT NULL,
    fingerprint  BLOB NOT NULL,
    duplicate_of BLOB,
    packed       BLOB NOT NULL                -- one zstd frame over msgpack
);
