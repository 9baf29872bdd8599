-- The list of files changes only by whole transactions that raise its version; a reader says which one it reads.
CREATE TABLE file_list (version INTEGER NOT NULL);
INSERT INTO file_list (version) VALUES (0);

-- The first version of the list without the file; nobody who read the list later needs it.
ALTER TABLE files ADD COLUMN merged_at INTEGER;

-- Visits that are to vanish: no reader is shown them, and the merge of `forget` leaves them behind.
CREATE TABLE forgotten (
    visit  INTEGER PRIMARY KEY,
    digest BLOB                               -- first 16 bytes of the body's sha-256
);
