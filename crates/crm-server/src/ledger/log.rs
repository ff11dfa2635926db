//! The log of receipts (SYNC 2.10): every event's hash and the time it came, appended in order, and once a day the root of
//! all of it as a row that every device of the organisation holds. Whoever changes an event, its time or its place
//! afterwards needs another root than the one that the phones have.
use super::judge::kept;
use super::store::Tx;
use super::work::Work;
use super::{DAY_MS, Ledger, LedgerError, epoch, news};
use crm_domain::bucket::Bucket;
use crm_domain::history::{LOG_ROOT, LogRoot};
use crm_domain::ids::{Uuid, derived_id};
use crm_domain::op::link_hash;
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ed25519_dalek::{Signature, Signer, Verifier};
use sha2::Sha256;

/// When the log began, server milliseconds.
const BEGAN: &str = "log_began";
/// Events appended in one transaction.
const STEP: u32 = 1_000;

/// What the server's key signs.
fn root_bytes(log: u64, size: i64, root: &[u8], at: i64) -> Vec<u8> {
    let head = [b"zoufang/log-root/1".as_slice(), &log.to_be_bytes(), &size.to_be_bytes(), root].concat();
    [head.as_slice(), &at.to_be_bytes()].concat()
}

fn leaf(hash: &[u8; 32], received_at: u64) -> Vec<u8> {
    [hash.as_slice(), &received_at.to_be_bytes()].concat()
}

fn root_of(leaves: impl Iterator<Item = Vec<u8>>) -> Vec<u8> {
    let mut tree = MemoryBackedTree::<Sha256, Vec<u8>>::new();
    leaves.for_each(|leaf| tree.push(leaf));
    tree.root().as_bytes().to_vec()
}

/// What an audit of all logs found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    pub events: usize,
    pub roots: usize,
    /// One sentence each; empty where all is as it was published.
    pub faults: Vec<String>,
}

impl Ledger {
    /// Appends events that no log holds yet; how many. A restored server begins a log of its own, whose first leaf is the
    /// last root that was published before.
    pub fn log_events(&self, now_ms: u64) -> Result<usize, LedgerError> {
        self.write(|tx| {
            let unlogged = tx.unlogged(STEP)?;
            let appended = unlogged.len();
            if appended == 0 {
                return Ok(0);
            }
            let log = epoch(tx)?;
            let mut n = tx.leaf_count(log)?;
            if n == 0 {
                tx.put_meta(BEGAN, &now_ms.to_be_bytes())?;
            }
            if n == 0
                && let Some(last) = published(tx)?.last()
            {
                tx.put_leaf(log, 0, None, last.1.root.as_deref().unwrap_or_default())?;
                n = 1;
            }
            for (event, hash, received_at) in unlogged {
                tx.put_leaf(log, n, Some(event), &leaf(&hash, received_at))?;
                n += 1;
            }
            Ok(appended)
        })
    }

    /// Publishes the log's root where it grew and the last one, or the log itself, is a day old.
    pub fn publish_root(&self, now_ms: u64) -> Result<bool, LedgerError> {
        let (done, news) = self.write(|tx| {
            let mut work = self.work(tx, now_ms);
            let done = publish(&mut work)?;
            Ok((done, work.finish()?))
        })?;
        self.publish(&news)?;
        Ok(done)
    }

    /// Compares every event with its op and its leaf, and every log with the roots that were published of it.
    pub fn audit_log(&self) -> Result<Audit, LedgerError> {
        self.read(|tx| {
            let mut audit = Audit::default();
            let roots = published(tx)?;
            for log in tx.logs()? {
                let leaves = tx.leaves(log)?;
                for (n, (event, data)) in leaves.iter().enumerate() {
                    if let Some(event) = event {
                        audit.events += 1;
                        audit.faults.extend(
                            examine(tx, self.org, *event, data)?.map(|what| format!("{n} of log {log:x}: {what}")),
                        );
                    }
                }
                for (of, row) in roots.iter().filter(|(of, _)| *of == log) {
                    audit.roots += 1;
                    audit.faults.extend(differs(self, *of, row, &leaves));
                }
            }
            Ok(audit)
        })
    }
}

