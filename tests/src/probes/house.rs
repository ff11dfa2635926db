//! The house that is probed: grids, people of every role with their phones, customers with what belongs to them, and the
//! ledger that holds it all. Every text in it is a token of its own, so that an answer tells where it came from.
use super::Tally;
use super::oracle::{Device, Lives, Oracle, Token, Wrote};
use crate::ledger::office::granting;
use crate::sim::Dice;
use crm_domain::bucket::{Bucket, Verb};
use crm_domain::command::Patch;
use crm_domain::customers::{CONTACT, CUSTOMER, contact, customer};
use crm_domain::grids::{GRID, grid};
use crm_domain::history::CHANGE;
use crm_domain::ids::{OpId, Uuid, derived_id};
use crm_domain::op::{Change, Op};
use crm_domain::people::{DEVICE, GRANT, PERSON, Role, person};
use crm_domain::val::{Body, Val};
use crm_protocol::{Push, Sent};
use crm_server::Sqlite;
use crm_server::ledger::store::{Rec, Store};
use crm_server::ledger::{Caller, Ledger, Loaded, NewDevice, Seed};
use ed25519_dalek::SigningKey;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const T0: u64 = 1_760_000_000_000;
const PEOPLE: [(&str, Role); 9] = [
    ("helin", Role::Administrator),
    ("zhou", Role::Supervisor),
    ("sun", Role::Lead),
    ("li", Role::Manager),
    ("wang", Role::Manager),
    ("chen", Role::Manager),
    ("ma", Role::Manager),
    ("gao", Role::Manager),
    ("he", Role::Supervisor),
];

/// A field that no kind declares: whoever reads a row keeps it.
pub const UNKNOWN: u16 = 900;

pub struct Photo {
    pub sha: [u8; 32],
    pub author: Uuid,
    pub complete: bool,
    /// The event that names it.
    pub event: Option<Uuid>,
}

/// What was ever made: its kind, and the customer it belongs to.
#[derive(Clone, Copy)]
pub struct Made {
    pub kind: u16,
    pub root: Uuid,
}

pub struct House {
    pub ledger: Arc<Ledger>,
    store: Arc<Sqlite>,
    pub clock: Arc<AtomicU64>,
    pub now: u64,
    pub oracle: Oracle,
    pub grids: Vec<Uuid>,
    pub keys: BTreeMap<Uuid, SigningKey>,
    pub numbers: BTreeMap<Uuid, u64>,
    pub grants: Vec<Uuid>,
    pub made: BTreeMap<Uuid, Made>,
    /// Where each record has been seen to lie.
    pub lived: BTreeMap<Uuid, BTreeSet<Bucket>>,
    /// Customers that were taken away, and where they lived.
    pub purged: BTreeMap<Uuid, Bucket>,
    pub photos: Vec<Photo>,
    pub refused: BTreeSet<OpId>,
    pub tally: Tally,
    /// One customer became another: from here on their children lie where the oracle does not follow.
    pub over: bool,
    minted: u64,
}

impl House {
    pub fn new(dice: &mut Dice) -> Self {
        let org = derived_id(T0, &[b"org"]);
        let store = Arc::new(Sqlite::in_memory(org).expect("SQLite opens in memory"));
        let ledger = Ledger::open(Box::new(store.clone()), org, Seed(dice.bytes()), T0).expect("an empty store opens");
        let mut house = Self {
            ledger: Arc::new(ledger),
            store,
            clock: Arc::new(AtomicU64::new(T0)),
            now: T0,
            oracle: Oracle::default(),
            grids: ["east", "west", "north", "south"].map(|n| derived_id(T0, &[n.as_bytes()])).into(),
            keys: BTreeMap::new(),
            numbers: BTreeMap::new(),
            grants: Vec::new(),
            made: BTreeMap::new(),
            lived: BTreeMap::new(),
            purged: BTreeMap::new(),
            photos: Vec::new(),
            refused: BTreeSet::new(),
            tally: Tally::default(),
            over: false,
            minted: 0,
        };
        let rows = house.rows_of_the_start(dice);
        house.ledger.load(rows.into_iter(), T0).expect("the house loads");
        house.pass(1_000);
        for (name, _) in PEOPLE {
            for phone in 0..1 + dice.below(2) {
                house.enrol(derived_id(T0, &[name.as_bytes()]), phone);
            }
        }
        let now = house.now;
        house.oracle.learn(now, &[]);
        house.see();
        house
    }

