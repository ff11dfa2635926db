//! Somebody with the next release's app: writes fields, sets and records that the others do not know.
use crm_domain::bucket::{Bucket, Verb};
use crm_domain::customers::{CUSTOMER, customer};
use crm_domain::ids::{OpId, Uuid, derived_id};
use crm_domain::op::{Change, Op};
use crm_domain::people::Role;
use crm_domain::row::Row;
use crm_domain::val::{Body, SetPatch, Val};
use crm_protocol::{Hello, Mode, Outcome, Pull, Push, Sent};
use crm_server::ledger::{Caller, NewDevice};
use std::collections::{BTreeMap, BTreeSet};
use tests::editions::{ANSWER, DISTRICT, LABELS, SURVEY, SURVEYED, THIS, grown};
use tests::sim::World;
use tests::sim::phone::Phone;

#[derive(Default)]
pub struct Newer {
    at: usize,
    n: u64,
    /// The last district of each customer, and the op that wrote it.
    districts: BTreeMap<Uuid, (String, OpId)>,
    labels: BTreeMap<Uuid, BTreeSet<String>>,
    surveys: Vec<(Uuid, Uuid)>,
}

impl Newer {
    /// The administrator's second device: customers move from grid to grid meanwhile.
    pub fn enrolled(world: &mut World) -> Self {
        let user = world.phones[super::ROOT].user;
        let phone = Phone::new("the next release's", user, Role::Administrator, &mut world.dice);
        let key = phone.key.verifying_key().to_bytes().to_vec();
        world.phones.push(phone);
        let at = world.phones.len() - 1;
        let new = NewDevice { id: world.phones[at].dev, alg: 0, key, label: "next".into() };
        world.ledger.enrol(user, &new, world.now).expect("enrolled");
        Self { at, n: 1, ..Self::default() }
    }

    fn caller(&self, world: &World) -> Caller {
        Caller { user: world.phones[self.at].user, dev: world.phones[self.at].dev }
    }

    /// A new customer with a district, and changes of those that are there.
    pub fn writes(&mut self, world: &mut World) {
        let number = self.n.to_string();
        let rec = derived_id(world.now, &[b"newer", number.as_bytes()]);
        let mut body = Body::from([(customer::name, Val::Text(format!("新店{number}")))]);
        body.insert(customer::grid, world.grids[1].into());
        body.insert(DISTRICT, Val::Text("旧区".into()));
        let made = self.push(world, CUSTOMER, rec, true, body, None);
        self.districts.insert(rec, ("旧区".into(), made));
        self.labels.insert(rec, BTreeSet::new());

        let ids: Vec<Uuid> = self.districts.keys().copied().collect();
        let rec = *world.dice.pick(&ids).expect("there is one");
        let (_, seen) = self.districts[&rec];
        let district = format!("{number}区");
        let body = Body::from([(DISTRICT, Val::Text(district.clone()))]);
        let wrote = self.push(world, CUSTOMER, rec, false, body, Some((DISTRICT, seen)));
        self.districts.insert(rec, (district, wrote));

        for label in ["甲", "乙"] {
            let label = format!("{label}{number}");
            let patch = SetPatch { add: vec![Val::Text(label.clone())], remove: vec![] };
            self.push(world, CUSTOMER, rec, false, Body::from([(LABELS, Val::Set(patch))]), None);
            self.labels.entry(rec).or_default().insert(label);
        }
        let survey = derived_id(world.now, &[b"survey", number.as_bytes()]);
        let body = Body::from([(SURVEYED, Val::Id(rec)), (ANSWER, Val::Text(number))]);
        self.push(world, SURVEY, survey, true, body, None);
        self.surveys.push((survey, rec));
    }

