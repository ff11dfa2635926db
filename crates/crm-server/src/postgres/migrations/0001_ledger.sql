-- The ledger's tables on PostgreSQL (SYNC 3). `org` stands first in every key and index; no sequences, no triggers, no clock.
-- What people typed is bytes too: a text column refuses the character zero, and an op must never be refused by a column.

-- The organisation, and the row that every writer shares or takes for itself: see the head of ../mod.rs.
CREATE TABLE gate (org BYTEA NOT NULL, PRIMARY KEY (org));
CREATE TABLE meta (org BYTEA NOT NULL, key TEXT NOT NULL, value BYTEA NOT NULL, PRIMARY KEY (org, key));
CREATE TABLE secret (org BYTEA NOT NULL, kind TEXT NOT NULL, id BYTEA NOT NULL, value BYTEA NOT NULL, PRIMARY KEY (org, kind, id));
CREATE TABLE bucket (org BYTEA NOT NULL, id BYTEA NOT NULL, seq BIGINT NOT NULL, min_seq BIGINT NOT NULL, digest BIGINT NOT NULL, PRIMARY KEY (org, id));
CREATE TABLE rec (org BYTEA NOT NULL, id BYTEA NOT NULL, kind BIGINT NOT NULL, root BYTEA NOT NULL, bucket BYTEA NOT NULL, seq BIGINT NOT NULL, body BYTEA NOT NULL, by_op BIGINT NOT NULL, by_at BIGINT NOT NULL, over_ops BYTEA NOT NULL, digest BIGINT NOT NULL, PRIMARY KEY (org, id));
CREATE UNIQUE INDEX rec_seq ON rec (org, bucket, seq);
CREATE INDEX rec_root ON rec (org, root, id);
CREATE TABLE exit (org BYTEA NOT NULL, bucket BYTEA NOT NULL, seq BIGINT NOT NULL, id BYTEA NOT NULL, reason BIGINT NOT NULL, to_label BYTEA, at BIGINT NOT NULL, PRIMARY KEY (org, bucket, seq));
CREATE TABLE op (org BYTEA NOT NULL, cause BYTEA NOT NULL, part BIGINT NOT NULL, id BIGINT NOT NULL, actor BYTEA NOT NULL, dev BYTEA NOT NULL, n BIGINT NOT NULL, outcome BYTEA NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (org, cause, part));
CREATE INDEX op_id ON op (org, id);
CREATE TABLE op_body (org BYTEA NOT NULL, cause BYTEA NOT NULL, part BIGINT NOT NULL, body BYTEA NOT NULL, PRIMARY KEY (org, cause, part));
CREATE TABLE place (org BYTEA NOT NULL, dev BYTEA NOT NULL, n BIGINT NOT NULL, cause BYTEA NOT NULL, part BIGINT NOT NULL, PRIMARY KEY (org, dev, n));
CREATE TABLE hole (org BYTEA NOT NULL, dev BYTEA NOT NULL, from_n BIGINT NOT NULL, to_n BIGINT NOT NULL, PRIMARY KEY (org, dev, from_n));
CREATE TABLE home_log (org BYTEA NOT NULL, id BYTEA NOT NULL, from_ms BIGINT NOT NULL, bucket BYTEA NOT NULL, PRIMARY KEY (org, id, from_ms));
CREATE TABLE grant_log (org BYTEA NOT NULL, usr BYTEA NOT NULL, source BYTEA NOT NULL, bucket BYTEA NOT NULL, from_ms BIGINT NOT NULL, verb BIGINT NOT NULL, to_ms BIGINT, PRIMARY KEY (org, usr, source, bucket, from_ms));
CREATE INDEX grant_source ON grant_log (org, source);
CREATE TABLE waiting (org BYTEA NOT NULL, op BIGINT NOT NULL, cause BYTEA NOT NULL, part BIGINT NOT NULL, dev BYTEA NOT NULL, usr BYTEA NOT NULL, why BIGINT NOT NULL, needs BYTEA NOT NULL, since BIGINT NOT NULL, n BIGINT NOT NULL, permitted_at BIGINT NOT NULL, touches BYTEA NOT NULL, PRIMARY KEY (org, op));
CREATE INDEX waiting_needs ON waiting (org, needs);
CREATE TABLE waiting_rec (org BYTEA NOT NULL, rec BYTEA NOT NULL, op BIGINT NOT NULL, PRIMARY KEY (org, rec, op));
CREATE TABLE decision (org BYTEA NOT NULL, op BIGINT NOT NULL, allow BOOLEAN NOT NULL, by_user BYTEA NOT NULL, PRIMARY KEY (org, op));
CREATE TABLE refused (org BYTEA NOT NULL, id BYTEA NOT NULL, op BIGINT NOT NULL, PRIMARY KEY (org, id));
CREATE TABLE dominated (org BYTEA NOT NULL, id BYTEA NOT NULL, field BIGINT NOT NULL, op BIGINT NOT NULL, PRIMARY KEY (org, id, field, op));
CREATE TABLE tombstone (org BYTEA NOT NULL, id BYTEA NOT NULL, PRIMARY KEY (org, id));
CREATE TABLE device (org BYTEA NOT NULL, id BYTEA NOT NULL, usr BYTEA NOT NULL, alg BIGINT NOT NULL, key BYTEA NOT NULL, last_n BIGINT NOT NULL, last_hash BYTEA NOT NULL, chain_n BIGINT NOT NULL, chain_head BYTEA NOT NULL, last_op_at BIGINT NOT NULL, status BYTEA NOT NULL, status_at BIGINT NOT NULL, seen_at BIGINT NOT NULL, was BYTEA, PRIMARY KEY (org, id));
CREATE TABLE person (org BYTEA NOT NULL, usr BYTEA NOT NULL, account BYTEA NOT NULL, role BYTEA NOT NULL, active BOOLEAN NOT NULL, since BIGINT NOT NULL, PRIMARY KEY (org, usr));
CREATE UNIQUE INDEX person_account ON person (org, account);
CREATE TABLE token (org BYTEA NOT NULL, hash BYTEA NOT NULL, dev BYTEA NOT NULL, usr BYTEA NOT NULL, until_ms BIGINT NOT NULL, PRIMARY KEY (org, hash));
CREATE TABLE event (org BYTEA NOT NULL, id BYTEA NOT NULL, dev BYTEA NOT NULL, chain_n BIGINT NOT NULL, prev BYTEA NOT NULL, hash BYTEA NOT NULL, sig BYTEA NOT NULL, received_at BIGINT NOT NULL, PRIMARY KEY (org, id));
CREATE INDEX event_chain ON event (org, dev, chain_n);
CREATE TABLE snapshot (org BYTEA NOT NULL, bucket BYTEA NOT NULL, gen BIGINT NOT NULL, count BIGINT NOT NULL, at_seq BIGINT NOT NULL, PRIMARY KEY (org, bucket, gen));
CREATE TABLE snapshot_page (org BYTEA NOT NULL, bucket BYTEA NOT NULL, gen BIGINT NOT NULL, no BIGINT NOT NULL, bytes BYTEA NOT NULL, PRIMARY KEY (org, bucket, gen, no));
CREATE TABLE blob (org BYTEA NOT NULL, sha BYTEA NOT NULL, len BIGINT NOT NULL, off BIGINT NOT NULL, complete BOOLEAN NOT NULL, usr BYTEA NOT NULL, PRIMARY KEY (org, sha));
CREATE TABLE blob_chunk (org BYTEA NOT NULL, sha BYTEA NOT NULL, off BIGINT NOT NULL, bytes BYTEA NOT NULL, PRIMARY KEY (org, sha, off));
CREATE TABLE blob_ref (org BYTEA NOT NULL, sha BYTEA NOT NULL, rec BYTEA NOT NULL, PRIMARY KEY (org, sha, rec));
