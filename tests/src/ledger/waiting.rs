//! Ops that wait, are let through, or are refused with what they built on.
use super::office::*;
use crate::with_phone;
use crm_domain::bucket::Bucket;
use crm_domain::command::Patch;
use crm_domain::customers::{CONTACT, CUSTOMER, contact, customer};
use crm_domain::grids::{GRID, grid};
use crm_domain::ids::{OpId, Uuid};
use crm_domain::op::Change;
use crm_domain::people::{PERSON, Role, person};
use crm_domain::rules::{Code, Why};
use crm_domain::val::Val;
use crm_domain::waiting::{self, DECISION, WAITING};
use crm_protocol::Outcome;
use crm_server::ledger::{DAY_MS, LedgerError};
use std::collections::BTreeSet;

fn waits(why: Why) -> Outcome {
    Outcome::Waiting(why as u16)
}

fn contact_of(customer: Uuid, rec: Uuid, name: &str) -> Change {
    let mut fields = body([(contact::name, name)]);
    fields.insert(contact::customer, customer.into());
    create(CONTACT, rec, fields)
}

fn text(value: &str) -> Option<Val> {
    Some(Val::Text(value.into()))
}

pub fn an_op_without_the_right_waits_and_a_grant_lets_it_through(o: &mut Office) {
    with_phone!(o.li, |li| {
        let op = o.op(&li, vec![new_customer(id("inn"), "客栈", o.west)]);
        assert_eq!(o.push(&mut li, &[&op]), [waits(Why::NoGrant)]);
        let items = o.inbox(&mut li);
        let item = items.first().expect("an item");
        assert_eq!((item.what.as_deref(), item.code), (Some("waiting"), Some(Why::NoGrant as i64)));
        assert_eq!((item.label.as_deref(), item.resolved.as_deref()), (Some("客栈"), None));
        assert_eq!(o.value(o.west, id("inn"), customer::name), None);
        o.pass(1_000);
        o.grants(li.user, Bucket::Grid(o.west));
        assert_eq!(o.value(o.west, id("inn"), customer::name), text("客栈"));
        assert_eq!(o.inbox(&mut li)[0].resolved.as_deref(), Some("mine"), "her item is settled");
        let again = o.push_at(&li, 1, &[&op]).expect("answered");
        assert_eq!(again.results[0].1, Outcome::Applied, "and so is the stored result");
    });
}

pub fn an_edit_of_an_unknown_record_waits_until_it_comes(o: &mut Office) {
    let (born, edited) = with_phone!(o.li, |li| {
        let born = o.op(&li, vec![new_customer(id("tea"), "茶铺", o.east)]);
        o.pass(10);
        let edited = o.op(&li, vec![edit(CUSTOMER, id("tea"), body([(customer::name, "大茶铺")]), born.id)]);
        (born, edited)
    });
    // The edit comes by another device of hers, before the phone that made the customer has a network.
    let mut tablet = Phone::new("li", "tablet");
    o.enrol(&tablet);
    assert_eq!(o.push(&mut tablet, &[&edited]), [waits(Why::UnknownRecord)]);
    with_phone!(o.li, |li| assert_eq!(o.push(&mut li, &[&born]), [Outcome::Applied]));
    assert_eq!(o.value(o.east, id("tea"), customer::name), text("大茶铺"));
}

