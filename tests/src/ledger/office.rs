//! The office that every case starts from: two grids, an administrator, a supervisor and two managers, a phone for each;
//! and what a phone does to a ledger: number, link and sign ops, push, pull, keep rows.
use crm_domain::bucket::{Bucket, Verb};
use crm_domain::command::Patch;
use crm_domain::customers::{CUSTOMER, customer};
use crm_domain::grids::{GRID, grid};
use crm_domain::history::{INBOX, Inbox};
use crm_domain::ids::{OpId, Uuid, derived_id, op_id};
use crm_domain::op::{CHAIN_START, Change, Link, Op, Opened, commitment, link_hash};
use crm_domain::people::{GRANT, PERSON, Role, grant, person};
use crm_domain::privacy::{ENROLLED, enrolled};
use crm_domain::registry::View;
use crm_domain::row::Row;
use crm_domain::val::{Body, Val};
use crm_domain::waiting::{self, DECISION};
use crm_protocol::{ExitReason, Mode, Outcome, Pull, Pulled, Push, Pushed, Sent};
use crm_server::ledger::store::Store;
use crm_server::ledger::{Caller, Ledger, LedgerError, Loaded, NewDevice, Seed};
use ed25519_dalek::{Signer, SigningKey};
use std::collections::BTreeMap;

/// When the office opens, milliseconds.
pub const T0: u64 = 1_760_000_000_000;

pub struct Office {
    pub ledger: Ledger,
    pub org: Uuid,
    pub now: u64,
    pub east: Uuid,
    pub west: Uuid,
    pub admin: Phone,
    pub supervisor: Phone,
    /// Manager of the east grid.
    pub li: Phone,
    /// Manager of the west grid.
    pub wang: Phone,
    minted: u64,
}

/// One device of one person.
pub struct Phone {
    pub user: Uuid,
    pub dev: Uuid,
    pub key: SigningKey,
    /// The number of the next op.
    pub n: u64,
    pub chain_n: u64,
    pub chain_head: [u8; 32],
    /// What its clock is ahead, milliseconds.
    pub ahead: i64,
    pub proof: Option<Vec<u8>>,
    pub rows: BTreeMap<(Bucket, Uuid), Row>,
    pub exits: Vec<(Bucket, Uuid, ExitReason, Option<String>)>,
    pub cursors: BTreeMap<Bucket, u64>,
}

/// An op that was made, and its name.
#[derive(Clone)]
pub struct Made {
    pub bytes: Vec<u8>,
    pub id: OpId,
    pub op: Op,
}

pub fn id(name: &str) -> Uuid {
    derived_id(T0, &[name.as_bytes()])
}

/// A body from pairs.
pub fn body<V: Into<Val>>(pairs: impl IntoIterator<Item = (u16, V)>) -> Body {
    pairs.into_iter().map(|(field, value)| (field, value.into())).collect()
}

pub fn create(kind: u16, rec: Uuid, patch: Body) -> Change {
    Change { kind, rec, new: true, yields: false, patch, base: BTreeMap::new(), open: BTreeMap::new() }
}

/// An edit based on `base`, for every field that it patches.
pub fn edit(kind: u16, rec: Uuid, patch: Body, base: OpId) -> Change {
    let base = patch.iter().filter(|(_, v)| !matches!(v, Val::Set(_))).map(|(f, _)| (*f, base)).collect();
    Change { kind, rec, new: false, yields: false, patch, base, open: BTreeMap::new() }
}

/// A customer of a grid.
pub fn new_customer(rec: Uuid, name: &str, grid: Uuid) -> Change {
    create(CUSTOMER, rec, Patch::new().set(customer::name, name).set(customer::grid, grid).done())
}