/// The roots that were published, oldest first, with their logs.
fn published(tx: &dyn Tx) -> Result<Vec<(u64, LogRoot)>, LedgerError> {
    let mut roots = Vec::new();
    for rec in tx.recs(&tx.roots()?)? {
        let row = LogRoot::of(&super::judge::body_of(&rec)?);
        let log = row.log.as_deref().and_then(|log| Some(u64::from_be_bytes(log.try_into().ok()?)));
        roots.extend(log.map(|log| (log, row)));
    }
    roots.sort_by_key(|(log, row)| (row.at, *log, row.size));
    Ok(roots)
}

fn publish(work: &mut Work) -> Result<bool, LedgerError> {
    let log = epoch(work.tx)?;
    let last = published(work.tx)?.pop();
    let at = work.now as i64;
    let began = work.tx.meta(BEGAN)?.and_then(|ms| Some(i64::from_be_bytes(ms.try_into().ok()?)));
    let since = last.as_ref().and_then(|(_, row)| row.at).or(began);
    if since.is_none_or(|since| at - since < DAY_MS as i64) {
        return Ok(false);
    }
    let size = work.tx.leaf_count(log)? as i64;
    let published = last.filter(|(of, _)| *of == log).and_then(|(_, row)| row.size).unwrap_or(0);
    if size <= published {
        return Ok(false);
    }
    let root = root_of(work.tx.leaves(log)?.into_iter().map(|(_, data)| data));
    let sig = work.signing.sign(&root_bytes(log, size, &root, at)).to_bytes().to_vec();
    let cause = derived_id(work.now, &[b"log root", &log.to_be_bytes(), &size.to_be_bytes()]);
    let stamp = super::auth::server_op(work, cause, Uuid::nil(), work.now)?;
    let row = LogRoot {
        log: Some(log.to_be_bytes().to_vec()),
        size: Some(size),
        root: Some(root),
        at: Some(at),
        sig: Some(sig),
    };
    work.tx.put_root(cause)?;
    work.put(news::row(cause, LOG_ROOT, cause, Bucket::Org, row.into_body(), stamp))?;
    Ok(true)
}

/// What is wrong with an event: it is not what its op says, or not what was logged.
fn examine(tx: &dyn Tx, org: Uuid, event: Uuid, data: &[u8]) -> Result<Option<String>, LedgerError> {
    let Some((hash, received_at)) = tx.received(event)? else { return Ok(Some(format!("the event {event} is gone"))) };
    if leaf(&hash, received_at) != data {
        return Ok(Some(format!("the event {event} or its time is not what was logged")));
    }
    // A purged event keeps its link alone.
    let Some(rec) = tx.recs(&[event])?.pop() else { return Ok(None) };
    let Some(op) = tx.op_by_id(rec.by.op)? else { return Ok(None) };
    let Some(op) = kept(tx, &op)? else { return Ok(None) };
    let ([change], Some(link)) = (op.changes.as_slice(), &op.link) else { return Ok(None) };
    let says = link_hash(org, &op, change, link.dev, link.chain_n, &link.prev, link.alg);
    Ok((says != hash).then(|| format!("the op of the event {event} is another than was hashed")))
}

fn differs(ledger: &Ledger, log: u64, row: &LogRoot, leaves: &[(Option<Uuid>, Vec<u8>)]) -> Option<String> {
    let (size, at) = (row.size.unwrap_or(0), row.at.unwrap_or(0));
    let root = row.root.clone().unwrap_or_default();
    let told = |what: &str| Some(format!("the root of {size} in log {log:x} {what}"));
    let sig: Option<[u8; 64]> = row.sig.as_deref().and_then(|sig| sig.try_into().ok());
    let signed = sig.is_some_and(|sig| {
        let key = ledger.signing.verifying_key();
        key.verify(&root_bytes(log, size, &root, at), &Signature::from_bytes(&sig)).is_ok()
    });
    if !signed {
        return told("is not signed by this server");
    }
    match leaves.get(..size as usize) {
        None => told("is of more events than there are"),
        Some(first) if root_of(first.iter().map(|(_, data)| data.clone())) != root => told("is not that of its events"),
        Some(_) => None,
    }
}