pub fn what_builds_on_a_waiting_op_follows_it_in_order(o: &mut Office) {
    with_phone!(o.li, |li| {
        let born = o.op(&li, vec![new_customer(id("inn"), "客栈", o.west)]);
        let first = o.op(&li, vec![edit(CUSTOMER, id("inn"), body([(customer::name, "大客栈")]), born.id)]);
        let second = o.op(&li, vec![edit(CUSTOMER, id("inn"), body([(customer::name, "老客栈")]), first.id)]);
        let child = o.op(&li, vec![contact_of(id("inn"), id("boss"), "老王")]);
        let apart = o.op(&li, vec![new_customer(id("tea"), "茶铺", o.east)]);
        let outcomes = o.push(&mut li, &[&born, &first, &second, &child, &apart]);
        let behind = waits(Why::BehindAnother);
        assert_eq!(outcomes, [waits(Why::NoGrant), behind, behind, behind, Outcome::Applied]);
        o.pass(1_000);
        o.grants(li.user, Bucket::Grid(o.west));
        let results = o.push_at(&li, 1, &[&born, &first, &second, &child]).expect("answered").results;
        assert!(results.iter().all(|r| r.1 == Outcome::Applied), "{results:?}");
    });
    assert_eq!(o.value(o.west, id("inn"), customer::name), text("老客栈"));
    assert_eq!(o.value(o.west, id("boss"), contact::name), text("老王"));
}

pub fn an_op_that_still_waits_keeps_its_place_in_the_line(o: &mut Office) {
    let base = with_phone!(o.wang, |wang| o.does(&mut wang, new_customer(id("inn"), "客栈", o.west)));
    with_phone!(o.li, |li| {
        let first = o.op(&li, vec![edit(CUSTOMER, id("inn"), body([(customer::name, "一")]), base)]);
        let second = o.op(&li, vec![edit(CUSTOMER, id("inn"), body([(customer::name, "二")]), base)]);
        assert_eq!(o.push(&mut li, &[&first, &second]), [waits(Why::NoGrant), waits(Why::BehindAnother)]);
        o.pass(1_000);
        // A grant that does not help: both are tried and wait on.
        o.grants(li.user, Bucket::GridLead(o.east));
        o.decide(second.id, true);
        let results = o.push_at(&li, 1, &[&first, &second]).expect("answered").results;
        assert_eq!(results.iter().map(|r| r.1).collect::<Vec<_>>(), [waits(Why::NoGrant), waits(Why::BehindAnother)]);
        o.decide(first.id, true);
        let results = o.push_at(&li, 1, &[&first, &second]).expect("answered").results;
        assert!(results.iter().all(|r| !matches!(r.1, Outcome::Waiting(_))), "{results:?}");
    });
}

pub fn a_forked_device_waits_behind_what_it_wrote_before(o: &mut Office) {
    with_phone!(o.li, |li| {
        let base = with_phone!(o.wang, |wang| o.does(&mut wang, new_customer(id("inn"), "客栈", o.west)));
        let waiting = o.op(&li, vec![edit(CUSTOMER, id("inn"), body([(customer::name, "一")]), base)]);
        assert_eq!(o.push(&mut li, &[&waiting]), [waits(Why::NoGrant)]);
        let mut fork = li.fork("fork");
        o.enrol(&fork);
        let mut apart = Phone::new("li", "apart");
        o.enrol(&apart);
        let enrolled = o.enrolled(&mut fork, li.dev);
        assert_eq!(o.push(&mut fork, &[&enrolled]), [Outcome::Applied]);
        o.pass(1_000);
        let next = |o: &mut Office, phone: &Phone| {
            o.op(phone, vec![edit(CUSTOMER, id("inn"), body([(customer::address, "北街")]), base)])
        };
        let (of_fork, of_apart) = (next(o, &fork), next(o, &apart));
        assert_eq!(o.push(&mut fork, &[&of_fork]), [waits(Why::BehindAnother)]);
        assert_eq!(o.push(&mut apart, &[&of_apart]), [waits(Why::NoGrant)], "another device is not in that line");
    });
}

