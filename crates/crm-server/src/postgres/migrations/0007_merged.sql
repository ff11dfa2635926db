-- What was merged into a record moves with it.
CREATE TABLE merged (org BYTEA NOT NULL, id BYTEA NOT NULL, target BYTEA NOT NULL, PRIMARY KEY (org, id));
CREATE INDEX merged_into ON merged (org, target, id);
