//! What the stores hold and cannot be read: a flipped bit, or a newer version's form. Nothing is taken for empty (SYNC 4.9).
//!
//! Chose: the device's state is made again from the queue; a bucket's copy comes again from the server; how an op was sent
//! is asked again; a confirmed op of the journal is a hole, told to a server that was restored; an op that was never
//! confirmed stops everything, since nobody else has it.
//! Because: the running hash and `Fork` find out whatever numbers came out wrong, so that the worst is a new identity, and
//! a restage replaces what differs.
//! Would change if: the journal were not kept dense from its oldest op on.
use crate::Replica;
use crate::jobs::Next;
use crate::ports::{Key, Opened, Session, Storage, Store, Write};
use crate::saved::{BucketState, DeviceState, RootKey, Sending, StoredOp};
use crm_domain::bucket::Verb;
use crm_domain::ids::Uuid;
use crm_domain::mutants::{self, Mutant};
use crm_domain::op::{Link, Op, link_hash};
use crm_protocol::run_hash;
use minicbor::Decode;
use std::collections::BTreeMap;

/// No server's: its first answer is taken for a restored one's, so that nothing of the journal is counted on and every
/// bucket comes again.
const EPOCH_UNKNOWN: u64 = u64::MAX;

/// As much of a [`StoredOp`] as an export needs, where the rest cannot be read.
#[derive(Decode)]
#[cbor(map)]
struct Bytes {
    #[cbor(n(0), with = "minicbor::bytes")]
    op: Vec<u8>,
}

/// An unsent op that this version cannot read.
pub struct Unread {
    pub n: u64,
    /// As committed, or empty where not even they can be told from the rest.
    pub op: Vec<u8>,
    pub first_sent: u64,
}

/// The device's state, or what it must have been.
pub fn device(session: &Session, opened: &Opened, unreadable: &mut u32) -> DeviceState {
    let kept = opened.state.iter().find(|(key, _)| *key == (0, 0));
    match kept.map(|(_, value)| minicbor::decode(value)) {
        Some(Ok(device)) => return device,
        Some(Err(_)) => *unreadable += 1,
        None => {}
    }
    let new = opened.state.is_empty() && opened.outbox.is_empty() && opened.journal.is_empty();
    if new || mutants::is(Mutant::NumbersAnew) {
        return DeviceState::default();
    }
    let ops: BTreeMap<u64, Op> = [&opened.journal, &opened.outbox]
        .into_iter()
        .flatten()
        .filter(|(key, _)| key.0 == 0)
        .filter_map(|(key, value)| Some((key.1, Op::from_bytes(&minicbor::decode::<StoredOp>(value).ok()?.op).ok()?)))
        .collect();
    let numbers = || opened.outbox.iter().chain(&opened.journal).map(|(key, _)| key.1);
    let copies = opened.state.iter().filter(|(key, _)| key.0 == 1);
    let locals = copies.clone().map(|(key, _)| key.1 as u32).chain(opened.delta.iter().map(|(key, _)| key.0));
    let held = copies.filter_map(|(_, value)| minicbor::decode::<BucketState>(value).ok());
    let times = opened.outbox.iter().chain(&opened.journal).filter(|(key, _)| key.0 == 1);
    let sent = times.filter_map(|(_, value)| Some(minicbor::decode::<Sending>(value).ok()?.first_sent));
    let dev = whose(session, &ops);
    let (chain_n, chain_head) = chain(session, dev, &ops);
    let (trimmed_n, trimmed_hash) = acknowledged(opened, &ops);
    DeviceState {
        next_n: numbers().max().unwrap_or(0) + 1,
        trimmed_n,
        trimmed_hash,
        hlc: ops.values().map(|op| op.hlc).max().unwrap_or(0),
        chain_n,
        chain_head,
        epoch: EPOCH_UNKNOWN,
        counter: opened.delta.iter().map(|(key, _)| key.1).max().unwrap_or(0),
        next_bucket: locals.max().unwrap_or(0) + 1,
        server_ms: sent.max().unwrap_or(0),
        // What she held she could most likely write to; the server judges.
        granted: held.map(|copy| (copy.bucket, Verb::Write)).collect(),
        dev: Some(RootKey(dev)),
        ..DeviceState::default()
    }
}

fn links(ops: &BTreeMap<u64, Op>) -> impl DoubleEndedIterator<Item = (&Op, &Link)> {
    ops.values().filter_map(|op| Some((op, op.link.as_ref()?)))
}

/// The device whose numbers the queue has: this one, unless nothing in it was ever signed by it.
fn whose(session: &Session, ops: &BTreeMap<u64, Op>) -> Uuid {
    let mine = links(ops).any(|(_, link)| link.dev == session.dev);
    let last = links(ops).next_back().map(|(_, link)| link.dev);
    last.filter(|_| !mine).unwrap_or(session.dev)
}

/// Where the device's chain of events goes on.
fn chain(session: &Session, dev: Uuid, ops: &BTreeMap<u64, Op>) -> (u64, [u8; 32]) {
    let last = links(ops).filter(|(_, link)| link.dev == dev).max_by_key(|(_, link)| link.chain_n);
    let head = last.and_then(|(op, link)| {
        let change = op.changes.first()?;
        let hash = link_hash(session.org, op, change, dev, link.chain_n, &link.prev, link.alg);
        Some((link.chain_n + 1, hash))
    });
    head.unwrap_or((DeviceState::default().chain_n, DeviceState::default().chain_head))
}

/// How far the journal is whole from the first op on, and the running hash there. Where it is not, the hash of the next
/// pull is another, and the device takes a new identity.
fn acknowledged(opened: &Opened, ops: &BTreeMap<u64, Op>) -> (u64, [u8; 32]) {
    let mut at = (0, [0; 32]);
    for n in opened.journal.iter().filter(|(key, _)| key.0 == 0).map(|(key, _)| key.1) {
        match ops.get(&n) {
            Some(op) if n == at.0 + 1 => at = (n, run_hash(&at.1, op.cause, op.part)),
            _ => break,
        }
    }
    at
}

/// An op of the outbox that cannot be read.
pub fn unread(n: u64, value: &[u8], sending: Sending) -> Unread {
    let op = minicbor::decode::<Bytes>(value).map(|bytes| bytes.op).unwrap_or_default();
    Unread { n, op, first_sent: sending.first_sent }
}

impl Replica {
    /// Nothing is saved and nothing sent, because what is unsent cannot be read.
    pub(crate) fn stopped(&self) -> bool {
        self.storage == Storage::Unreadable
    }

    /// Takes what belongs to no copy any more out of the stores.
    pub(crate) fn prepare_mend(&mut self, keys: &[(Store, Key)]) -> Next {
        let writes = keys.iter().map(|(store, key)| Write { store: *store, key: *key, value: None }).collect();
        Next::Commit { writes, strict: false, after: Box::new(|_| ()) }
    }
}
