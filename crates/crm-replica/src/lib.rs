//! One device's copy of the book: execute, ask, watch, outbox, sync. Sans-IO: [`Replica::step`] takes an input and gives
//! the effects to perform; `crm-browser` performs them, and the simulator does the same with a model.
//!
//! Work goes one job at a time: a job loads the pages it needs, decides, has its events signed, commits in one
//! transaction, and only after `complete` changes what is in memory. A commit that fails has changed nothing.
pub mod adopt;
mod blobs;
mod clock;
mod copy;
mod erase;
mod evolve;
mod execute;
mod fold;
mod jobs;
mod mine;
mod open;
mod pages;
pub mod ports;
mod recover;
pub mod saved;
mod show;
mod status;
mod sync;
mod watch;

pub use clock::Now;

pub use crate::blobs::keys as blob_keys;

use crate::blobs::Blobs;
use crate::clock::Hlc;
use crate::copy::Copy;
use crate::jobs::{Job, Running};
use crate::mine::Ledger;
use crate::ports::{Effect, Input, Session, Status, Storage};
use crate::saved::DeviceState;
use crate::sync::Sync;
use crate::watch::Watches;
use crm_domain::book::Book;
use crm_domain::ids::Uuid;
use crm_domain::op::Op;
use crm_protocol::Outcome;
use std::collections::{BTreeMap, VecDeque};

pub struct Replica {
    session: Option<Session>,
    now: Now,
    device: DeviceState,
    copy: Copy,
    mine: Ledger,
    book: Book,
    /// The book that a rebuild is making.
    rebuilt: Book,
    jobs: VecDeque<Job>,
    running: Option<Running>,
    watches: Watches,
    sync: Sync,
    blobs: Blobs,
    storage: Storage,
    status: Status,
    /// Unsent ops that this version cannot read: while there are any, nothing is saved or sent.
    unread: Vec<recover::Unread>,
    /// Values that could not be read when the stores were opened.
    unreadable: u32,
    /// Counts requests, transactions and loads.
    last_id: u64,
    /// Changes since the columns were saved.
    unsaved: usize,
    /// Something changed since the inbox was asked about ops of mine.
    unheard: bool,
    /// This app's release.
    app: u16,
    /// How large the delta may grow.
    fold_above: usize,
    out: Vec<Effect>,
}

impl Default for Replica {
    fn default() -> Self {
        Self::new()
    }
}

impl Replica {
    pub fn new() -> Self {
        Self {
            session: None,
            now: Now { device_ms: 0 },
            device: DeviceState::default(),
            copy: Copy::default(),
            mine: Ledger::default(),
            book: Book::default(),
            rebuilt: Book::default(),
            jobs: VecDeque::new(),
            running: None,
            watches: Watches::default(),
            sync: Sync::default(),
            blobs: Blobs::default(),
            storage: Storage::Fine,
            status: Status::default(),
            unread: vec![],
            unreadable: 0,
            last_id: 0,
            unsaved: 0,
            unheard: false,
            app: crm_protocol::APP,
            fold_above: fold::FOLD_ABOVE,
            out: Vec::new(),
        }
    }

    /// Folds rows into their pages from fewer rows on, so that small books fold too: for tests.
    pub fn folding_above(self, rows: usize) -> Self {
        Self { fold_above: rows, ..self }
    }

    /// Sends blobs in smaller chunks, so that small ones have several: for tests.
    pub fn sending_chunks_of(mut self, bytes: usize) -> Self {
        self.blobs.send_chunks_of(bytes);
        self
    }

    /// Speaks as another release would: for tests.
    pub fn of_release(self, app: u16) -> Self {
        Self { app, ..self }
    }

