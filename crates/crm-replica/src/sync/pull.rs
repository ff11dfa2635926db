//! Pull: what others did, in one transaction an answer; and the acknowledgement of what I did (SYNC 2.3).
use super::{PAGES_AT_ONCE, PULL_BYTES, Phase};
use crate::Replica;
use crate::copy::Delta;
use crate::erase::Erasing;
use crate::execute::device_write;
use crate::jobs::{Job, Next, Roots, join};
use crate::mine::Mine;
use crate::pages::{entry, pack};
use crate::ports::{Effect, Endpoint, Key, Store, SyncState, Write};
use crate::saved::{Boot, BucketState, DeviceState, RootKey, Sending, StoredOp};
use crm_domain::bucket::{Bucket, Verb};
use crm_domain::ids::Uuid;
use crm_domain::mutants::{self, Mutant};
use crm_domain::op::Op;
use crm_domain::row::Row;
use crm_domain::val::encode;
use crm_protocol::{DeviceState as Told, ExitReason, Hello, Mode, Page, Part, Pull, Pulled};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The journal is kept so long where no off-machine backup says that it may go.
const JOURNAL_MS: u64 = 30 * 86_400_000;

/// What an answer does to this copy, before it is committed.
pub struct Taking {
    pub device: DeviceState,
    buckets: BTreeMap<u32, BucketState>,
    deltas: Vec<(u32, Uuid, Delta)>,
    /// Local numbers whose copies go.
    forgotten: Vec<u32>,
    /// Records that were purged.
    purged: BTreeSet<Uuid>,
    writes: Vec<Write>,
}

impl Taking {
    fn number(&self, bucket: Bucket) -> Option<u32> {
        // A replacement under way is what is being filled.
        let of = |staged: bool| {
            self.buckets
                .iter()
                .find(move |(_, b)| b.bucket == bucket && b.replaces.is_some() == staged)
                .map(|(n, _)| *n)
        };
        of(true).or_else(|| of(false))
    }

    fn new_copy(&mut self, bucket: Bucket, replaces: Option<u32>) -> u32 {
        let no = self.device.next_bucket;
        self.device.next_bucket += 1;
        self.buckets.insert(no, BucketState { replaces, ..BucketState::new(bucket) });
        no
    }

    pub fn put(&mut self, no: u32, id: Uuid, row: Option<Row>) {
        self.device.counter += 1;
        let counter = self.device.counter;
        let value = encode(&(RootKey(id), row.as_ref()));
        self.writes.push(Write { store: Store::Delta, key: (no, counter), value: Some(value) });
        self.deltas.push((no, id, Delta { counter, row: row.map(Rc::new) }));
    }
}

impl Replica {
    /// The buckets that this device holds or should hold.
    fn wanted(&self) -> BTreeSet<Bucket> {
        let Some(session) = &self.session else { return BTreeSet::new() };
        let granted = self.device.granted.iter().filter(|(b, v)| *v >= Verb::Read && *b != Bucket::AllGrids);
        let mut wanted: BTreeSet<Bucket> = granted.map(|(b, _)| *b).collect();
        wanted.extend([Bucket::User(session.user), Bucket::Org]);
        wanted.extend(self.device.subscribed.iter().copied());
        // What has local rows, and what my unreflected ops are about (an administrator writes to grids she doesn't hold).
        wanted.extend(self.copy.buckets.values().map(|b| b.bucket));
        let grants = self.grants();
        let shown = self.mine.ops.values().filter(|m| !m.is_settled());
        let about = shown.flat_map(|m| &m.stored.about).filter_map(|(_, bucket)| *bucket);
        wanted.extend(about.filter(|b| grants.allow(*b, Verb::Read)));
        wanted
    }

