//! Commands become ops: read, decide, admit, link, commit (SYNC 2.1, 2.4, 2.10).
use crate::Replica;
use crate::jobs::{After, Job, Next};
use crate::mine::{Ledger, Mine};
use crate::ports::{Attached, Effect, Failure, Key, Storage, Store, Write};
use crate::saved::{BucketState, DeviceState, Held, RootKey, Sending, StoredOp};
use crm_domain::bucket::{Bucket, Verb};
use crm_domain::command::{Ctx, Draft, DraftChange, Patch, Rejection, Seen};
use crm_domain::ids::{Ids, OpId, Uuid, derived_id};
use crm_domain::kind::{Class, Kind, same_as};
use crm_domain::mutants::{self, Mutant};
use crm_domain::op::{CHAIN_START, Change, Link, MAX_CHANGES, MAX_OP_BYTES, Op, Opened, commitment, link_hash};
use crm_domain::privacy::{ENROLLED, enrolled};
use crm_domain::registry::{Command, kind};
use crm_domain::row::Shown;
use crm_domain::rules::{Actor, Admission, Code, admit, home, may};
use crm_domain::val::{Body, Val, encode};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Ops that wait for the signatures of their events.
pub struct Unsigned {
    ops: Vec<Op>,
    about: Vec<Vec<(RootKey, Option<Bucket>)>>,
    labels: Vec<String>,
    /// Index of each event among `ops`, and what its signature covers.
    events: Vec<(usize, [u8; 32])>,
    device: DeviceState,
    first_n: u64,
    at_ms: u64,
    ticket: Option<u64>,
    /// After a fork: what goes into the new device's queue.
    moved: Option<Renumbered>,
    /// The blob that the command brings along.
    blob: Option<KeptBlob>,
}

/// A blob that is kept in the transaction of its event.
pub struct KeptBlob {
    pub writes: Vec<Write>,
    pub held: Held,
}

/// Outbox and journal of a device that takes a new identity (SYNC 2.2): bytes, identities and links stay as they are.
struct Renumbered {
    /// The numbers that they had, and whether they lay in the journal.
    old: Vec<(u64, bool)>,
    ops: Vec<(u64, Mine)>,
    /// The server has reflected nothing of the new numbers yet.
    buckets: BTreeMap<u32, BucketState>,
    blobs: Vec<Held>,
}

impl Renumbered {
    fn writes(&self) -> Vec<Write> {
        let mut writes = Vec::new();
        for (n, journaled) in &self.old {
            if mutants::is(Mutant::ForkKeepsOld) {
                break;
            }
            let store = if *journaled { Store::Journal } else { Store::Outbox };
            writes.extend([0, 1].map(|part| Write { store, key: (part, *n), value: None }));
        }
        for (n, mine) in &self.ops {
            for (part, value) in [(0, encode(&mine.stored)), (1, encode(&mine.sending))] {
                writes.push(Write { store: Store::Outbox, key: (part, *n), value: Some(value) });
            }
        }
        for (no, bucket) in &self.buckets {
            writes.push(Write { store: Store::State, key: (1, u64::from(*no)), value: Some(encode(bucket)) });
        }
        writes.extend(self.blobs.iter().map(crate::blobs::held_write));
        writes
    }
}

impl Unsigned {
    pub fn messages(&self) -> Vec<Vec<u8>> {
        self.events.iter().map(|(_, hash)| hash.to_vec()).collect()
    }