pub fn a_refused_create_takes_its_dependents_along(o: &mut Office) {
    with_phone!(o.li, |li| {
        let bad = o.op(&li, vec![new_customer(id("tea"), "  ", o.east)]);
        let child = o.op(&li, vec![contact_of(id("tea"), id("boss"), "老王")]);
        let grandchild = o.op(&li, vec![edit(CONTACT, id("boss"), body([(contact::name, "王总")]), child.id)]);
        let outcomes = o.push(&mut li, &[&bad, &child, &grandchild]);
        let on = |op| Outcome::Rejected { code: Code::DependsOnRefused as u16, depends_on: Some(op) };
        let refused = Outcome::Rejected { code: Code::NameMissing as u16, depends_on: None };
        assert_eq!(outcomes, [refused, on(bad.id), on(child.id)]);
        let mut codes: Vec<i64> = o.inbox(&mut li).iter().filter_map(|i| i.code).collect();
        codes.sort_unstable();
        assert_eq!(codes, [5, 5, 10], "each is told");
    });
}

pub fn a_retry_of_a_refused_create_is_judged_by_itself(o: &mut Office) {
    with_phone!(o.li, |li| {
        let bad = o.op(&li, vec![new_customer(id("tea"), "  ", o.east)]);
        o.push(&mut li, &[&bad]);
        o.does(&mut li, new_customer(id("tea"), "茶铺", o.east));
        o.does(&mut li, contact_of(id("tea"), id("boss"), "老王"));
        let twice = o.op(&li, vec![new_customer(id("tea"), "茶铺", o.east)]);
        let exists = Outcome::Rejected { code: Code::Exists as u16, depends_on: None };
        assert_eq!(o.push(&mut li, &[&twice]), [exists]);
        o.does(&mut li, contact_of(id("tea"), id("cook"), "小李"));
    });
}

pub fn an_administrator_decides_about_what_waits(o: &mut Office) {
    with_phone!(o.li, |li| {
        let keep = o.op(&li, vec![new_customer(id("inn"), "客栈", o.west)]);
        let drop = o.op(&li, vec![new_customer(id("bank"), "银行", o.west)]);
        o.push(&mut li, &[&keep, &drop]);
        assert_eq!(o.desk(&li).expect("asked").open, []);
        let mut open: Vec<_> = o.desk(&o.admin).expect("asked").open.into_iter().map(|item| item.op).collect();
        open.sort_unstable();
        let mut both = [keep.id, drop.id];
        both.sort_unstable();
        assert_eq!(open, both);
        o.decide(keep.id, true);
        o.decide(drop.id, false);
        assert_eq!(o.desk(&o.admin).expect("asked").open, []);
        let results = o.push_at(&li, 1, &[&keep, &drop]).expect("answered").results;
        let refused = Outcome::Rejected { code: Code::NotAllowed as u16, depends_on: None };
        assert_eq!((results[0].1, results[1].1), (Outcome::Applied, refused));
    });
    assert_eq!(o.value(o.west, id("inn"), customer::name), text("客栈"));
    assert_eq!(o.value(o.west, id("bank"), customer::name), None);
}

/// A lead of the west grid, with her phone.
fn lead_of_the_west(o: &mut Office) -> Phone {
    let sun = Phone::new("sun", "phone");
    let fields = Patch::new()
        .set(person::name, "sun")
        .set(person::account, "sun")
        .set(person::role, Role::Lead.word())
        .set(person::active, true);
    o.administer(create(PERSON, sun.user, fields.done()));
    o.grants(sun.user, Bucket::Grid(o.west));
    o.grants(sun.user, Bucket::GridLead(o.west));
    o.enrol(&sun);
    o.pass(1_000);
    sun
}

/// A decision by this phone at a grid's desk.
fn decision(o: &mut Office, phone: &Phone, op: OpId, grid: Uuid, allow: bool) -> Made {
    let rec = o.fresh();
    let body = crm_domain::waiting::body(op, Bucket::GridLead(grid), allow);
    o.op(phone, vec![create(DECISION, rec, body)])
}