    pub(crate) fn start_pull(&mut self) {
        let cursors = self.wanted().into_iter().filter_map(|bucket| {
            let staged = self.copy.buckets.values().find(|b| b.bucket == bucket && b.replaces.is_some());
            match staged.or(self.copy.live(bucket).map(|(_, b)| b)) {
                // Its pages are on their way; the cursor comes with the last of them.
                Some(copy) if copy.boot.is_some() => None,
                Some(copy) => Some((bucket, copy.cursor)),
                None => Some((bucket, None)),
            }
        });
        let mut cursors: Vec<(Bucket, Option<u64>)> = cursors.collect();
        let damaged = std::mem::take(&mut self.sync.damaged);
        for (bucket, cursor) in &mut cursors {
            if self.copy.live(*bucket).is_some_and(|(no, _)| damaged.contains(&no)) {
                *cursor = None;
            }
        }
        self.sync.nonce += 1;
        // Another after each start, so that an answer to a request of an earlier start is none of this one's.
        let nonce = self.session.as_ref().map_or(0, |s| s.seed) ^ (self.now.device_ms << 16) ^ self.sync.nonce;
        let pull = Pull {
            nonce,
            epoch: self.device.epoch,
            proof: self.device.proof.clone(),
            cursors,
            max_bytes: PULL_BYTES,
            hello: Some(self.hello()),
        };
        self.sync.want_pull = false;
        let request = self.send(Endpoint::Pull, encode(&pull));
        self.sync.phase = Phase::Pulling { request, nonce };
    }

    pub(crate) fn prepare_pulled(&mut self, answer: Pulled) -> Next {
        match answer.device {
            Told::Lost => {
                self.out.push(Effect::Wipe);
                return Next::Over;
            }
            Told::Revoked if self.mine.outbox().all(|(_, m)| m.sending.outcome.is_some()) => {
                self.out.push(Effect::Wipe);
                return Next::Over;
            }
            _ => {}
        }
        let mut taking = self.taking();
        Self::learn_time(&mut taking.device, self.now, answer.now_ms);
        taking.device.server = Some(answer.hello.clone().unwrap_or_else(Hello::silent));
        if self.device.epoch != 0 && self.device.epoch != answer.epoch && !mutants::is(Mutant::EpochIgnored) {
            return self.take_new_epoch(taking, &answer);
        }
        taking.device.epoch = answer.epoch;
        taking.device.proof = Some(answer.proof.clone());
        for part in answer.parts {
            take_part(&mut taking, part, answer.last_n);
        }
        if answer.complete {
            // What was asked for and has no part stands where it stood; what is still coming does not.
            for copy in taking.buckets.values_mut().filter(|b| b.cursor.is_some() && b.boot.is_none()) {
                copy.last_n = copy.last_n.max(answer.last_n);
            }
            taking.device.stable_n = answer.stable_n;
            taking.device.granted = answer.granted.iter().map(|g| (g.bucket, g.verb)).collect();
            self.lose_buckets(&mut taking);
        }
        let acknowledged =
            if answer.complete { self.acknowledge(&mut taking, answer.last_n, answer.last_hash) } else { Ok(vec![]) };
        let forked = acknowledged.is_err();
        let acknowledged = acknowledged.unwrap_or_default();
        let more = !answer.complete;
        let wants_more = self.wanted_after(&taking);
        self.commit_taking(taking, acknowledged, move |replica| {
            if forked {
                replica.sync.state = SyncState::Forked;
            }
            // Before it is updated nothing more comes.
            replica.sync.want_pull |= (more || wants_more) && !replica.outdated();
            if !more {
                replica.compare_sometimes();
            }
        })
    }

    /// Nothing taken yet.
    pub(super) fn taking(&self) -> Taking {
        Taking {
            device: self.device.clone(),
            buckets: self.copy.buckets.clone(),
            deltas: vec![],
            forgotten: vec![],
            purged: BTreeSet::new(),
            writes: vec![],
        }
    }

    /// Buckets were granted that nobody asked for yet.
    fn wanted_after(&self, taking: &Taking) -> bool {
        taking
            .device
            .granted
            .iter()
            .any(|(b, v)| *v >= Verb::Read && *b != Bucket::AllGrids && taking.number(*b).is_none())
    }

