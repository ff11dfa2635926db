-- A page says which records it holds. Pages of before are made anew, under the next number: no bucket has come to this seq.
DROP TABLE snapshot_page;
CREATE TABLE snapshot_page (org BLOB NOT NULL, bucket BLOB NOT NULL, gen BIGINT NOT NULL, no BIGINT NOT NULL, ids BLOB NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (org, bucket, gen, no));
UPDATE snapshot SET at_seq = 9223372036854775807;
-- Tokens that ended are dropped with each new one.
CREATE INDEX token_until ON token (org, until_ms);
