//! One phone: a replica, its disk, its key, its clock, and what is under way between it and the server.
use super::Dice;
use crate::editions::Edition;
use crm_domain::ids::Uuid;
use crm_domain::people::Role;
use crm_domain::photos::{Sha, sha256};
use crm_domain::registry::{Command, View};
use crm_domain::{imports, photos};
use crm_replica::ports::{
    Attached, CommitError, Effect, Endpoint, Failure, Input, Key, NetError, Session, Status, Store,
};
use crm_replica::{Now, Replica, blob_keys};
use crm_testkit::storage::{Machine, Tab};
use ed25519_dalek::{Signer, SigningKey};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

/// Bytes that go up at a time, so that a world's small photos have several chunks.
pub const CHUNK: usize = 64;
/// Rows of the delta, so that a world of some dozen customers folds too.
const FOLD_ABOVE: usize = 24;

pub struct Phone {
    pub name: &'static str,
    pub user: Uuid,
    pub dev: Uuid,
    pub role: Role,
    pub key: SigningKey,
    pub disk: Machine,
    pub app: Option<App>,
    /// The release of the app on it.
    pub edition: Edition,
    /// A tab that was stopped in the middle of its work, while another took the fence.
    frozen: Option<App>,
    /// Device clock less true time, milliseconds.
    pub skew: i64,
    /// Causes of commands that said *saved*.
    pub saved: Vec<Uuid>,
    /// Commands that did not say anything yet: asked again after a crash, with the same cause.
    pub asked: BTreeMap<u64, (Uuid, [u8; 32], Command)>,
    /// The photos that commands bring along, by cause.
    pub attached: BTreeMap<Uuid, Rc<Attached>>,
    /// The photos of commands that said *saved*: cause and hash.
    pub photos: BTreeMap<Uuid, Sha>,
    /// Imports that said *saved*: the batch, and the customers of its rows.
    pub imported: Vec<(Uuid, Vec<Uuid>)>,
    /// How the last command ended.
    pub last: Option<Result<(), Failure>>,
    /// The newest answer of each watched query.
    pub answers: BTreeMap<u64, View>,
    next_ticket: u64,
    pub wiped: bool,
    /// Commits fail one time in so many; 0: never.
    pub failing: u64,
    /// Its disk loses a row of the server's now and then.
    pub losing: bool,
    /// How often it has done what its replica asked for.
    pub performed: u64,
    /// The numbers of those that were commits.
    pub commits: BTreeSet<u64>,
    pub death: Option<Death>,
    /// The app that has just died, with what was on its way.
    pub died: Option<App>,
}

/// What happens to a phone at one of its effects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Death {
    /// The first effect is 1.
    pub at: u64,
    pub how: How,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// The app dies, and the effect has not happened.
    Before,
    /// It dies once the effect has happened, before it hears of it.
    After,
    /// The same, and all commits go that the disk has not made durable.
    PowerCut,
    /// The effect is a commit, and fails.
    Fails(CommitError),
}

fn new_id(dice: &mut Dice) -> Uuid {
    Uuid::from_u128(u128::from(dice.roll()) << 64 | u128::from(dice.roll()))
}

/// The app while it runs; a crash drops it.
pub struct App {
    pub replica: Replica,
    tab: Tab,
    pub effects: VecDeque<Effect>,
    /// True time at which the timer rings.
    pub timer: Option<u64>,
    pub status: Status,
    pub sent: Vec<Sent>,
}

/// A request on its way, or its answer on the way back.
pub struct Sent {
    pub request: u64,
    pub to: Endpoint,
    pub body: Vec<u8>,
    pub answer: Option<Result<Vec<u8>, NetError>>,
    /// The replica was told that no answer came; it may come all the same.
    pub given_up: bool,
}

impl Phone {
    pub fn new(name: &'static str, user: Uuid, role: Role, dice: &mut Dice) -> Self {
        Self {
            name,
            user,
            dev: new_id(dice),
            role,
            key: SigningKey::from_bytes(&dice.bytes()),
            disk: Machine::default(),
            app: None,
            edition: Edition::BUILT,
            frozen: None,
            skew: dice.below(2_000_000) as i64 - 1_000_000,
            saved: vec![],
            asked: BTreeMap::new(),
            attached: BTreeMap::new(),
            photos: BTreeMap::new(),
            imported: vec![],
            last: None,
            answers: BTreeMap::new(),
            next_ticket: 0,
            wiped: false,
            failing: 0,
            losing: false,
            performed: 0,
            commits: BTreeSet::new(),
            death: None,
            died: None,
        }
    }