    /// Copies of buckets that are no longer granted go; ops of mine about them stay.
    fn lose_buckets(&self, taking: &mut Taking) {
        let Some(session) = &self.session else { return };
        let granted = crm_domain::bucket::Grants(taking.device.granted.clone());
        let kept = |b: Bucket| b == Bucket::User(session.user) || b == Bucket::Org || granted.allow(b, Verb::Read);
        if mutants::is(Mutant::LostBucketStays) {
            return;
        }
        let lost: Vec<u32> = taking.buckets.iter().filter(|(_, b)| !kept(b.bucket)).map(|(no, _)| *no).collect();
        for no in lost {
            let old = taking.buckets.remove(&no);
            taking.forgotten.push(no);
            if let Some(old) = old.filter(|_| mutants::is(Mutant::CursorOutlivesBucket)) {
                let kept = taking.new_copy(old.bucket, None);
                taking.buckets.insert(kept, BucketState { cursor: old.cursor, ..BucketState::new(old.bucket) });
            }
        }
        taking.device.subscribed.retain(|b| kept(*b));
    }

    /// The one acknowledgement: n ≤ last_n of a complete pull whose hash is mine, and the result known.
    /// Err: the hash is another's, so this profile was cloned.
    fn acknowledge(&self, taking: &mut Taking, last_n: u64, last_hash: [u8; 32]) -> Result<Vec<u64>, ()> {
        let (from, mut hash) = (self.device.trimmed_n, self.device.trimmed_hash);
        if last_n < from {
            return Ok(vec![]);
        }
        let mut passed = Vec::new();
        for n in from + 1..=last_n {
            let (cause, part) = match self.mine.ops.get(&n) {
                Some(mine) => (mine.op.cause, mine.op.part),
                // A hole that was told to the server.
                None if n < self.device.next_n => (Uuid::nil(), 0),
                None => return Err(()),
            };
            hash = crm_protocol::run_hash(&hash, cause, part);
            passed.push((n, hash));
        }
        if hash != last_hash && !mutants::is(Mutant::ForkUnnoticed) {
            return Err(());
        }
        let mut acknowledged = Vec::new();
        for (n, hash) in passed {
            let mine = self.mine.ops.get(&n);
            if mine.is_some_and(|mine| mine.sending.outcome.is_none()) {
                break;
            }
            taking.device.trimmed_n = n;
            taking.device.trimmed_hash = hash;
            let Some(mine) = mine else { continue };
            for (part, value) in [(0, encode(&mine.stored)), (1, encode(&mine.sending))] {
                taking.writes.push(Write { store: Store::Outbox, key: (part, n), value: None });
                if !mutants::is(Mutant::NoJournal) && !mine.is_purged() {
                    taking.writes.push(Write { store: Store::Journal, key: (part, n), value: Some(value) });
                }
            }
            acknowledged.push(n);
        }
        Ok(acknowledged)
    }

