-- What off-machine backups hold of each device's queue: the newest one, and the one before it.
CREATE TABLE backed_up (org BLOB NOT NULL, dev BLOB NOT NULL, newest BIGINT NOT NULL, before BIGINT, PRIMARY KEY (org, dev)) WITHOUT ROWID;
