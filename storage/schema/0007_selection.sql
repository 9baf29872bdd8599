-- What was learned of where the wanted fields stand, and the pages that wait for more of it.

-- Pages of one host that are built alike.
CREATE TABLE templates (
    template TEXT PRIMARY KEY,                -- 12 hexadecimal digits, never given twice
    host     TEXT NOT NULL,
    shape    TEXT NOT NULL,                   -- of its pages' URLs
    sketch   BLOB NOT NULL,                   -- of its most typical page
    pages    INTEGER NOT NULL,
    body     TEXT NOT NULL                    -- JSON
) WITHOUT ROWID;

CREATE INDEX templates_by_host ON templates (host);

-- Per field of a wanted record: how it is found on pages of the template, in versions.
CREATE TABLE learned (
    host     TEXT NOT NULL,
    template TEXT NOT NULL,                   -- empty: every page of the host
    record   TEXT NOT NULL,
    field    TEXT NOT NULL,
    wish     BLOB NOT NULL,                   -- digest of what was wished; empty: whatever is
    version  INTEGER NOT NULL,
    state    TEXT NOT NULL,                   -- probation, promoted, retired, pinned
    body     TEXT NOT NULL,                   -- JSON
    PRIMARY KEY (host, template, record, field, wish, version)
) WITHOUT ROWID;

-- Pages whose records may still change: the built-in answer stands meanwhile.
CREATE TABLE undecided (
    visit    INTEGER PRIMARY KEY,
    run      INTEGER NOT NULL,
    host     TEXT NOT NULL,
    url      TEXT NOT NULL,
    key      BLOB NOT NULL,
    template TEXT NOT NULL,                   -- empty: none yet
    reason   TEXT NOT NULL,                   -- model: the fast tier is asked; probation: selectors are on trial
    version  INTEGER NOT NULL,                -- of what was known of the host when the page was read
    packed   BLOB NOT NULL                    -- what is asked; empty when nothing is
);

CREATE INDEX undecided_by_template ON undecided (run, template, visit);