    /// The transaction that makes the ops mine.
    pub fn signed(mut self, signatures: Vec<[u8; 64]>) -> (Vec<Write>, After) {
        for ((at, _), sig) in self.events.iter().zip(signatures) {
            if let Some(link) = &mut self.ops[*at].link {
                link.sig = sig;
            }
        }
        // First, so that a number which is used again holds its new op.
        let mut writes = self.moved.as_ref().map(Renumbered::writes).unwrap_or_default();
        let held = self.blob.map(|blob| {
            if !mutants::is(Mutant::PhotoNotWithItsEvent) {
                writes.extend(blob.writes);
            }
            blob.held
        });
        let mut mine: Vec<(u64, Mine)> = Vec::new();
        for (i, op) in self.ops.into_iter().enumerate() {
            let n = self.first_n + i as u64;
            let stored = StoredOp {
                op: op.to_bytes(),
                about: self.about[i].clone(),
                at_ms: self.at_ms,
                label: self.labels[i].clone(),
            };
            writes.push(Write { store: Store::Outbox, key: (0, n), value: Some(encode(&stored)) });
            mine.push((n, Mine::of(stored, op, Sending::default(), false)));
        }
        writes.push(device_write(&self.device));
        let (device, ticket, moved) = (self.device, self.ticket, self.moved);
        let after: After = Box::new(move |replica| {
            // Only what this transaction decided: sync may not have run in between, one job at a time.
            replica.device = device;
            if let Some(held) = held {
                replica.blobs.put(held);
            }
            if let Some(moved) = moved {
                replica.copy.buckets = moved.buckets;
                moved.blobs.into_iter().for_each(|held| replica.blobs.put(held));
                replica.mine = Ledger::knowing(std::mem::take(&mut replica.mine.causes));
                mine.extend(moved.ops);
            }
            let roots =
                mine.iter().flat_map(|(_, m)| m.stored.about.iter().map(|(root, _)| (root.0, vec![]))).collect();
            mine.into_iter().for_each(|(n, m)| replica.mine.add(n, m));
            replica.show_again(roots);
            if let Some(ticket) = ticket {
                replica.out.push(Effect::Done { ticket, result: Ok(()) });
            }
            replica.sync_soon();
        });
        (writes, after)
    }
}

pub(crate) fn device_write(device: &DeviceState) -> Write {
    Write { store: Store::State, key: (0, 0), value: Some(encode(device)) }
}

/// Why a command is not prepared yet, or never.
enum Stop {
    Load(Vec<Key>),
    Reject(Rejection),
}

impl From<Rejection> for Stop {
    fn from(r: Rejection) -> Self {
        Stop::Reject(r)
    }
}

impl Replica {
    pub(crate) fn prepare_command(
        &mut self,
        ticket: u64,
        cause: Uuid,
        entropy: &[u8; 32],
        command: &Command,
        attached: Option<&Attached>,
    ) -> Next {
        if self.mine.causes.contains(&cause) && !mutants::is(Mutant::CommandRunsTwice) {
            self.out.push(Effect::Done { ticket, result: Ok(()) });
            return Next::Over;
        }
        if !self.is_enrolled() {
            // It was tried just before, and could not be kept.
            let why = if self.storage == Storage::Full { Failure::Quota } else { Failure::Broken };
            self.out.push(Effect::Done { ticket, result: Err(why) });
            return Next::Over;
        }
        if self.outdated() {
            self.out.push(Effect::Done { ticket, result: Err(Failure::Outdated) });
            return Next::Over;
        }
        match self.decide(cause, entropy, command) {
            Ok(mut unsigned) => {
                unsigned.ticket = Some(ticket);
                unsigned.blob = attached.map(|it| self.attach(it));
                if mutants::is(Mutant::SavedTooSoon) {
                    self.out.push(Effect::Done { ticket, result: Ok(()) });
                }
                if unsigned.events.is_empty() {
                    let (writes, after) = unsigned.signed(vec![]);
                    return Next::Commit { writes, strict: true, after };
                }
                Next::Sign(Box::new(unsigned))
            }
            Err(Stop::Load(keys)) => Next::Load(keys),
            Err(Stop::Reject(rejection)) => {
                self.out.push(Effect::Done { ticket, result: Err(Failure::Rejected(rejection)) });
                Next::Over
            }
        }
    }