    /// The profile copied to another machine: the same device, key and stores, and from now on a life of its own.
    pub fn cloned(&self, name: &'static str, dice: &mut Dice) -> Self {
        Self {
            name,
            key: self.key.clone(),
            disk: self.disk.clone(),
            app: None,
            frozen: None,
            skew: dice.below(2_000_000) as i64 - 1_000_000,
            saved: self.saved.clone(),
            asked: BTreeMap::new(),
            attached: BTreeMap::new(),
            photos: self.photos.clone(),
            imported: vec![],
            last: None,
            answers: BTreeMap::new(),
            next_ticket: 0,
            commits: BTreeSet::new(),
            death: None,
            died: None,
            ..*self
        }
    }

    /// What a sign-in gives a cloned profile: an identity of its own, beside the data that it has.
    pub fn take_new_identity(&mut self, dice: &mut Dice) {
        self.dev = new_id(dice);
        self.key = SigningKey::from_bytes(&dice.bytes());
        self.app = None;
        self.frozen = None;
    }

    pub fn now(&self, true_ms: u64) -> Now {
        Now { device_ms: true_ms.saturating_add_signed(self.skew) }
    }

    pub fn start(&mut self, org: Uuid, true_ms: u64, dice: &mut Dice) {
        let tab = self.disk.open(true);
        let session = Session {
            org,
            user: self.user,
            dev: self.dev,
            role: self.role,
            alg: 0,
            key: self.key.verifying_key().to_bytes().to_vec(),
            seed: dice.roll(),
            writer: true,
        };
        let app = App {
            replica: Replica::new().of_release(self.edition.app).folding_above(FOLD_ABOVE).sending_chunks_of(CHUNK),
            tab,
            effects: VecDeque::new(),
            timer: None,
            status: Status::default(),
            sent: vec![],
        };
        self.app = Some(app);
        self.feed(true_ms, Input::Open { session, opened: self.disk.load_all() });
        for (ticket, (cause, entropy, command)) in self.asked.clone() {
            self.feed(
                true_ms,
                Input::Command { ticket, cause, entropy, command, attached: self.attached.get(&cause).cloned() },
            );
        }
    }

    /// The tab stops where it is; another takes the fence, and is asked what the first had not answered.
    pub fn steal(&mut self, org: Uuid, true_ms: u64, dice: &mut Dice) {
        self.frozen = self.app.take();
        self.start(org, true_ms, dice);
    }

    /// The tab that was stopped goes on where it was, as far as `some` does it, and is closed.
    pub fn thaw(&mut self, mut some: impl FnMut(&mut Self)) {
        if self.frozen.is_none() {
            return;
        }
        std::mem::swap(&mut self.app, &mut self.frozen);
        some(self);
        std::mem::swap(&mut self.app, &mut self.frozen);
        self.frozen = None;
    }

    pub fn feed(&mut self, true_ms: u64, input: Input) {
        let now = self.now(true_ms);
        if let Some(app) = &mut self.app {
            app.effects.extend(self.edition.run(|| app.replica.step(now, input)));
        }
    }

    pub fn ask(&mut self, true_ms: u64, cause: Uuid, entropy: [u8; 32], command: Command) {
        self.next_ticket += 1;
        self.asked.insert(self.next_ticket, (cause, entropy, command.clone()));
        self.feed(
            true_ms,
            Input::Command {
                ticket: self.next_ticket,
                cause,
                entropy,
                command,
                attached: self.attached.get(&cause).cloned(),
            },
        );
    }

