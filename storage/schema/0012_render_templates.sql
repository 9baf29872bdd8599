-- Which kinds of pages are worth a browser, as far as crawls have learned: what is lost of it is learned again.

CREATE TABLE render_templates (
    host          TEXT NOT NULL,
    shape         TEXT NOT NULL,              -- of the addresses of its pages
    build         INTEGER NOT NULL,           -- how its raw pages are built
    marks         INTEGER NOT NULL,           -- what stands out in them
    needs_browser INTEGER,                    -- null until it is known
    pages         INTEGER NOT NULL,           -- that plain HTTP brought
    rendered      INTEGER NOT NULL,
    gained        INTEGER NOT NULL,           -- renderings that were worth it
    next_check    INTEGER NOT NULL,           -- pages, when one that needs none is looked at again
    misses        INTEGER NOT NULL,           -- renderings in a row that gained nothing
    trials        INTEGER NOT NULL,
    trials_gained INTEGER NOT NULL,
    failures      INTEGER NOT NULL,           -- renderings in a row that failed
    resting_until INTEGER NOT NULL,           -- pages, since it failed again and again
    PRIMARY KEY (host, shape, build, marks)
) WITHOUT ROWID;