    fn decide(&self, cause: Uuid, entropy: &[u8; 32], command: &Command) -> Result<Unsigned, Stop> {
        let Some(session) = &self.session else { return Err(Rejection::of(Code::NotAllowed).into()) };
        let reads = command.reads();
        let mut seen = Vec::new();
        let mut missing = Vec::new();
        // What belongs to a customer that was merged into this one is this one's too.
        let family = reads.roots.iter().flat_map(|id| self.book.customers.family(*id));
        let wanted = reads.rows.iter().map(|id| (*id, false)).chain(family.map(|id| (id, true)));
        for (root, children) in wanted {
            match self.shown_under(root, children) {
                Ok(rows) => seen.extend(rows),
                Err(keys) => missing.extend(keys),
            }
        }
        if !missing.is_empty() {
            missing.sort_unstable();
            missing.dedup();
            return Err(Stop::Load(missing));
        }
        let seen = Seen(seen);
        let actor = Actor { user: session.user, grants: self.grants() };
        let mut ctx = Ctx { actor: &actor, now: self.true_ms(), cause, ids: Ids::of(cause) };
        let drafts = command.decide(&seen, &mut ctx)?;
        self.build(self.device.clone(), cause, entropy, drafts, &seen, &actor)
    }

    /// Whether the chain's first event of this device is in its queue.
    pub(crate) fn is_enrolled(&self) -> bool {
        let Some(session) = &self.session else { return false };
        self.device.next_n > 1 && self.device.dev.is_none_or(|dev| dev.0 == session.dev)
    }

    /// What could not be kept before is tried again before a command.
    pub(crate) fn enrol_first(&mut self) {
        let trying = self.jobs.iter().chain(self.running.iter().map(|r| &r.job)).any(|job| matches!(job, Job::Enrol));
        if self.is_writer() && !self.is_enrolled() && !trying {
            self.jobs.push_front(Job::Enrol);
        }
    }

    /// The first number of a device's queue names its key. After a fork all that the profile brought comes behind it, in the
    /// same transaction: what the twin has sent already gets the stored results.
    pub(crate) fn prepare_enrol(&mut self) -> Next {
        let Some(session) = &self.session else { return Next::Over };
        if self.is_enrolled() {
            return Next::Over;
        }
        let was = self.device.dev.filter(|dev| dev.0 != session.dev);
        let device = DeviceState {
            dev: Some(RootKey(session.dev)),
            next_n: 1,
            trimmed_n: 0,
            trimmed_hash: [0; 32],
            chain_n: 0,
            chain_head: CHAIN_START,
            proof: None,
            stable_n: None,
            ..self.device.clone()
        };
        let cause = derived_id(self.now.device_ms, &[b"enrol", session.dev.as_bytes()]);
        let patch = Patch::new()
            .set(enrolled::by, session.user)
            .set(enrolled::dev, session.dev)
            .set(enrolled::key, session.key.clone())
            .set(enrolled::at, self.now.device_ms as i64)
            .some(enrolled::was, was.map(|dev| dev.0))
            .some(enrolled::head, was.map(|_| self.device.chain_head.to_vec()));
        let rec = derived_id(self.now.device_ms, &[b"enrolled", session.dev.as_bytes()]);
        let draft = DraftChange::create(ENROLLED, rec, patch.done()).into();
        let actor = Actor { user: session.user, grants: self.grants() };
        match self.build(device, cause, &[0; 32], vec![draft], &Seen::default(), &actor) {
            Ok(mut unsigned) => {
                if was.is_some() {
                    let moved = self.renumbered(unsigned.device.next_n);
                    unsigned.device.next_n += moved.ops.len() as u64;
                    unsigned.moved = Some(moved);
                }
                Next::Sign(Box::new(unsigned))
            }
            Err(_) => Next::Over,
        }
    }

