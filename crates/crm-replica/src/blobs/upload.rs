//! The blobs' own queue: offered, sent in chunks from where the server stands, verified there (SYNC 2.9). One at a time,
//! and only when every op has its result, so that a photo never stands in the way of what was written.
use super::{Blobs, held_write, keys};
use crate::Replica;
use crate::jobs::{Job, Next};
use crate::ports::{Effect, Endpoint, NetError, Sha, Store};
use crate::saved::{Held, Whole};
use crm_domain::mutants::{self, Mutant};
use crm_domain::val::encode;
use crm_protocol::{BlobOffer, BlobState, decode};

const BACKOFF_MIN_MS: u64 = 1_000;
const BACKOFF_MAX_MS: u64 = 300_000;

/// What is under way for one blob.
pub struct Going {
    sha: Sha,
    /// The request, or load, whose answer is to come.
    request: u64,
    step: Step,
}

enum Step {
    Offered,
    Reading {
        offset: u64,
    },
    Sending {
        bytes: Vec<u8>,
        offset: u64,
    },
    /// It is there, and that is being committed.
    Storing,
}

impl Blobs {
    pub fn let_go(&mut self, may_go: bool) {
        self.may_go = may_go;
    }

    /// Now is a good time to try.
    pub fn wake(&mut self, now: u64) {
        self.failures = 0;
        self.passed_over.clear();
        self.next_at = now;
    }

    /// A clock that was set back must not make the next try wait for it.
    pub fn clock_went(&mut self, back: u64) {
        self.next_at = self.next_at.saturating_sub(back);
    }

    /// When to look again, where only time is waited for.
    pub fn rings_at(&self, now: u64) -> Option<u64> {
        let waits = self.may_go && self.next_at > now && self.owed().next().is_some();
        waits.then_some(self.next_at)
    }

    pub fn waits_for(&self, request: u64) -> bool {
        self.going.as_ref().is_some_and(|going| going.request == request)
    }

    fn failed(&mut self, now: u64, wait: u64) {
        self.failures = (self.failures + 1).min(20);
        let most = (BACKOFF_MIN_MS << self.failures.min(9)).min(BACKOFF_MAX_MS);
        // Full jitter, as for the ops.
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(now | 1);
        self.next_at = now + BACKOFF_MIN_MS.max((self.random >> 33) % most).max(wait);
    }
}

impl Replica {
    /// Offers the next blob, if the road is free and all ops have gone before.
    pub(crate) fn go_on_uploading(&mut self) {
        let free = self.blobs.may_go && self.blobs.going.is_none() && self.now.device_ms >= self.blobs.next_at;
        if !free || !self.is_writer() || !self.sync.is_reached() {
            return;
        }
        if self.mine.outbox().any(|(_, mine)| mine.sending.outcome.is_none()) {
            return;
        }
        // The earliest first.
        let next = self.blobs.owed().filter(|it| !self.blobs.passed_over.contains(&it.sha));
        let Some(next) = next.min_by_key(|it| (it.used_at, it.sha)).copied() else {
            // When the time comes, those too.
            return self.blobs.passed_over.clear();
        };
        let offer = BlobOffer { sha256: next.sha, len: u64::from(next.len) };
        self.ask_blob(next.sha, Endpoint::Offer, encode(&offer), Step::Offered);
    }

    fn ask_blob(&mut self, sha: Sha, to: Endpoint, body: Vec<u8>, step: Step) {
        let request = self.next_id();
        self.out.push(Effect::Send { request, to, body });
        self.blobs.going = Some(Going { sha, request, step });
    }

    /// The bytes of the blob that goes.
    pub(crate) fn blob_loaded(&mut self, bytes: Option<Vec<u8>>) {
        let Some(Going { sha, step: Step::Reading { offset }, .. }) = self.blobs.going.take() else { return };
        match bytes {
            Some(bytes) => self.send_chunk(sha, bytes, offset),
            // It cannot be read now; the storage says so itself.
            None => {
                self.blobs.passed_over.insert(sha);
                self.upload_failed(0);
            }
        }
    }

    fn send_chunk(&mut self, sha: Sha, bytes: Vec<u8>, offset: u64) {
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
        let chunk = bytes[from..bytes.len().min(from + self.blobs.chunk)].to_vec();
        self.ask_blob(sha, Endpoint::Append { sha, offset }, chunk, Step::Sending { bytes, offset });
    }

    pub(crate) fn blob_answered(&mut self, answer: Result<Vec<u8>, NetError>) {
        let Some(Going { sha, step, .. }) = self.blobs.going.take() else { return };
        let state = answer.and_then(|bytes| decode::<BlobState>(&bytes).map_err(|_| NetError::Malformed));
        let there = match state {
            Ok(state) => state.offset,
            Err(NetError::Refused { retry_ms, .. }) => {
                self.blobs.passed_over.insert(sha);
                return self.upload_failed(retry_ms.unwrap_or(0));
            }
            Err(NetError::Unreachable | NetError::Malformed) => return self.upload_failed(0),
        };
        let len = self.blobs.held.get(&sha).map_or(0, |it| u64::from(it.len));
        match step {
            _ if there == len || mutants::is(Mutant::OfferedMeansThere) => {
                let request = self.next_id();
                self.blobs.going = Some(Going { sha, request, step: Step::Storing });
                self.jobs.push_back(Job::BlobArrived(sha));
            }
            Step::Offered => {
                let request = self.next_id();
                self.out.push(Effect::Load { request, store: Store::Blob, keys: vec![keys(&sha).0] });
                self.blobs.going = Some(Going { sha, request, step: Step::Reading { offset: there } });
            }
            // Where the server stands counts, as long as it is further than before.
            Step::Sending { bytes, offset } if there > offset && there < len => {
                self.blobs.failures = 0;
                self.send_chunk(sha, bytes, there);
            }
            Step::Sending { .. } | Step::Reading { .. } | Step::Storing => self.upload_failed(0),
        }
    }

    /// Begins anew later, with an offer: it says how far the server came.
    fn upload_failed(&mut self, wait: u64) {
        self.blobs.going = None;
        self.blobs.failed(self.now.device_ms, wait);
        self.set_timer();
    }

    /// The server was restored: what the old one answers, or has answered, is nothing to go by.
    pub(crate) fn upload_anew(&mut self) {
        if mutants::is(Mutant::OldServersWordCounts) {
            return;
        }
        self.blobs.going = None;
        self.jobs.retain(|job| !matches!(job, Job::BlobArrived(_)));
    }

    pub(crate) fn blob_not_kept(&mut self) {
        self.upload_failed(0);
    }

    /// The server has it whole, and found it to be of its hash.
    pub(crate) fn prepare_arrived(&mut self, sha: Sha) -> Next {
        let Some(held) = self.blobs.held.get(&sha) else {
            self.blobs.going = None;
            return Next::Over;
        };
        let whole = Whole { n: self.device.next_n, at_ms: self.now.device_ms };
        let held = Held { owed: false, whole: Some(whole), ..*held };
        let after = Box::new(move |replica: &mut Replica| {
            replica.blobs.put(held);
            replica.blobs.going = None;
            replica.blobs.failures = 0;
            // Its state is shown.
            replica.watches.dirty = true;
        });
        Next::Commit { writes: vec![held_write(&held)], strict: true, after }
    }
}
