//! The store's steps as SQL. Where a table has a second index, `INDEXED BY` names it: without statistics SQLite takes the
//! primary key by `org` alone, which is every row there is.
use crate::ledger::store::*;
use crm_domain::bucket::{Bucket, Verb};
use crm_domain::ids::{OpId, Uuid};
use crm_domain::merge::Stamp;
use crm_domain::val::{Val, encode};
use crm_protocol::{Exit, ExitReason};
use rusqlite::types::ToSql;
use rusqlite::{Connection, OptionalExtension, Row as SqlRow, params};
use std::collections::{BTreeMap, BTreeSet};

pub struct SqlTx<'a> {
    pub conn: &'a Connection,
    pub org: Uuid,
}

type Result<T> = std::result::Result<T, StoreError>;
type Sql<T> = rusqlite::Result<T>;

/// The organisation of a file that has one.
pub fn first_org(conn: &Connection) -> Result<Option<Vec<u8>>> {
    Ok(conn.query_row("SELECT org FROM meta LIMIT 1", [], |row| row.get(0)).optional()?)
}

impl SqlTx<'_> {
    fn one<T>(&self, sql: &str, params: &[&dyn ToSql], read: impl FnOnce(&SqlRow) -> Sql<T>) -> Result<Option<T>> {
        Ok(self.conn.prepare_cached(sql)?.query_row(params, read).optional()?)
    }

    fn many<T>(&self, sql: &str, params: &[&dyn ToSql], mut read: impl FnMut(&SqlRow) -> Sql<T>) -> Result<Vec<T>> {
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows = statement.query_map(params, |row| read(row))?;
        Ok(rows.collect::<Sql<_>>()?)
    }

    fn each<T>(
        &self,
        sql: &str,
        params: &[&dyn ToSql],
        read: impl Fn(&SqlRow) -> Sql<T>,
        each: &mut dyn FnMut(T) -> Result<()>,
    ) -> Result<()> {
        let mut statement = self.conn.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        while let Some(row) = rows.next()? {
            each(read(row)?)?;
        }
        Ok(())
    }

    fn run(&self, sql: &str, params: &[&dyn ToSql]) -> Result<usize> {
        Ok(self.conn.prepare_cached(sql)?.execute(params)?)
    }

    fn org(&self) -> &[u8] {
        self.org.as_bytes()
    }
}

fn bad(what: &str) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(what.to_owned().into())
}

fn uuid(row: &SqlRow, i: usize) -> Sql<Uuid> {
    Uuid::from_slice(row.get_ref(i)?.as_blob()?).map_err(|_| bad("a stored id"))
}

fn bucket(row: &SqlRow, i: usize) -> Sql<Bucket> {
    Bucket::from_bytes(row.get_ref(i)?.as_blob()?).ok_or_else(|| bad("a stored bucket"))
}

fn u64_of(row: &SqlRow, i: usize) -> Sql<u64> {
    Ok(row.get::<_, i64>(i)? as u64)
}

fn hash(row: &SqlRow, i: usize) -> Sql<[u8; 32]> {
    row.get_ref(i)?.as_blob()?.try_into().map_err(|_| bad("a stored hash"))
}

/// Ids in one value.
fn packed(ids: &[Uuid]) -> Vec<u8> {
    ids.iter().flat_map(|id| *id.as_bytes()).collect()
}

fn unpacked(ids: &[u8]) -> Vec<Uuid> {
    ids.chunks_exact(16).filter_map(|c| Uuid::from_slice(c).ok()).collect()
}

const REC: &str = "id, kind, root, bucket, seq, body, by_op, by_at, over_ops, digest";

fn rec(row: &SqlRow) -> Sql<Rec> {
    let over: Vec<StoredOver> = minicbor::decode(row.get_ref(8)?.as_blob()?).map_err(|_| bad("stored writers"))?;
    Ok(Rec {
        id: uuid(row, 0)?,
        kind: row.get(1)?,
        root: uuid(row, 2)?,
        bucket: bucket(row, 3)?,
        seq: u64_of(row, 4)?,
        body: row.get(5)?,
        by: Stamp { op: u64_of(row, 6)?, at: u64_of(row, 7)? },
        over: over.into_iter().map(|(field, element, at, op)| (field, element, Stamp { at, op })).collect(),
        digest: u64_of(row, 9)?,
    })
}

type StoredOver = (u16, Option<Val>, u64, OpId);

const DEVICE: &str = "id, usr, alg, key, last_n, last_hash, chain_n, chain_head, last_op_at, status, status_at, \
                      seen_at, was";

fn device(row: &SqlRow) -> Sql<Device> {
    let was: Option<Vec<u8>> = row.get(12)?;
    Ok(Device {
        id: uuid(row, 0)?,
        user: uuid(row, 1)?,
        alg: row.get(2)?,
        key: row.get(3)?,
        last_n: u64_of(row, 4)?,
        last_hash: hash(row, 5)?,
        chain_n: u64_of(row, 6)?,
        chain_head: hash(row, 7)?,
        last_op_at: u64_of(row, 8)?,
        status: DeviceStatus::from_word(row.get_ref(9)?.as_str()?),
        status_at: u64_of(row, 10)?,
        seen_at: u64_of(row, 11)?,
        was: was.and_then(|bytes| Uuid::from_slice(&bytes).ok()),
    })
}

