-- One decision a desk; those that were made before were the administrators'.
ALTER TABLE decision RENAME TO decision_before;
CREATE TABLE decision (org BLOB NOT NULL, op BIGINT NOT NULL, desk BLOB NOT NULL, allow INT NOT NULL, by_user BLOB NOT NULL, PRIMARY KEY (org, op, desk)) WITHOUT ROWID;
INSERT INTO decision (org, op, desk, allow, by_user) SELECT org, op, x'01', allow, by_user FROM decision_before;
DROP TABLE decision_before;
