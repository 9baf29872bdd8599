-- What browsers made of pages, and the files that are kept beside pages.

-- Visits with a rendered document. What is read in such a page is read in it, not in the body.
CREATE TABLE doms (
    visit  INTEGER PRIMARY KEY,
    digest BLOB NOT NULL,                     -- sha-256 of the document
    holder INTEGER                            -- the visit that holds it, when it is not this one
);

-- What the content of a visit is stored under: the first 16 bytes of the digest of what was read.
CREATE VIEW read_digests AS
SELECT k.visit, k.run, k.key, coalesce(substr(d.digest, 1, 16), k.digest) AS digest
FROM known k LEFT JOIN doms d USING (visit);

-- Beside the row in `pending` of the same visit. An imported page may have the document of an earlier visit,
-- and no rendering of its own.
CREATE TABLE pending_renderings (
    visit        INTEGER PRIMARY KEY,
    why          TEXT,
    outcome      TEXT,
    milliseconds INTEGER,
    requests     INTEGER,
    blocked      INTEGER,
    refused      INTEGER,
    wire_bytes   INTEGER,
    final_url    TEXT,
    dom_bytes    INTEGER,
    dom          BLOB NOT NULL                -- one zstd frame; empty when none is kept
);

-- Counters per run, moved in the transaction that moves what they count.
CREATE TABLE render_tallies (
    run          INTEGER NOT NULL,
    why          TEXT NOT NULL,
    outcome      TEXT NOT NULL,
    pages        INTEGER NOT NULL,
    milliseconds INTEGER NOT NULL,
    PRIMARY KEY (run, why, outcome)
) WITHOUT ROWID;

-- Whether any of a sealed file's pages was rendered: only such files have the columns for it.
ALTER TABLE files ADD COLUMN has_renderings INTEGER NOT NULL DEFAULT 0;

-- Files beside pages, each content once. What lies in the folder and not here is no part of the workspace.
CREATE TABLE kept_files (
    sha256 BLOB PRIMARY KEY,
    path   TEXT NOT NULL,                     -- relative to the workspace
    bytes  INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE page_files (
    visit      INTEGER NOT NULL,
    ordinal    INTEGER NOT NULL,
    kind       TEXT NOT NULL,                 -- viewport, full_page, download
    sha256     BLOB NOT NULL,
    media_type TEXT NOT NULL,
    name       TEXT NOT NULL,                 -- as its server called it; never a path
    PRIMARY KEY (visit, ordinal)
) WITHOUT ROWID;
CREATE INDEX page_files_sha256 ON page_files (sha256);
