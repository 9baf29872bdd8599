"""The tables of the ledger of calls; made where they are missing."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS calls (
    key TEXT PRIMARY KEY,           -- of everything that the answer depends on
    run TEXT NOT NULL,              -- the run that it was asked for last
    purpose TEXT NOT NULL,
    tier TEXT NOT NULL,
    model TEXT NOT NULL,
    state TEXT NOT NULL,            -- leased, ended, failed: the last may be tried again
    owner TEXT NOT NULL,
    until REAL NOT NULL,            -- of the lease, in seconds since the epoch
    kind TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '',
    answer TEXT NOT NULL DEFAULT '',
    tokens_in INTEGER NOT NULL DEFAULT 0,
    tokens_out INTEGER NOT NULL DEFAULT 0,
    seconds REAL NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tries (
    key TEXT NOT NULL,
    at REAL NOT NULL,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    tokens_in INTEGER NOT NULL,
    tokens_out INTEGER NOT NULL,
    seconds REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS tries_of ON tries (key);
CREATE TABLE IF NOT EXISTS call_pages (
    key TEXT NOT NULL,
    url TEXT NOT NULL,
    host TEXT NOT NULL,
    PRIMARY KEY (key, url)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS calls_quoting ON call_pages (url);
CREATE TABLE IF NOT EXISTS plans (
    plan TEXT NOT NULL,
    number INTEGER NOT NULL,
    items TEXT NOT NULL,
    PRIMARY KEY (plan, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS words (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
