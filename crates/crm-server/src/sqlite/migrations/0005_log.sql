-- Receipts in the order of the log that they lie in; a log is named by its epoch.
ALTER TABLE event ADD COLUMN logged BIGINT NOT NULL DEFAULT 0;
CREATE INDEX event_unlogged ON event (org, received_at, id) WHERE logged = 0;
CREATE TABLE leaf (org BLOB NOT NULL, log BIGINT NOT NULL, n BIGINT NOT NULL, event BLOB, data BLOB NOT NULL, PRIMARY KEY (org, log, n)) WITHOUT ROWID;
CREATE TABLE log_root (org BLOB NOT NULL, rec BLOB NOT NULL, PRIMARY KEY (org, rec)) WITHOUT ROWID;