pub fn a_lead_decides_for_her_grid(o: &mut Office) {
    let mut sun = lead_of_the_west(o);
    with_phone!(o.li, |li| {
        let keep = o.op(&li, vec![new_customer(id("inn"), "客栈", o.west)]);
        let drop = o.op(&li, vec![new_customer(id("bank"), "银行", o.west)]);
        let follows = o.op(&li, vec![edit(CUSTOMER, id("inn"), body([(customer::name, "大客栈")]), keep.id)]);
        o.push(&mut li, &[&keep, &drop, &follows]);
        let open = o.desk(&sun).expect("asked").open;
        let labels: BTreeSet<_> = open.iter().map(|item| (item.label.as_str(), item.grid.as_str())).collect();
        assert_eq!(labels, [("客栈", "西城"), ("银行", "西城")].into(), "what follows is decided with the first");
        let lead = Bucket::GridLead(o.west);
        o.sync(&mut sun, &[lead]);
        assert_eq!(sun.held(lead).iter().filter(|row| row.kind == WAITING).count(), 2, "she holds them offline");

        let allows = decision(o, &sun, keep.id, o.west, true);
        let refuses = decision(o, &sun, drop.id, o.west, false);
        let again = decision(o, &sun, keep.id, o.west, false);
        assert_eq!(o.push(&mut sun, &[&allows, &refuses, &again]), [Outcome::Applied; 3]);
        let results = o.push_at(&li, 1, &[&keep, &drop, &follows]).expect("answered").results;
        let refused = Outcome::Rejected { code: Code::NotAllowed as u16, depends_on: None };
        let outcomes: Vec<_> = results.iter().map(|r| r.1).collect();
        assert_eq!(outcomes[..2], [Outcome::Applied, refused], "the first decision counts");
        assert_eq!(outcomes[2], waits(Why::NoGrant), "the edit has no right of its own");
        let view = o.desk(&sun).expect("asked");
        let mut settled: Vec<_> =
            view.settled.iter().map(|s| (s.label.as_str(), s.how.as_str(), s.by.as_str())).collect();
        settled.sort_unstable();
        assert_eq!(settled, [("客栈", "allowed", "sun"), ("银行", "refused", "sun")]);
        let allows = decision(o, &sun, follows.id, o.west, true);
        assert_eq!(o.push(&mut sun, &[&allows]), [Outcome::Applied]);
    });
    assert_eq!(o.value(o.west, id("inn"), customer::name), text("大客栈"));
    assert_eq!(o.value(o.west, id("bank"), customer::name), None);
}

pub fn a_lead_decides_for_no_other_grid(o: &mut Office) {
    let mut sun = lead_of_the_west(o);
    let base = with_phone!(o.li, |li| o.does(&mut li, new_customer(id("tea"), "茶铺", o.east)));
    with_phone!(o.wang, |wang| {
        // Out of a grid that is not hers, into one that is not hers either: both leads have a say.
        let north = id("north");
        o.administer(create(GRID, north, body([(grid::name, "北城")])));
        let moves = o.op(&wang, vec![edit(CUSTOMER, id("tea"), body([(customer::grid, north)]), base)]);
        assert_eq!(o.push(&mut wang, &[&moves]), [waits(Why::NoGrant)]);
        assert_eq!(o.desk(&sun).expect("asked").open, [], "the west has no part in it");
        let hers = decision(o, &sun, moves.id, o.west, true);
        let others = decision(o, &sun, moves.id, o.east, true);
        let office = o.fresh();
        let office = create(DECISION, office, crm_domain::waiting::body(moves.id, Bucket::OrgAdmin, true));
        let office = o.op(&sun, vec![office]);
        assert_eq!(
            o.push(&mut sun, &[&hers, &others, &office]),
            [Outcome::Applied, waits(Why::NoGrant), waits(Why::NoGrant)]
        );
        let still = o.push_at(&wang, wang.n - 1, &[&moves]).expect("answered").results[0].1;
        assert_eq!(still, waits(Why::NoGrant));
        with_phone!(o.supervisor, |zhou| {
            let view = o.desk(&zhou).expect("asked");
            let item = view.open.iter().find(|item| item.op == moves.id).expect("on a desk");
            assert_eq!((item.grid.as_str(), item.label.as_str()), ("北城", "茶铺"), "a supervisor reads both grids");
            let into = decision(o, &zhou, moves.id, north, true);
            assert_eq!(o.push(&mut zhou, &[&into]), [Outcome::Applied]);
            let view = o.desk(&zhou).expect("asked");
            let item = view.open.iter().find(|item| item.op == moves.id).expect("on the other desk");
            assert_eq!((item.grid.as_str(), item.label.as_str()), ("东城", "茶铺"), "it may come in; now it must go");
            let from = decision(o, &zhou, moves.id, o.east, true);
            assert_eq!(o.push(&mut zhou, &[&from]), [Outcome::Applied]);
        });
        let through = o.push_at(&wang, wang.n - 1, &[&moves]).expect("answered").results[0].1;
        assert_eq!(through, Outcome::Applied);
    });
}