    /// Performs the oldest effect. False: there is none.
    pub fn perform(&mut self, true_ms: u64, dice: &mut Dice) -> bool {
        let Some(app) = &mut self.app else { return false };
        let Some(effect) = app.effects.pop_front() else { return false };
        self.performed += 1;
        if matches!(effect, Effect::Commit { .. }) {
            self.commits.insert(self.performed);
        }
        let death = self.death.take_if(|death| death.at == self.performed).map(|death| death.how);
        match death {
            Some(How::Before) => {
                self.died = self.app.take();
                return true;
            }
            Some(How::Fails(why)) => self.disk.fail_next(why),
            _ => {}
        }
        self.do_it(effect, true_ms, dice);
        if matches!(death, Some(How::After | How::PowerCut)) {
            self.died = self.app.take();
        }
        if death == Some(How::PowerCut) {
            self.disk.power_cut(0);
        }
        true
    }

    fn do_it(&mut self, effect: Effect, true_ms: u64, dice: &mut Dice) {
        let Some(app) = &mut self.app else { return };
        match effect {
            Effect::Commit { txn, writes, strict } => {
                if self.failing > 0 && dice.below(self.failing) == 0 {
                    let why = if dice.percent(50) { CommitError::Quota } else { CommitError::Broken };
                    self.disk.fail_next(why);
                }
                let done = match self.disk.commit(app.tab, &writes, strict) {
                    Ok(()) => Input::Committed { txn },
                    Err(why) => Input::CommitFailed { txn, why },
                };
                self.feed(true_ms, done);
            }
            Effect::Load { request, store, keys } => {
                let values = self.disk.load(store, &keys);
                self.feed(true_ms, Input::Loaded { request, values });
            }
            Effect::Sign { request, messages } => {
                let signatures = messages.iter().map(|m| self.key.sign(m).to_bytes()).collect();
                self.feed(true_ms, Input::Signed { request, signatures });
            }
            Effect::Send { request, to, body } => {
                app.sent.push(Sent { request, to, body, answer: None, given_up: false });
            }
            Effect::Timer { after_ms } => app.timer = Some(true_ms + after_ms),
            Effect::Done { ticket, result } => {
                self.last = Some(result);
                if let Some((cause, _, command)) = self.asked.remove(&ticket)
                    && result.is_ok()
                {
                    self.saved.push(cause);
                    match command {
                        Command::Imports(imports::Command::Bring { lines, .. }) => {
                            self.imported.push((cause, lines.iter().map(|line| line.customer).collect()));
                        }
                        Command::Photos(photos::Command::Keep { picture, .. }) => {
                            self.photos.insert(cause, picture.sha);
                        }
                        _ => {}
                    }
                }
            }
            Effect::Status(status) => app.status = status,
            Effect::Wipe => {
                self.disk.wipe();
                self.app = None;
                self.frozen = None;
                self.wiped = true;
            }
            Effect::Answer { watch, view } => {
                self.answers.insert(watch, view);
            }
            Effect::Announce => {}
        }
    }

    /// Whether its disk has this photo, as it was taken.
    pub fn keeps(&self, sha: &Sha) -> bool {
        let (whole, _) = blob_keys(sha);
        let kept = self.disk.load(Store::Blob, &[whole]).pop().flatten();
        kept.is_some_and(|bytes| sha256(&bytes) == *sha)
    }

    /// The process dies, perhaps with the power: what was not committed is gone.
    pub fn crash(&mut self, dice: &mut Dice) {
        self.app = None;
        self.frozen = None;
        if dice.percent(30) {
            let surviving = dice.below(self.disk.unsynced() as u64 + 1) as usize;
            self.disk.power_cut(surviving);
        }
        if self.losing && dice.percent(50) {
            self.lose_a_row(dice);
        }
    }

    /// A row of the server's vanishes from the disk.
    pub fn lose_a_row(&mut self, dice: &mut Dice) {
        self.losing = true;
        let keys: Vec<Key> = self.disk.all(Store::Delta).map(|(key, _)| key).collect();
        if let Some(key) = dice.pick(&keys) {
            self.disk.lose(Store::Delta, *key);
        }
    }

    /// A value on the disk is damaged; gives what it was.
    pub fn spoil(&mut self, store: Store, key: Key) -> Vec<u8> {
        self.disk.spoil(store, key, b"damaged".to_vec()).expect("it is there")
    }

    pub fn pages(&self) -> impl Fn((u32, u64)) -> Option<Vec<u8>> + '_ {
        |key| self.disk.load(Store::Page, &[key]).into_iter().next().flatten()
    }
}