    fn rows_of_the_start(&mut self, dice: &mut Dice) -> Vec<Loaded> {
        let mut rows = Vec::new();
        let mut row = |kind, id: Uuid, root, bucket, body| {
            rows.push(Loaded { kind, id, root, bucket, body, actor: Uuid::nil(), at: T0 });
        };
        for id in self.grids.clone() {
            self.made.insert(id, Made { kind: GRID, root: id });
            row(GRID, id, id, Bucket::Org, Patch::new().set(grid::name, format!("grid {id}")).done());
        }
        for (name, role) in PEOPLE {
            let id = derived_id(T0, &[name.as_bytes()]);
            self.made.insert(id, Made { kind: PERSON, root: id });
            self.oracle.person(id, role, true, T0);
            let body = Patch::new()
                .set(person::name, name)
                .set(person::account, name)
                .set(person::role, role.word())
                .set(person::active, true);
            row(PERSON, id, id, Bucket::Org, body.done());
        }
        for (i, name) in ["sun", "li", "wang", "chen"].into_iter().enumerate() {
            let user = derived_id(T0, &[name.as_bytes()]);
            for bucket in [Bucket::Grid(self.grids[i]), Bucket::GridLead(self.grids[i])] {
                if dice.percent(60) {
                    let id = self.mint();
                    self.made.insert(id, Made { kind: GRANT, root: id });
                    self.grants.push(id);
                    self.oracle.give(id, user, bucket, Verb::Write, T0);
                    row(GRANT, id, id, Bucket::OrgAdmin, granting(user, bucket));
                }
            }
        }
        for grid in self.grids.clone() {
            for _ in 0..2 {
                let id = self.mint();
                let home = Bucket::Grid(grid);
                self.made.insert(id, Made { kind: CUSTOMER, root: id });
                self.oracle.moved(id, home, 0);
                let name = self.token(Uuid::nil(), None, Lives::With(id));
                row(CUSTOMER, id, id, home, Patch::new().set(customer::name, name).set(customer::grid, grid).done());
                let child = self.mint();
                self.made.insert(child, Made { kind: CONTACT, root: id });
                let name = self.token(Uuid::nil(), None, Lives::With(id));
                row(CONTACT, child, id, home, Patch::new().set(contact::customer, id).set(contact::name, name).done());
            }
            // What only leads may hold, and what lies in the pool.
            for bucket in [Bucket::GridLead(grid), Bucket::Pool(grid)] {
                let id = self.mint();
                self.made.insert(id, Made { kind: CUSTOMER, root: id });
                self.oracle.apart.insert(id, bucket);
                let name = self.token(Uuid::nil(), None, Lives::In(bucket));
                row(CUSTOMER, id, id, bucket, Patch::new().set(customer::name, name).done());
            }
        }
        rows
    }

    fn enrol(&mut self, user: Uuid, phone: u64) {
        let dev = derived_id(T0, &[user.as_bytes(), &phone.to_be_bytes()]);
        let seed: [u8; 32] = [*dev.as_bytes(), *user.as_bytes()].concat().try_into().expect("32 bytes");
        let key = SigningKey::from_bytes(&seed);
        let label = self.token(user, None, Lives::In(Bucket::OrgAdmin));
        let new = NewDevice { id: dev, alg: 0, key: key.verifying_key().to_bytes().into(), label };
        self.ledger.enrol(user, &new, self.now).expect("a device enrols");
        self.made.insert(dev, Made { kind: DEVICE, root: dev });
        self.oracle.devices.insert(dev, Device { user, open: true, last: self.now });
        self.keys.insert(dev, key);
        self.numbers.insert(dev, 1);
    }

    pub fn pass(&mut self, ms: u64) {
        self.now += ms;
        self.clock.store(self.now, Ordering::SeqCst);
    }

    pub fn mint(&mut self) -> Uuid {
        self.minted += 1;
        derived_id(self.now, &[b"minted", &self.minted.to_be_bytes()])
    }

    /// A text that stands nowhere else.
    pub fn token(&mut self, author: Uuid, op: Option<OpId>, lives: Lives) -> String {
        self.minted += 1;
        let text = format!("z{:06x}q", self.minted);
        self.oracle.tokens.insert(text.clone(), Token { author, op, lives, known: BTreeSet::new() });
        text
    }

    pub fn admin(&self) -> Caller {
        let user = derived_id(T0, &[PEOPLE[0].0.as_bytes()]);
        Caller { user, dev: derived_id(T0, &[user.as_bytes(), &0u64.to_be_bytes()]) }
    }

    pub fn users(&self) -> Vec<Uuid> {
        self.oracle.people.keys().copied().collect()
    }

    /// A person with a phone of hers.
    pub fn anybody(&self, dice: &mut Dice) -> Caller {
        let devices: Vec<(&Uuid, &Device)> = self.oracle.devices.iter().collect();
        let (dev, device) = dice.pick(&devices).expect("there are phones");
        Caller { user: device.user, dev: **dev }
    }

