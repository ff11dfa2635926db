//! One job at a time: load, decide, sign, commit, then change memory.
use crate::Replica;
use crate::pages::unpack;
use crate::ports::{Attached, CommitError, Effect, Failure, Key, Sha, Storage, Store, Write};
use crate::sync::{Comparing, Wrong};
use crm_domain::ids::Uuid;
use crm_domain::mutants::{self, Mutant};
use crm_domain::registry::Command;
use crm_protocol::{Pulled, Pushed, Repaired};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Roots to show anew, each with ids that may have left it.
pub type Roots = BTreeMap<Uuid, Vec<Uuid>>;

/// Adds roots to roots, without forgetting ids that are named already.
pub fn join(roots: &mut Roots, more: impl IntoIterator<Item = (Uuid, Vec<Uuid>)>) {
    for (root, ids) in more {
        roots.entry(root).or_default().extend(ids);
    }
}

#[derive(Debug)]
pub enum Job {
    /// The first event of this device's chain.
    Enrol,
    Command {
        ticket: u64,
        cause: Uuid,
        entropy: [u8; 32],
        command: Box<Command>,
        attached: Option<Rc<Attached>>,
    },
    Pushed {
        first_n: u64,
        count: u64,
        answer: Pushed,
    },
    Pulled(Box<Pulled>),
    /// Snapshot pages of a bucket that is coming, in order from the first that is missing.
    Pages {
        no: u32,
        pages: Vec<Vec<u8>>,
    },
    /// Shows these roots anew: what covers them of mine has changed.
    Refresh(Roots),
    /// Reads all pages again, because the columns could not be used.
    Rebuild {
        todo: Vec<Key>,
    },
    /// Puts delta rows into their pages.
    Fold,
    /// Takes what was purged out of a bucket's pages.
    Erase {
        no: u32,
        left: Vec<u64>,
    },
    SaveColumns,
    /// Compares a bucket's copy with the digest that the server told.
    Compare(Box<Comparing>),
    Repaired {
        wrong: Wrong,
        answer: Repaired,
    },
    Subscribe(crm_domain::bucket::Bucket),
    /// Values that belong to no copy go.
    Mend(Vec<(Store, Key)>),
    KeepBlob(Rc<Attached>),
    /// The server has this blob.
    BlobArrived(Sha),
    /// Drops the blobs that the server has too.
    EvictBlobs,
}

pub struct Running {
    pub job: Job,
    pub waits: Waits,
}

pub enum Waits {
    Pages { request: u64, keys: Vec<Key> },
    Signatures { request: u64, unsigned: Box<crate::execute::Unsigned> },
    Commit { txn: u64, after: After },
}

/// What to do once the transaction is complete.
pub type After = Box<dyn FnOnce(&mut Replica)>;

/// What a job needs next.
pub enum Next {
    Load(Vec<Key>),
    Sign(Box<crate::execute::Unsigned>),
    Commit {
        writes: Vec<Write>,
        strict: bool,
        after: After,
    },
    /// Nothing to commit; the job is over.
    Over,
}

impl Replica {
    pub(crate) fn run_jobs(&mut self) {
        while self.session.is_some() && self.running.is_none() {
            let command = self.jobs.iter().position(|j| matches!(j, Job::Command { .. } | Job::Enrol));
            let Some(job) = self.jobs.remove(command.unwrap_or(0)) else { return };
            self.go_on(job);
        }
    }

    /// Prepares a job as far as it gets without waiting.
    fn go_on(&mut self, mut job: Job) {
        // A follower shows; it neither commits nor signs.
        if !self.is_writer() && !matches!(job, Job::Refresh(_) | Job::Rebuild { .. }) {
            let why = if self.stopped() { Failure::Unreadable } else { Failure::NoWriter };
            return self.drop_job(job, why);
        }
        let next = match &mut job {
            Job::Enrol => self.prepare_enrol(),
            Job::Command { ticket, cause, entropy, command, attached } => {
                let (ticket, cause, entropy, command) = (*ticket, *cause, *entropy, command.clone());
                let attached = attached.clone();
                self.prepare_command(ticket, cause, &entropy, &command, attached.as_deref())
            }
            Job::Pushed { first_n, count, answer } => {
                let (first_n, count, answer) = (*first_n, *count, answer.clone());
                self.prepare_pushed(first_n, count, answer)
            }
            Job::Pulled(answer) => {
                let answer = answer.clone();
                self.prepare_pulled(*answer)
            }
            Job::Pages { no, pages } => {
                let (no, pages) = (*no, std::mem::take(pages));
                self.prepare_pages(no, pages)
            }
            Job::Refresh(roots) => {
                let roots = std::mem::take(roots);
                self.prepare_refresh(roots)
            }
            Job::Rebuild { todo } => self.prepare_rebuild(todo),
            Job::Fold => self.prepare_fold(),
            Job::Erase { no, left } => {
                let no = *no;
                self.prepare_erase(no, left)
            }
            Job::SaveColumns => self.prepare_columns(),
            Job::Compare(comparing) => self.prepare_compare(comparing),
            Job::Repaired { wrong, answer } => self.prepare_repaired(wrong, answer),
            Job::Subscribe(bucket) => {
                let bucket = *bucket;
                self.prepare_subscribe(bucket)
            }
            Job::Mend(keys) => self.prepare_mend(keys),
            Job::KeepBlob(blob) => {
                let blob = blob.clone();
                self.prepare_keep(&blob)
            }
            Job::BlobArrived(sha) => {
                let sha = *sha;
                self.prepare_arrived(sha)
            }
            Job::EvictBlobs => self.prepare_evict(),
        };
        match next {
            Next::Over => {}
            Next::Load(keys) => {
                let request = self.next_id();
                self.out.push(Effect::Load { request, store: Store::Page, keys: keys.clone() });
                self.running = Some(Running { job, waits: Waits::Pages { request, keys } });
            }
            Next::Sign(unsigned) => {
                let request = self.next_id();
                self.out.push(Effect::Sign { request, messages: unsigned.messages() });
                self.running = Some(Running { job, waits: Waits::Signatures { request, unsigned } });
            }
            Next::Commit { writes, strict, after } => self.commit(job, writes, strict, after),
        }
    }

