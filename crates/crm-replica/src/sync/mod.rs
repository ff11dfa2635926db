//! The way to the server: what to send next, when, and what to say of it.
mod pull;
mod push;
mod repair;

pub use repair::{Comparing, Wrong};

use crate::Replica;
use crate::jobs::Job;
use crate::ports::{Effect, Endpoint, NetError, SyncState};
use crm_domain::mutants::{self, Mutant};
use crm_protocol::RefusalCode;
use std::collections::{BTreeMap, BTreeSet};

/// Asked again when nothing happens for so long.
const EVERY_MS: u64 = 60_000;
/// What is younger than this counts as a present contact: a push may date its ops by it (SYNC 2.1).
const FRESH_MS: u64 = 30_000;
const BACKOFF_MIN_MS: u64 = 1_000;
const BACKOFF_MAX_MS: u64 = 300_000;
/// Snapshot pages asked for at once, and stored in one transaction.
const PAGES_AT_ONCE: u32 = 8;
/// About how large a pull's answer may be.
const PULL_BYTES: u32 = 1 << 20;

#[derive(Default)]
pub struct Sync {
    pub phase: Phase,
    pub state: SyncState,
    want_pull: bool,
    /// Not before this device time.
    next_at: u64,
    failures: u32,
    /// Device time of the last good answer.
    pub contact: Option<u64>,
    /// Local numbers of buckets whose pages were damaged.
    damaged: BTreeSet<u32>,
    /// A copy that is not what its digest says.
    wrong: Option<Wrong>,
    /// Local numbers of the copies that were compared since the start, and the cursor that they had.
    compared: BTreeMap<u32, u64>,
    /// Local numbers of the copies that were mended since the start, and the sums that they had before.
    mended: BTreeMap<u32, Vec<u64>>,
    /// Rows that were put right since the start, because they were not what the server has.
    pub repaired: u32,
    random: u64,
    nonce: u64,
}

#[derive(Default)]
pub enum Phase {
    #[default]
    Idle,
    Pushing {
        request: u64,
        first_n: u64,
        count: u64,
    },
    Pulling {
        request: u64,
        nonce: u64,
    },
    Paging {
        no: u32,
        /// request → page number
        asked: BTreeMap<u64, u32>,
        got: BTreeMap<u32, Vec<u8>>,
    },
    Repairing {
        request: u64,
    },
    /// An answer is being committed.
    Storing,
}

impl Sync {
    pub fn start(&mut self, now: u64) {
        *self = Self { want_pull: true, next_at: now, random: self.random, nonce: self.nonce, ..Self::default() };
    }

    pub fn damaged(&mut self, no: u32) {
        self.damaged.insert(no);
    }

    /// Gives up what is under way; tries again after the backoff.
    pub fn stop_and_retry(&mut self, now: u64) {
        self.phase = Phase::Idle;
        self.want_pull = true;
        self.failures = (self.failures + 1).min(20);
        let most = (BACKOFF_MIN_MS << self.failures.min(9)).min(BACKOFF_MAX_MS);
        // Full jitter, so that phones that lost the server together do not come back together.
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(now | 1);
        self.next_at = now + BACKOFF_MIN_MS.max((self.random >> 33) % most);
    }

    /// A clock that was set back must not make the next exchange wait for it: what is left to wait stays the same.
    pub fn clock_went(&mut self, from: u64, to: u64) {
        let back = from.saturating_sub(to);
        self.next_at = self.next_at.saturating_sub(back);
        self.contact = self.contact.map(|at| at.saturating_sub(back));
    }

    /// The last exchange succeeded.
    pub fn is_reached(&self) -> bool {
        self.failures == 0 && self.contact.is_some()
    }

    fn worked(&mut self, now: u64) {
        self.failures = 0;
        self.contact = Some(now);
    }
}

impl Replica {
    /// Something of mine was saved: send it when the way is free.
    pub(crate) fn sync_soon(&mut self) {
        if self.sync.failures == 0 {
            self.sync.next_at = self.now.device_ms;
        }
    }

    pub(crate) fn wake(&mut self) {
        self.sync.want_pull = true;
        self.sync.failures = 0;
        self.sync.next_at = self.now.device_ms;
        self.blobs.wake(self.now.device_ms);
    }

    pub(crate) fn tick(&mut self) {
        // What was due changes with the clock.
        self.watches.dirty = true;
        if self.now.device_ms >= self.sync.next_at {
            self.sync.want_pull = true;
        }
        self.set_timer();
    }

    pub(crate) fn set_timer(&mut self) {
        let now = self.now.device_ms;
        let next_at = self.blobs.rings_at(now).map_or(self.sync.next_at, |at| at.min(self.sync.next_at));
        let after_ms = next_at.saturating_sub(now).clamp(50, EVERY_MS);
        self.out.push(Effect::Timer { after_ms });
    }

    /// Starts the next exchange, if nothing is under way and something is wanted.
    pub(crate) fn go_on_syncing(&mut self) {
        let busy = !matches!(self.sync.phase, Phase::Idle) || !self.is_writer();
        if busy || self.now.device_ms < self.sync.next_at {
            return;
        }
        // The chain's first event comes before anything is sent; it failed before, if no job is at it.
        if !self.is_enrolled() {
            self.enrol_first();
            return self.run_jobs();
        }
        let fresh = self.sync.contact.is_some_and(|at| self.now.device_ms.saturating_sub(at) <= FRESH_MS);
        if fresh && self.sync.state != SyncState::Forked && self.start_push() {
            return;
        }
        if fresh && (self.start_pages() || self.start_repair()) {
            return;
        }
        // A pull comes before a push after a silence: ops are dated by what the server said last.
        if self.sync.want_pull || (!fresh && self.unfinished()) {
            self.start_pull();
        }
    }

