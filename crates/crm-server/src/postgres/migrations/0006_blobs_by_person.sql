-- Whose delivery a blob is belongs to its name: an event opens what its own author has delivered, and nothing else.
CREATE TABLE delivery (org BYTEA NOT NULL, sha BYTEA NOT NULL, usr BYTEA NOT NULL, len BIGINT NOT NULL, off BIGINT NOT NULL, complete BOOLEAN NOT NULL, PRIMARY KEY (org, sha, usr));
INSERT INTO delivery SELECT org, sha, usr, len, off, complete FROM blob;
CREATE TABLE delivery_chunk (org BYTEA NOT NULL, sha BYTEA NOT NULL, usr BYTEA NOT NULL, off BIGINT NOT NULL, bytes BYTEA NOT NULL, PRIMARY KEY (org, sha, usr, off));
INSERT INTO delivery_chunk SELECT c.org, c.sha, b.usr, c.off, c.bytes FROM blob_chunk c JOIN blob b ON b.org = c.org AND b.sha = c.sha;
-- Who wrote the events of before stands in no column. No app has sent any; those of other clients count as the deliverer's.
CREATE TABLE delivery_ref (org BYTEA NOT NULL, sha BYTEA NOT NULL, rec BYTEA NOT NULL, usr BYTEA NOT NULL, PRIMARY KEY (org, sha, rec));
INSERT INTO delivery_ref SELECT r.org, r.sha, r.rec, b.usr FROM blob_ref r JOIN blob b ON b.org = r.org AND b.sha = r.sha;
DROP TABLE blob_ref;
DROP TABLE blob_chunk;
DROP TABLE blob;
