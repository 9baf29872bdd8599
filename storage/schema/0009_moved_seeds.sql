-- Redirects of seeds within their site: where they lead is in the scope of the run as the seed itself is.

CREATE TABLE moved_seeds (
    visit  INTEGER PRIMARY KEY,
    run    INTEGER NOT NULL,
    url    TEXT NOT NULL,
    target TEXT NOT NULL                      -- as the server wrote it, perhaps relative
);
CREATE INDEX moved_seeds_run ON moved_seeds (run);