    /// Takes one input; gives what has to be done about it, in order.
    pub fn step(&mut self, now: Now, input: Input) -> Vec<Effect> {
        self.sync.clock_went(self.now.device_ms, now.device_ms);
        self.blobs.clock_went(self.now.device_ms.saturating_sub(now.device_ms));
        self.now = now;
        match input {
            Input::Open { session, opened } => self.open(session, opened),
            Input::Command { ticket, cause, entropy, command, attached } => {
                self.enrol_first();
                self.jobs.push_back(Job::Command { ticket, cause, entropy, command: Box::new(command), attached });
            }
            Input::Watch { watch, query } => self.watches.add(watch, query),
            Input::Unwatch { watch } => self.watches.remove(watch),
            Input::Subscribe { bucket } => self.subscribe(bucket),
            Input::Committed { txn } => self.committed(txn),
            Input::CommitFailed { txn, why } => self.commit_failed(txn, why),
            Input::Loaded { request, values } => self.loaded(request, values),
            Input::Signed { request, signatures } => self.signed(request, signatures),
            Input::Answered { request, answer } => self.answered(request, answer),
            Input::Tick => self.tick(),
            Input::Wake => self.wake(),
            Input::Hidden => self.save_columns_soon(),
            Input::Keep(blob) => self.jobs.push_back(Job::KeepBlob(blob)),
            Input::Road { blobs } => self.blobs.let_go(blobs),
            Input::Pressed => self.evict_blobs(),
        }
        self.run_jobs();
        if self.hear_fates() {
            self.run_jobs();
        }
        self.go_on_syncing();
        self.go_on_uploading();
        self.answer_watches();
        self.tell_status();
        std::mem::take(&mut self.out)
    }

    /// The book as this device shows it: for tests and tools; screens ask queries.
    pub fn book(&self) -> &Book {
        &self.book
    }

    fn is_writer(&self) -> bool {
        !self.stopped() && self.session.as_ref().is_some_and(|s| s.writer)
    }

    fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// Best estimate of true time, milliseconds.
    fn true_ms(&self) -> u64 {
        self.now.device_ms.saturating_add_signed(self.device.offset_ms)
    }

    fn next_hlc(&self, last: u64) -> u64 {
        Hlc(last).next(self.now.device_ms, self.device.server_ms).0
    }
}

impl Replica {
    /// Every row of the server's that this device holds, by bucket, whether shown or being replaced: for audits.
    /// `load` reads values of the page store.
    pub fn audit(
        &self,
        load: impl Fn(ports::Key) -> Option<Vec<u8>>,
    ) -> Vec<(crm_domain::bucket::Bucket, crm_domain::row::Row)> {
        let mut all = Vec::new();
        for (no, bucket) in &self.copy.buckets {
            for entry in &bucket.pages {
                let rows = load((*no, entry.no)).as_deref().and_then(pages::unpack).unwrap_or_default();
                let kept = rows.into_iter().filter(|r| !self.copy.delta.contains_key(&(*no, r.id)));
                all.extend(kept.map(|row| (bucket.bucket, row)));
            }
            let newer = self.copy.delta.iter().filter(|((n, _), _)| n == no);
            all.extend(newer.filter_map(|(_, d)| Some((bucket.bucket, (**d.row.as_ref()?).clone()))));
        }
        all
    }

    /// Outbox and journal in the order of their numbers: for audits.
    pub fn queue(&self) -> Vec<Audited> {
        let mut all: BTreeMap<u64, Audited> = BTreeMap::new();
        let journal = self.mine.journal.iter().map(|(n, (stored, sending))| (n, stored, *sending));
        let shown = self.mine.ops.iter().map(|(n, mine)| (n, &mine.stored, mine.noted()));
        for (n, stored, sending) in journal.chain(shown) {
            let Ok(op) = Op::from_bytes(&stored.op) else { continue };
            let roots = stored.about.iter().map(|(root, _)| root.0).collect();
            all.insert(*n, Audited { op, roots, outcome: sending.outcome, settled: sending.settled });
        }
        all.into_values().collect()
    }

    /// The n of the next op: for audits.
    pub fn next_n(&self) -> u64 {
        self.device.next_n
    }
}

/// An op of this device's queue, as an audit sees it.
pub struct Audited {
    pub op: Op,
    /// The customers, or other roots, that it is about.
    pub roots: Vec<Uuid>,
    /// How it ended at the server.
    pub outcome: Option<Outcome>,
    /// It was refused, and her item about it is settled.
    pub settled: bool,
}