    /// Whether this phone gets any data now.
    pub fn open(&self, caller: &Caller) -> bool {
        self.oracle.devices.get(&caller.dev).is_some_and(|d| d.open && d.user == caller.user)
            && self.oracle.people.get(&caller.user).is_some_and(|p| p.active)
    }

    /// Everything that the ledger holds.
    pub fn all(&self) -> BTreeMap<Uuid, Rec> {
        let mut all = BTreeMap::new();
        let read = self.store.read(&mut |tx| {
            tx.each_rec(&mut |rec| {
                all.insert(rec.id, rec);
                Ok(())
            })?;
            Ok(())
        });
        read.expect("the store reads");
        all
    }

    /// Whether the ledger still holds this op back.
    pub fn waits(&self, op: OpId) -> bool {
        let mut waits = false;
        let read = self.store.read(&mut |tx| {
            waits = tx.waiting(op)?.is_some();
            Ok(())
        });
        read.expect("the store reads");
        waits
    }

    /// Remembers where everything lies.
    pub fn see(&mut self) {
        for rec in self.all().into_values() {
            self.lived.entry(rec.id).or_default().insert(rec.bucket);
        }
    }

    /// An op by somebody at a clock, and what it says about the tokens in it.
    pub fn op(&mut self, actor: Uuid, clock: u64, changes: Vec<Change>) -> Op {
        let cause = self.mint();
        Op { cause, part: 0, hlc: clock << 16, actor, app: 1, changes, link: None }
    }

    /// The push of one op as the next of a device's queue, and the op as the oracle knows it.
    pub fn pushing(&mut self, dev: Uuid, op: &Op, first_sent: u64, effective: Option<u64>) -> (Push, Wrote) {
        let n = self.numbers.get(&dev).copied().unwrap_or(1);
        let sent = Sent { op: op.to_bytes(), first_sent, effective };
        let epoch = self.ledger.epoch().expect("an epoch");
        let push = Push { epoch, dev, first_n: n, ops: vec![sent], lost: vec![] };
        let mut at = (op.hlc >> 16).min(self.now);
        if first_sent > 0 {
            at = at.min(first_sent);
        }
        at = at.min(effective.unwrap_or(at));
        let last = self.oracle.devices.get(&dev).map_or(self.now, |d| d.last);
        let recs = op.changes.iter().map(|c| c.rec).collect();
        let to = op.changes.iter().filter(|c| c.kind == CUSTOMER);
        let to = to.filter_map(|c| Some((c.rec, Bucket::Grid(c.patch.get(&customer::grid)?.id()?)))).collect();
        let roots = op.changes.iter().filter_map(root_of).collect();
        let wrote = Wrote {
            cause: op.cause,
            actor: op.actor,
            dev,
            effective: at,
            at: at.max(last).min(self.now),
            recs,
            roots,
            to,
        };
        (push, wrote)
    }

    /// Where a row of this record and root is to lie; none: nowhere.
    pub fn place(&self, id: Uuid, kind: u16, root: Uuid) -> Option<Bucket> {
        if let Some(apart) = self.oracle.apart.get(&id) {
            return Some(*apart);
        }
        match kind {
            GRID | PERSON => Some(Bucket::Org),
            GRANT | DEVICE => Some(Bucket::OrgAdmin),
            // What was changed about people, grids and rights lies beside them.
            CHANGE if self.made.get(&root).is_some_and(|m| matches!(m.kind, GRID | PERSON | GRANT | DEVICE)) => {
                self.place(root, self.made[&root].kind, root)
            }
            _ => self.oracle.home(root).or(self.purged.get(&root).copied()),
        }
    }
}

/// The customer that a change is about.
pub fn root_of(change: &Change) -> Option<Uuid> {
    match change.kind {
        CUSTOMER => Some(change.rec),
        GRID | PERSON | GRANT | DEVICE => None,
        // Every child names its customer in its first field.
        _ => change.patch.get(&1).and_then(Val::id),
    }
}

pub fn create(kind: u16, rec: Uuid, patch: Body) -> Change {
    Change { kind, rec, new: true, yields: false, patch, base: BTreeMap::new(), open: BTreeMap::new() }
}

pub fn edit(kind: u16, rec: Uuid, patch: Body, base: Option<OpId>) -> Change {
    let base = base.into_iter().flat_map(|op| patch.keys().map(move |field| (*field, op))).collect();
    Change { kind, rec, new: false, yields: false, patch, base, open: BTreeMap::new() }
}
