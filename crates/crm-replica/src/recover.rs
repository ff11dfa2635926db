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
use crm_domain::mutants::{self, Mutant};
use crm_domain::op::{Op, link_hash};
use crm_protocol::run_hash;
use minicbor::Decoder;

/// No server's: its first answer is taken for a restored one's, so that nothing of the journal is counted on and every
/// bucket comes again.
const EPOCH_UNKNOWN: u64 = u64::MAX;

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
    let mut device = DeviceState { epoch: EPOCH_UNKNOWN, dev: Some(RootKey(session.dev)), ..DeviceState::default() };
    for (key, value) in opened.state.iter().filter(|(key, _)| key.0 == 1) {
        device.next_bucket = device.next_bucket.max((key.1 as u32).saturating_add(1));
        if let Ok(copy) = minicbor::decode::<BucketState>(value) {
            // What she held she could most likely write to; the server judges.
            device.granted.push((copy.bucket, Verb::Write));
        }
    }
    for ((no, counter), _) in &opened.delta {
        device.next_bucket = device.next_bucket.max(no.saturating_add(1));
        device.counter = device.counter.max(*counter);
    }
    // The device whose numbers these are is this one, unless it has signed nothing of them.
    let mut signed = false;
    for (store, values) in [(Store::Journal, &opened.journal), (Store::Outbox, &opened.outbox)] {
        for ((part, n), value) in values {
            device.next_n = device.next_n.max(n.saturating_add(1));
            if *part == 1 {
                let first_sent = minicbor::decode::<Sending>(value).map_or(0, |sending| sending.first_sent);
                device.server_ms = device.server_ms.max(first_sent);
                continue;
            }
            let Ok(stored) = minicbor::decode::<StoredOp>(value) else { continue };
            let Ok(op) = Op::from_bytes(&stored.op) else { continue };
            device.hlc = device.hlc.max(op.hlc);
            // As far as the journal is whole from the first op on; where it is not, the hash of the next pull is another,
            // and the device takes a new identity.
            if store == Store::Journal && *n == device.trimmed_n + 1 {
                device.trimmed_n = *n;
                device.trimmed_hash = run_hash(&device.trimmed_hash, op.cause, op.part);
            }
            if let (Some(link), [change, ..]) = (&op.link, op.changes.as_slice())
                && (link.dev == session.dev || !signed)
            {
                signed |= link.dev == session.dev;
                device.dev = Some(RootKey(link.dev));
                device.chain_n = link.chain_n.saturating_add(1);
                device.chain_head = link_hash(session.org, &op, change, link.dev, link.chain_n, &link.prev, link.alg);
            }
        }
    }
    device
}

/// An op of the outbox that cannot be read.
pub fn unread(n: u64, value: &[u8], sending: Sending) -> Unread {
    Unread { n, op: bytes(value).unwrap_or_default().to_vec(), first_sent: sending.first_sent }
}

/// The bytes in a [`StoredOp`], whose first field they are, where the rest cannot be read.
fn bytes(value: &[u8]) -> Option<&[u8]> {
    let mut stored = Decoder::new(value);
    stored.map().ok()?;
    let first = stored.u16().ok()? == 0;
    stored.bytes().ok().filter(|_| first)
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
