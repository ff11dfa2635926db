//! Blobs (photos) beside the events that name them: which lie on this device, and when they may go. They are kept under
//! their hash, and one that the server may not have is never dropped (SYNC 2.8, 2.9).
mod upload;

use crate::Replica;
use crate::execute::KeptBlob;
use crate::jobs::{Job, Next};
use crate::ports::{Attached, Key, Sha, Store, UnsentBlob, Write};
use crate::saved::{Held, Whole};
use crm_domain::mutants::{self, Mutant};
use crm_domain::val::encode;
use crm_protocol::BLOB_CHUNK;
use std::collections::{BTreeMap, BTreeSet};
use upload::Going;

/// Of what may go, so many bytes are kept; the longest unused go first.
const CACHE_BYTES: u64 = 64 << 20;

pub struct Blobs {
    held: BTreeMap<Sha, Held>,
    going: Option<Going>,
    /// The road is one that blobs may take (Wi-Fi, or she lets them).
    may_go: bool,
    /// Not before this device time.
    next_at: u64,
    failures: u32,
    /// Those that could not be read, or that the server does not want: others go before they are tried again.
    passed_over: BTreeSet<Sha>,
    random: u64,
    /// Bytes that are sent at a time.
    chunk: usize,
}

impl Default for Blobs {
    fn default() -> Self {
        Self {
            held: BTreeMap::new(),
            going: None,
            may_go: true,
            next_at: 0,
            failures: 0,
            passed_over: BTreeSet::new(),
            random: 0,
            chunk: BLOB_CHUNK,
        }
    }
}

impl Blobs {
    /// What lies in the store, after opening.
    pub fn opened(&self, held: impl Iterator<Item = Held>) -> Self {
        Self { held: held.map(|it| (it.sha, it)).collect(), may_go: self.may_go, chunk: self.chunk, ..Self::default() }
    }

    /// Those that the server does not have for sure.
    pub fn unsent(&self) -> impl Iterator<Item = UnsentBlob> {
        self.owed().map(|it| UnsentBlob { sha: it.sha, len: it.len })
    }

    fn owed(&self) -> impl Iterator<Item = &Held> {
        self.held.values().filter(|it| it.owed)
    }

    /// For tests.
    pub fn send_chunks_of(&mut self, bytes: usize) {
        self.chunk = bytes;
    }

    /// The server was restored: what went to the old one may be lost there, and goes again.
    pub fn owe_again(&self) -> Vec<Held> {
        if mutants::is(Mutant::PhotosNotOwedAgain) {
            return vec![];
        }
        let arrived = self.held.values().filter(|it| it.mine && !it.owed);
        arrived.map(|it| Held { owed: true, whole: None, ..*it }).collect()
    }

    /// After a fork this number is the next: no backup holds it yet, whatever the old ones held.
    pub fn renumbered(&self, next_n: u64) -> Vec<Held> {
        let whole = |it: &Held| Some(Held { whole: Some(Whole { n: next_n, ..it.whole? }), ..*it });
        self.held.values().filter_map(whole).collect()
    }

    pub fn put(&mut self, held: Held) {
        self.held.insert(held.sha, held);
    }

    pub fn holds(&self, sha: &Sha) -> bool {
        self.held.contains_key(sha)
    }

    pub fn forget(&mut self, gone: &[Sha]) {
        self.held.retain(|sha, _| !gone.contains(sha));
    }

    /// Of what may go, the longest unused beyond so many bytes.
    fn beyond(&self, bytes: u64, may_go: impl Fn(&Held) -> bool) -> Vec<Sha> {
        let mut kept: Vec<&Held> = self.held.values().filter(|it| may_go(it)).collect();
        kept.sort_unstable_by_key(|it| std::cmp::Reverse((it.used_at, it.sha)));
        let mut sum = 0;
        kept.retain(|it| {
            sum += u64::from(it.len);
            sum > bytes
        });
        kept.into_iter().map(|it| it.sha).collect()
    }
}