impl Office {
    pub fn new(store: Box<dyn Store>) -> Self {
        let org = id("org");
        let ledger = Ledger::open(store, org, Seed([7; 32]), T0).expect("an empty store opens");
        let (east, west) = (id("east"), id("west"));
        let people = [
            ("helin", Role::Administrator, None),
            ("zhou", Role::Supervisor, None),
            ("li", Role::Manager, Some(east)),
            ("wang", Role::Manager, Some(west)),
        ];
        let row =
            |kind, id: Uuid, bucket, body| Loaded { kind, id, root: id, bucket, body, actor: Uuid::nil(), at: T0 };
        let mut rows = vec![
            row(GRID, east, Bucket::Org, body([(grid::name, "东城")])),
            row(GRID, west, Bucket::Org, body([(grid::name, "西城")])),
        ];
        for (name, role, of) in people {
            let fields = Patch::new()
                .set(person::name, name)
                .set(person::account, name)
                .set(person::role, role.word())
                .set(person::active, true);
            rows.push(row(PERSON, id(name), Bucket::Org, fields.done()));
            if let Some(of) = of {
                rows.push(row(
                    GRANT,
                    id(&format!("grant of {name}")),
                    Bucket::OrgAdmin,
                    granting(id(name), Bucket::Grid(of)),
                ));
            }
        }
        ledger.load(rows.into_iter(), T0).expect("the office loads");
        let mut office = Self {
            ledger,
            org,
            now: T0 + 1_000,
            east,
            west,
            admin: Phone::new("helin", "phone"),
            supervisor: Phone::new("zhou", "phone"),
            li: Phone::new("li", "phone"),
            wang: Phone::new("wang", "phone"),
            minted: 0,
        };
        for (name, _, _) in people {
            office.enrol(&Phone::new(name, "phone"));
        }
        office
    }

    pub fn enrol(&mut self, phone: &Phone) {
        let key = phone.key.verifying_key().to_bytes().to_vec();
        let new = NewDevice { id: phone.dev, alg: 0, key, label: "test".into() };
        self.ledger.enrol(phone.user, &new, self.now).expect("a device enrols");
    }

    pub fn pass(&mut self, ms: u64) {
        self.now += ms;
    }

    /// A fresh name for a command.
    pub fn cause(&mut self) -> Uuid {
        self.minted += 1;
        derived_id(self.now, &[b"cause", &self.minted.to_be_bytes()])
    }

    pub fn fresh(&mut self) -> Uuid {
        self.cause()
    }

    /// An op of this phone's person, at its clock. It is not numbered yet.
    pub fn op(&mut self, phone: &Phone, changes: Vec<Change>) -> Made {
        let cause = self.cause();
        let hlc = (self.now as i64 + phone.ahead).max(0) as u64;
        made(Op { cause, part: 0, hlc: hlc << 16, actor: phone.user, app: 1, changes, link: None })
    }

    /// An event: linked and signed, the values of `committed` behind commitments.
    pub fn event(&mut self, phone: &mut Phone, kind: u16, rec: Uuid, fields: Body, committed: &[u16]) -> Made {
        let mut change = create(kind, rec, fields);
        for field in committed {
            let Some(value) = change.patch.remove(field) else { continue };
            let opened = Opened { salt: [9; 16], value };
            change.patch.insert(*field, Val::Bytes(commitment(*field, &opened).to_vec()));
            change.open.insert(*field, opened);
        }
        let mut op = self.op(phone, vec![change]).op;
        let (dev, chain_n, prev) = (phone.dev, phone.chain_n, phone.chain_head);
        let hash = link_hash(self.org, &op, &op.changes[0], dev, chain_n, &prev, 0);
        op.link = Some(Link { dev, chain_n, prev, alg: 0, sig: phone.key.sign(&hash).to_bytes() });
        (phone.chain_n, phone.chain_head) = (chain_n + 1, hash);
        made(op)
    }

    /// Pushes ops under the phone's next numbers; one outcome each.
    pub fn push(&mut self, phone: &mut Phone, ops: &[&Made]) -> Vec<Outcome> {
        let pushed = self.push_at(phone, phone.n, ops).expect("a push is taken");
        assert_eq!(pushed.results.len(), ops.len(), "every op is answered");
        phone.n += ops.len() as u64;
        pushed.results.into_iter().map(|(_, outcome, _)| outcome).collect()
    }

    pub fn push_at(&mut self, phone: &Phone, first_n: u64, ops: &[&Made]) -> Result<Pushed, LedgerError> {
        let sent = ops.iter().map(|m| Sent { op: m.bytes.clone(), first_sent: 0, effective: None }).collect();
        self.push_sent(phone, first_n, sent)
    }