    fn push(
        &mut self,
        world: &mut World,
        kind: u16,
        rec: Uuid,
        new: bool,
        patch: Body,
        base: Option<(u16, OpId)>,
    ) -> OpId {
        let base = base.into_iter().collect();
        let change = Change { kind, rec, new, yields: false, patch, base, open: BTreeMap::new() };
        let cause = derived_id(world.now, &[&self.n.to_be_bytes(), rec.as_bytes()]);
        let actor = world.phones[self.at].user;
        let op = Op { cause, part: 0, hlc: world.now << 16, actor, app: THIS + 1, changes: vec![change], link: None };
        let caller = self.caller(world);
        let sent = Sent { op: grown(&op.to_bytes()), first_sent: 0, effective: None };
        let epoch = world.ledger.epoch().expect("an epoch");
        let push = Push { epoch, dev: caller.dev, first_n: self.n, ops: vec![sent], lost: vec![] };
        let pushed = world.edition.run(|| world.ledger.push(&caller, &push, world.now)).expect("pushed");
        let known = world.edition.app > THIS || kind != SURVEY;
        match pushed.results[..] {
            [(_, Outcome::Applied, _)] if known => {}
            [(_, Outcome::Waiting(_), _)] if !known => {}
            ref other => panic!("{rec} of kind {kind}: {other:?}"),
        }
        self.n += 1;
        world.now += 1_000;
        op.id()
    }

    /// An op whose bytes the server could not read when they came, and the customer that it makes.
    pub fn unread(&self, world: &World) -> (Op, Uuid) {
        let rec = derived_id(world.now, &[b"unread"]);
        let patch = Body::from([(customer::name, "新店".into()), (customer::grid, world.grids[0].into())]);
        let change = Change {
            kind: CUSTOMER,
            rec,
            new: true,
            yields: false,
            patch,
            base: BTreeMap::new(),
            open: BTreeMap::new(),
        };
        let (cause, actor) = (derived_id(world.now, &[b"unread op"]), world.phones[self.at].user);
        let hlc = (world.now - 5_000) << 16;
        let op = Op { cause, part: 0, hlc, actor, app: THIS + 1, changes: vec![change], link: None };
        world.keep_unread(&self.caller(world), &op);
        (op, rec)
    }

    /// Districts and labels are what was written last, whoever else edited these customers since.
    pub fn stands(&self, world: &World) {
        let rows = self.rows(world);
        for (rec, (district, _)) in &self.districts {
            let body = crm_domain::val::decode_body(&rows[rec].body).expect("a body");
            assert_eq!(body.get(&DISTRICT), Some(&Val::Text(district.clone())), "{rec}");
            let labels: Vec<Val> = self.labels[rec].iter().cloned().map(Val::Text).collect();
            assert_eq!(body.get(&LABELS), (!labels.is_empty()).then_some(&Val::List(labels)), "{rec}");
        }
    }

    /// Records of the new kind are there, beside their customers.
    pub fn is_let_through(&self, world: &World) {
        let rows = self.rows(world);
        for (survey, customer) in &self.surveys {
            assert_eq!(rows[survey].root, *customer);
        }
    }

    pub fn is_in(&self, row: &Row) -> bool {
        self.districts.contains_key(&row.id)
            && crm_domain::val::decode_body(&row.body).is_ok_and(|body| body.contains_key(&DISTRICT))
    }

    /// Every row of all grids, as the supervisor's phone would get them.
    pub fn rows(&self, world: &World) -> BTreeMap<Uuid, Row> {
        let wang = &world.phones[2];
        let caller = Caller { user: wang.user, dev: wang.dev };
        let grants = world.ledger.grants(wang.user, world.now).expect("read");
        let epoch = world.ledger.epoch().expect("an epoch");
        let mut rows = BTreeMap::new();
        for grid in &world.grids {
            let bucket = Bucket::Grid(*grid);
            assert!(grants.allow(bucket, Verb::Read));
            let cursors = vec![(bucket, Some(0))];
            let hello = Some(Hello { app: THIS, ..Hello::silent() });
            let pull = Pull { nonce: 1, epoch, proof: None, cursors, max_bytes: u32::MAX, hello };
            let answer = world.ledger.pull(&caller, &pull, world.now).expect("answered");
            for part in answer.parts {
                assert_eq!(part.mode, Mode::Delta, "nothing was forgotten");
                rows.extend(part.rows.into_iter().map(|row| (row.id, row)));
            }
        }
        rows
    }
}