const PERSON: &str = "usr, account, role, active, since";

fn person(row: &SqlRow) -> Sql<Person> {
    Ok(Person {
        user: uuid(row, 0)?,
        account: row.get(1)?,
        role: row.get(2)?,
        active: row.get(3)?,
        since: u64_of(row, 4)?,
    })
}

const OP: &str = "cause, part, id, actor, dev, n, outcome, at";

fn op(row: &SqlRow) -> Sql<OpRec> {
    Ok(OpRec {
        cause: uuid(row, 0)?,
        part: row.get(1)?,
        id: u64_of(row, 2)?,
        actor: uuid(row, 3)?,
        dev: uuid(row, 4)?,
        n: u64_of(row, 5)?,
        outcome: minicbor::decode(row.get_ref(6)?.as_blob()?).map_err(|_| bad("a stored outcome"))?,
        at: u64_of(row, 7)?,
    })
}

const WAITING: &str = "op, cause, part, dev, usr, why, needs, since, n, permitted_at, touches";

fn waiting(row: &SqlRow) -> Sql<Waiting> {
    Ok(Waiting {
        op: u64_of(row, 0)?,
        cause: uuid(row, 1)?,
        part: row.get(2)?,
        dev: uuid(row, 3)?,
        user: uuid(row, 4)?,
        why: row.get(5)?,
        needs: row.get(6)?,
        since: u64_of(row, 7)?,
        n: u64_of(row, 8)?,
        permitted_at: u64_of(row, 9)?,
        touches: unpacked(row.get_ref(10)?.as_blob()?),
    })
}

fn exit(row: &SqlRow) -> Sql<Exit> {
    let reason = if row.get::<_, i64>(2)? == 0 { ExitReason::Moved } else { ExitReason::Purged };
    Ok(Exit { id: uuid(row, 0)?, seq: u64_of(row, 1)?, reason, to: row.get(3)? })
}

