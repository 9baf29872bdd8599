-- What was learned of where the wanted fields stand, and the pages that wait for more of it.

-- Pages of one site that are built alike.
CREATE TABLE templates (
    template INTEGER PRIMARY KEY AUTOINCREMENT,
    host     TEXT NOT NULL,
    body     TEXT NOT NULL                    -- JSON
);

CREATE INDEX templates_by_host ON templates (host);

-- Per field of a wanted record: how it is found on pages of the template, newest version last.
CREATE TABLE learned (
    template   INTEGER NOT NULL,
    record     TEXT NOT NULL,
    wish       BLOB NOT NULL,                 -- digest of the wanted record: what was learned for one serves its equals
    field      TEXT NOT NULL,
    version    INTEGER NOT NULL,
    state      TEXT NOT NULL,                 -- probation, promoted, retired, pinned
    body       TEXT NOT NULL,                 -- JSON
    changed_at REAL NOT NULL,
    PRIMARY KEY (template, record, wish, field, version)
) WITHOUT ROWID;

-- Pages whose records may still change: the built-in answer stands meanwhile.
CREATE TABLE undecided (
    visit    INTEGER PRIMARY KEY,
    run      INTEGER NOT NULL,
    template INTEGER NOT NULL,                -- 0: none yet
    reason   TEXT NOT NULL,                   -- model: the fast tier is to be asked; probation: selectors are on trial
    tries    INTEGER NOT NULL DEFAULT 0,
    packed   BLOB NOT NULL                    -- what is asked; empty when nothing is
);

CREATE INDEX undecided_by_template ON undecided (run, template, visit);
