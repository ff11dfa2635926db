//! Takes a record away for ever, with all that belongs to it or was merged into it. Nothing is left here of what anybody
//! wrote about it: not in ops, nor in what others were told of them, nor in pages that are kept for beginners.
//!
//! Chose: to look through all ops and all people's own rows. Because: a purge is rare, and an index of ops by record would
//! cost every push. Would change if: purges became a daily matter.
use super::judge::{body_of, touches};
use super::store::{Rec, StoreError, Tx};
use super::work::Work;
use super::{Caller, Ledger, LedgerError, blobs, news, pages, waiting};
use crm_domain::bucket::Bucket;
use crm_domain::history::{INBOX, Inbox, TRACE, Trace};
use crm_domain::ids::Uuid;
use crm_domain::kind::{Class, LINK};
use crm_domain::merge::Stamp;
use crm_domain::op::Op;
use crm_domain::registry;
use crm_domain::waiting::{WAITING, Waiting, is_desk};
use std::collections::BTreeSet;

type Result<T> = std::result::Result<T, StoreError>;

/// Rows and ops that are held in memory at a time.
const AT_ONCE: usize = 1_000;

impl Ledger {
    /// By an administrator. Events keep their link and lose their values; an edit that comes later is refused.
    ///
    /// Errors: `NotAllowed`, `NotFound`.
    pub fn purge(&self, caller: &Caller, id: Uuid, now_ms: u64) -> std::result::Result<(), LedgerError> {
        let news = self.write(|tx| {
            self.administers(tx, caller, now_ms)?;
            let mut work = self.work(tx, now_ms);
            let all = with_merged(&mut work, id)?;
            if all.is_empty() {
                return Err(LedgerError::NotFound);
            }
            let gone: BTreeSet<Uuid> = all.iter().map(|rec| rec.id).collect();
            all.into_iter().try_for_each(|rec| take_away(&mut work, rec))?;
            // What waits about it is refused.
            let ids: Vec<Uuid> = gone.iter().copied().collect();
            work.decided.extend(tx.waiting_on(&ids)?.into_iter().map(|waiting| waiting.op));
            waiting::release(&mut work)?;
            let told = forget_told(&mut work, &gone)?;
            forget_ops(tx, &gone)?;
            pages::forget(tx, &gone.union(&told).copied().collect())?;
            Ok(work.finish()?)
        })?;
        self.publish(&news)
    }
}

/// Everything of the record, and of what was merged into it.
fn with_merged(work: &mut Work, id: Uuid) -> Result<Vec<Rec>> {
    let mut all = work.under(id)?;
    for merged in work.tx.merged_into(id)? {
        all.extend(with_merged(work, merged)?);
    }
    work.tx.put_merged(id, None)?;
    Ok(all)
}

fn take_away(work: &mut Work, rec: Rec) -> Result<()> {
    work.tx.put_tombstone(rec.id)?;
    let kind = registry::kind(rec.kind);
    if kind.is_none_or(|k| k.class != Class::B) {
        return work.purge(rec.id);
    }
    let root = kind.and_then(|k| k.root);
    let mut body = body_of(&rec)?;
    blobs::erase(work.tx, rec.id, &body)?;
    body.retain(|field, _| *field == LINK || Some(*field) == root);
    let stamp = Stamp { at: rec.by.at, op: rec.by.op };
    work.empty(news::row(rec.id, rec.kind, rec.root, rec.bucket, body, stamp))
}

/// What people and desks were told of ops about these records leaves; a trace stays, and names nobody. Gives their ids.
fn forget_told(work: &mut Work, gone: &BTreeSet<Uuid>) -> Result<BTreeSet<Uuid>> {
    let mut found: BTreeSet<Uuid> = work.written().collect();
    let tells = |bucket: &Bucket| matches!(bucket, Bucket::User(_)) || is_desk(*bucket);
    for bucket in work.tx.buckets()?.into_iter().filter(tells) {
        let mut seq = 0;
        loop {
            let rows = work.tx.rows_after(bucket, seq, AT_ONCE)?;
            let Some(last) = rows.last() else { break };
            seq = last.seq;
            for rec in &rows {
                if tells_of(rec, gone)? {
                    found.insert(rec.id);
                }
            }
        }
    }
    let mut told = BTreeSet::new();
    for id in found {
        let Some(rec) = work.rec(id)?.cloned() else { continue };
        if !tells_of(&rec, gone)? {
            continue;
        }
        told.insert(id);
        if rec.kind == TRACE {
            let trace = Trace { label: None, ..Trace::of(&body_of(&rec)?) };
            work.empty(news::row(id, TRACE, rec.root, rec.bucket, trace.into_body(), rec.by))?;
        } else {
            work.purge(id)?;
        }
    }
    Ok(told)
}

fn tells_of(rec: &Rec, gone: &BTreeSet<Uuid>) -> Result<bool> {
    let one = |id: Option<Uuid>| id.is_some_and(|id| gone.contains(&id));
    let op = |bytes: Option<Vec<u8>>| bytes.is_some_and(|bytes| is_about(&bytes, gone));
    Ok(match rec.kind {
        INBOX => {
            let row = Inbox::of(&body_of(rec)?);
            one(row.root) || one(row.rec) || op(row.op)
        }
        TRACE => {
            let row = Trace::of(&body_of(rec)?);
            one(row.customer) && row.label.is_some()
        }
        WAITING => {
            let row = Waiting::of(&body_of(rec)?);
            one(row.root) || op(row.bytes)
        }
        _ => false,
    })
}

/// Bytes that cannot be read are taken to be about whatever they name.
fn is_about(bytes: &[u8], gone: &BTreeSet<Uuid>) -> bool {
    match Op::from_bytes(bytes) {
        Ok(op) => touches(&op).iter().any(|id| gone.contains(id)),
        Err(_) => bytes.windows(16).any(|some| Uuid::from_slice(some).is_ok_and(|id| gone.contains(&id))),
    }
}

fn forget_ops(tx: &dyn Tx, gone: &BTreeSet<Uuid>) -> Result<()> {
    let mut after = None;
    loop {
        let some = tx.op_bodies(after, AT_ONCE)?;
        let Some((last, _)) = some.last() else { return Ok(()) };
        after = Some(*last);
        for ((cause, part), _) in some.iter().filter(|(_, bytes)| is_about(bytes, gone)) {
            tx.drop_op_body(*cause, *part)?;
        }
    }
}
