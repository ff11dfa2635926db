-- What was merged into a record moves with it.
CREATE TABLE merged (org BLOB NOT NULL, id BLOB NOT NULL, target BLOB NOT NULL, PRIMARY KEY (org, id)) WITHOUT ROWID;
CREATE INDEX merged_into ON merged (org, target, id);
