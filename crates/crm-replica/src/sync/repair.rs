//! Digests: the copy of a bucket is compared with what the server says of it, and only what differs is fetched again
//! (SYNC 2.12). A bucket is never thrown away for it.
use super::Phase;
use crate::Replica;
use crate::jobs::{Job, Next};
use crate::ports::{Endpoint, Key, Store, Write};
use crate::saved::BucketState;
use crm_domain::ids::Uuid;
use crm_domain::mutants::{self, Mutant};
use crm_domain::val::encode;
use crm_protocol::{Repair, Repaired, Sums, row_digest, sub_bucket};
use std::collections::BTreeSet;

/// Chose: copies of few pages are compared at every complete pull that changed them, larger ones once a day; every page
/// is read, so what lies in the store is proved, not a sum kept beside it.
/// Because: SYNC 2.12 wants every complete pull, and reading 100,000 rows takes a second of a phone's time.
/// Would change if: hashing a row became as cheap as adding it.
const SMALL: usize = 8;
const EVERY_MS: u64 = 86_400_000;
/// Pages read at a time, so that no tap waits for it.
const PAGES_AT_ONCE: usize = 4;

/// A comparison under way.
#[derive(Debug, Default)]
pub struct Comparing {
    no: u32,
    cursor: u64,
    /// Pages are never rewritten under the same number: when this moves, the comparison begins anew another time.
    next_page: u64,
    left: Vec<Key>,
    sums: Vec<(Uuid, u64)>,
}

/// A copy that differs from its bucket.
#[derive(Clone, Debug)]
pub struct Wrong {
    no: u32,
    cursor: u64,
    sums: Vec<u64>,
    /// Every row that the copy holds.
    ids: Vec<Uuid>,
}

impl Replica {
    /// After a complete pull: compares what is due, one bucket after another.
    pub(super) fn compare_sometimes(&mut self) {
        if mutants::is(Mutant::DigestNotCompared) {
            return;
        }
        let now = self.now.device_ms;
        let due = |no: &u32, b: &BucketState| {
            let known = b.digest.is_some() && b.boot.is_none() && b.replaces.is_none();
            let again = self.sync.compared.get(no).copied() != b.cursor;
            known && again && (b.pages.len() <= SMALL || now.saturating_sub(b.compared_at) > EVERY_MS)
        };
        for (no, bucket) in self.copy.buckets.iter().filter(|(no, b)| due(no, b)) {
            let under_way = self.jobs.iter().any(|job| matches!(job, Job::Compare(c) if c.no == *no));
            let Some(cursor) = bucket.cursor.filter(|_| !under_way) else { continue };
            let left = bucket.pages.iter().map(|page| (*no, page.no)).collect();
            let comparing = Comparing { no: *no, cursor, next_page: bucket.next_page, left, sums: vec![] };
            self.jobs.push_back(Job::Compare(Box::new(comparing)));
        }
    }

    pub(crate) fn prepare_compare(&mut self, comparing: &mut Comparing) -> Next {
        let no = comparing.no;
        let same = |b: &&BucketState| b.cursor == Some(comparing.cursor) && b.next_page == comparing.next_page;
        let Some(bucket) = self.copy.buckets.get(&no).filter(same).cloned() else { return Next::Over };
        let some: Vec<Key> = comparing.left.iter().copied().take(PAGES_AT_ONCE).collect();
        let absent: Vec<Key> =
            some.iter().copied().filter(|key| self.copy.cache.borrow_mut().get(*key).is_none()).collect();
        if !absent.is_empty() {
            return Next::Load(absent);
        }
        for key in &some {
            let rows = self.copy.cache.borrow_mut().get(*key).unwrap_or_default();
            let kept = rows.iter().filter(|row| !self.copy.delta.contains_key(&(no, row.id)));
            comparing.sums.extend(kept.map(|row| (row.id, row_digest(row))));
        }
        comparing.left.drain(..some.len());
        if !comparing.left.is_empty() {
            self.jobs.push_back(Job::Compare(Box::new(std::mem::take(comparing))));
            return Next::Over;
        }
        let newer = self.copy.delta.iter().filter(|((n, _), _)| *n == no);
        comparing.sums.extend(newer.filter_map(|((_, id), d)| Some((*id, row_digest(d.row.as_ref()?)))));
        let mut sums = Sums::default();
        comparing.sums.iter().for_each(|(id, digest)| sums.add(*id, *digest));
        if bucket.digest.as_deref() != Some(&sums.digest()) {
            if self.sync.wrong.is_some() {
                // One at a time: this one is compared again after the next complete pull.
                return Next::Over;
            }
            self.sync.compared.insert(no, comparing.cursor);
            let sums = sums.to_vec();
            if self.sync.mended.get(&no) == Some(&sums) {
                // Asking did not help: a digest that this copy can never reach is not asked about again until it changes.
                return Next::Over;
            }
            let ids = comparing.sums.iter().map(|(id, _)| *id).collect();
            self.sync.wrong = Some(Wrong { no, cursor: comparing.cursor, sums, ids });
            self.sync_soon();
            return Next::Over;
        }
        self.sync.compared.insert(no, comparing.cursor);
        if bucket.pages.len() <= SMALL {
            return Next::Over;
        }
        let bucket = BucketState { compared_at: self.now.device_ms, ..bucket };
        let write = Write { store: Store::State, key: (1, u64::from(no)), value: Some(encode(&bucket)) };
        let after = Box::new(move |replica: &mut Replica| {
            replica.copy.buckets.insert(no, bucket);
        });
        Next::Commit { writes: vec![write], strict: false, after }
    }

    /// False: nothing is wrong.
    pub(super) fn start_repair(&mut self) -> bool {
        let Some(wrong) = &self.sync.wrong else { return false };
        let Some(copy) = self.copy.buckets.get(&wrong.no).filter(|b| b.cursor == Some(wrong.cursor)) else {
            self.sync.wrong = None;
            return false;
        };
        let repair = Repair { bucket: copy.bucket, seq: wrong.cursor, sums: wrong.sums.clone() };
        let request = self.send(Endpoint::Repair, encode(&repair));
        self.sync.phase = Phase::Repairing { request };
        true
    }

    /// The rows of the parts that differ, in one transaction; what else the copy has there goes.
    pub(crate) fn prepare_repaired(&mut self, wrong: &Wrong, answer: &Repaired) -> Next {
        let mut taking = self.taking();
        let stands = self.copy.buckets.get(&wrong.no).is_some_and(|b| b.cursor == Some(answer.seq));
        let differs = |id: Uuid| answer.parts.contains(&sub_bucket(id));
        let there: BTreeSet<Uuid> = answer.rows.iter().map(|row| row.id).collect();
        let mut rows = 0;
        if stands {
            for id in wrong.ids.iter().filter(|id| differs(**id) && !there.contains(id)) {
                rows += 1;
                taking.put(wrong.no, *id, None);
            }
            rows += answer.rows.len() as u32;
            answer.rows.iter().for_each(|row| taking.put(wrong.no, row.id, Some(row.clone())));
        }
        let (no, sums) = (wrong.no, wrong.sums.clone());
        self.commit_taking(taking, vec![], move |replica| {
            replica.sync.repaired += rows;
            // Compared once more, since an answer need not hold all that differs.
            replica.sync.compared.remove(&no);
            replica.sync.mended.insert(no, sums);
            replica.sync.want_pull = true;
        })
    }
}