pub fn what_arrives_takes_an_op_off_the_desk(o: &mut Office) {
    with_phone!(o.li, |li| {
        let op = o.op(&li, vec![new_customer(id("inn"), "客栈", o.west)]);
        o.push(&mut li, &[&op]);
        o.pass(1_000);
        o.grants(li.user, Bucket::Grid(o.west));
        let view = o.desk(&o.admin).expect("asked");
        assert_eq!(view.open, []);
        assert_eq!((view.settled[0].how.as_str(), view.settled[0].by.as_str()), ("arrived", ""));
    });
}

pub fn what_is_settled_leaves_the_desk_after_its_time(o: &mut Office) {
    let desk = Bucket::GridLead(o.west);
    with_phone!(o.li, |li| {
        let first = o.op(&li, vec![new_customer(id("inn"), "客栈", o.west)]);
        assert_eq!(o.push(&mut li, &[&first]), [waits(Why::NoGrant)]);
        o.decide(first.id, false);
        // More decisions than are looked at in one step, about ops that never came.
        for _ in 0..3 {
            let decisions = (0..200).map(|i| create(DECISION, o.fresh(), waiting::body(i, Bucket::OrgAdmin, false)));
            let op = decisions.collect();
            with_phone!(o.admin, |admin| {
                let made = o.op(&admin, op);
                assert_eq!(o.push(&mut admin, &[&made]), [Outcome::Applied]);
            });
        }
        o.pass(119 * DAY_MS);
        let second = o.op(&li, vec![new_customer(id("mill"), "磨坊", o.west)]);
        assert_eq!(o.push(&mut li, &[&second]), [waits(Why::NoGrant)]);
    });
    let held = |o: &mut Office, bucket: Bucket, kind: u16| {
        let mut admin = std::mem::replace(&mut o.admin, Phone::new("helin", "none"));
        let pulled = o.sync(&mut admin, &[bucket]);
        let part = pulled.parts.into_iter().find(|part| part.bucket == bucket);
        if let Some(part) = part {
            assert_eq!(crm_protocol::bucket_digest(admin.held(bucket).into_iter()), part.digest);
        }
        let count = admin.held(bucket).into_iter().filter(|row| row.kind == kind).count();
        o.admin = admin;
        count
    };
    o.ledger.compact(o.now).expect("compacted");
    assert_eq!((held(o, desk, WAITING), held(o, Bucket::OrgAdmin, DECISION)), (2, 601));
    o.pass(2 * DAY_MS);
    assert!(o.ledger.compact(o.now).expect("compacted") >= 602);
    assert_eq!((held(o, desk, WAITING), held(o, Bucket::OrgAdmin, DECISION)), (1, 0), "what waits stays");
    assert_eq!(o.ledger.compact(o.now).expect("compacted"), 0);
}