    pub fn push_sent(&mut self, phone: &Phone, first_n: u64, ops: Vec<Sent>) -> Result<Pushed, LedgerError> {
        let epoch = self.ledger.epoch().expect("an epoch");
        let push = Push { epoch, dev: phone.dev, first_n, ops, lost: vec![] };
        self.ledger.push(&phone.caller(), &push, self.now)
    }

    /// One op of one change, which must simply hold.
    pub fn does(&mut self, phone: &mut Phone, change: Change) -> OpId {
        let made = self.op(phone, vec![change]);
        assert_eq!(self.push(phone, &[&made]), [Outcome::Applied]);
        self.pass(10);
        made.id
    }

    /// The first event of a forked device's chain: it names the device that it was.
    pub fn enrolled(&mut self, phone: &mut Phone, was: Uuid) -> Made {
        let fields = Patch::new().set(enrolled::by, phone.user).set(enrolled::dev, phone.dev).set(enrolled::was, was);
        let rec = self.fresh();
        self.event(phone, ENROLLED, rec, fields.done(), &[])
    }

    pub fn grants(&mut self, user: Uuid, bucket: Bucket) -> Uuid {
        let rec = self.fresh();
        let change = create(GRANT, rec, granting(user, bucket));
        self.administer(change);
        rec
    }

    /// A change by the administrator's phone.
    pub fn administer(&mut self, change: Change) -> OpId {
        let mut admin = std::mem::replace(&mut self.admin, Phone::new("helin", "none"));
        let op = self.does(&mut admin, change);
        self.admin = admin;
        op
    }

    /// The administrator lets an op through, or refuses it.
    pub fn decide(&mut self, op: OpId, allow: bool) {
        let rec = self.fresh();
        self.administer(create(DECISION, rec, waiting::body(op, Bucket::OrgAdmin, allow)));
    }

    /// What waits, and what was settled, as this phone's person is told.
    pub fn desk(&self, phone: &Phone) -> Result<waiting::View, LedgerError> {
        match self.ledger.ask(&phone.caller(), &waiting::Query::All.into(), self.now)? {
            View::Waiting(view) => Ok(view),
            other => panic!("{other:?}"),
        }
    }

    pub fn pull_once(&self, phone: &Phone, buckets: &[Bucket], max_bytes: u32) -> Pulled {
        let cursors = buckets.iter().map(|b| (*b, phone.cursors.get(b).copied())).collect();
        self.pull_with(phone, cursors, max_bytes)
    }

    pub fn pull_with(&self, phone: &Phone, cursors: Vec<(Bucket, Option<u64>)>, max_bytes: u32) -> Pulled {
        let epoch = self.ledger.epoch().expect("an epoch");
        let pull = Pull { nonce: 1, epoch, proof: phone.proof.clone(), cursors, max_bytes, hello: None };
        self.ledger.pull(&phone.caller(), &pull, self.now).expect("a pull is answered")
    }

    /// Pulls until it is complete, pages included.
    pub fn sync(&self, phone: &mut Phone, buckets: &[Bucket]) -> Pulled {
        self.sync_by(phone, buckets, 1 << 20)
    }

    pub fn sync_by(&self, phone: &mut Phone, buckets: &[Bucket], max_bytes: u32) -> Pulled {
        for _ in 0..10_000 {
            let pulled = self.pull_once(phone, buckets, max_bytes);
            for part in &pulled.parts {
                if let Mode::Pages { generation, count, at_seq } = part.mode {
                    phone.rows.retain(|(bucket, _), _| *bucket != part.bucket);
                    for no in 0..count {
                        let page = self.ledger.page(&phone.caller(), part.bucket, generation, no, self.now);
                        for row in page.expect("a page that was named is there").rows {
                            phone.rows.insert((part.bucket, row.id), row);
                        }
                    }
                    phone.cursors.insert(part.bucket, at_seq);
                } else {
                    phone.take_part(part);
                }
            }
            phone.proof = Some(pulled.proof.clone());
            if pulled.complete {
                return pulled;
            }
        }
        panic!("a pull never completes");
    }

    /// A row as the administrator's clerk would read it, whoever holds it.
    pub fn row(&self, phone: &mut Phone, bucket: Bucket, rec: Uuid) -> Option<Row> {
        self.sync(phone, &[bucket]);
        phone.rows.get(&(bucket, rec)).cloned()
    }

