-- What off-machine backups hold of each device's queue: the newest one, and the one before it.
CREATE TABLE backed_up (org BYTEA NOT NULL, dev BYTEA NOT NULL, newest BIGINT NOT NULL, before BIGINT, PRIMARY KEY (org, dev));