    /// The server was restored: what it lacks of mine goes back to the outbox in this transaction, before any push, and
    /// every bucket comes again beside the copy that is shown until then.
    fn take_new_epoch(&mut self, mut taking: Taking, answer: &Pulled) -> Next {
        taking.device.epoch = answer.epoch;
        taking.device.proof = Some(answer.proof.clone());
        let mut back: Vec<(u64, StoredOp, Sending)> = Vec::new();
        for (n, (stored, sending)) in self.mine.journal.range(answer.last_n + 1..) {
            back.push((*n, stored.clone(), sending.open_again()));
            taking.writes.extend([0, 1].map(|part| Write { store: Store::Journal, key: (part, *n), value: None }));
        }
        for (n, mine) in self.mine.outbox().filter(|(n, m)| *n > answer.last_n && m.sending.outcome.is_some()) {
            back.push((n, mine.stored.clone(), mine.sending.open_again()));
        }
        for (n, stored, sending) in &back {
            for (part, value) in [(0, encode(stored)), (1, encode(sending))] {
                taking.writes.push(Write { store: Store::Outbox, key: (part, *n), value: Some(value) });
            }
        }
        if answer.last_n < taking.device.trimmed_n {
            taking.device.trimmed_n = answer.last_n;
            taking.device.trimmed_hash = answer.last_hash;
        }
        for (no, bucket) in taking.buckets.clone() {
            match bucket.replaces {
                Some(_) => {
                    taking.buckets.remove(&no);
                    taking.forgotten.push(no);
                }
                None => {
                    taking.new_copy(bucket.bucket, Some(no));
                }
            }
        }
        let owed = self.blobs.owe_again();
        taking.writes.extend(owed.iter().map(crate::blobs::held_write));
        self.commit_taking(taking, vec![], move |replica| {
            replica.upload_anew();
            owed.into_iter().for_each(|held| replica.blobs.put(held));
            let mut roots = Roots::new();
            for (n, stored, sending) in back {
                replica.mine.journal.remove(&n);
                let Ok(op) = Op::from_bytes(&stored.op) else { continue };
                replica.mine.drop_op(n);
                join(&mut roots, stored.about.iter().map(|(root, _)| (root.0, vec![])));
                replica.mine.add(n, Mine::of(stored, op, sending, false));
            }
            // What the old epoch answered is open again, and shown as such.
            replica.show_again(roots);
            replica.sync.want_pull = true;
        })
    }

    /// One transaction: rows, exits, cursors, acknowledgements; then memory.
    pub(super) fn commit_taking(
        &mut self,
        mut taking: Taking,
        acknowledged: Vec<u64>,
        then: impl FnOnce(&mut Replica) + 'static,
    ) -> Next {
        if !taking.forgotten.is_empty() {
            taking.device.layout += 1;
        }
        for no in &taking.forgotten {
            taking.writes.push(Write { store: Store::State, key: (1, u64::from(*no)), value: None });
            let old = self.copy.buckets.get(no);
            let pages = old.iter().flat_map(|b| b.pages.iter().map(|p| (*no, p.no)));
            taking.writes.extend(pages.map(|key| Write { store: Store::Page, key, value: None }));
            let deltas = self.copy.delta.iter().filter(|((n, _), _)| n == no).map(|(_, d)| (*no, d.counter));
            taking.writes.extend(deltas.map(|key| Write { store: Store::Delta, key, value: None }));
        }
        for (no, bucket) in &taking.buckets {
            if self.copy.buckets.get(no) != Some(bucket) {
                let value = Some(encode(bucket));
                taking.writes.push(Write { store: Store::State, key: (1, u64::from(*no)), value });
            }
        }
        // Delta entries that these rows replace.
        for (no, id, _) in &taking.deltas {
            if let Some(old) = self.copy.delta.get(&(*no, *id)) {
                taking.writes.push(Write { store: Store::Delta, key: (*no, old.counter), value: None });
            }
        }
        let noted = if taking.device.epoch == self.device.epoch { self.to_note() } else { vec![] };
        for (n, sending) in &noted {
            taking.writes.push(Write { store: Store::Journal, key: (1, *n), value: Some(encode(sending)) });
        }
        let erasing = if taking.purged.is_empty() { None } else { Some(self.to_erase(&taking.purged, &acknowledged)) };
        taking.writes.extend(erasing.iter().flat_map(Erasing::writes));
        let old_journal = self.journal_to_drop(taking.device.stable_n);
        for n in &old_journal {
            taking.writes.extend([0, 1].map(|part| Write { store: Store::Journal, key: (part, *n), value: None }));
        }
        taking.device.erasing.retain(|no| taking.buckets.contains_key(no));
        taking.writes.push(device_write(&taking.device));
        let writes = std::mem::take(&mut taking.writes);
        let strict = !acknowledged.is_empty();
        let after = Box::new(move |replica: &mut Replica| {
            replica.mine.note(noted);
            replica.take(taking, &acknowledged);
            old_journal.iter().for_each(|n| {
                replica.mine.journal.remove(n);
                // What is settled shows nothing.
                replica.mine.drop_op(*n);
            });
            if let Some(erasing) = erasing {
                replica.erased(erasing);
            }
            then(replica);
            replica.settle();
            replica.fold_sometimes();
            replica.save_columns_sometimes();
        });
        Next::Commit { writes, strict, after }
    }