impl Tx for SqlTx<'_> {
    fn meta(&self, key: &str) -> Result<Option<Vec<u8>>> {
        self.one("SELECT value FROM meta WHERE org = ?1 AND key = ?2", params![self.org(), key], |r| r.get(0))
    }

    fn put_meta(&self, key: &str, value: &[u8]) -> Result<()> {
        let sql = "INSERT INTO meta (org, key, value) VALUES (?1, ?2, ?3) \
                   ON CONFLICT (org, key) DO UPDATE SET value = excluded.value";
        self.run(sql, params![self.org(), key, value])?;
        Ok(())
    }

    fn secret(&self, kind: &str, id: &[u8]) -> Result<Option<Vec<u8>>> {
        let sql = "SELECT value FROM secret WHERE org = ?1 AND kind = ?2 AND id = ?3";
        self.one(sql, params![self.org(), kind, id], |r| r.get(0))
    }

    fn put_secret(&self, kind: &str, id: &[u8], value: Option<&[u8]>) -> Result<()> {
        self.run("DELETE FROM secret WHERE org = ?1 AND kind = ?2 AND id = ?3", params![self.org(), kind, id])?;
        if let Some(value) = value {
            let sql = "INSERT INTO secret (org, kind, id, value) VALUES (?1, ?2, ?3, ?4)";
            self.run(sql, params![self.org(), kind, id, value])?;
        }
        Ok(())
    }

    fn device(&self, id: Uuid) -> Result<Option<Device>> {
        let sql = format!("SELECT {DEVICE} FROM device WHERE org = ?1 AND id = ?2");
        self.one(&sql, params![self.org(), id.as_bytes()], device)
    }

    fn put_device(&self, d: &Device) -> Result<()> {
        let sql = format!(
            "INSERT INTO device (org, {DEVICE}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) \
             ON CONFLICT (org, id) DO UPDATE SET usr = excluded.usr, alg = excluded.alg, key = excluded.key, \
             last_n = excluded.last_n, last_hash = excluded.last_hash, chain_n = excluded.chain_n, \
             chain_head = excluded.chain_head, last_op_at = excluded.last_op_at, status = excluded.status, \
             status_at = excluded.status_at, seen_at = excluded.seen_at, was = excluded.was"
        );
        let was = d.was.map(|w| w.as_bytes().to_vec());
        self.run(
            &sql,
            params![
                self.org(),
                d.id.as_bytes(),
                d.user.as_bytes(),
                d.alg,
                d.key,
                d.last_n as i64,
                d.last_hash,
                d.chain_n as i64,
                d.chain_head,
                d.last_op_at as i64,
                d.status.word(),
                d.status_at as i64,
                d.seen_at as i64,
                was
            ],
        )?;
        Ok(())
    }

    fn person(&self, user: Uuid) -> Result<Option<Person>> {
        let sql = format!("SELECT {PERSON} FROM person WHERE org = ?1 AND usr = ?2");
        self.one(&sql, params![self.org(), user.as_bytes()], person)
    }

    fn person_of(&self, account: &str) -> Result<Option<Person>> {
        let sql = format!("SELECT {PERSON} FROM person WHERE org = ?1 AND account = ?2");
        self.one(&sql, params![self.org(), account], person)
    }

    fn put_person(&self, p: &Person) -> Result<()> {
        let sql = format!(
            "INSERT INTO person (org, {PERSON}) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (org, usr) DO UPDATE SET \
             account = excluded.account, role = excluded.role, active = excluded.active, since = excluded.since"
        );
        self.run(&sql, params![self.org(), p.user.as_bytes(), p.account, p.role, p.active, p.since as i64])?;
        Ok(())
    }

    fn administrators(&self) -> Result<Vec<Uuid>> {
        let sql = "SELECT usr FROM person WHERE org = ?1 AND role = 'administrator' AND active ORDER BY usr";
        self.many(sql, params![self.org()], |r| uuid(r, 0))
    }

    fn token(&self, of: &[u8; 32]) -> Result<Option<Token>> {
        let sql = "SELECT dev, usr, until_ms FROM token WHERE org = ?1 AND hash = ?2";
        self.one(sql, params![self.org(), of], |r| {
            Ok(Token { dev: uuid(r, 0)?, user: uuid(r, 1)?, until: u64_of(r, 2)? })
        })
    }

    fn put_token(&self, of: &[u8; 32], t: &Token, now: u64) -> Result<()> {
        self.run("DELETE FROM token WHERE org = ?1 AND until_ms < ?2", params![self.org(), now as i64])?;
        let sql = "INSERT INTO token (org, hash, dev, usr, until_ms) VALUES (?1, ?2, ?3, ?4, ?5)";
        self.run(sql, params![self.org(), of, t.dev.as_bytes(), t.user.as_bytes(), t.until as i64])?;
        Ok(())
    }

    fn recs(&self, ids: &[Uuid]) -> Result<Vec<Rec>> {
        let sql = format!("SELECT {REC} FROM rec WHERE org = ?1 AND id = ?2");
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            found.extend(self.one(&sql, params![self.org(), id.as_bytes()], rec)?);
        }
        Ok(found)
    }

    fn under(&self, root: Uuid) -> Result<Vec<Rec>> {
        let sql = format!("SELECT {REC} FROM rec WHERE org = ?1 AND root = ?2 ORDER BY id");
        self.many(&sql, params![self.org(), root.as_bytes()], rec)
    }

    fn put_rec(&self, r: &Rec) -> Result<()> {
        let sql = format!(
            "INSERT INTO rec (org, {REC}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) \
             ON CONFLICT (org, id) DO UPDATE SET kind = excluded.kind, root = excluded.root, bucket = excluded.bucket, \
             seq = excluded.seq, body = excluded.body, by_op = excluded.by_op, by_at = excluded.by_at, \
             over_ops = excluded.over_ops, digest = excluded.digest"
        );
        let over: Vec<StoredOver> = r.over.iter().map(|(f, e, s)| (*f, e.clone(), s.at, s.op)).collect();
        self.run(
            &sql,
            params![
                self.org(),
                r.id.as_bytes(),
                r.kind,
                r.root.as_bytes(),
                r.bucket.to_bytes(),
                r.seq as i64,
                r.body,
                r.by.op as i64,
                r.by.at as i64,
                encode(&over),
                r.digest as i64
            ],
        )?;
        Ok(())
    }

    fn drop_rec(&self, id: Uuid) -> Result<()> {
        self.run("DELETE FROM rec WHERE org = ?1 AND id = ?2", params![self.org(), id.as_bytes()])?;
        Ok(())
    }

    fn rows_after(&self, of: Bucket, seq: u64, limit: usize) -> Result<Vec<Rec>> {
        let sql = format!("SELECT {REC} FROM rec WHERE org = ?1 AND bucket = ?2 AND seq > ?3 ORDER BY seq LIMIT ?4");
        self.many(&sql, params![self.org(), of.to_bytes(), seq as i64, limit as i64], rec)
    }

    fn rows_for_pages(&self, of: Bucket, children: bool, each: &mut dyn FnMut(Rec) -> Result<()>) -> Result<()> {
        let filter = if children { "id <> root ORDER BY root, id" } else { "id = root ORDER BY id" };
        let sql = format!("SELECT {REC} FROM rec INDEXED BY rec_seq WHERE org = ?1 AND bucket = ?2 AND {filter}");
        self.each(&sql, params![self.org(), of.to_bytes()], rec, each)
    }

    fn each_rec(&self, each: &mut dyn FnMut(Rec) -> Result<()>) -> Result<()> {
        self.each(&format!("SELECT {REC} FROM rec WHERE org = ?1"), params![self.org()], rec, each)
    }

    fn bucket(&self, of: Bucket) -> Result<BucketState> {
        let sql = "SELECT seq, min_seq, digest FROM bucket WHERE org = ?1 AND id = ?2";
        Ok(self.one(sql, params![self.org(), of.to_bytes()], bucket_state)?.unwrap_or_default())
    }

    fn buckets(&self) -> Result<Vec<Bucket>> {
        self.many("SELECT id FROM bucket WHERE org = ?1 ORDER BY id", params![self.org()], |r| bucket(r, 0))
    }

    fn bump(&self, of: Bucket, k: u64) -> Result<BucketState> {
        let sql = "INSERT INTO bucket (org, id, seq, min_seq, digest) VALUES (?1, ?2, ?3, 0, 0) \
                   ON CONFLICT (org, id) DO UPDATE SET seq = bucket.seq + excluded.seq RETURNING seq, min_seq, digest";
        let state = self.one(sql, params![self.org(), of.to_bytes(), k as i64], bucket_state)?;
        state.ok_or_else(|| StoreError("a bucket that was just written".into()))
    }

    fn put_digest(&self, of: Bucket, digest: u64) -> Result<()> {
        let sql = "UPDATE bucket SET digest = ?3 WHERE org = ?1 AND id = ?2";
        self.run(sql, params![self.org(), of.to_bytes(), digest as i64])?;
        Ok(())
    }

    fn exits_after(&self, of: Bucket, seq: u64, limit: usize) -> Result<Vec<Exit>> {
        let sql = "SELECT id, seq, reason, to_label FROM exit WHERE org = ?1 AND bucket = ?2 AND seq > ?3 \
                   ORDER BY seq LIMIT ?4";
        self.many(sql, params![self.org(), of.to_bytes(), seq as i64, limit as i64], exit)
    }

    fn left_since(&self, of: Bucket, seq: u64) -> Result<Vec<Uuid>> {
        let sql = "SELECT id FROM exit WHERE org = ?1 AND bucket = ?2 AND seq > ?3";
        self.many(sql, params![self.org(), of.to_bytes(), seq as i64], |r| uuid(r, 0))
    }

    fn put_exit(&self, of: Bucket, e: &Exit, at: u64) -> Result<()> {
        let sql = "INSERT INTO exit (org, bucket, seq, id, reason, to_label, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let reason = i64::from(e.reason != ExitReason::Moved);
        self.run(sql, params![self.org(), of.to_bytes(), e.seq as i64, e.id.as_bytes(), reason, e.to, at as i64])?;
        Ok(())
    }

    fn drop_exits(&self, before: u64) -> Result<u64> {
        let sql = "SELECT bucket, MAX(seq) FROM exit WHERE org = ?1 AND at < ?2 GROUP BY bucket";
        let old = self.many(sql, params![self.org(), before as i64], |r| Ok((bucket(r, 0)?, u64_of(r, 1)?)))?;
        let mut dropped = 0;
        for (of, seq) in old {
            let raise = "UPDATE bucket SET min_seq = ?3 WHERE org = ?1 AND id = ?2 AND min_seq < ?3";
            self.run(raise, params![self.org(), of.to_bytes(), seq as i64])?;
            let drop = "DELETE FROM exit WHERE org = ?1 AND bucket = ?2 AND seq <= ?3";
            dropped += self.run(drop, params![self.org(), of.to_bytes(), seq as i64])? as u64;
        }
        Ok(dropped)
    }

    fn op(&self, cause: Uuid, part: u32) -> Result<Option<OpRec>> {
        let sql = format!("SELECT {OP} FROM op WHERE org = ?1 AND cause = ?2 AND part = ?3");
        self.one(&sql, params![self.org(), cause.as_bytes(), part], op)
    }

    fn op_by_id(&self, id: OpId) -> Result<Option<OpRec>> {
        let sql = format!("SELECT {OP} FROM op INDEXED BY op_id WHERE org = ?1 AND id = ?2");
        self.one(&sql, params![self.org(), id as i64], op)
    }

    fn op_body(&self, cause: Uuid, part: u32) -> Result<Option<Vec<u8>>> {
        let sql = "SELECT body FROM op_body WHERE org = ?1 AND cause = ?2 AND part = ?3";
        self.one(sql, params![self.org(), cause.as_bytes(), part], |r| r.get(0))
    }

    fn op_bodies(&self, after: Option<(Uuid, u32)>, limit: usize) -> Result<Vec<OpBody>> {
        let (cause, part) = after.map_or((Uuid::nil(), -1), |(cause, part)| (cause, i64::from(part)));
        let sql = "SELECT cause, part, body FROM op_body WHERE org = ?1 AND (cause, part) > (?2, ?3) \
                   ORDER BY cause, part LIMIT ?4";
        self.many(sql, params![self.org(), cause.as_bytes(), part, limit as i64], |r| {
            Ok(((uuid(r, 0)?, r.get(1)?), r.get(2)?))
        })
    }

    fn drop_op_body(&self, cause: Uuid, part: u32) -> Result<()> {
        let sql = "DELETE FROM op_body WHERE org = ?1 AND cause = ?2 AND part = ?3";
        self.run(sql, params![self.org(), cause.as_bytes(), part])?;
        Ok(())
    }

    fn put_op(&self, o: &OpRec, body: Option<&[u8]>) -> Result<()> {
        let sql = format!(
            "INSERT INTO op (org, {OP}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (org, cause, part) \
             DO UPDATE SET outcome = excluded.outcome, at = excluded.at"
        );
        self.run(
            &sql,
            params![
                self.org(),
                o.cause.as_bytes(),
                o.part,
                o.id as i64,
                o.actor.as_bytes(),
                o.dev.as_bytes(),
                o.n as i64,
                encode(&o.outcome),
                o.at as i64
            ],
        )?;
        if let Some(body) = body {
            let sql = "INSERT INTO op_body (org, cause, part, body) VALUES (?1, ?2, ?3, ?4)";
            self.run(sql, params![self.org(), o.cause.as_bytes(), o.part, body])?;
        }
        Ok(())
    }

    fn place(&self, dev: Uuid, n: u64) -> Result<Option<(Uuid, u32)>> {
        let sql = "SELECT cause, part FROM place WHERE org = ?1 AND dev = ?2 AND n = ?3";
        self.one(sql, params![self.org(), dev.as_bytes(), n as i64], |r| Ok((uuid(r, 0)?, r.get(1)?)))
    }

    fn put_place(&self, dev: Uuid, n: u64, cause: Uuid, part: u32) -> Result<()> {
        let sql = "INSERT INTO place (org, dev, n, cause, part) VALUES (?1, ?2, ?3, ?4, ?5)";
        self.run(sql, params![self.org(), dev.as_bytes(), n as i64, cause.as_bytes(), part])?;
        Ok(())
    }

    fn is_hole(&self, dev: Uuid, n: u64) -> Result<bool> {
        let sql = "SELECT 1 FROM hole WHERE org = ?1 AND dev = ?2 AND from_n <= ?3 AND to_n >= ?3 LIMIT 1";
        Ok(self.one(sql, params![self.org(), dev.as_bytes(), n as i64], |_| Ok(()))?.is_some())
    }

    fn put_hole(&self, dev: Uuid, from: u64, to: u64) -> Result<()> {
        let sql = "INSERT INTO hole (org, dev, from_n, to_n) VALUES (?1, ?2, ?3, ?4)";
        self.run(sql, params![self.org(), dev.as_bytes(), from as i64, to as i64])?;
        Ok(())
    }

    fn stable_n(&self, dev: Uuid) -> Result<Option<u64>> {
        let sql = "SELECT before FROM backed_up WHERE org = ?1 AND dev = ?2 AND before IS NOT NULL";
        self.one(sql, params![self.org(), dev.as_bytes()], |r| Ok(r.get::<_, i64>(0)? as u64))
    }

    fn put_backed_up(&self, dev: Uuid, n: u64) -> Result<()> {
        let sql = "INSERT INTO backed_up (org, dev, newest, before) VALUES (?1, ?2, ?3, NULL) \
                   ON CONFLICT (org, dev) DO UPDATE SET before = backed_up.newest, newest = excluded.newest";
        self.run(sql, params![self.org(), dev.as_bytes(), n as i64])?;
        Ok(())
    }

    fn devices(&self) -> Result<Vec<Device>> {
        let sql = format!("SELECT {DEVICE} FROM device WHERE org = ?1 ORDER BY id");
        self.many(&sql, params![self.org()], device)
    }

    fn home_at(&self, id: Uuid, at: u64) -> Result<Option<Bucket>> {
        let sql = "SELECT bucket FROM home_log WHERE org = ?1 AND id = ?2 AND from_ms <= ?3 \
                   ORDER BY from_ms DESC LIMIT 1";
        self.one(sql, params![self.org(), id.as_bytes(), at as i64], |r| bucket(r, 0))
    }

    fn put_home(&self, id: Uuid, of: Bucket, from: u64) -> Result<()> {
        let sql = "INSERT INTO home_log (org, id, from_ms, bucket) VALUES (?1, ?2, ?3, ?4) \
                   ON CONFLICT (org, id, from_ms) DO UPDATE SET bucket = excluded.bucket";
        self.run(sql, params![self.org(), id.as_bytes(), from as i64, of.to_bytes()])?;
        Ok(())
    }

    fn grants_at(&self, user: Uuid, at: u64) -> Result<Vec<(Bucket, Verb)>> {
        let sql = "SELECT bucket, verb FROM grant_log WHERE org = ?1 AND usr = ?2 AND from_ms <= ?3 \
                   AND (to_ms IS NULL OR to_ms > ?3)";
        let grants = self.many(sql, params![self.org(), user.as_bytes(), at as i64], |r| {
            let verb = match r.get::<_, i64>(1)? {
                0 => Verb::Read,
                1 => Verb::Put,
                _ => Verb::Write,
            };
            Ok((bucket(r, 0)?, verb))
        })?;
        // SQLite would build an index of its own for each asking, to group by.
        let mut greatest: BTreeMap<Vec<u8>, (Bucket, Verb)> = BTreeMap::new();
        for (of, verb) in grants {
            let held = greatest.entry(of.to_bytes()).or_insert((of, verb));
            held.1 = held.1.max(verb);
        }
        Ok(greatest.into_values().collect())
    }

    fn open_grant(&self, source: Uuid, user: Uuid, of: Bucket, verb: Verb, from: u64) -> Result<()> {
        let sql = "INSERT INTO grant_log (org, usr, source, bucket, from_ms, verb, to_ms) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL) \
                   ON CONFLICT (org, usr, source, bucket, from_ms) DO UPDATE SET verb = excluded.verb, to_ms = NULL";
        let (user, source) = (user.as_bytes(), source.as_bytes());
        self.run(sql, params![self.org(), user, source, of.to_bytes(), from as i64, verb as i64])?;
        Ok(())
    }

    fn close_grants(&self, source: Uuid, to: u64) -> Result<()> {
        let sql =
            "UPDATE grant_log INDEXED BY grant_source SET to_ms = ?3 WHERE org = ?1 AND source = ?2 AND to_ms IS NULL";
        self.run(sql, params![self.org(), source.as_bytes(), to as i64])?;
        Ok(())
    }

    fn put_waiting(&self, w: &Waiting) -> Result<()> {
        self.drop_waiting(w.op)?;
        let sql =
            format!("INSERT INTO waiting (org, {WAITING}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)");
        let touches = packed(&w.touches);
        self.run(
            &sql,
            params![
                self.org(),
                w.op as i64,
                w.cause.as_bytes(),
                w.part,
                w.dev.as_bytes(),
                w.user.as_bytes(),
                w.why,
                w.needs,
                w.since as i64,
                w.n as i64,
                w.permitted_at as i64,
                touches
            ],
        )?;
        for id in &w.touches {
            let sql = "INSERT INTO waiting_rec (org, rec, op) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
            self.run(sql, params![self.org(), id.as_bytes(), w.op as i64])?;
        }
        Ok(())
    }

    fn drop_waiting(&self, op: OpId) -> Result<()> {
        if let Some(old) = self.waiting(op)? {
            for id in &old.touches {
                let sql = "DELETE FROM waiting_rec WHERE org = ?1 AND rec = ?2 AND op = ?3";
                self.run(sql, params![self.org(), id.as_bytes(), op as i64])?;
            }
            self.run("DELETE FROM waiting WHERE org = ?1 AND op = ?2", params![self.org(), op as i64])?;
        }
        Ok(())
    }

    fn waiting(&self, op: OpId) -> Result<Option<Waiting>> {
        let sql = format!("SELECT {WAITING} FROM waiting WHERE org = ?1 AND op = ?2");
        self.one(&sql, params![self.org(), op as i64], waiting)
    }

    fn waiting_for(&self, needs: &[u8]) -> Result<Vec<Waiting>> {
        let sql = format!(
            "SELECT {WAITING} FROM waiting INDEXED BY waiting_needs WHERE org = ?1 AND needs = ?2 ORDER BY since, n, op"
        );
        self.many(&sql, params![self.org(), needs], waiting)
    }

    fn waiting_on(&self, ids: &[Uuid]) -> Result<Vec<Waiting>> {
        let mut found: Vec<Waiting> = Vec::new();
        for id in ids {
            let sql = "SELECT op FROM waiting_rec WHERE org = ?1 AND rec = ?2 ORDER BY op";
            for op in self.many(sql, params![self.org(), id.as_bytes()], |r| u64_of(r, 0))? {
                if !found.iter().any(|w| w.op == op) {
                    found.extend(self.waiting(op)?);
                }
            }
        }
        Ok(found)
    }

    fn decisions(&self, op: OpId) -> Result<Vec<Decided>> {
        let sql = "SELECT desk, allow, by_user FROM decision WHERE org = ?1 AND op = ?2 ORDER BY desk";
        self.many(sql, params![self.org(), op as i64], |r| {
            Ok(Decided { desk: bucket(r, 0)?, allow: r.get(1)?, by: uuid(r, 2)? })
        })
    }

    fn put_decision(&self, op: OpId, decided: &Decided) -> Result<()> {
        let sql = "INSERT INTO decision (org, op, desk, allow, by_user) VALUES (?1, ?2, ?3, ?4, ?5)";
        let Decided { desk, allow, by } = decided;
        self.run(sql, params![self.org(), op as i64, desk.to_bytes(), allow, by.as_bytes()])?;
        Ok(())
    }

    fn refused(&self, id: Uuid) -> Result<Option<OpId>> {
        let sql = "SELECT op FROM refused WHERE org = ?1 AND id = ?2";
        self.one(sql, params![self.org(), id.as_bytes()], |r| u64_of(r, 0))
    }

    fn put_refused(&self, id: Uuid, op: Option<OpId>) -> Result<()> {
        self.run("DELETE FROM refused WHERE org = ?1 AND id = ?2", params![self.org(), id.as_bytes()])?;
        if let Some(op) = op {
            let sql = "INSERT INTO refused (org, id, op) VALUES (?1, ?2, ?3)";
            self.run(sql, params![self.org(), id.as_bytes(), op as i64])?;
        }
        Ok(())
    }

    fn merged_into(&self, id: Uuid) -> Result<Vec<Uuid>> {
        let sql = "SELECT id FROM merged WHERE org = ?1 AND target = ?2 ORDER BY id";
        self.many(sql, params![self.org(), id.as_bytes()], |r| uuid(r, 0))
    }

    fn put_merged(&self, id: Uuid, into: Option<Uuid>) -> Result<()> {
        self.run("DELETE FROM merged WHERE org = ?1 AND id = ?2", params![self.org(), id.as_bytes()])?;
        if let Some(into) = into {
            let sql = "INSERT INTO merged (org, id, target) VALUES (?1, ?2, ?3)";
            self.run(sql, params![self.org(), id.as_bytes(), into.as_bytes()])?;
        }
        Ok(())
    }

    fn is_dominated(&self, id: Uuid, field: u16, op: OpId) -> Result<bool> {
        let sql = "SELECT 1 FROM dominated WHERE org = ?1 AND id = ?2 AND field = ?3 AND op = ?4";
        Ok(self.one(sql, params![self.org(), id.as_bytes(), field, op as i64], |_| Ok(()))?.is_some())
    }

    fn put_dominated(&self, id: Uuid, field: u16, op: OpId) -> Result<()> {
        let sql = "INSERT INTO dominated (org, id, field, op) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
        self.run(sql, params![self.org(), id.as_bytes(), field, op as i64])?;
        Ok(())
    }

    fn is_tombstone(&self, id: Uuid) -> Result<bool> {
        let sql = "SELECT 1 FROM tombstone WHERE org = ?1 AND id = ?2";
        Ok(self.one(sql, params![self.org(), id.as_bytes()], |_| Ok(()))?.is_some())
    }

    fn put_tombstone(&self, id: Uuid) -> Result<()> {
        let sql = "INSERT INTO tombstone (org, id) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        self.run(sql, params![self.org(), id.as_bytes()])?;
        Ok(())
    }

    fn put_event(&self, e: &ChainedEvent) -> Result<()> {
        let sql = "INSERT INTO event (org, id, dev, chain_n, prev, hash, sig, received_at) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        self.run(
            sql,
            params![
                self.org(),
                e.id.as_bytes(),
                e.dev.as_bytes(),
                e.chain_n as i64,
                e.prev,
                e.hash,
                e.sig,
                e.received_at as i64
            ],
        )?;
        Ok(())
    }

    fn unlogged(&self, limit: u32) -> Result<Vec<(Uuid, [u8; 32], u64)>> {
        let sql = "SELECT id, hash, received_at FROM event WHERE org = ?1 AND logged = 0 \
                   ORDER BY received_at, id LIMIT ?2";
        self.many(sql, params![self.org(), limit], |r| Ok((uuid(r, 0)?, hash(r, 1)?, u64_of(r, 2)?)))
    }

    fn received(&self, id: Uuid) -> Result<Option<([u8; 32], u64)>> {
        let sql = "SELECT hash, received_at FROM event WHERE org = ?1 AND id = ?2";
        self.one(sql, params![self.org(), id.as_bytes()], |r| Ok((hash(r, 0)?, u64_of(r, 1)?)))
    }

    fn put_leaf(&self, log: u64, n: u64, event: Option<Uuid>, data: &[u8]) -> Result<()> {
        let sql = "INSERT INTO leaf (org, log, n, event, data) VALUES (?1, ?2, ?3, ?4, ?5)";
        let id = event.as_ref().map(|id| id.as_bytes().as_slice());
        self.run(sql, params![self.org(), log as i64, n as i64, id, data])?;
        if let Some(event) = event {
            let sql = "UPDATE event SET logged = 1 WHERE org = ?1 AND id = ?2";
            self.run(sql, params![self.org(), event.as_bytes()])?;
        }
        Ok(())
    }

    fn leaf_count(&self, log: u64) -> Result<u64> {
        let sql = "SELECT n + 1 FROM leaf WHERE org = ?1 AND log = ?2 ORDER BY n DESC LIMIT 1";
        Ok(self.one(sql, params![self.org(), log as i64], |r| u64_of(r, 0))?.unwrap_or(0))
    }

    fn leaves(&self, log: u64) -> Result<Vec<(Option<Uuid>, Vec<u8>)>> {
        let sql = "SELECT event, data FROM leaf WHERE org = ?1 AND log = ?2 ORDER BY n";
        self.many(sql, params![self.org(), log as i64], |r| {
            let event: Option<Vec<u8>> = r.get(0)?;
            Ok((event.and_then(|bytes| Uuid::from_slice(&bytes).ok()), r.get(1)?))
        })
    }

    fn put_root(&self, rec: Uuid) -> Result<()> {
        self.run("INSERT INTO log_root (org, rec) VALUES (?1, ?2)", params![self.org(), rec.as_bytes()])?;
        Ok(())
    }

    fn roots(&self) -> Result<Vec<Uuid>> {
        self.many("SELECT rec FROM log_root WHERE org = ?1 ORDER BY rec", params![self.org()], |r| uuid(r, 0))
    }

    fn logs(&self) -> Result<Vec<u64>> {
        self.many("SELECT DISTINCT log FROM leaf WHERE org = ?1 ORDER BY log", params![self.org()], |r| u64_of(r, 0))
    }

    fn chained(&self, id: Uuid) -> Result<Option<[u8; 32]>> {
        let sql = "SELECT hash FROM event WHERE org = ?1 AND id = ?2";
        self.one(sql, params![self.org(), id.as_bytes()], |r| hash(r, 0))
    }

    fn generation(&self, of: Bucket) -> Result<Option<Generation>> {
        let sql = "SELECT gen, count, at_seq FROM snapshot WHERE org = ?1 AND bucket = ?2 ORDER BY gen DESC LIMIT 1";
        self.one(sql, params![self.org(), of.to_bytes()], |r| {
            Ok(Generation { number: r.get(0)?, count: r.get(1)?, at_seq: u64_of(r, 2)? })
        })
    }

    fn put_pages(&self, of: Bucket, g: &Generation, pages: &[KeptPage]) -> Result<()> {
        let of = of.to_bytes();
        // The generation before stays, for devices in the middle of it.
        let keep = i64::from(g.number) - 1;
        for table in ["snapshot", "snapshot_page"] {
            let sql = format!("DELETE FROM {table} WHERE org = ?1 AND bucket = ?2 AND gen < ?3");
            self.run(&sql, params![self.org(), of, keep])?;
        }
        let sql = "INSERT INTO snapshot (org, bucket, gen, count, at_seq) VALUES (?1, ?2, ?3, ?4, ?5)";
        self.run(sql, params![self.org(), of, g.number, g.count, g.at_seq as i64])?;
        let sql = "INSERT INTO snapshot_page (org, bucket, gen, no, ids, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        for (no, page) in pages.iter().enumerate() {
            self.run(sql, params![self.org(), of, g.number, no as i64, packed(&page.ids), page.bytes])?;
        }
        Ok(())
    }

    fn page(&self, of: Bucket, generation: u32, no: u32) -> Result<Option<(KeptPage, u64)>> {
        let sql = "SELECT ids, bytes, at_seq FROM snapshot_page JOIN snapshot USING (org, bucket, gen) \
                   WHERE org = ?1 AND bucket = ?2 AND gen = ?3 AND no = ?4";
        self.one(sql, params![self.org(), of.to_bytes(), generation, no], |r| {
            Ok((KeptPage { ids: unpacked(r.get_ref(0)?.as_blob()?), bytes: r.get(1)? }, u64_of(r, 2)?))
        })
    }

    fn pages_with(&self, ids: &BTreeSet<Uuid>) -> Result<Vec<(Bucket, u32, u32, KeptPage)>> {
        let sql = "SELECT bucket, gen, no, ids, bytes FROM snapshot_page WHERE org = ?1 ORDER BY bucket, gen, no";
        let all = self.many(sql, params![self.org()], |r| {
            let held = unpacked(r.get_ref(3)?.as_blob()?);
            if !held.iter().any(|id| ids.contains(id)) {
                return Ok(None);
            }
            Ok(Some((bucket(r, 0)?, r.get(1)?, r.get(2)?, KeptPage { ids: held, bytes: r.get(4)? })))
        })?;
        Ok(all.into_iter().flatten().collect())
    }

    fn put_page(&self, of: Bucket, generation: u32, no: u32, page: &KeptPage) -> Result<()> {
        let sql =
            "UPDATE snapshot_page SET ids = ?5, bytes = ?6 WHERE org = ?1 AND bucket = ?2 AND gen = ?3 AND no = ?4";
        self.run(sql, params![self.org(), of.to_bytes(), generation, no, packed(&page.ids), page.bytes])?;
        Ok(())
    }

    fn blob(&self, sha: &[u8; 32], user: Uuid) -> Result<Option<Blob>> {
        let sql = "SELECT len, off, complete FROM delivery WHERE org = ?1 AND sha = ?2 AND usr = ?3";
        self.one(sql, params![self.org(), sha, user.as_bytes()], |r| {
            Ok(Blob { len: u64_of(r, 0)?, offset: u64_of(r, 1)?, complete: r.get(2)? })
        })
    }

    fn put_blob(&self, sha: &[u8; 32], user: Uuid, blob: Option<&Blob>) -> Result<()> {
        let Some(b) = blob else {
            for sql in [
                "DELETE FROM delivery WHERE org = ?1 AND sha = ?2 AND usr = ?3",
                "DELETE FROM delivery_chunk WHERE org = ?1 AND sha = ?2 AND usr = ?3",
            ] {
                self.run(sql, params![self.org(), sha, user.as_bytes()])?;
            }
            return Ok(());
        };
        let sql = "INSERT INTO delivery (org, sha, usr, len, off, complete) VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
                   ON CONFLICT (org, sha, usr) DO UPDATE SET off = excluded.off, complete = excluded.complete";
        self.run(sql, params![self.org(), sha, user.as_bytes(), b.len as i64, b.offset as i64, b.complete])?;
        Ok(())
    }

    fn put_blob_bytes(&self, sha: &[u8; 32], user: Uuid, offset: u64, bytes: &[u8]) -> Result<()> {
        let sql = "INSERT INTO delivery_chunk (org, sha, usr, off, bytes) VALUES (?1, ?2, ?3, ?4, ?5)";
        self.run(sql, params![self.org(), sha, user.as_bytes(), offset as i64, bytes])?;
        Ok(())
    }

    fn blob_bytes(&self, sha: &[u8; 32], user: Uuid) -> Result<Vec<u8>> {
        let sql = "SELECT bytes FROM delivery_chunk WHERE org = ?1 AND sha = ?2 AND usr = ?3 ORDER BY off";
        Ok(self.many(sql, params![self.org(), sha, user.as_bytes()], |r| r.get::<_, Vec<u8>>(0))?.concat())
    }

    fn put_blob_ref(&self, sha: &[u8; 32], rec: Uuid, user: Uuid) -> Result<()> {
        let sql = "INSERT INTO delivery_ref (org, sha, rec, usr) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
        self.run(sql, params![self.org(), sha, rec.as_bytes(), user.as_bytes()])?;
        Ok(())
    }

    fn drop_blob_ref(&self, sha: &[u8; 32], rec: Uuid) -> Result<()> {
        let sql = "DELETE FROM delivery_ref WHERE org = ?1 AND sha = ?2 AND rec = ?3";
        self.run(sql, params![self.org(), sha, rec.as_bytes()])?;
        Ok(())
    }

    fn blob_refs(&self, sha: &[u8; 32]) -> Result<Vec<(Uuid, Uuid)>> {
        let sql = "SELECT rec, usr FROM delivery_ref WHERE org = ?1 AND sha = ?2 ORDER BY rec";
        self.many(sql, params![self.org(), sha], |r| Ok((uuid(r, 0)?, uuid(r, 1)?)))
    }
}

fn bucket_state(row: &SqlRow) -> Sql<BucketState> {
    Ok(BucketState { seq: u64_of(row, 0)?, min_seq: u64_of(row, 1)?, digest: u64_of(row, 2)? })
}
