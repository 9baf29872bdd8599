-- Where the job file of a run lay: files that it names are found from there.

ALTER TABLE runs ADD COLUMN folder TEXT NOT NULL DEFAULT '';