    fn renumbered(&self, first_n: u64) -> Renumbered {
        let mut all: BTreeMap<u64, (StoredOp, Sending, bool)> = BTreeMap::new();
        for (n, (stored, sending)) in &self.mine.journal {
            all.insert(*n, (stored.clone(), *sending, true));
        }
        for (n, mine) in self.mine.outbox() {
            all.insert(n, (mine.stored.clone(), mine.sending, false));
        }
        let old = all.iter().map(|(n, (.., journaled))| (*n, *journaled)).collect();
        let kept: Vec<u64> = all.keys().copied().collect();
        let ops = all.into_values().filter_map(|(stored, sending, _)| {
            let op = Op::from_bytes(&stored.op).ok()?;
            Some(Mine::of(stored, op, sending.open_again(), false))
        });
        let mut ops: Vec<(u64, Mine)> = (first_n..).zip(ops).collect();
        if mutants::is(Mutant::ForkKeepsNumbers) {
            ops.iter_mut().zip(&kept).for_each(|((n, _), old)| *n = *old);
        }
        let buckets = self.copy.buckets.iter().map(|(no, b)| (*no, BucketState { last_n: 0, ..b.clone() })).collect();
        let blobs = self.blobs.renumbered(first_n + ops.len() as u64);
        Renumbered { old, ops, buckets, blobs }
    }

    /// What this person may do, as far as this device knows.
    pub(crate) fn grants(&self) -> crm_domain::bucket::Grants {
        let mut grants = self.device.granted.clone();
        if let Some(session) = &self.session {
            grants.extend(crm_domain::people::role_grants(session.role));
            grants.push((Bucket::User(session.user), Verb::Write));
        }
        crm_domain::bucket::Grants(grants)
    }

    fn build(
        &self,
        mut device: DeviceState,
        cause: Uuid,
        entropy: &[u8; 32],
        drafts: Vec<Draft>,
        seen: &Seen,
        actor: &Actor,
    ) -> Result<Unsigned, Stop> {
        let Some(session) = &self.session else { return Err(Rejection::of(Code::NotAllowed).into()) };
        let first_n = device.next_n;
        let mut unsigned = Unsigned {
            ops: vec![],
            about: vec![],
            labels: vec![],
            events: vec![],
            device: device.clone(),
            first_n,
            at_ms: self.now.device_ms,
            ticket: None,
            moved: None,
            blob: None,
        };
        // Records that earlier ops of this command made or changed.
        let mut made: BTreeMap<Uuid, Shown> = BTreeMap::new();
        for (i, Draft { changes, cause: again }) in drafts.into_iter().enumerate() {
            // Tried again before, here: it goes its way under that name.
            if again.is_some_and(|again| self.mine.causes.contains(&again)) {
                continue;
            }
            if changes.is_empty() || changes.len() > MAX_CHANGES {
                return Err(Rejection::of(Code::TooLarge).into());
            }
            device.hlc = self.next_hlc(device.hlc);
            let mut op = Op {
                cause: again.unwrap_or(cause),
                part: if again.is_some() { 0 } else { i as u32 },
                hlc: device.hlc,
                actor: actor.user,
                app: self.app,
                changes: vec![],
                link: None,
            };
            let id = op.id();
            let mut about = Vec::new();
            let mut label = String::new();
            let mut event = None;
            // Within one op a child may stand beside its new parent, whatever the order.
            let mut built = Vec::new();
            for draft in changes {
                let kind = kind(draft.kind).ok_or(Rejection::of(Code::Malformed))?;
                // A refused create is shown, and stands nowhere.
                let stands = |s: &&Shown| s.id == draft.rec && !(again.is_some() && draft.new);
                let before = made.get(&draft.rec).or_else(|| seen.0.iter().find(stands)).cloned();
                let (change, after) = self.change(kind, draft, before.as_ref(), id, entropy);
                let root = match &before {
                    Some(before) => before.root,
                    None => kind.root_of(change.rec, &after.body),
                };
                let after = Shown { root, ..after };
                if kind.class == Class::B {
                    event = Some(change.clone());
                }
                made.insert(change.rec, after.clone());
                built.push((kind, change, before, after, root));
            }
            for (kind, change, before, after, root) in built {
                // It lives where the one lives that it really is, and so does what belongs to it.
                let stands = |id: Uuid| made.get(&id).or_else(|| seen.0.iter().find(|s| s.id == id));
                let really = |body: &Body| same_as(body).and_then(stands);
                let parent = stands(root).filter(|p| p.id != change.rec);
                let parent = parent.map(|p| &really(&p.body).unwrap_or(p).body);
                let lives = |body: &Body| match really(body) {
                    Some(into) => home(kind, into.id, &into.body, None, actor.user),
                    None => home(kind, change.rec, body, parent, actor.user),
                };
                let to = lives(&after.body);
                if kind.class != Class::B {
                    let from = before.as_ref().and_then(|b| lives(&b.body));
                    if let Some(to) = to
                        && !may(actor, from, to)
                    {
                        return Err(Rejection::of(Code::NotAllowed).into());
                    }
                    let view = Admission {
                        change: &change,
                        before: before.as_ref().map(|b| &b.body),
                        after: &after.body,
                        parent,
                        actor,
                        at: self.true_ms(),
                    };
                    admit(kind, &view).map_err(Rejection::of)?;
                }
                if label.is_empty() {
                    label = parent
                        .or(Some(&after.body))
                        .and_then(|b| b.get(&1))
                        .and_then(Val::text)
                        .unwrap_or("")
                        .to_owned();
                }
                about.push((RootKey(root), to));
                op.changes.push(change);
            }
            if let Some(event) = event {
                let prev = device.chain_head;
                let hash = link_hash(session.org, &op, &event, session.dev, device.chain_n, &prev, session.alg);
                op.link =
                    Some(Link { dev: session.dev, chain_n: device.chain_n, prev, alg: session.alg, sig: [0; 64] });
                unsigned.events.push((unsigned.ops.len(), hash));
                device.chain_n += 1;
                if !mutants::is(Mutant::ChainStands) {
                    device.chain_head = hash;
                }
            }
            if op.to_bytes().len() > MAX_OP_BYTES {
                return Err(Rejection::of(Code::TooLarge).into());
            }
            device.next_n += 1;
            unsigned.ops.push(op);
            unsigned.about.push(about);
            unsigned.labels.push(label);
        }
        unsigned.device = device;
        Ok(unsigned)
    }