    /// What the inbox has told of journaled ops since it was noted last: the items will be gone some day.
    fn to_note(&self) -> Vec<(u64, Sending)> {
        let journaled = self.mine.ops.iter().filter(|(_, mine)| mine.journaled && mine.told.is_some());
        journaled
            .map(|(n, mine)| (*n, mine.noted(), mine))
            .filter(|(_, noted, mine)| *noted != mine.sending)
            .map(|(n, noted, _)| (n, noted))
            .collect()
    }

    /// Whether two off-machine backups hold what is numbered n and of this device time.
    pub(crate) fn is_stable(&self, stable_n: Option<u64>, n: u64, at_ms: u64) -> bool {
        stable_n.map_or(at_ms < self.now.device_ms.saturating_sub(JOURNAL_MS), |stable| n <= stable)
    }

    /// What two off-machine backups hold may go, as long as nothing of it is open. Where the server keeps none, its age
    /// decides.
    fn journal_to_drop(&self, stable_n: Option<u64>) -> Vec<u64> {
        let covered = |n: u64, stored: &StoredOp| {
            mutants::is(Mutant::JournalGoesAtOnce) || self.is_stable(stable_n, n, stored.at_ms)
        };
        self.mine
            .journal
            .iter()
            .filter(|(n, (stored, _))| covered(**n, stored) && self.mine.ops.get(n).is_none_or(Mine::is_settled))
            .map(|(n, _)| *n)
            .take(500)
            .collect()
    }

    /// What was committed becomes what is shown.
    fn take(&mut self, taking: Taking, acknowledged: &[u64]) {
        let before: BTreeMap<u32, u64> = self.copy.buckets.iter().map(|(no, b)| (*no, b.last_n)).collect();
        self.device = taking.device;
        let rebuild = !taking.forgotten.is_empty();
        for no in taking.forgotten {
            self.copy.forget(no);
        }
        self.copy.buckets = taking.buckets;
        // My ops that the rows reflect from now on.
        let mut roots = Roots::new();
        for (no, bucket) in &self.copy.buckets {
            let was = before.get(no).copied().unwrap_or(0);
            if bucket.last_n > was {
                for mine in self.mine.ops.range(was + 1..=bucket.last_n).map(|(_, m)| m) {
                    join(&mut roots, mine.stored.about.iter().map(|(root, _)| (root.0, vec![])));
                }
            }
        }
        for (no, id, delta) in &taking.deltas {
            self.copy.put_delta(*no, *id, delta.clone());
        }
        for (no, id, delta) in taking.deltas {
            let staged = self.copy.buckets.get(&no).is_none_or(|b| b.replaces.is_some());
            if staged {
                continue;
            }
            match delta.row {
                Some(row) => self.show_row(no, &row),
                None => match self.copy.held_elsewhere(no, id).map(|row| row.root) {
                    // Until now the copy that left may have been the one that showed.
                    Some(root) => {
                        roots.entry(root).or_default();
                    }
                    None => {
                        // It may have arrived in another bucket before, and lie in its pages by now.
                        roots.entry(self.book.root_of(id)).or_default();
                        self.book.remove(id);
                        self.changed(1);
                    }
                },
            }
        }
        for n in acknowledged {
            if let Some(mine) = self.mine.ops.get_mut(n) {
                mine.journaled = true;
                if mine.is_purged() {
                    join(&mut roots, self.mine.drop_op(*n));
                    continue;
                }
                if mutants::is(Mutant::NoJournal) {
                    continue;
                }
                self.mine.journal.insert(*n, (mine.stored.clone(), mine.sending));
            }
        }
        let done: Vec<u64> =
            self.mine.ops.iter().filter(|(n, m)| m.journaled && !self.still_shows(**n, m)).map(|(n, _)| *n).collect();
        for n in done {
            join(&mut roots, self.mine.drop_op(n));
        }
        if rebuild {
            self.rebuild();
        }
        self.show_again(roots);
    }

