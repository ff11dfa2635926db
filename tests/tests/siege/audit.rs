//! What a store's tables say of themselves, whichever store it is: queues without gaps, each op once and whole, rows that
//! are what was hashed, counters that cover them.
use super::clerk::Clerk;
use crm_domain::bucket::Bucket;
use crm_domain::ids::{OpId, Uuid};
use crm_domain::op::Op;
use crm_protocol::{Outcome, row_digest, run_hash};
use crm_server::ledger::LedgerError;
use crm_server::ledger::store::{Rec, Store, StoreError, Tx};
use std::collections::{BTreeMap, BTreeSet};

/// More exits than any test makes.
const ALL: usize = 1_000_000;

/// Panics with everything that is wrong.
pub fn tables(store: &dyn Store, clerks: &[&Clerk]) {
    let mut faults = Vec::new();
    let read = store.read(&mut |tx| {
        faults = found(tx, clerks)?;
        Ok(())
    });
    assert_eq!(read, Ok::<(), LedgerError>(()));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn found(tx: &dyn Tx, clerks: &[&Clerk]) -> Result<Vec<String>, StoreError> {
    let mut faults = Vec::new();
    let mut recs: BTreeMap<Uuid, Rec> = BTreeMap::new();
    tx.each_rec(&mut |rec| {
        recs.insert(rec.id, rec);
        Ok(())
    })?;
    queues(tx, &recs, &mut faults)?;
    buckets(tx, &recs, &mut faults)?;
    for clerk in clerks {
        acknowledged(tx, clerk, &mut faults)?;
    }
    Ok(faults)
}

/// Each device's places are dense up to its count, and name ops that are there, once, with all that they brought.
fn queues(tx: &dyn Tx, recs: &BTreeMap<Uuid, Rec>, faults: &mut Vec<String>) -> Result<(), StoreError> {
    let mut places = BTreeSet::new();
    for device in tx.devices()? {
        let mut hash = [0; 32];
        for n in 1..=device.last_n {
            let at = format!("{n} of {}", device.id);
            let Some((cause, part)) = tx.place(device.id, n)? else {
                faults.push(format!("{at}: the place is empty"));
                continue;
            };
            hash = run_hash(&hash, cause, part);
            if !places.insert((cause, part)) {
                faults.push(format!("{at}: {cause}.{part} stands twice"));
            }
            let (Some(rec), Some(bytes)) = (tx.op(cause, part)?, tx.op_body(cause, part)?) else {
                faults.push(format!("{at}: {cause}.{part} is not there"));
                continue;
            };
            let op = Op::from_bytes(&bytes).map_err(|e| StoreError(format!("{at}: {e:?}")))?;
            if (op.cause, op.part, rec.dev, rec.n) != (cause, part, device.id, n) {
                faults.push(format!("{at}: another op than its place says"));
            }
            match rec.outcome {
                Outcome::Applied | Outcome::Merged => {
                    let lacks = op.changes.iter().filter(|change| !recs.contains_key(&change.rec));
                    faults.extend(lacks.map(|change| format!("{at}: applied without {}", change.rec)));
                }
                Outcome::Waiting(_) | Outcome::Rejected { .. } | Outcome::Fork => {}
            }
            if tx.waiting(rec.id)?.is_some() != matches!(rec.outcome, Outcome::Waiting(_)) {
                faults.push(format!("{at}: {:?}, and the list of what waits says otherwise", rec.outcome));
            }
        }
        if hash != device.last_hash {
            faults.push(format!("{}: the running hash is another", device.id));
        }
        if tx.place(device.id, device.last_n + 1)?.is_some() {
            faults.push(format!("{}: an op beyond its count of {}", device.id, device.last_n));
        }
    }
    Ok(())
}

/// Each row is what was hashed, by an op that is known; numbers are used once and below the counter; sums are right.
fn buckets(tx: &dyn Tx, recs: &BTreeMap<Uuid, Rec>, faults: &mut Vec<String>) -> Result<(), StoreError> {
    let mut numbers: BTreeMap<Bucket, (BTreeSet<u64>, u64)> = BTreeMap::new();
    let mut writers: BTreeMap<OpId, bool> = BTreeMap::new();
    for rec in recs.values() {
        if row_digest(&rec.row()) != rec.digest {
            faults.push(format!("{}: not what was hashed", rec.id));
        }
        let known = match writers.get(&rec.by.op) {
            Some(known) => *known,
            None => *writers.entry(rec.by.op).or_insert(tx.op_by_id(rec.by.op)?.is_some()),
        };
        if !known {
            faults.push(format!("{}: written by an op that is not there", rec.id));
        }
        let (used, sum) = numbers.entry(rec.bucket).or_default();
        *sum = sum.wrapping_add(rec.digest);
        if !used.insert(rec.seq) {
            faults.push(format!("{:?}: {} stands twice", rec.bucket, rec.seq));
        }
    }
    for (bucket, (mut used, sum)) in numbers {
        let state = tx.bucket(bucket)?;
        for exit in tx.exits_after(bucket, 0, ALL)? {
            if !used.insert(exit.seq) {
                faults.push(format!("{bucket:?}: {} stands twice", exit.seq));
            }
        }
        if used.last().is_some_and(|newest| *newest > state.seq) || used.contains(&0) {
            faults.push(format!("{bucket:?}: numbers {used:?} where the counter is {}", state.seq));
        }
        if sum != state.digest {
            faults.push(format!("{bucket:?}: the digest is not its rows' sum"));
        }
    }
    Ok(())
}

/// What a client was told has happened, in the bytes that it sent.
fn acknowledged(tx: &dyn Tx, clerk: &Clerk, faults: &mut Vec<String>) -> Result<(), StoreError> {
    for (written, n) in clerk.queue.iter().zip(1..) {
        let Some(told) = written.outcome else { continue };
        let (cause, part) = (written.op.op.cause, written.op.op.part);
        let at = format!("{} at {n}", clerk.name);
        match tx.op(cause, part)? {
            None => faults.push(format!("{at}: told {told:?}, and it is not there")),
            Some(op) => {
                // What waited may have been let through since.
                if op.outcome != told && !matches!(told, Outcome::Waiting(_)) {
                    faults.push(format!("{at}: told {told:?}, and it is {:?}", op.outcome));
                }
                if (op.dev, op.n) != (clerk.dev, n) {
                    faults.push(format!("{at}: it lies at {} of {}", op.n, op.dev));
                }
            }
        }
        if tx.op_body(cause, part)?.as_ref() != Some(&written.op.bytes) {
            faults.push(format!("{at}: other bytes than were sent"));
        }
    }
    Ok(())
}
