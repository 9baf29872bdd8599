-- The ledger: the one commit point. Everything else in a workspace is sealed from it or can be rebuilt.

CREATE TABLE runs (
    run          INTEGER PRIMARY KEY,
    id           TEXT NOT NULL UNIQUE,        -- unique across workspaces
    job          TEXT NOT NULL,
    number       INTEGER NOT NULL,
    state        TEXT NOT NULL,               -- running, ended, abandoned
    started_at   REAL NOT NULL,
    ended_at     REAL,
    exit_code    INTEGER,
    note         TEXT NOT NULL DEFAULT '',    -- why it ended, in one line
    seconds_used REAL NOT NULL DEFAULT 0,     -- over all continuations
    rules        TEXT NOT NULL,               -- version of the key rules
    job_file     TEXT NOT NULL,               -- the job as read, canonical JSON
    UNIQUE (job, number)
);

-- The lists of dropped query parameters that were ever in use: look-up tries them all.
CREATE TABLE key_rules (
    version TEXT PRIMARY KEY,
    list    TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE hosts (
    host INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);

-- Every URL a run knows. Narrow on purpose: the index is written at random places.
CREATE TABLE known (
    visit     INTEGER PRIMARY KEY,
    run       INTEGER NOT NULL,
    key       BLOB NOT NULL,                  -- 16 bytes
    state     INTEGER NOT NULL,               -- 0 waiting, 1 done, 2 open: a continued run tries it again
    links_left INTEGER NOT NULL,              -- the most links the crawl may go on from here
    digest    BLOB,                           -- first 16 bytes of the body's sha-256
    validator TEXT,                           -- etag, or last-modified behind a blank
    body      INTEGER,                        -- the visit that holds the body, when it is not this one
    file      INTEGER,                        -- where its page was sealed, and in which row
    row       INTEGER
);
CREATE UNIQUE INDEX known_key ON known (key, run);

CREATE TABLE waiting (
    visit      INTEGER PRIMARY KEY,
    run        INTEGER NOT NULL,
    host       INTEGER NOT NULL,
    priority   INTEGER NOT NULL,
    depth      INTEGER NOT NULL,
    links_left INTEGER NOT NULL,
    kind       INTEGER NOT NULL,
    tries      INTEGER NOT NULL,
    not_before REAL NOT NULL,
    url        TEXT NOT NULL,
    via        BLOB NOT NULL                  -- keys of the redirects that led here, 16 bytes each
);
CREATE INDEX waiting_order ON waiting (run, host, priority, visit);

-- Visits that are committed and not yet sealed.
CREATE TABLE pending (
    visit        INTEGER PRIMARY KEY,
    run          INTEGER NOT NULL,
    url          TEXT NOT NULL,
    key          BLOB NOT NULL,
    host         TEXT NOT NULL,
    kind         INTEGER NOT NULL,
    depth        INTEGER NOT NULL,
    links_left   INTEGER NOT NULL,
    outcome      TEXT NOT NULL,
    reason       TEXT NOT NULL,
    final        INTEGER NOT NULL,
    status       INTEGER NOT NULL,
    fetched_at   REAL NOT NULL,
    location     TEXT NOT NULL,
    headers      TEXT NOT NULL,               -- JSON list of [name, value]
    content_type TEXT NOT NULL,
    charset      TEXT NOT NULL,
    title        TEXT NOT NULL,
    language     TEXT NOT NULL,
    canonical    TEXT NOT NULL,
    digest       BLOB NOT NULL,               -- sha-256 of the decoded body
    body_bytes   INTEGER NOT NULL,
    wire_bytes   INTEGER NOT NULL,
    truncated    INTEGER NOT NULL,
    rendered     INTEGER NOT NULL,
    body_of      INTEGER,                     -- the visit that holds an unchanged body
    body         BLOB NOT NULL,               -- one zstd frame
    links        BLOB NOT NULL                -- one zstd frame over msgpack
);

-- Counters per run, moved in the transaction that moves what they count.
CREATE TABLE tallies (
    run     INTEGER NOT NULL,
    kind    INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    reason  TEXT NOT NULL,
    visits  INTEGER NOT NULL,
    bytes   INTEGER NOT NULL,
    PRIMARY KEY (run, kind, outcome, reason)
) WITHOUT ROWID;

-- How much of a bounded group of URLs is used up: a host's budget, the query variants of one path.
CREATE TABLE budgets (
    run   INTEGER NOT NULL,
    name  BLOB NOT NULL,
    used  INTEGER NOT NULL,
    PRIMARY KEY (run, name)
) WITHOUT ROWID;

-- Sealed Parquet files. A file that is not listed here is not part of the workspace.
CREATE TABLE files (
    file       INTEGER PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,          -- relative to the workspace
    part       TEXT NOT NULL,                 -- pages, content, records, links
    rows       INTEGER NOT NULL,
    bytes      INTEGER NOT NULL,
    raw_bytes  INTEGER NOT NULL,
    level      INTEGER NOT NULL,              -- 0 sealed, higher after each merge
    sealed_at  REAL NOT NULL,
    merged_into INTEGER                       -- set once a merged file replaces it; unlinked when no reader lives
);