    /// Asks for the next pages of a bucket that is coming. False: none is.
    pub(crate) fn start_pages(&mut self) -> bool {
        let own = self.session.as_ref().map(|s| Bucket::User(s.user));
        let coming = self.copy.buckets.iter().filter_map(|(no, b)| Some((*no, b.bucket, b.boot?)));
        // My own bucket first, then the organisation's, then grid by grid.
        let Some((no, bucket, boot)) = coming.min_by_key(|(no, b, _)| (Some(*b) != own, *b != Bucket::Org, *no)) else {
            return false;
        };
        let mut asked = BTreeMap::new();
        for page in boot.next..boot.count.min(boot.next + PAGES_AT_ONCE) {
            let request = self.send(Endpoint::Page { bucket, generation: boot.generation, no: page }, vec![]);
            asked.insert(request, page);
        }
        self.sync.phase = Phase::Paging { no, asked, got: BTreeMap::new() };
        true
    }

    /// The generation is gone: the bucket's pages are asked for from the start.
    pub(crate) fn restart_boot(&mut self, no: u32) {
        if let Some(bucket) = self.copy.buckets.get_mut(&no) {
            bucket.boot = None;
            bucket.cursor = None;
        }
    }

    pub(crate) fn prepare_pages(&mut self, no: u32, pages: Vec<Vec<u8>>) -> Next {
        let Some(mut bucket) = self.copy.buckets.get(&no).cloned() else { return self.nothing_more() };
        let Some(mut boot) = bucket.boot else { return self.nothing_more() };
        if boot.next == 0 && !bucket.pages.is_empty() {
            // Started anew: what the gone generation brought is replaced whole.
            bucket.pages.clear();
        }
        let mut writes = Vec::new();
        let mut brought: Vec<(Key, Vec<Row>)> = Vec::new();
        for bytes in pages {
            let Ok(page) = minicbor::decode::<Page>(&bytes) else {
                self.sync.stop_and_retry(self.now.device_ms);
                return Next::Over;
            };
            let key = (no, bucket.next_page);
            bucket.next_page += 1;
            bucket.pages.extend(entry(key.1, &page.rows));
            // Stored as it came, so that unknown fields survive.
            writes.push(Write { store: Store::Page, key, value: Some(pack(&bytes)) });
            brought.push((key, page.rows));
            boot.next += 1;
        }
        let mut device = self.device.clone();
        // Columns that were saved before these rows came do not hold them.
        device.layout += 1;
        let mut forgotten = None;
        bucket.boot = Some(boot);
        if boot.next >= boot.count || mutants::is(Mutant::ReplacementEarly) {
            bucket.boot = None;
            bucket.cursor = Some(boot.at_seq);
            forgotten = bucket.replaces.take();
        }
        if let Some(old) = forgotten {
            writes.push(Write { store: Store::State, key: (1, u64::from(old)), value: None });
            let pages = self.copy.buckets.get(&old).into_iter().flat_map(|b| b.pages.iter().map(|p| (old, p.no)));
            writes.extend(pages.map(|key| Write { store: Store::Page, key, value: None }));
            let deltas = self.copy.delta.iter().filter(|((n, _), _)| *n == old).map(|(_, d)| (old, d.counter));
            writes.extend(deltas.map(|key| Write { store: Store::Delta, key, value: None }));
        }
        let whole = bucket.boot.is_none();
        writes.push(Write { store: Store::State, key: (1, u64::from(no)), value: Some(encode(&bucket)) });
        writes.push(device_write(&device));
        let live = bucket.replaces.is_none() && forgotten.is_none();
        let after = Box::new(move |replica: &mut Replica| {
            replica.device = device;
            replica.copy.buckets.insert(no, bucket);
            if live {
                for (key, rows) in &brought {
                    rows.iter().for_each(|row| replica.show_row(key.0, row));
                }
            }
            if let Some(old) = forgotten {
                replica.copy.forget(old);
                replica.rebuild();
            }
            replica.sync.want_pull |= whole;
            replica.settle();
            replica.save_columns_sometimes();
        });
        Next::Commit { writes, strict: false, after }
    }

