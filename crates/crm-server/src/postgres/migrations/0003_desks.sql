-- One decision a desk; those that were made before were the administrators'.
ALTER TABLE decision RENAME TO decision_before;
CREATE TABLE decision (org BYTEA NOT NULL, op BIGINT NOT NULL, desk BYTEA NOT NULL, allow BOOLEAN NOT NULL, by_user BYTEA NOT NULL, PRIMARY KEY (org, op, desk));
INSERT INTO decision (org, op, desk, allow, by_user) SELECT org, op, '\x01', allow, by_user FROM decision_before;
DROP TABLE decision_before;