    pub(crate) fn commit(&mut self, job: Job, writes: Vec<Write>, strict: bool, after: After) {
        let txn = self.next_id();
        let strict = strict && !mutants::is(Mutant::SavedNotDurable);
        self.out.push(Effect::Commit { txn, writes, strict });
        self.running = Some(Running { job, waits: Waits::Commit { txn, after } });
    }

    pub(crate) fn committed(&mut self, txn: u64) {
        match self.running.take() {
            Some(Running { waits: Waits::Commit { txn: mine, after }, .. }) if mine == txn => {
                if !self.stopped() {
                    self.storage = Storage::Fine;
                }
                after(self);
                self.out.push(Effect::Announce);
            }
            other => self.running = other,
        }
    }

    pub(crate) fn commit_failed(&mut self, txn: u64, why: CommitError) {
        match self.running.take() {
            Some(Running { job, waits: Waits::Commit { txn: mine, .. } }) if mine == txn => {
                let failure = match why {
                    CommitError::Quota => Failure::Quota,
                    CommitError::Broken => Failure::Broken,
                    CommitError::Fenced => Failure::NoWriter,
                };
                // A photo is large; what is written may still find room.
                let large = matches!(job, Job::Command { attached: Some(_), .. } | Job::KeepBlob(_));
                match why {
                    CommitError::Quota if large => self.evict_blobs(),
                    CommitError::Quota => self.storage = Storage::Full,
                    CommitError::Broken => self.storage = Storage::Broken,
                    CommitError::Fenced => {
                        if let Some(session) = &mut self.session {
                            session.writer = false;
                        }
                    }
                }
                self.drop_job(job, failure);
                // What the network brought is asked for again later: nothing of it was taken.
                self.sync.stop_and_retry(self.now.device_ms);
                self.set_timer();
            }
            other => self.running = other,
        }
    }

    pub(crate) fn drop_job(&mut self, job: Job, failure: Failure) {
        match job {
            Job::Command { ticket, .. } => self.out.push(Effect::Done { ticket, result: Err(failure) }),
            // It is asked for again when it is looked at again.
            Job::KeepBlob(_) | Job::EvictBlobs => {}
            Job::BlobArrived(_) => self.blob_not_kept(),
            // Enrolment must come before any other event: it is tried again with the next open or sync.
            _ => self.sync.stop_and_retry(self.now.device_ms),
        }
    }

    pub(crate) fn loaded(&mut self, request: u64, values: Vec<Option<Vec<u8>>>) {
        if self.blobs.waits_for(request) {
            return self.blob_loaded(values.into_iter().next().flatten());
        }
        if self.watches.loaded(request) {
            let keys = self.watches.take_keys(request);
            self.cache_pages(&keys, values);
            return;
        }
        match self.running.take() {
            Some(Running { job, waits: Waits::Pages { request: mine, keys } }) if mine == request => {
                self.cache_pages(&keys, values);
                self.go_on(job);
            }
            other => self.running = other,
        }
    }

    /// A page that is missing or damaged reads as empty; its bucket comes again as a whole.
    fn cache_pages(&mut self, keys: &[Key], values: Vec<Option<Vec<u8>>>) {
        for (key, value) in keys.iter().zip(values) {
            let rows = value.as_deref().and_then(unpack);
            if rows.is_none() {
                self.sync.damaged(key.0);
            }
            self.copy.cache.borrow_mut().put(*key, Rc::new(rows.unwrap_or_default()));
        }
    }

    pub(crate) fn signed(&mut self, request: u64, signatures: Vec<[u8; 64]>) {
        match self.running.take() {
            Some(Running { job, waits: Waits::Signatures { request: mine, unsigned } }) if mine == request => {
                let (writes, after) = unsigned.signed(signatures);
                self.commit(job, writes, true, after);
            }
            other => self.running = other,
        }
    }
}