    /// A field's value on the supervisor's desk.
    pub fn value(&mut self, grid: Uuid, rec: Uuid, field: u16) -> Option<Val> {
        let mut desk = std::mem::replace(&mut self.supervisor, Phone::new("zhou", "none"));
        let row = self.row(&mut desk, Bucket::Grid(grid), rec);
        self.supervisor = desk;
        row?.shown().expect("a body").body.get(&field).cloned()
    }

    /// The open and settled items of a phone's person.
    pub fn inbox(&self, phone: &mut Phone) -> Vec<Inbox> {
        let own = Bucket::User(phone.user);
        self.sync(phone, &[own]);
        let rows = phone.rows.iter().filter(|((bucket, _), row)| *bucket == own && row.kind == INBOX);
        rows.map(|(_, row)| Inbox::of(&row.shown().expect("a body").body)).collect()
    }
}

pub fn made(op: Op) -> Made {
    Made { bytes: op.to_bytes(), id: op_id(op.cause, op.part), op }
}

pub fn granting(user: Uuid, bucket: Bucket) -> Body {
    Patch::new()
        .set(grant::user, user)
        .set(grant::bucket, bucket.to_bytes())
        .set(grant::verb, Verb::Write as i64)
        .done()
}

impl Phone {
    pub fn new(person: &str, name: &str) -> Self {
        let dev = id(&format!("{name} of {person}"));
        let mut seed = [0; 32];
        seed[..16].copy_from_slice(dev.as_bytes());
        Self::bare(id(person), dev, SigningKey::from_bytes(&seed))
    }

    /// The same device with an empty storage.
    pub fn twin(&self) -> Self {
        Self::bare(self.user, self.dev, self.key.clone())
    }

    /// What a cloned profile becomes: a new device of the same person.
    pub fn fork(&self, name: &str) -> Self {
        let dev = derived_id(T0, &[self.dev.as_bytes(), name.as_bytes()]);
        Self::bare(self.user, dev, self.key.clone())
    }

    fn bare(user: Uuid, dev: Uuid, key: SigningKey) -> Self {
        Self {
            user,
            dev,
            key,
            n: 1,
            chain_n: 0,
            chain_head: CHAIN_START,
            ahead: 0,
            proof: None,
            rows: BTreeMap::new(),
            exits: Vec::new(),
            cursors: BTreeMap::new(),
        }
    }

    pub fn caller(&self) -> Caller {
        Caller { user: self.user, dev: self.dev }
    }

    pub fn take_part(&mut self, part: &crm_protocol::Part) {
        let mut news: Vec<(u64, Result<&Row, &crm_protocol::Exit>)> =
            part.rows.iter().map(|r| (r.seq, Ok(r))).collect();
        news.extend(part.exits.iter().map(|e| (e.seq, Err(e))));
        news.sort_by_key(|(seq, _)| *seq);
        for (_, one) in news {
            match one {
                Ok(row) => {
                    self.rows.insert((part.bucket, row.id), row.clone());
                }
                Err(exit) => {
                    self.rows.remove(&(part.bucket, exit.id));
                    self.exits.push((part.bucket, exit.id, exit.reason, exit.to.clone()));
                }
            }
        }
        self.cursors.insert(part.bucket, part.hi);
    }

    pub fn held(&self, bucket: Bucket) -> Vec<&Row> {
        self.rows.iter().filter(|((b, _), _)| *b == bucket).map(|(_, row)| row).collect()
    }
}

/// Runs `what` with one of the office's phones taken out, so that both can be used.
#[macro_export]
macro_rules! with_phone {
    ($office:ident . $who:ident, |$phone:ident| $what:expr) => {{
        #[allow(unused_mut, reason = "some cases only read the phone")]
        let mut $phone = std::mem::replace(&mut $office.$who, $crate::ledger::office::Phone::new("nobody", "none"));
        let result = $what;
        $office.$who = $phone;
        result
    }};
}

/// A second database beside the case's own, for what a swap or a restore brings.
pub fn second_store() -> Box<dyn Store> {
    Box::new(crm_server::Sqlite::in_memory(id("org")).expect("SQLite opens in memory"))
}
