//! The store's steps as SQL, with the locks that the module's head speaks of.
use super::rows::{
    self, DEVICE, OP, PERSON, REC, WAITING, bucket, bytes, hash, number, packed, u64_of, unpacked, uuid,
};
use super::tx::{PgTx, args, slice};
use crate::ledger::store::*;
use crm_domain::bucket::{Bucket, Verb};
use crm_domain::ids::{OpId, Uuid};
use crm_domain::val::encode;
use crm_protocol::{Exit, ExitReason};
use std::collections::BTreeSet;

type Result<T> = std::result::Result<T, StoreError>;

impl Tx for PgTx<'_> {
    fn meta(&self, key: &str) -> Result<Option<Vec<u8>>> {
        self.one("SELECT value FROM meta WHERE org = $1 AND key = $2", args![self.org(), key], |r| bytes(r, 0))
    }

    fn put_meta(&self, key: &str, value: &[u8]) -> Result<()> {
        self.alone()?;
        let sql = "INSERT INTO meta (org, key, value) VALUES ($1, $2, $3) \
                   ON CONFLICT (org, key) DO UPDATE SET value = excluded.value";
        self.run(sql, args![self.org(), key, value])?;
        Ok(())
    }

    fn secret(&self, kind: &str, id: &[u8]) -> Result<Option<Vec<u8>>> {
        let sql = "SELECT value FROM secret WHERE org = $1 AND kind = $2 AND id = $3";
        self.one(sql, args![self.org(), kind, id], |r| bytes(r, 0))
    }

    fn put_secret(&self, kind: &str, id: &[u8], value: Option<&[u8]>) -> Result<()> {
        self.run("DELETE FROM secret WHERE org = $1 AND kind = $2 AND id = $3", args![self.org(), kind, id])?;
        if let Some(value) = value {
            let sql = "INSERT INTO secret (org, kind, id, value) VALUES ($1, $2, $3, $4)";
            self.run(sql, args![self.org(), kind, id, value])?;
        }
        Ok(())
    }

    fn device(&self, id: Uuid) -> Result<Option<Device>> {
        let sql = self.locking(format!("SELECT {DEVICE} FROM device WHERE org = $1 AND id = $2"));
        let found = self.one(&sql, args![self.org(), slice(&id)], rows::device)?;
        if found.is_none() {
            self.missed("device", slice(&id));
        }
        Ok(found)
    }

    fn put_device(&self, d: &Device) -> Result<()> {
        let new = self.is_new("device", slice(&d.id));
        let sql = format!(
            "INSERT INTO device (org, {DEVICE}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
        );
        let over = " ON CONFLICT (org, id) DO UPDATE SET usr = excluded.usr, alg = excluded.alg, key = excluded.key, \
                    last_n = excluded.last_n, last_hash = excluded.last_hash, chain_n = excluded.chain_n, \
                    chain_head = excluded.chain_head, last_op_at = excluded.last_op_at, status = excluded.status, \
                    status_at = excluded.status_at, seen_at = excluded.seen_at, was = excluded.was";
        self.run(
            &if new { sql } else { sql + over },
            args![
                self.org(),
                slice(&d.id),
                slice(&d.user),
                i64::from(d.alg),
                d.key,
                d.last_n as i64,
                d.last_hash.as_slice(),
                d.chain_n as i64,
                d.chain_head.as_slice(),
                d.last_op_at as i64,
                d.status.word().as_bytes(),
                d.status_at as i64,
                d.seen_at as i64,
                d.was.as_ref().map(slice),
            ],
        )?;
        Ok(())
    }

    fn person(&self, user: Uuid) -> Result<Option<Person>> {
        let sql = format!("SELECT {PERSON} FROM person WHERE org = $1 AND usr = $2");
        self.one(&sql, args![self.org(), slice(&user)], rows::person)
    }

    fn person_of(&self, account: &str) -> Result<Option<Person>> {
        let sql = format!("SELECT {PERSON} FROM person WHERE org = $1 AND account = $2");
        self.one(&sql, args![self.org(), account.as_bytes()], rows::person)
    }

    fn put_person(&self, p: &Person) -> Result<()> {
        self.alone()?;
        let sql = format!(
            "INSERT INTO person (org, {PERSON}) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (org, usr) DO UPDATE SET \
             account = excluded.account, role = excluded.role, active = excluded.active, since = excluded.since"
        );
        let (account, role) = (p.account.as_bytes(), p.role.as_bytes());
        self.run(&sql, args![self.org(), slice(&p.user), account, role, p.active, p.since as i64])?;
        Ok(())
    }

    fn administrators(&self) -> Result<Vec<Uuid>> {
        let sql = "SELECT usr FROM person WHERE org = $1 AND role = $2 AND active ORDER BY usr";
        self.many(sql, args![self.org(), b"administrator".as_slice()], |r| uuid(r, 0))
    }

    fn token(&self, of: &[u8; 32]) -> Result<Option<Token>> {
        let sql = "SELECT dev, usr, until_ms FROM token WHERE org = $1 AND hash = $2";
        self.one(sql, args![self.org(), of.as_slice()], |r| {
            Ok(Token { dev: uuid(r, 0)?, user: uuid(r, 1)?, until: u64_of(r, 2)? })
        })
    }

    fn put_token(&self, of: &[u8; 32], t: &Token, now: u64) -> Result<()> {
        self.run("DELETE FROM token WHERE org = $1 AND until_ms < $2", args![self.org(), now as i64])?;
        let sql = "INSERT INTO token (org, hash, dev, usr, until_ms) VALUES ($1, $2, $3, $4, $5)";
        self.run(sql, args![self.org(), of.as_slice(), slice(&t.dev), slice(&t.user), t.until as i64])?;
        Ok(())
    }

    fn recs(&self, ids: &[Uuid]) -> Result<Vec<Rec>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        self.send_recs()?;
        // One by one along the key, in the order of the ids: a planner that knows nothing of a young table yet would read
        // all of the organisation's rows for `= ANY`.
        let one = self.locking(format!("SELECT {REC} FROM rec WHERE org = $1 AND id = wanted.id OFFSET 0"));
        let sql = format!("SELECT found.* FROM unnest($2::BYTEA[]) AS wanted (id), LATERAL ({one}) AS found");
        let wanted: Vec<&[u8]> = ids.iter().map(slice).collect();
        let mut found = self.many(&sql, args![self.org(), wanted], rows::rec)?;
        found.sort_by_key(|rec| rec.id);
        if found.len() < ids.len() {
            let known: BTreeSet<Uuid> = found.iter().map(|r| r.id).collect();
            ids.iter().filter(|id| !known.contains(id)).for_each(|id| self.missed("rec", slice(id)));
        }
        Ok(found)
    }

    fn under(&self, root: Uuid) -> Result<Vec<Rec>> {
        self.send_recs()?;
        let sql = self.locking(format!("SELECT {REC} FROM rec WHERE org = $1 AND root = $2 ORDER BY id"));
        self.many(&sql, args![self.org(), slice(&root)], rows::rec)
    }

    fn put_rec(&self, r: &Rec) -> Result<()> {
        self.put.borrow_mut().insert(r.id, r.clone());
        Ok(())
    }

    fn drop_rec(&self, id: Uuid) -> Result<()> {
        self.send_recs()?;
        self.run("DELETE FROM rec WHERE org = $1 AND id = $2", args![self.org(), slice(&id)])?;
        Ok(())
    }

    fn rows_after(&self, of: Bucket, seq: u64, limit: usize) -> Result<Vec<Rec>> {
        self.send_recs()?;
        let sql = format!("SELECT {REC} FROM rec WHERE org = $1 AND bucket = $2 AND seq > $3 ORDER BY seq LIMIT $4");
        self.many(&sql, args![self.org(), of.to_bytes(), seq as i64, limit as i64], rows::rec)
    }

    fn rows_for_pages(&self, of: Bucket, children: bool, each: &mut dyn FnMut(Rec) -> Result<()>) -> Result<()> {
        self.send_recs()?;
        let filter = if children { "id <> root ORDER BY root, id" } else { "id = root ORDER BY id" };
        let sql = format!("SELECT {REC} FROM rec WHERE org = $1 AND bucket = $2 AND {filter}");
        self.each(&sql, args![self.org(), of.to_bytes()], each)
    }

    fn each_rec(&self, each: &mut dyn FnMut(Rec) -> Result<()>) -> Result<()> {
        self.send_recs()?;
        self.each(&format!("SELECT {REC} FROM rec WHERE org = $1"), args![self.org()], each)
    }

    fn bucket(&self, of: Bucket) -> Result<BucketState> {
        let sql = "SELECT seq, min_seq, digest FROM bucket WHERE org = $1 AND id = $2";
        Ok(self.one(sql, args![self.org(), of.to_bytes()], rows::bucket_state)?.unwrap_or_default())
    }

    fn buckets(&self) -> Result<Vec<Bucket>> {
        self.many("SELECT id FROM bucket WHERE org = $1 ORDER BY id", args![self.org()], |r| bucket(r, 0))
    }

    fn bump(&self, of: Bucket, k: u64) -> Result<BucketState> {
        let sql = "INSERT INTO bucket (org, id, seq, min_seq, digest) VALUES ($1, $2, $3, 0, 0) \
                   ON CONFLICT (org, id) DO UPDATE SET seq = bucket.seq + excluded.seq RETURNING seq, min_seq, digest";
        let state = self.one(sql, args![self.org(), of.to_bytes(), k as i64], rows::bucket_state)?;
        state.ok_or_else(|| StoreError("a bucket that was just written".into()))
    }

    fn put_digest(&self, of: Bucket, digest: u64) -> Result<()> {
        let sql = "UPDATE bucket SET digest = $3 WHERE org = $1 AND id = $2";
        self.run(sql, args![self.org(), of.to_bytes(), digest as i64])?;
        Ok(())
    }

    fn exits_after(&self, of: Bucket, seq: u64, limit: usize) -> Result<Vec<Exit>> {
        let sql = "SELECT id, seq, reason, to_label FROM exit WHERE org = $1 AND bucket = $2 AND seq > $3 \
                   ORDER BY seq LIMIT $4";
        self.many(sql, args![self.org(), of.to_bytes(), seq as i64, limit as i64], rows::exit)
    }

    fn left_since(&self, of: Bucket, seq: u64) -> Result<Vec<Uuid>> {
        let sql = "SELECT id FROM exit WHERE org = $1 AND bucket = $2 AND seq > $3";
        self.many(sql, args![self.org(), of.to_bytes(), seq as i64], |r| uuid(r, 0))
    }

    fn put_exit(&self, of: Bucket, e: &Exit, at: u64) -> Result<()> {
        let sql = "INSERT INTO exit (org, bucket, seq, id, reason, to_label, at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let reason = i64::from(e.reason != ExitReason::Moved);
        let to = e.to.as_deref().map(str::as_bytes);
        self.run(sql, args![self.org(), of.to_bytes(), e.seq as i64, slice(&e.id), reason, to, at as i64])?;
        Ok(())
    }

    fn drop_exits(&self, before: u64) -> Result<u64> {
        let sql = "SELECT bucket, MAX(seq) FROM exit WHERE org = $1 AND at < $2 GROUP BY bucket ORDER BY bucket";
        let old = self.many(sql, args![self.org(), before as i64], |r| Ok((bucket(r, 0)?, u64_of(r, 1)?)))?;
        let mut dropped = 0;
        for (of, seq) in old {
            let raise = "UPDATE bucket SET min_seq = $3 WHERE org = $1 AND id = $2 AND min_seq < $3";
            self.run(raise, args![self.org(), of.to_bytes(), seq as i64])?;
            let drop = "DELETE FROM exit WHERE org = $1 AND bucket = $2 AND seq <= $3";
            dropped += self.run(drop, args![self.org(), of.to_bytes(), seq as i64])?;
        }
        Ok(dropped)
    }

    fn op(&self, cause: Uuid, part: u32) -> Result<Option<OpRec>> {
        let sql = format!("SELECT {OP} FROM op WHERE org = $1 AND cause = $2 AND part = $3");
        self.one(&sql, args![self.org(), slice(&cause), i64::from(part)], rows::op)
    }

    fn op_by_id(&self, id: OpId) -> Result<Option<OpRec>> {
        let sql = format!("SELECT {OP} FROM op WHERE org = $1 AND id = $2 ORDER BY cause, part LIMIT 1");
        self.one(&sql, args![self.org(), id as i64], rows::op)
    }

    fn op_body(&self, cause: Uuid, part: u32) -> Result<Option<Vec<u8>>> {
        let sql = "SELECT body FROM op_body WHERE org = $1 AND cause = $2 AND part = $3";
        self.one(sql, args![self.org(), slice(&cause), i64::from(part)], |r| bytes(r, 0))
    }

    fn op_bodies(&self, after: Option<(Uuid, u32)>, limit: usize) -> Result<Vec<OpBody>> {
        let (cause, part) = after.map_or((Uuid::nil(), -1), |(cause, part)| (cause, i64::from(part)));
        let sql = "SELECT cause, part, body FROM op_body WHERE org = $1 AND (cause, part) > ($2, $3) \
                   ORDER BY cause, part LIMIT $4";
        self.many(sql, args![self.org(), slice(&cause), part, limit as i64], |r| {
            Ok(((uuid(r, 0)?, number(r, 1)?), bytes(r, 2)?))
        })
    }

    fn drop_op_body(&self, cause: Uuid, part: u32) -> Result<()> {
        let sql = "DELETE FROM op_body WHERE org = $1 AND cause = $2 AND part = $3";
        self.run(sql, args![self.org(), slice(&cause), i64::from(part)])?;
        Ok(())
    }

    fn put_op(&self, o: &OpRec, body: Option<&[u8]>) -> Result<()> {
        let (cause, part) = (slice(&o.cause), i64::from(o.part));
        if let Some(body) = body {
            // The plain insert: one that somebody else brings at the same time is then found.
            let sql = "INSERT INTO op_body (org, cause, part, body) VALUES ($1, $2, $3, $4)";
            self.run(sql, args![self.org(), cause, part, body])?;
        }
        let sql = format!(
            "INSERT INTO op (org, {OP}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (org, cause, part) \
             DO UPDATE SET outcome = excluded.outcome, at = excluded.at"
        );
        self.run(
            &sql,
            args![
                self.org(),
                cause,
                part,
                o.id as i64,
                slice(&o.actor),
                slice(&o.dev),
                o.n as i64,
                encode(&o.outcome),
                o.at as i64,
            ],
        )?;
        Ok(())
    }

    fn place(&self, dev: Uuid, n: u64) -> Result<Option<(Uuid, u32)>> {
        let sql = "SELECT cause, part FROM place WHERE org = $1 AND dev = $2 AND n = $3";
        self.one(sql, args![self.org(), slice(&dev), n as i64], |r| Ok((uuid(r, 0)?, number(r, 1)?)))
    }

    fn put_place(&self, dev: Uuid, n: u64, cause: Uuid, part: u32) -> Result<()> {
        let sql = "INSERT INTO place (org, dev, n, cause, part) VALUES ($1, $2, $3, $4, $5)";
        self.run(sql, args![self.org(), slice(&dev), n as i64, slice(&cause), i64::from(part)])?;
        Ok(())
    }

    fn is_hole(&self, dev: Uuid, n: u64) -> Result<bool> {
        let sql = "SELECT 1 FROM hole WHERE org = $1 AND dev = $2 AND from_n <= $3 AND to_n >= $3 LIMIT 1";
        Ok(self.one(sql, args![self.org(), slice(&dev), n as i64], |_| Ok(()))?.is_some())
    }

    fn put_hole(&self, dev: Uuid, from: u64, to: u64) -> Result<()> {
        let sql = "INSERT INTO hole (org, dev, from_n, to_n) VALUES ($1, $2, $3, $4)";
        self.run(sql, args![self.org(), slice(&dev), from as i64, to as i64])?;
        Ok(())
    }

    fn stable_n(&self, dev: Uuid) -> Result<Option<u64>> {
        let sql = "SELECT before FROM backed_up WHERE org = $1 AND dev = $2 AND before IS NOT NULL";
        self.one(sql, args![self.org(), slice(&dev)], |r| Ok(r.try_get::<_, i64>(0)? as u64))
    }

    fn put_backed_up(&self, dev: Uuid, n: u64) -> Result<()> {
        let sql = "INSERT INTO backed_up (org, dev, newest, before) VALUES ($1, $2, $3, NULL) \
                   ON CONFLICT (org, dev) DO UPDATE SET before = backed_up.newest, newest = excluded.newest";
        self.run(sql, args![self.org(), slice(&dev), n as i64])?;
        Ok(())
    }

    fn devices(&self) -> Result<Vec<Device>> {
        let sql = format!("SELECT {DEVICE} FROM device WHERE org = $1 ORDER BY id");
        self.many(&sql, args![self.org()], rows::device)
    }

    fn home_at(&self, id: Uuid, at: u64) -> Result<Option<Bucket>> {
        let sql = "SELECT bucket FROM home_log WHERE org = $1 AND id = $2 AND from_ms <= $3 \
                   ORDER BY from_ms DESC LIMIT 1";
        self.one(sql, args![self.org(), slice(&id), at as i64], |r| bucket(r, 0))
    }

    fn put_home(&self, id: Uuid, of: Bucket, from: u64) -> Result<()> {
        let sql = "INSERT INTO home_log (org, id, from_ms, bucket) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (org, id, from_ms) DO UPDATE SET bucket = excluded.bucket";
        self.run(sql, args![self.org(), slice(&id), from as i64, of.to_bytes()])?;
        Ok(())
    }

    fn grants_at(&self, user: Uuid, at: u64) -> Result<Vec<(Bucket, Verb)>> {
        let sql = "SELECT bucket, MAX(verb) FROM grant_log WHERE org = $1 AND usr = $2 AND from_ms <= $3 \
                   AND (to_ms IS NULL OR to_ms > $3) GROUP BY bucket ORDER BY bucket";
        self.many(sql, args![self.org(), slice(&user), at as i64], |r| {
            let verb = match number::<i64>(r, 1)? {
                0 => Verb::Read,
                1 => Verb::Put,
                _ => Verb::Write,
            };
            Ok((bucket(r, 0)?, verb))
        })
    }

    fn open_grant(&self, source: Uuid, user: Uuid, of: Bucket, verb: Verb, from: u64) -> Result<()> {
        self.alone()?;
        let sql = "INSERT INTO grant_log (org, usr, source, bucket, from_ms, verb, to_ms) \
                   VALUES ($1, $2, $3, $4, $5, $6, NULL) \
                   ON CONFLICT (org, usr, source, bucket, from_ms) DO UPDATE SET verb = excluded.verb, to_ms = NULL";
        let (user, source) = (slice(&user), slice(&source));
        self.run(sql, args![self.org(), user, source, of.to_bytes(), from as i64, verb as i64])?;
        Ok(())
    }

    fn close_grants(&self, source: Uuid, to: u64) -> Result<()> {
        self.alone()?;
        let sql = "UPDATE grant_log SET to_ms = $3 WHERE org = $1 AND source = $2 AND to_ms IS NULL";
        self.run(sql, args![self.org(), slice(&source), to as i64])?;
        Ok(())
    }

    fn put_waiting(&self, w: &Waiting) -> Result<()> {
        self.drop_waiting(w.op)?;
        let sql =
            format!("INSERT INTO waiting (org, {WAITING}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)");
        let touches = packed(&w.touches);
        self.run(
            &sql,
            args![
                self.org(),
                w.op as i64,
                slice(&w.cause),
                i64::from(w.part),
                slice(&w.dev),
                slice(&w.user),
                i64::from(w.why),
                w.needs,
                w.since as i64,
                w.n as i64,
                w.permitted_at as i64,
                touches,
            ],
        )?;
        for id in &w.touches {
            let sql = "INSERT INTO waiting_rec (org, rec, op) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
            self.run(sql, args![self.org(), slice(id), w.op as i64])?;
        }
        Ok(())
    }

    fn drop_waiting(&self, op: OpId) -> Result<()> {
        self.alone()?;
        if let Some(old) = self.waiting(op)? {
            for id in &old.touches {
                let sql = "DELETE FROM waiting_rec WHERE org = $1 AND rec = $2 AND op = $3";
                self.run(sql, args![self.org(), slice(id), op as i64])?;
            }
            self.run("DELETE FROM waiting WHERE org = $1 AND op = $2", args![self.org(), op as i64])?;
        }
        Ok(())
    }

    fn waiting(&self, op: OpId) -> Result<Option<Waiting>> {
        let sql = format!("SELECT {WAITING} FROM waiting WHERE org = $1 AND op = $2");
        self.one(&sql, args![self.org(), op as i64], rows::waiting)
    }

    fn waiting_for(&self, needs: &[u8]) -> Result<Vec<Waiting>> {
        let sql = format!("SELECT {WAITING} FROM waiting WHERE org = $1 AND needs = $2 ORDER BY since, n, op");
        self.many(&sql, args![self.org(), needs], rows::waiting)
    }

    fn waiting_on(&self, ids: &[Uuid]) -> Result<Vec<Waiting>> {
        let sql = "SELECT op FROM waiting_rec WHERE org = $1 AND rec = ANY($2) ORDER BY rec, op";
        let touched: Vec<&[u8]> = ids.iter().map(slice).collect();
        let mut found: Vec<Waiting> = Vec::new();
        for op in self.many(sql, args![self.org(), touched], |r| u64_of(r, 0))? {
            if !found.iter().any(|w| w.op == op) {
                found.extend(self.waiting(op)?);
            }
        }
        Ok(found)
    }

    fn decisions(&self, op: OpId) -> Result<Vec<Decided>> {
        let sql = "SELECT desk, allow, by_user FROM decision WHERE org = $1 AND op = $2 ORDER BY desk";
        self.many(sql, args![self.org(), op as i64], |r| {
            Ok(Decided { desk: bucket(r, 0)?, allow: r.try_get(1)?, by: uuid(r, 2)? })
        })
    }

    fn put_decision(&self, op: OpId, decided: &Decided) -> Result<()> {
        self.alone()?;
        let sql = "INSERT INTO decision (org, op, desk, allow, by_user) VALUES ($1, $2, $3, $4, $5)";
        let Decided { desk, allow, by } = decided;
        self.run(sql, args![self.org(), op as i64, desk.to_bytes(), *allow, slice(by)])?;
        Ok(())
    }

    fn refused(&self, id: Uuid) -> Result<Option<OpId>> {
        let sql = "SELECT op FROM refused WHERE org = $1 AND id = $2";
        self.one(sql, args![self.org(), slice(&id)], |r| u64_of(r, 0))
    }

    fn put_refused(&self, id: Uuid, op: Option<OpId>) -> Result<()> {
        self.run("DELETE FROM refused WHERE org = $1 AND id = $2", args![self.org(), slice(&id)])?;
        if let Some(op) = op {
            let sql = "INSERT INTO refused (org, id, op) VALUES ($1, $2, $3)";
            self.run(sql, args![self.org(), slice(&id), op as i64])?;
        }
        Ok(())
    }

    fn merged_into(&self, id: Uuid) -> Result<Vec<Uuid>> {
        let sql = "SELECT id FROM merged WHERE org = $1 AND target = $2 ORDER BY id";
        self.many(sql, args![self.org(), slice(&id)], |r| uuid(r, 0))
    }

    fn put_merged(&self, id: Uuid, into: Option<Uuid>) -> Result<()> {
        self.run("DELETE FROM merged WHERE org = $1 AND id = $2", args![self.org(), slice(&id)])?;
        if let Some(into) = into {
            let sql = "INSERT INTO merged (org, id, target) VALUES ($1, $2, $3)";
            self.run(sql, args![self.org(), slice(&id), slice(&into)])?;
        }
        Ok(())
    }

    fn is_dominated(&self, id: Uuid, field: u16, op: OpId) -> Result<bool> {
        let sql = "SELECT 1 FROM dominated WHERE org = $1 AND id = $2 AND field = $3 AND op = $4";
        let found = self.one(sql, args![self.org(), slice(&id), i64::from(field), op as i64], |_| Ok(()))?;
        Ok(found.is_some())
    }

    fn put_dominated(&self, id: Uuid, field: u16, op: OpId) -> Result<()> {
        let sql = "INSERT INTO dominated (org, id, field, op) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
        self.run(sql, args![self.org(), slice(&id), i64::from(field), op as i64])?;
        Ok(())
    }

    fn is_tombstone(&self, id: Uuid) -> Result<bool> {
        let sql = "SELECT 1 FROM tombstone WHERE org = $1 AND id = $2";
        Ok(self.one(sql, args![self.org(), slice(&id)], |_| Ok(()))?.is_some())
    }

    fn put_tombstone(&self, id: Uuid) -> Result<()> {
        self.alone()?;
        let sql = "INSERT INTO tombstone (org, id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        self.run(sql, args![self.org(), slice(&id)])?;
        Ok(())
    }

    fn put_event(&self, e: &ChainedEvent) -> Result<()> {
        let sql = "INSERT INTO event (org, id, dev, chain_n, prev, hash, sig, received_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        self.run(
            sql,
            args![
                self.org(),
                slice(&e.id),
                slice(&e.dev),
                e.chain_n as i64,
                e.prev.as_slice(),
                e.hash.as_slice(),
                e.sig,
                e.received_at as i64,
            ],
        )?;
        Ok(())
    }

    fn unlogged(&self, limit: u32) -> Result<Vec<(Uuid, [u8; 32], u64)>> {
        let sql = "SELECT id, hash, received_at FROM event WHERE org = $1 AND logged = 0 \
                   ORDER BY received_at, id LIMIT $2";
        self.many(sql, args![self.org(), i64::from(limit)], |r| Ok((uuid(r, 0)?, hash(r, 1)?, u64_of(r, 2)?)))
    }

    fn received(&self, id: Uuid) -> Result<Option<([u8; 32], u64)>> {
        let sql = "SELECT hash, received_at FROM event WHERE org = $1 AND id = $2";
        self.one(sql, args![self.org(), slice(&id)], |r| Ok((hash(r, 0)?, u64_of(r, 1)?)))
    }

    fn put_leaf(&self, log: u64, n: u64, event: Option<Uuid>, data: &[u8]) -> Result<()> {
        let sql = "INSERT INTO leaf (org, log, n, event, data) VALUES ($1, $2, $3, $4, $5)";
        let id = event.as_ref().map(slice);
        self.run(sql, args![self.org(), log as i64, n as i64, id, data])?;
        if let Some(event) = event {
            let sql = "UPDATE event SET logged = 1 WHERE org = $1 AND id = $2";
            self.run(sql, args![self.org(), slice(&event)])?;
        }
        Ok(())
    }

    fn leaf_count(&self, log: u64) -> Result<u64> {
        let sql = "SELECT n + 1 FROM leaf WHERE org = $1 AND log = $2 ORDER BY n DESC LIMIT 1";
        Ok(self.one(sql, args![self.org(), log as i64], |r| u64_of(r, 0))?.unwrap_or(0))
    }

    fn leaves(&self, log: u64) -> Result<Vec<(Option<Uuid>, Vec<u8>)>> {
        let sql = "SELECT event, data FROM leaf WHERE org = $1 AND log = $2 ORDER BY n";
        self.many(sql, args![self.org(), log as i64], |r| {
            let event: Option<&[u8]> = r.try_get(0)?;
            Ok((event.and_then(|bytes| Uuid::from_slice(bytes).ok()), r.try_get(1)?))
        })
    }

    fn put_root(&self, rec: Uuid) -> Result<()> {
        self.run("INSERT INTO log_root (org, rec) VALUES ($1, $2)", args![self.org(), slice(&rec)])?;
        Ok(())
    }

    fn roots(&self) -> Result<Vec<Uuid>> {
        self.many("SELECT rec FROM log_root WHERE org = $1 ORDER BY rec", args![self.org()], |r| uuid(r, 0))
    }

    fn logs(&self) -> Result<Vec<u64>> {
        self.many("SELECT DISTINCT log FROM leaf WHERE org = $1 ORDER BY log", args![self.org()], |r| u64_of(r, 0))
    }

    fn chained(&self, id: Uuid) -> Result<Option<[u8; 32]>> {
        let sql = "SELECT hash FROM event WHERE org = $1 AND id = $2";
        self.one(sql, args![self.org(), slice(&id)], |r| hash(r, 0))
    }

    fn generation(&self, of: Bucket) -> Result<Option<Generation>> {
        let sql = "SELECT gen, count, at_seq FROM snapshot WHERE org = $1 AND bucket = $2 ORDER BY gen DESC LIMIT 1";
        self.one(sql, args![self.org(), of.to_bytes()], |r| {
            Ok(Generation { number: number(r, 0)?, count: number(r, 1)?, at_seq: u64_of(r, 2)? })
        })
    }

    fn put_pages(&self, of: Bucket, g: &Generation, pages: &[KeptPage]) -> Result<()> {
        let (of, gen_no) = (of.to_bytes(), i64::from(g.number));
        // First of all the insert that fails where somebody else has written the same generation.
        let sql = "INSERT INTO snapshot (org, bucket, gen, count, at_seq) VALUES ($1, $2, $3, $4, $5)";
        self.run(sql, args![self.org(), of, gen_no, i64::from(g.count), g.at_seq as i64])?;
        let sql = "INSERT INTO snapshot_page (org, bucket, gen, no, ids, bytes) VALUES ($1, $2, $3, $4, $5, $6)";
        for (no, page) in pages.iter().enumerate() {
            self.run(sql, args![self.org(), of, gen_no, no as i64, packed(&page.ids), page.bytes])?;
        }
        // The generation before stays, for devices in the middle of it.
        for table in ["snapshot", "snapshot_page"] {
            let sql = format!("DELETE FROM {table} WHERE org = $1 AND bucket = $2 AND gen < $3");
            self.run(&sql, args![self.org(), of, gen_no - 1])?;
        }
        Ok(())
    }

    fn page(&self, of: Bucket, generation: u32, no: u32) -> Result<Option<(KeptPage, u64)>> {
        let sql = "SELECT ids, bytes, at_seq FROM snapshot_page JOIN snapshot USING (org, bucket, gen) \
                   WHERE org = $1 AND bucket = $2 AND gen = $3 AND no = $4";
        let (generation, no) = (i64::from(generation), i64::from(no));
        self.one(sql, args![self.org(), of.to_bytes(), generation, no], |r| {
            Ok((KeptPage { ids: unpacked(r.try_get(0)?), bytes: bytes(r, 1)? }, u64_of(r, 2)?))
        })
    }

    fn pages_with(&self, ids: &BTreeSet<Uuid>) -> Result<Vec<(Bucket, u32, u32, KeptPage)>> {
        let sql = "SELECT bucket, gen, no, ids FROM snapshot_page WHERE org = $1 ORDER BY bucket, gen, no";
        let all = self.many(sql, args![self.org()], |r| {
            let held = unpacked(r.try_get(3)?);
            let named = held.iter().any(|id| ids.contains(id));
            Ok(named.then_some((bucket(r, 0)?, number(r, 1)?, number(r, 2)?)))
        })?;
        let mut found = Vec::new();
        for (of, generation, no) in all.into_iter().flatten() {
            found.extend(self.page(of, generation, no)?.map(|(page, _)| (of, generation, no, page)));
        }
        Ok(found)
    }

    fn put_page(&self, of: Bucket, generation: u32, no: u32, page: &KeptPage) -> Result<()> {
        let sql =
            "UPDATE snapshot_page SET ids = $5, bytes = $6 WHERE org = $1 AND bucket = $2 AND gen = $3 AND no = $4";
        let (generation, no) = (i64::from(generation), i64::from(no));
        self.run(sql, args![self.org(), of.to_bytes(), generation, no, packed(&page.ids), page.bytes])?;
        Ok(())
    }

    fn blob(&self, sha: &[u8; 32], user: Uuid) -> Result<Option<Blob>> {
        let sql = "SELECT len, off, complete FROM delivery WHERE org = $1 AND sha = $2 AND usr = $3";
        let params = args![self.org(), sha.as_slice(), slice(&user)];
        let found = self.one(&self.locking(sql.into()), params, rows::blob)?;
        if found.is_none() {
            self.missed("delivery", &delivery(sha, user));
        }
        Ok(found)
    }

    fn put_blob(&self, sha: &[u8; 32], user: Uuid, blob: Option<&Blob>) -> Result<()> {
        let new = self.is_new("delivery", &delivery(sha, user));
        let sha = sha.as_slice();
        let Some(b) = blob else {
            for sql in [
                "DELETE FROM delivery WHERE org = $1 AND sha = $2 AND usr = $3",
                "DELETE FROM delivery_chunk WHERE org = $1 AND sha = $2 AND usr = $3",
            ] {
                self.run(sql, args![self.org(), sha, slice(&user)])?;
            }
            return Ok(());
        };
        let sql = "INSERT INTO delivery (org, sha, usr, len, off, complete) VALUES ($1, $2, $3, $4, $5, $6)".to_owned();
        let over = " ON CONFLICT (org, sha, usr) DO UPDATE SET off = excluded.off, complete = excluded.complete";
        let sql = if new { sql } else { sql + over };
        self.run(&sql, args![self.org(), sha, slice(&user), b.len as i64, b.offset as i64, b.complete])?;
        Ok(())
    }

    fn put_blob_bytes(&self, sha: &[u8; 32], user: Uuid, offset: u64, bytes: &[u8]) -> Result<()> {
        let sql = "INSERT INTO delivery_chunk (org, sha, usr, off, bytes) VALUES ($1, $2, $3, $4, $5)";
        self.run(sql, args![self.org(), sha.as_slice(), slice(&user), offset as i64, bytes])?;
        Ok(())
    }

    fn blob_bytes(&self, sha: &[u8; 32], user: Uuid) -> Result<Vec<u8>> {
        let sql = "SELECT bytes FROM delivery_chunk WHERE org = $1 AND sha = $2 AND usr = $3 ORDER BY off";
        Ok(self.many(sql, args![self.org(), sha.as_slice(), slice(&user)], |r| bytes(r, 0))?.concat())
    }

    fn put_blob_ref(&self, sha: &[u8; 32], rec: Uuid, user: Uuid) -> Result<()> {
        let sql = "INSERT INTO delivery_ref (org, sha, rec, usr) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
        self.run(sql, args![self.org(), sha.as_slice(), slice(&rec), slice(&user)])?;
        Ok(())
    }

    fn drop_blob_ref(&self, sha: &[u8; 32], rec: Uuid) -> Result<()> {
        let sql = "DELETE FROM delivery_ref WHERE org = $1 AND sha = $2 AND rec = $3";
        self.run(sql, args![self.org(), sha.as_slice(), slice(&rec)])?;
        Ok(())
    }

    fn blob_refs(&self, sha: &[u8; 32]) -> Result<Vec<(Uuid, Uuid)>> {
        let sql = "SELECT rec, usr FROM delivery_ref WHERE org = $1 AND sha = $2 ORDER BY rec";
        self.many(sql, args![self.org(), sha.as_slice()], |r| Ok((uuid(r, 0)?, uuid(r, 1)?)))
    }
}

/// How a delivery is named among what was looked for.
fn delivery(sha: &[u8; 32], user: Uuid) -> Vec<u8> {
    [sha.as_slice(), slice(&user)].concat()
}