pub fn a_decision_may_come_before_the_op(o: &mut Office) {
    with_phone!(o.li, |li| {
        let op = o.op(&li, vec![new_customer(id("inn"), "客栈", o.west)]);
        o.decide(op.id, true);
        assert_eq!(o.push(&mut li, &[&op]), [Outcome::Applied]);
    });
}

pub fn a_kind_of_a_newer_version_waits(o: &mut Office) {
    with_phone!(o.li, |li| {
        let op = o.op(&li, vec![create(9_999, id("thing"), body([(1, "新")]))]);
        assert_eq!(o.push(&mut li, &[&op]), [waits(Why::UnknownKind)]);
        assert_eq!(o.inbox(&mut li)[0].op.as_deref(), Some(op.bytes.as_slice()));
    });
}

pub fn a_patch_of_a_newer_form_waits_whole(o: &mut Office) {
    with_phone!(o.li, |li| {
        let mut fields = body([(customer::name, "茶铺")]);
        // Tag 40260: a form that nobody has made yet.
        fields.insert(customer::note, Val::Other(vec![0xd9, 0x9d, 0x44, 0x01]));
        fields.insert(customer::grid, o.east.into());
        let op = o.op(&li, vec![create(CUSTOMER, id("tea"), fields)]);
        assert_eq!(o.push(&mut li, &[&op]), [waits(Why::Undecodable)]);
        assert_eq!(o.value(o.east, id("tea"), customer::name), None);
        assert_eq!(o.inbox(&mut li)[0].op.as_deref(), Some(op.bytes.as_slice()));
    });
}

pub fn a_deactivated_persons_ops_wait_for_thirty_days(o: &mut Office) {
    let active = |on: bool| {
        let change = edit(PERSON, id("li"), body([(person::active, on)]), 0);
        Change { base: Default::default(), ..change }
    };
    o.administer(active(false));
    with_phone!(o.li, |li| {
        assert!(o.ledger.grants(li.user, o.now).expect("read").0.is_empty());
        assert_eq!(o.pull_once(&li, &[Bucket::Org], 1 << 20).parts, []);
        let op = o.op(&li, vec![new_customer(id("tea"), "茶铺", o.east)]);
        assert_eq!(o.push(&mut li, &[&op]), [waits(Why::DeviceRevoked)]);
        o.administer(active(true));
        assert_eq!(o.value(o.east, id("tea"), customer::name), text("茶铺"), "she is back, and so is her work");
        o.administer(active(false));
        o.pass(31 * 86_400_000);
        let late = o.op(&li, vec![new_customer(id("inn"), "客栈", o.east)]);
        assert_eq!(o.push_at(&li, li.n, &[&late]), Err(LedgerError::DeviceRevoked));
    });
}

pub fn a_grant_since_counts_for_no_place_that_the_record_has_left(o: &mut Office) {
    let north = id("north");
    o.administer(create(GRID, north, body([(grid::name, "北城")])));
    let base = with_phone!(o.wang, |wang| o.does(&mut wang, new_customer(id("inn"), "客栈", o.west)));
    o.pass(1_000);
    with_phone!(o.li, |li| {
        let child = o.op(&li, vec![contact_of(id("inn"), id("boss"), "老王")]);
        assert_eq!(o.push(&mut li, &[&child]), [waits(Why::NoGrant)]);
        o.pass(1_000);
        let moves = edit(CUSTOMER, id("inn"), body([(customer::grid, north)]), base);
        with_phone!(o.supervisor, |zhou| o.does(&mut zhou, moves));
        // The west is where it lived then, and is no longer.
        o.grants(li.user, Bucket::Grid(o.west));
        assert_eq!(o.push_at(&li, 1, &[&child]).expect("answered").results[0].1, waits(Why::NoGrant));
        o.pass(1_000);
        o.grants(li.user, Bucket::Grid(north));
        assert_eq!(o.push_at(&li, 1, &[&child]).expect("answered").results[0].1, Outcome::Applied);
    });
}
