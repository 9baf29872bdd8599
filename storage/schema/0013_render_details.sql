-- What a person should know of a rendering: the step that could not be done, what the browser said.

ALTER TABLE pending_renderings ADD COLUMN detail TEXT;