/// The picture, and its small one; hashes do not meet in twelve bytes.
pub fn keys(sha: &Sha) -> (Key, Key) {
    let key = |at: usize| {
        let mut bytes = [0; 12];
        bytes.copy_from_slice(&sha[at..at + 12]);
        let [a, b, c, d, rest @ ..] = bytes;
        (u32::from_be_bytes([a, b, c, d]), u64::from_be_bytes(rest))
    };
    (key(0), key(12))
}

fn state_key(sha: &Sha) -> Key {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&sha[..8]);
    (2, u64::from_be_bytes(bytes))
}

pub fn held_write(held: &Held) -> Write {
    Write { store: Store::State, key: state_key(&held.sha), value: Some(encode(held)) }
}

fn writes_of(held: &Held, it: &Attached) -> Vec<Write> {
    let (whole, small) = keys(&held.sha);
    let blob = |key, bytes: &Vec<u8>| Write { store: Store::Blob, key, value: Some(bytes.clone()) };
    vec![blob(whole, &it.bytes), blob(small, &it.small), held_write(held)]
}

pub fn drops(sha: &Sha) -> [Write; 3] {
    let (whole, small) = keys(sha);
    let gone = |store, key| Write { store, key, value: None };
    [gone(Store::Blob, whole), gone(Store::Blob, small), gone(Store::State, state_key(sha))]
}

impl Replica {
    /// What a command brings along, to be written in its transaction.
    pub(crate) fn attach(&self, it: &Attached) -> KeptBlob {
        let whole = self.blobs.held.get(&it.sha).filter(|known| known.mine && !known.owed).map(|known| known.whole);
        let held = Held {
            sha: it.sha,
            len: it.bytes.len() as u32,
            owed: whole.is_none(),
            mine: true,
            used_at: self.now.device_ms,
            whole: whole.flatten(),
        };
        KeptBlob { writes: writes_of(&held, it), held }
    }

    /// A blob of others that was looked at; makes room for it.
    pub(crate) fn prepare_keep(&mut self, it: &Attached) -> Next {
        let known = self.blobs.held.get(&it.sha);
        let (owed, mine) = known.map_or((false, false), |known| (known.owed, known.mine));
        let whole = known.and_then(|known| known.whole);
        let held = Held { sha: it.sha, len: it.bytes.len() as u32, owed, mine, used_at: self.now.device_ms, whole };
        let gone = self.blobs.beyond(CACHE_BYTES.saturating_sub(u64::from(held.len)), |it| self.may_drop(it));
        let gone: Vec<Sha> = gone.into_iter().filter(|sha| *sha != held.sha).collect();
        let mut writes: Vec<Write> = gone.iter().flat_map(drops).collect();
        writes.extend(writes_of(&held, it));
        let after = Box::new(move |replica: &mut Replica| {
            replica.blobs.forget(&gone);
            replica.blobs.put(held);
        });
        Next::Commit { writes, strict: false, after }
    }

    /// Others' can be fetched again. Mine goes as the journal does: once it lies in two off-machine backups, from which the
    /// server may come back; where it keeps none, when it is old.
    fn may_drop(&self, held: &Held) -> bool {
        if mutants::is(Mutant::OwedPhotosGo) {
            return true;
        }
        if held.owed || mutants::is(Mutant::UnstablePhotosGo) {
            return !held.owed;
        }
        let stable = |whole: Whole| self.is_stable(self.device.stable_n, whole.n, whole.at_ms);
        !held.mine || held.whole.is_none_or(stable)
    }

    /// The disk is nearly full: everything goes that may.
    pub(crate) fn prepare_evict(&mut self) -> Next {
        let gone = self.blobs.beyond(0, |it| self.may_drop(it));
        if gone.is_empty() {
            return Next::Over;
        }
        let writes = gone.iter().flat_map(drops).collect();
        let after = Box::new(move |replica: &mut Replica| {
            replica.blobs.forget(&gone);
        });
        Next::Commit { writes, strict: false, after }
    }

    pub(crate) fn evict_blobs(&mut self) {
        if self.is_writer() && !self.jobs.iter().any(|job| matches!(job, Job::EvictBlobs)) {
            self.jobs.push_back(Job::EvictBlobs);
        }
    }
}
