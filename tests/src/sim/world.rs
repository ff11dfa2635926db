//! One world of a seed: a server, a few phones, and everything that can go wrong between them.
use super::check::{self, Quiet};
use super::database::Database;
use super::office;
use super::phone::Phone;
use super::{Dice, person};
use crate::editions::{self, Edition};
use crm_domain::bucket::Bucket;
use crm_domain::ids::{Uuid, derived_id};
use crm_domain::op::Op;
use crm_domain::people::Role;
use crm_domain::photos::Sha;
use crm_domain::registry::{Command, Query, View};
use crm_domain::rules::Why;
use crm_protocol::{BlobOffer, BlobState, Outcome, Pull, RefusalCode};
use crm_replica::ports::{Attached, Endpoint, Failure, Input, NetError, SyncState};
use crm_server::Sqlite;
use crm_server::ledger::store::{OpRec, Store as _, Tx, Waiting};
use crm_server::ledger::{Caller, Ledger, LedgerError, Need, NewDevice, Seed};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

/// True time at the start of every world.
const START_MS: u64 = 1_700_000_000_000;
/// Rows of a snapshot page, so that small buckets have several.
const PAGE_ROWS: usize = 2;
/// Rounds after which a quiet world must have settled (SYNC 4.2, liveness).
const ROUNDS: usize = 20;

pub struct World {
    pub seed: u64,
    pub dice: Dice,
    pub now: u64,
    pub org: Uuid,
    pub ledger: Ledger,
    /// The release of the server.
    pub edition: Edition,
    store: Database,
    /// The last two copies of the database: a restore begins from either.
    backups: Vec<Vec<u8>>,
    pub phones: Vec<Phone>,
    pub grids: Vec<Uuid>,
    users: Vec<Uuid>,
    /// Everything that happened, hashed: two runs of a seed must agree.
    trace: Sha256,
    pub counts: Counts,
    /// Every answer stops as short as it may.
    pub short: bool,
    /// Photos that were taken.
    pictures: BTreeSet<Sha>,
    /// What each phone's pulls were told.
    pub pulled: BTreeMap<usize, Vec<Vec<u8>>>,
    /// The next pull gets this for an answer.
    pub echo: Option<Vec<u8>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub commands: u64,
    pub crashes: u64,
    pub dropped: u64,
    pub repeated: u64,
    /// Answers that were to an earlier pull.
    pub echoes: u64,
    pub clones: u64,
    pub forks: u64,
    pub restores: u64,
    pub steals: u64,
    pub repairs: u64,
    pub imports: u64,
    pub transfers: u64,
    pub photos: u64,
    /// Requests that the server answered.
    pub answers: u64,
}

/// A seed that ended well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    pub trace: [u8; 32],
    pub counts: Counts,
    pub saved: usize,
}

/// An invariant that did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    pub seed: u64,
    pub what: String,
}

/// Runs one seed: trouble for a while, then quiet, then every invariant.
pub fn run(seed: u64) -> Result<Run, Failed> {
    let mut world = World::new(seed);
    for step in 0..240 {
        world.step();
        if step % 16 == 0 {
            check::on_the_way(&world.ledger, world.phones.iter()).map_err(|what| Failed { seed, what })?;
        }
    }
    world.settle()?;
    check::all(&world.quiet()).map_err(|what| Failed { seed, what })?;
    Ok(Run {
        trace: world.trace.finalize().into(),
        counts: world.counts,
        saved: world.phones.iter().map(|p| p.saved.len()).sum(),
    })
}