    fn nothing_more(&mut self) -> Next {
        self.settle();
        Next::Over
    }

    pub(crate) fn subscribe(&mut self, bucket: Bucket) {
        if !self.wanted().contains(&bucket) {
            self.jobs.push_back(Job::Subscribe(bucket));
        }
    }

    pub(crate) fn prepare_subscribe(&mut self, bucket: Bucket) -> Next {
        let mut device = self.device.clone();
        if device.subscribed.contains(&bucket) {
            return Next::Over;
        }
        device.subscribed.push(bucket);
        let writes = vec![device_write(&device)];
        let after = Box::new(move |replica: &mut Replica| {
            replica.device = device;
            replica.wake();
        });
        Next::Commit { writes, strict: false, after }
    }
}

fn take_part(taking: &mut Taking, part: Part, last_n: u64) {
    let no = match taking.number(part.bucket) {
        Some(no) => no,
        None => taking.new_copy(part.bucket, None),
    };
    match part.mode {
        Mode::Delta => {
            // A record that left and came back has a row later than its exit.
            let purged = part.exits.iter().filter(|e| e.reason == ExitReason::Purged).map(|e| e.id);
            let before = taking.purged.len();
            taking.purged.extend(purged);
            if taking.purged.len() > before && !taking.device.erasing.contains(&no) {
                taking.device.erasing.push(no);
            }
            let back: BTreeMap<Uuid, u64> = part.rows.iter().map(|r| (r.id, r.seq)).collect();
            for exit in part.exits.iter().filter(|e| back.get(&e.id).is_none_or(|seq| *seq < e.seq)) {
                if mutants::is(Mutant::ExitIgnored) {
                    continue;
                }
                taking.put(no, exit.id, None);
                if mutants::is(Mutant::ExitTakesOtherCopies) {
                    let others: Vec<u32> = taking.buckets.keys().copied().filter(|other| *other != no).collect();
                    others.into_iter().for_each(|other| taking.put(other, exit.id, None));
                }
            }
            let left: BTreeMap<Uuid, u64> = part.exits.iter().map(|e| (e.id, e.seq)).collect();
            for row in part.rows.into_iter().filter(|r| left.get(&r.id).is_none_or(|seq| *seq < r.seq)) {
                if mutants::is(Mutant::CursorWithoutRows) && row.seq % 7 == 3 {
                    continue;
                }
                taking.put(no, row.id, Some(row));
            }
            if let Some(copy) = taking.buckets.get_mut(&no) {
                copy.cursor = Some(if mutants::is(Mutant::CursorAhead) { part.seq } else { part.hi });
                copy.digest = (part.hi == part.seq).then(|| part.digest.to_vec());
                if part.hi == part.seq || mutants::is(Mutant::OverlayEndsEarly) {
                    copy.last_n = copy.last_n.max(last_n);
                }
            }
        }
        Mode::Pages { generation, count, at_seq } => {
            // A copy that is whole stays until its replacement is.
            let whole = taking.buckets.get(&no).is_some_and(|b| b.cursor.is_some());
            let no = if whole { taking.new_copy(part.bucket, Some(no)) } else { no };
            let mut swapped = None;
            if let Some(copy) = taking.buckets.get_mut(&no) {
                // The pages are what the bucket was then; where nothing has changed since, this is their digest.
                copy.digest = (at_seq == part.seq).then(|| part.digest.to_vec());
                if count == 0 {
                    copy.cursor = Some(at_seq);
                    swapped = copy.replaces.take();
                    if at_seq == part.seq {
                        copy.last_n = copy.last_n.max(last_n);
                    }
                } else {
                    copy.boot = Some(Boot { generation, count, at_seq, next: 0 });
                }
            }
            if let Some(old) = swapped {
                taking.buckets.remove(&old);
                taking.forgotten.push(old);
            }
        }
    }
}