    /// The change with its bases and commitments, and the record after it.
    fn change(
        &self,
        kind: &Kind,
        draft: DraftChange,
        before: Option<&Shown>,
        op: OpId,
        entropy: &[u8; 32],
    ) -> (Change, Shown) {
        let mut base = BTreeMap::new();
        if let Some(before) = before {
            for field in draft.patch.keys().filter(|f| !matches!(draft.patch[f], Val::Set(_))) {
                if let Some(writer) = before.writers.get(&(*field, None)) {
                    base.insert(*field, *writer);
                }
            }
        }
        let mut patch = Body::new();
        let mut open = BTreeMap::new();
        for (field, value) in draft.patch {
            if kind.field(field).is_some_and(|f| f.committed) {
                let salt: [u8; 16] = Sha256::new()
                    .chain_update(entropy)
                    .chain_update(draft.rec.as_bytes())
                    .chain_update(field.to_be_bytes())
                    .finalize()[..16]
                    .try_into()
                    .expect("a SHA-256 has 32 bytes");
                let opened = Opened { salt, value };
                patch.insert(field, Val::Bytes(commitment(field, &opened).to_vec()));
                open.insert(field, opened);
            } else {
                patch.insert(field, value);
            }
        }
        let change =
            Change { kind: draft.kind, rec: draft.rec, new: draft.new, yields: draft.yields, patch, base, open };
        let mut after = before.cloned().unwrap_or_else(|| Shown {
            id: draft.rec,
            kind: draft.kind,
            root: draft.rec,
            body: Body::new(),
            writers: BTreeMap::new(),
            state: crm_domain::row::State::OnPhone,
        });
        crm_domain::merge::overlay(kind, &mut after.body, &mut after.writers, &change, op);
        (change, after)
    }
}