impl World {
    pub fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let org = Uuid::from_u128(1);
        let store = Database::blank(org);
        let ledger = opened(&store, org, &mut dice, START_MS);
        ledger.load(office::rows(START_MS - 1_000), START_MS).expect("the office loads");
        let mut phones: Vec<Phone> =
            office::PEOPLE.iter().map(|(name, role, user)| Phone::new(name, *user, *role, &mut dice)).collect();
        // One manager has a second phone.
        phones.push(Phone::new("li's tablet", office::LI, Role::Manager, &mut dice));
        let mut world = Self {
            seed,
            dice,
            now: START_MS,
            org,
            ledger,
            edition: Edition::BUILT,
            store,
            backups: vec![],
            phones,
            grids: office::GRIDS.to_vec(),
            users: vec![office::LI, office::CHEN],
            trace: Sha256::new(),
            counts: Counts::default(),
            short: false,
            pictures: BTreeSet::new(),
            pulled: BTreeMap::new(),
            echo: None,
        };
        for i in 0..world.phones.len() {
            world.enrol(i);
            let phone = &mut world.phones[i];
            phone.failing = if world.dice.percent(30) { 40 } else { 0 };
            phone.losing = world.dice.percent(10);
            phone.start(org, world.now, &mut world.dice);
            if phone.role == Role::Supervisor {
                for grid in world.grids.clone() {
                    for bucket in [Bucket::Grid(grid), Bucket::GridLead(grid)] {
                        world.phones[i].feed(world.now, Input::Subscribe { bucket });
                    }
                }
            }
        }
        world
    }

    fn note(&mut self, what: &[u8]) {
        self.trace.update((what.len() as u32).to_be_bytes());
        self.trace.update(what);
    }

    fn enrol(&self, at: usize) {
        let phone = &self.phones[at];
        let key = phone.key.verifying_key().to_bytes().to_vec();
        let new = NewDevice { id: phone.dev, alg: 0, key, label: phone.name.into() };
        self.ledger.enrol(phone.user, &new, self.now).expect("the device enrols");
    }

    pub(super) fn quiet(&self) -> Quiet<'_> {
        Quiet {
            ledger: &self.ledger,
            now: self.now,
            phones: self.phones.iter().collect(),
            disturbed: self.counts.clones + self.counts.restores > 0,
        }
    }

    fn start(&mut self, at: usize) {
        self.phones[at].start(self.org, self.now, &mut self.dice);
    }

    /// Somebody copies a phone's profile; the copy is the last phone from then on.
    pub fn clone_profile(&mut self, at: usize) {
        self.counts.clones += 1;
        let twin = self.phones[at].cloned("a clone", &mut self.dice);
        self.phones.push(twin);
        self.start(self.phones.len() - 1);
    }

    /// A phone that found out that it is one of two asks for a sign-in; the person signs in.
    pub fn sign_in_where_forked(&mut self, at: usize) {
        let forked = |p: &Phone| p.app.as_ref().is_some_and(|a| a.status.sync == SyncState::Forked);
        if forked(&self.phones[at]) {
            self.counts.forks += 1;
            self.phones[at].take_new_identity(&mut self.dice);
            self.enrol(at);
            self.start(at);
        }
    }

    /// To another machine; the last two are kept, and phones let go of what both hold.
    pub fn back_up(&mut self) {
        self.backups.push(self.copy());
        self.ledger.backed_up(&self.ledger.numbers().expect("the devices")).expect("noted");
        if self.backups.len() > 2 {
            self.backups.remove(0);
        }
    }

    pub(super) fn restore(&mut self) {
        if let Some(copy) = self.dice.pick(&self.backups).cloned() {
            self.restore_from(&copy);
        }
    }

    /// The digest that the server keeps of a bucket is not its rows' any more.
    pub fn spoil_digest(&self, bucket: Bucket) {
        self.store.write(&mut |tx| Ok(tx.put_digest(bucket, 1)?)).expect("written");
    }

    /// An op waits as an earlier release would have left it that could not read its bytes.
    pub fn keep_unread(&self, caller: &Caller, op: &Op) {
        let rec = OpRec {
            cause: op.cause,
            part: op.part,
            id: op.id(),
            actor: caller.user,
            dev: caller.dev,
            n: 1,
            outcome: Outcome::Waiting(Why::Undecodable as u16),
            at: self.now,
        };
        let waiting = Waiting {
            op: op.id(),
            cause: op.cause,
            part: op.part,
            dev: caller.dev,
            user: caller.user,
            why: Why::Undecodable as u16,
            needs: Need::Newer.bytes(),
            since: self.now,
            n: 1,
            permitted_at: self.now,
            touches: vec![],
        };
        let kept = |tx: &dyn Tx| {
            tx.put_op(&rec, Some(&op.to_bytes()))?;
            tx.put_waiting(&waiting)
        };
        self.store.write(&mut |tx| Ok(kept(tx)?)).expect("written");
    }

    pub fn oldest_backup(&self) -> Vec<u8> {
        self.backups.first().expect("one was made").clone()
    }

    /// The server as it is now, without anybody counting on it.
    pub fn copy(&self) -> Vec<u8> {
        self.store.copy().expect("a copy")
    }

    /// The server burns down and comes back as it was then. Whoever enrolled since signs in again.
    pub fn restore_from(&mut self, copy: &[u8]) {
        self.counts.restores += 1;
        self.store = Database::from_copy(copy, self.org);
        self.ledger = opened(&self.store, self.org, &mut self.dice, self.now);
        self.ledger.new_epoch(self.dice.roll()).expect("a new epoch");
        for at in 0..self.phones.len() {
            self.enrol(at);
        }
    }

    /// Another release of the server starts on the same data.
    pub fn update_server(&mut self, edition: Edition) {
        self.edition = edition;
        self.ledger = edition.run(|| opened(&self.store, self.org, &mut self.dice, self.now)).of_release(edition.app);
    }

    /// Another release of the app starts on a phone's stores.
    pub fn update_app(&mut self, at: usize, edition: Edition) {
        self.phones[at].edition = edition;
        self.restart(at);
    }

    /// One thing happens somewhere.
    fn step(&mut self) {
        let at = self.dice.below(self.phones.len() as u64) as usize;
        let what = self.dice.below(100);
        self.note(&[at as u8, what as u8]);
        if self.phones[at].wiped {
            return;
        }
        match what {
            0..4 => {
                self.counts.crashes += 1;
                let (org, now) = (self.org, self.now);
                self.phones[at].crash(&mut self.dice);
                self.phones[at].start(org, now, &mut self.dice);
            }
            4..9 => self.now += self.dice.below(120_000),
            9..11 => {
                let now = self.now;
                self.phones[at].feed(now, Input::Hidden);
            }
            11 => {
                let now = self.now;
                match self.dice.below(8) {
                    0 | 1 => self.phones[at].feed(now, Input::Pressed),
                    2 => self.phones[at].feed(now, Input::Road { blobs: false }),
                    3 => self.phones[at].feed(now, Input::Road { blobs: true }),
                    4 => self.look_at_a_picture(at),
                    _ => self.stay_online(at),
                }
            }
            12..14 => {
                let now = self.now;
                self.phones[at].feed(now, Input::Wake);
            }
            14 => match self.dice.below(3) {
                0 => {
                    self.counts.steals += 1;
                    let (org, now) = (self.org, self.now);
                    self.phones[at].steal(org, now, &mut self.dice);
                }
                _ => self.thaw(at),
            },
            15 => match self.dice.below(10) {
                0 if self.counts.clones == 0 => self.clone_profile(at),
                1..4 => self.back_up(),
                4 => self.restore(),
                5 => self.forget_exits(),
                _ => self.sign_in_where_forked(at),
            },
            16..50 => {
                let (phone, dice) = (&self.phones[at], &mut self.dice);
                let asked = if dice.percent(10) {
                    person::photo(phone, dice).map(|(command, attached)| (command, Some(attached)))
                } else {
                    person::command(phone, &self.grids, &self.users, self.now, dice).map(|command| (command, None))
                };
                if let Some((command, attached)) = asked {
                    self.counts.commands += 1;
                    self.counts.transfers += u64::from(matches!(command, Command::Transfers(_)));
                    self.counts.imports += u64::from(matches!(command, Command::Imports(_)));
                    let cause = derived_id(self.now, &[&self.dice.roll().to_be_bytes()]);
                    let entropy = self.dice.bytes();
                    self.note(format!("{command:?}").as_bytes());
                    if let Some(attached) = attached {
                        self.counts.photos += 1;
                        self.pictures.insert(attached.sha);
                        self.phones[at].attached.insert(cause, Rc::new(attached));
                    }
                    let now = self.now;
                    self.phones[at].ask(now, cause, entropy, command);
                    self.perform(at);
                }
            }
            _ => {
                self.perform(at);
                self.network(at, true);
                self.ring(at);
                if self.dice.percent(10) {
                    self.transfer();
                }
            }
        }
    }

    /// A phone has a network for a while, though a bad one: long enough for photos, which wait for all else.
    fn stay_online(&mut self, at: usize) {
        let now = self.now;
        self.phones[at].feed(now, Input::Wake);
        for _ in 0..60 {
            if !self.one(at) && !self.network(at, true) {
                break;
            }
        }
    }

    /// Somebody looks at one of the photos that were taken; her phone keeps it.
    fn look_at_a_picture(&mut self, at: usize) {
        let pictures: Vec<Sha> = self.pictures.iter().copied().collect();
        let Some(sha) = self.dice.pick(&pictures).copied() else { return };
        let caller = self.caller(at);
        let Ok(bytes) = self.ledger.blob(&caller, &sha, self.now) else { return };
        let small = bytes[..4].to_vec();
        self.phones[at].feed(self.now, Input::Keep(Rc::new(Attached { sha, bytes, small })));
    }

    fn caller(&self, at: usize) -> Caller {
        Caller { user: self.phones[at].user, dev: self.phones[at].dev }
    }

    /// The server goes on with what it was asked to move; false: there is nothing.
    fn transfer(&mut self) -> bool {
        self.counts.transfers > 0 && self.ledger.transfer_step(self.now).expect("a step").is_some()
    }

    /// A tab that lost the fence finds out, or has its messages answered before it does.
    fn thaw(&mut self, at: usize) {
        let (now, effects) = (self.now, self.dice.below(30));
        let dice = &mut self.dice;
        self.phones[at].thaw(|phone| {
            for _ in 0..effects {
                if !phone.perform(now, dice) {
                    break;
                }
            }
        });
    }

    /// Exits become so old that they are forgotten; whoever has not seen them takes the bucket anew.
    fn forget_exits(&mut self) {
        self.ledger.compact(self.now + 121 * 86_400_000).expect("compacted");
    }

    /// The phone does some of what its replica asked for.
    fn perform(&mut self, at: usize) {
        for _ in 0..=self.dice.below(12) {
            if !self.one(at) {
                break;
            }
        }
    }

    /// The phone does the next thing that its replica asked for. Where that was its death, what it had sent arrives, and
    /// the app is started again. False: there is nothing.
    fn one(&mut self, at: usize) -> bool {
        let performed = self.phones[at].perform(self.now, &mut self.dice);
        if let Some(died) = self.phones[at].died.take() {
            self.counts.crashes += 1;
            for sent in died.sent.into_iter().filter(|sent| sent.answer.is_none()) {
                // Nobody hears what comes of it.
                let _ = self.serve(at, sent.to, &sent.body);
            }
            self.start(at);
        }
        performed
    }

    fn ring(&mut self, at: usize) {
        let now = self.now;
        if let Some(app) = &mut self.phones[at].app
            && app.timer.is_some_and(|t| t <= now)
        {
            app.timer = None;
            self.phones[at].feed(now, Input::Tick);
        }
    }

    /// Moves one message on: to the server, or its answer back. In trouble messages are lost, repeated, or overtaken.
    pub fn network(&mut self, at: usize, trouble: bool) -> bool {
        let Some(app) = &mut self.phones[at].app else { return false };
        if app.sent.is_empty() {
            return false;
        }
        let index = if trouble { self.dice.below(app.sent.len() as u64) as usize } else { 0 };
        let mut sent = app.sent.remove(index);
        if trouble && self.dice.percent(15) {
            // Lost on the way there, or the answer on the way back: the phone only learns that none came.
            self.counts.dropped += 1;
            let answer = Err(NetError::Unreachable);
            let (now, request) = (self.now, sent.request);
            if self.dice.percent(40) && !sent.given_up {
                sent.given_up = true;
                app.sent.push(sent);
            }
            self.phones[at].feed(now, Input::Answered { request, answer });
            return true;
        }
        match sent.answer.take() {
            Some(answer) => {
                let (now, request) = (self.now, sent.request);
                self.phones[at].feed(now, Input::Answered { request, answer });
            }
            // The server is too busy, or will not have it.
            None if trouble
                && matches!(sent.to, Endpoint::Offer | Endpoint::Append { .. })
                && self.dice.percent(10) =>
            {
                let code = if self.dice.percent(50) { RefusalCode::Failed } else { RefusalCode::Malformed };
                let retry_ms = self.dice.percent(50).then(|| self.dice.below(60_000));
                sent.answer = Some(Err(NetError::Refused { code, retry_ms }));
                app.sent.push(sent);
            }
            None => {
                if trouble && self.dice.percent(10) {
                    self.counts.repeated += 1;
                    let _ = self.serve(at, sent.to, &sent.body);
                }
                let answer = self.serve(at, sent.to, &sent.body);
                sent.answer = Some(if sent.to == Endpoint::Pull { self.echoed(at, answer, trouble) } else { answer });
                if let Some(app) = &mut self.phones[at].app {
                    app.sent.push(sent);
                }
            }
        }
        true
    }

    /// A road that answers from memory: what an earlier pull of the same phone was told.
    fn echoed(&mut self, at: usize, answer: Result<Vec<u8>, NetError>, trouble: bool) -> Result<Vec<u8>, NetError> {
        let told = self.pulled.entry(at).or_default();
        let earlier = if trouble && self.dice.percent(4) { self.dice.pick(told).cloned() } else { None };
        told.extend(answer.as_ref().ok().cloned());
        match self.echo.take().or(earlier) {
            Some(earlier) => {
                self.counts.echoes += 1;
                Ok(earlier)
            }
            None => answer,
        }
    }

    fn serve(&mut self, at: usize, to: Endpoint, body: &[u8]) -> Result<Vec<u8>, NetError> {
        self.counts.answers += 1;
        let edition = self.edition;
        let mut answer = edition.run(|| self.answer(at, to, body));
        if edition.app > editions::THIS {
            answer = answer.map(|answer| editions::of_the_next(to, answer));
        }
        self.now += 1 + self.dice.below(50);
        if let Ok(bytes) = &answer {
            let hash = Sha256::digest(bytes);
            self.note(&hash);
        }
        answer
    }

    fn answer(&mut self, at: usize, to: Endpoint, body: &[u8]) -> Result<Vec<u8>, NetError> {
        let caller = self.caller(at);
        let malformed = |_| NetError::Malformed;
        let answer = match to {
            Endpoint::Push => {
                let push = minicbor::decode(body).map_err(malformed)?;
                self.ledger.push(&caller, &push, self.now).map(|a| crm_protocol::encode(&a))
            }
            Endpoint::Pull => {
                let mut pull: Pull = minicbor::decode(body).map_err(malformed)?;
                // Answers that stop short are rare in so small a world.
                if self.short || self.dice.percent(50) {
                    pull.max_bytes = 1;
                }
                self.ledger.pull(&caller, &pull, self.now).map(|a| crm_protocol::encode(&a))
            }
            Endpoint::Repair => {
                self.counts.repairs += 1;
                let repair = minicbor::decode(body).map_err(malformed)?;
                self.ledger.repair(&caller, &repair, self.now).map(|a| crm_protocol::encode(&a))
            }
            Endpoint::Page { bucket, generation, no } => {
                self.ledger.page(&caller, bucket, generation, no, self.now).map(|a| crm_protocol::encode(&a))
            }
            Endpoint::Offer => {
                let offer: BlobOffer = minicbor::decode(body).map_err(malformed)?;
                let offset = self.ledger.offer_blob(&caller, &offer.sha256, offer.len);
                offset.map(|offset| crm_protocol::encode(&BlobState { offset }))
            }
            Endpoint::Append { sha, offset } => {
                let offset = self.ledger.append_blob(&caller, &sha, offset, body);
                offset.map(|offset| crm_protocol::encode(&BlobState { offset }))
            }
        };
        answer.map_err(|error| NetError::Refused {
            code: match error {
                LedgerError::Gone => RefusalCode::Gone,
                LedgerError::NotAllowed => RefusalCode::NotAllowed,
                LedgerError::SignInAgain => RefusalCode::SignInAgain,
                LedgerError::DeviceRevoked => RefusalCode::DeviceRevoked,
                LedgerError::Upgrade => RefusalCode::Upgrade,
                LedgerError::Store(error) => panic!("seed {}: the store failed: {error}", self.seed),
                _ => RefusalCode::Malformed,
            },
            retry_ms: None,
        })
    }

    /// One phone talks to the server until neither has anything to say.
    pub fn exchange(&mut self, at: usize) {
        let now = self.now;
        self.phones[at].feed(now, Input::Wake);
        for _ in 0..100_000 {
            if self.one(at) || self.network(at, false) {
                continue;
            }
            let due = self.phones[at].app.as_ref().is_some_and(|a| a.timer.is_some_and(|t| t <= self.now + 1_000));
            if !due {
                break;
            }
            self.now += 1_000;
            self.ring(at);
        }
    }

    /// A person does something; the phone has no network meanwhile.
    pub fn act(&mut self, at: usize, command: impl Into<Command>) -> Result<(), Failure> {
        self.act_with(at, command, None)
    }

    /// The same, with the photo that the command names.
    pub fn act_with(
        &mut self,
        at: usize,
        command: impl Into<Command>,
        attached: Option<Attached>,
    ) -> Result<(), Failure> {
        let (cause, entropy) = (derived_id(self.now, &[&self.dice.roll().to_be_bytes()]), self.dice.bytes());
        self.phones[at].attached.extend(attached.map(|it| (cause, Rc::new(it))));
        self.phones[at].last = None;
        self.phones[at].ask(self.now, cause, entropy, command.into());
        while self.one(at) {}
        self.now += 1_000;
        self.phones[at].last.expect("a command ends")
    }

    /// Everybody syncs, so that what the last one sent has reached the first; then every invariant must hold.
    pub fn all_is_well(&mut self) -> Result<(), String> {
        for at in (0..self.phones.len()).chain(0..self.phones.len()) {
            self.exchange(at);
        }
        check::all(&self.quiet())
    }

    /// What a screen of this phone would show.
    pub fn look(&mut self, at: usize, query: impl Into<Query>) -> View {
        let now = self.now;
        self.phones[at].feed(now, Input::Watch { watch: 1, query: query.into() });
        while self.one(at) {}
        self.phones[at].feed(now, Input::Unwatch { watch: 1 });
        self.phones[at].answers.remove(&1).expect("a query is answered")
    }

    /// A photo of this picture is on its phone, and its event, and shown as saved.
    pub fn photograph(&mut self, at: usize, customer: Uuid, which: u8) -> Result<Sha, Failure> {
        let (command, attached) = person::picture(customer, which);
        let sha = attached.sha;
        self.act_with(at, command, Some(attached)).map(|()| sha)
    }

    /// The app is killed and started again.
    pub fn restart(&mut self, at: usize) {
        self.phones[at].crash(&mut self.dice);
        let (org, now) = (self.org, self.now);
        self.phones[at].start(org, now, &mut self.dice);
        while self.one(at) {}
    }

    /// A world without trouble in which everybody has just synced.
    pub fn calm(seed: u64) -> Self {
        let mut world = Self::new(seed);
        for at in 0..world.phones.len() {
            world.phones[at].failing = 0;
            world.phones[at].skew = 0;
            world.exchange(at);
        }
        world
    }

    /// No more trouble: everything that is under way arrives, until nothing moves.
    pub(super) fn settle(&mut self) -> Result<(), Failed> {
        let now = self.now;
        for phone in &mut self.phones {
            phone.failing = 0;
            phone.feed(now, Input::Road { blobs: true });
        }
        let mut quiet_rounds = 0;
        for _ in 0..ROUNDS {
            let mut quiet = true;
            while self.transfer() {
                quiet = false;
            }
            for at in 0..self.phones.len() {
                self.exchange(at);
                self.sign_in_where_forked(at);
                let Some(app) = &self.phones[at].app else { continue };
                let settled = app.status.unsent == 0
                    && app.status.unsent_blobs.is_empty()
                    && matches!(app.status.sync, SyncState::Settled)
                    && app.status.buckets_coming == 0;
                quiet &= settled;
            }
            quiet_rounds = if quiet { quiet_rounds + 1 } else { 0 };
            // Twice quiet: what the last phone of a round sent has reached the first.
            if quiet_rounds == 2 {
                return Ok(());
            }
        }
        let states: Vec<String> = self
            .phones
            .iter()
            .filter_map(|p| {
                let s = &p.app.as_ref()?.status;
                let photos = s.unsent_blobs.len();
                Some(format!(
                    "{}: {:?} unsent {} photos {photos} coming {}",
                    p.name, s.sync, s.unsent, s.buckets_coming
                ))
            })
            .collect();
        Err(Failed { seed: self.seed, what: format!("not settled after {ROUNDS} rounds: {}", states.join("; ")) })
    }
}

fn opened(store: &Arc<Sqlite>, org: Uuid, dice: &mut Dice, now: u64) -> Ledger {
    Ledger::open(Box::new(store.clone()), org, Seed(dice.bytes()), now)
        .expect("the ledger opens")
        .with_pages_of(PAGE_ROWS)
}