    fn unfinished(&self) -> bool {
        // A fork sends nothing before it has an identity of its own.
        let sends = self.sync.state != SyncState::Forked;
        self.copy.buckets.values().any(|b| b.boot.is_some())
            || self.sync.wrong.is_some()
            || (sends && self.mine.outbox().any(|(_, m)| m.sending.outcome.is_none()))
    }

    pub(crate) fn send(&mut self, to: Endpoint, body: Vec<u8>) -> u64 {
        let request = self.next_id();
        self.out.push(Effect::Send { request, to, body });
        if !matches!(self.sync.state, SyncState::Forked) {
            self.sync.state = SyncState::Syncing;
        }
        request
    }

    pub(crate) fn answered(&mut self, request: u64, answer: Result<Vec<u8>, NetError>) {
        if self.blobs.waits_for(request) {
            return self.blob_answered(answer);
        }
        match std::mem::take(&mut self.sync.phase) {
            Phase::Pushing { request: mine, first_n, count } if mine == request => {
                self.mine.ops.values_mut().for_each(|m| m.in_flight = false);
                if mutants::is(Mutant::SentMeansTaken) && answer.is_err() {
                    let sent = self.mine.ops.range_mut(first_n..first_n + count);
                    sent.for_each(|(_, m)| m.sending.outcome = Some(crm_protocol::Outcome::Applied));
                }
                let Some(answer) = self.message(answer) else { return };
                self.sync.phase = Phase::Storing;
                self.jobs.push_back(Job::Pushed { first_n, count, answer });
            }
            Phase::Pulling { request: mine, nonce } if mine == request => {
                let Some(answer) = self.message::<crm_protocol::Pulled>(answer) else { return };
                if answer.nonce != nonce && !mutants::is(Mutant::NonceUnchecked) {
                    return self.sync.stop_and_retry(self.now.device_ms);
                }
                self.sync.phase = Phase::Storing;
                self.jobs.push_back(Job::Pulled(Box::new(answer)));
            }
            Phase::Repairing { request: mine } if mine == request => {
                let Some(wrong) = self.sync.wrong.take() else { return };
                // Moved on meanwhile: the next complete pull brings another digest to compare with.
                if let Err(NetError::Refused { code: RefusalCode::Gone | RefusalCode::NotAllowed, .. }) = answer {
                    self.sync.want_pull = true;
                    return self.settle();
                }
                match self.message(answer) {
                    Some(answer) => {
                        self.sync.phase = Phase::Storing;
                        self.jobs.push_back(Job::Repaired { wrong, answer });
                    }
                    None => self.sync.wrong = Some(wrong),
                }
            }
            Phase::Paging { no, mut asked, mut got } if asked.contains_key(&request) => {
                match answer {
                    Ok(bytes) => {
                        self.sync.worked(self.now.device_ms);
                        let page = asked.remove(&request).unwrap_or_default();
                        got.insert(page, bytes);
                        if asked.is_empty() {
                            let pages = got.into_values().collect();
                            self.sync.phase = Phase::Storing;
                            self.jobs.push_back(Job::Pages { no, pages });
                        } else {
                            self.sync.phase = Phase::Paging { no, asked, got };
                        }
                    }
                    Err(NetError::Refused {
                        code: RefusalCode::Gone | RefusalCode::NotFound | RefusalCode::NotAllowed,
                        ..
                    }) => {
                        // That generation is gone, or the grant: the pull tells which.
                        self.restart_boot(no);
                        self.sync.want_pull = true;
                    }
                    Err(error) => self.failed(error),
                }
            }
            // Not the current request: ignored.
            other => self.sync.phase = other,
        }
    }

    fn message<T: for<'b> minicbor::Decode<'b, ()>>(&mut self, answer: Result<Vec<u8>, NetError>) -> Option<T> {
        match answer.and_then(|bytes| minicbor::decode(&bytes).map_err(|_| NetError::Malformed)) {
            Ok(message) => {
                self.sync.worked(self.now.device_ms);
                Some(message)
            }
            Err(error) => {
                self.failed(error);
                None
            }
        }
    }

    fn failed(&mut self, error: NetError) {
        self.sync.stop_and_retry(self.now.device_ms);
        self.sync.state = match error {
            NetError::Unreachable | NetError::Malformed => SyncState::Offline,
            NetError::Refused { code: RefusalCode::SignInAgain, .. } => SyncState::SignInAgain,
            NetError::Refused { code, retry_ms } => {
                let wait = retry_ms.unwrap_or(0);
                self.sync.next_at = self.sync.next_at.max(self.now.device_ms + wait);
                SyncState::Refused(code)
            }
        };
        self.set_timer();
    }

    /// The newest server time, and by how much this clock is off.
    pub(crate) fn learn_time(device: &mut crate::saved::DeviceState, now: crate::Now, server_ms: u64) {
        device.server_ms = device.server_ms.max(server_ms);
        device.offset_ms = server_ms as i64 - now.device_ms as i64;
    }

    /// All that is mine is acknowledged, and nothing more is wanted.
    pub(crate) fn settle(&mut self) {
        self.sync.phase = Phase::Idle;
        if !self.sync.want_pull && self.sync.state == SyncState::Syncing {
            self.sync.state = SyncState::Settled;
        }
        self.sync.next_at = self.now.device_ms;
        if !self.sync.want_pull && !self.unfinished() {
            self.sync.next_at = self.now.device_ms + EVERY_MS;
        }
        self.set_timer();
    }
}
