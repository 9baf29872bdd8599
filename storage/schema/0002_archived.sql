-- What a visit brought along from the archive that it was imported from, and what was sent for it.
ALTER TABLE pending ADD COLUMN request TEXT NOT NULL DEFAULT '[]';            -- JSON list of [name, value]
ALTER TABLE pending ADD COLUMN content_mime_detected TEXT NOT NULL DEFAULT '';
ALTER TABLE pending ADD COLUMN content_truncated TEXT NOT NULL DEFAULT '';    -- why the body is cut
ALTER TABLE pending ADD COLUMN warc_record_id TEXT;                           -- of the record that it was imported from
