//! Pushing: each op once, in order, whole.
use super::office::*;
use crate::with_phone;
use crm_domain::bucket::Bucket;
use crm_domain::customers::{CUSTOMER, customer};
use crm_domain::op::Change;
use crm_domain::people::{DEVICE, device};
use crm_domain::rules::{Code, Why};
use crm_domain::val::Val;
use crm_protocol::{Outcome, Push, Sent};
use crm_server::ledger::LedgerError;
use sha2::{Digest, Sha256};

pub fn a_push_that_is_repeated_gets_the_stored_result_and_changes_nothing(o: &mut Office) {
    with_phone!(o.li, |li| {
        let op = o.op(&li, vec![new_customer(id("tea"), "茶铺", o.east)]);
        let first = o.push_at(&li, 1, &[&op]).expect("taken");
        let before = o.sync(&mut li, &[Bucket::Grid(o.east)]);
        o.pass(60_000);
        let again = o.push_at(&li, 1, &[&op]).expect("taken");
        assert_eq!((&again.results, again.expect_n), (&first.results, 2));
        let after = o.pull_once(&li, &[Bucket::Grid(o.east)], 1 << 20);
        assert_eq!((after.parts.len(), after.last_n, after.last_hash), (0, before.last_n, before.last_hash));
    });
}

pub fn a_gap_takes_nothing_and_names_the_number_that_is_expected(o: &mut Office) {
    with_phone!(o.li, |li| {
        let op = o.op(&li, vec![new_customer(id("tea"), "茶铺", o.east)]);
        let pushed = o.push_at(&li, 3, &[&op]).expect("answered");
        assert_eq!((pushed.results.len(), pushed.expect_n), (0, 1));
        assert_eq!(o.row(&mut li, Bucket::Grid(o.east), id("tea")), None);
    });
}

pub fn a_push_of_another_epoch_takes_nothing(o: &mut Office) {
    with_phone!(o.li, |li| {
        let op = o.op(&li, vec![new_customer(id("tea"), "茶铺", o.east)]);
        let epoch = o.ledger.epoch().expect("an epoch");
        let sent = vec![Sent { op: op.bytes, first_sent: 0, effective: None }];
        let push = Push { epoch: epoch ^ 1, dev: li.dev, first_n: 1, ops: sent, lost: vec![] };
        let pushed = o.ledger.push(&li.caller(), &push, o.now).expect("answered");
        assert_eq!((pushed.epoch, pushed.results.len(), pushed.expect_n), (epoch, 0, 1));
    });
}

pub fn an_op_under_another_number_gets_its_stored_result(o: &mut Office) {
    with_phone!(o.li, |li| {
        let op = o.op(&li, vec![new_customer(id("tea"), "茶铺", o.east)]);
        let first = o.push_at(&li, 1, &[&op]).expect("taken").results[0];
        // A clone that forked brings the same op in its own queue.
        let twin = Phone::new("li", "clone");
        o.enrol(&twin);
        o.pass(1_000);
        let again = o.push_at(&twin, 1, &[&op]).expect("taken");
        assert_eq!((again.results[0].1, again.results[0].2, again.expect_n), (first.1, first.2, 2));
        let held = o.sync(&mut li, &[Bucket::Grid(o.east)]);
        assert_eq!((held.last_n, li.held(Bucket::Grid(o.east)).len()), (1, 1), "applied once");
    });
}

pub fn another_op_at_a_taken_number_is_a_fork(o: &mut Office) {
    with_phone!(o.li, |li| {
        let mine = o.op(&li, vec![new_customer(id("tea"), "茶铺", o.east)]);
        let clones = o.op(&li, vec![new_customer(id("inn"), "客栈", o.east)]);
        let later = o.op(&li, vec![new_customer(id("bank"), "银行", o.east)]);
        o.push(&mut li, &[&mine]);
        let pushed = o.push_at(&li, 1, &[&clones, &later]).expect("answered");
        assert_eq!(pushed.results, [(1, Outcome::Fork, 0)], "and nothing behind it is taken");
        o.sync(&mut li, &[Bucket::Grid(o.east)]);
        assert_eq!(li.held(Bucket::Grid(o.east)).len(), 1);
    });
}

pub fn the_queue_of_another_persons_device_is_not_taken(o: &mut Office) {
    let op = o.op(&o.wang.twin(), vec![new_customer(id("tea"), "茶铺", o.west)]);
    let epoch = o.ledger.epoch().expect("an epoch");
    let sent = vec![Sent { op: op.bytes, first_sent: 0, effective: None }];
    let push = Push { epoch, dev: o.wang.dev, first_n: 1, ops: sent, lost: vec![] };
    assert_eq!(o.ledger.push(&o.li.caller(), &push, o.now), Err(LedgerError::NotAllowed));
    assert!(o.ledger.push(&o.wang.caller(), &push, o.now).is_ok());
}

pub fn a_revoked_device_brings_no_other_devices_queue(o: &mut Office) {
    let mut tablet = Phone::new("li", "tablet");
    o.enrol(&tablet);
    let op = o.op(&tablet, vec![new_customer(id("tea"), "茶铺", o.east)]);
    let epoch = o.ledger.epoch().expect("an epoch");
    let sent = vec![Sent { op: op.bytes.clone(), first_sent: 0, effective: None }];
    let push = Push { epoch, dev: tablet.dev, first_n: 1, ops: sent, lost: vec![] };
    o.pass(1);
    let change = edit(DEVICE, o.li.dev, body([(device::state, "revoked")]), 0);
    o.administer(Change { base: Default::default(), ..change });
    assert_eq!(o.ledger.push(&o.li.caller(), &push, o.now), Err(LedgerError::NotAllowed));
    assert_eq!(o.push(&mut tablet, &[&op]), [Outcome::Applied]);
}

pub fn an_op_in_anothers_name_is_refused(o: &mut Office) {
    with_phone!(o.li, |li| {
        let mut op = o.op(&li, vec![new_customer(id("tea"), "茶铺", o.west)]).op;
        op.actor = o.wang.user;
        let outcome = o.push(&mut li, &[&made(op)]);
        assert_eq!(outcome, [Outcome::Rejected { code: Code::NotAllowed as u16, depends_on: None }]);
    });
    assert_eq!(o.value(o.west, id("tea"), customer::name), None);
}

pub fn bytes_that_cannot_be_read_wait_and_block_nothing(o: &mut Office) {
    with_phone!(o.li, |li| {
        let good = o.op(&li, vec![new_customer(id("tea"), "茶铺", o.east)]);
        let raw = Sent { op: vec![0xff, 0x00, 0x17], first_sent: 0, effective: None };
        let next = Sent { op: good.bytes, first_sent: 0, effective: None };
        let pushed = o.push_sent(&li, 1, vec![raw, next]).expect("answered");
        let outcomes: Vec<Outcome> = pushed.results.iter().map(|r| r.1).collect();
        assert_eq!(outcomes, [Outcome::Waiting(Why::Undecodable as u16), Outcome::Applied]);
        let inbox = o.inbox(&mut li);
        assert_eq!(inbox.len(), 1);
        assert_eq!(inbox[0].op.as_deref(), Some([0xff, 0x00, 0x17].as_slice()), "kept raw");
    });
}

pub fn an_op_that_is_too_large_is_refused_and_blocks_nothing(o: &mut Office) {
    with_phone!(o.li, |li| {
        let long = "长".repeat(30_000);
        let op = o.op(&li, vec![new_customer(id("tea"), &long, o.east)]);
        let pushed = o.push_at(&li, 1, &[&op]).expect("answered");
        let refused = Outcome::Rejected { code: Code::TooLarge as u16, depends_on: None };
        assert_eq!((pushed.results[0].1, pushed.expect_n), (refused, 2));
        let many: Vec<Made> = (0..6).map(|_| o.op(&li, vec![new_customer(id("inn"), &long, o.east)])).collect();
        assert_eq!(o.push_at(&li, 2, &many.iter().collect::<Vec<_>>()), Err(LedgerError::TooLarge));
    });
}

pub fn holes_are_stepped_over_and_an_op_that_comes_after_all_is_taken(o: &mut Office) {
    with_phone!(o.li, |li| {
        let first = o.op(&li, vec![new_customer(id("tea"), "茶铺", o.east)]);
        o.push(&mut li, &[&first]);
        let lost = o.op(&li, vec![new_customer(id("inn"), "客栈", o.east)]);
        let after = o.op(&li, vec![new_customer(id("bank"), "银行", o.east)]);
        let epoch = o.ledger.epoch().expect("an epoch");
        let sent = vec![Sent { op: after.bytes.clone(), first_sent: 0, effective: None }];
        let push = Push { epoch, dev: li.dev, first_n: 5, ops: sent, lost: vec![(2, 4)] };
        let pushed = o.ledger.push(&li.caller(), &push, o.now).expect("answered");
        assert_eq!((pushed.results[0].1, pushed.expect_n), (Outcome::Applied, 6));
        let late = o.push_at(&li, 3, &[&lost]).expect("answered");
        assert_eq!((late.results[0].1, late.expect_n), (Outcome::Applied, 6));
        assert_eq!(o.push_at(&li, 3, &[&lost]).expect("answered").results, late.results, "and only once");
        o.sync(&mut li, &[Bucket::Grid(o.east)]);
        assert_eq!(li.held(Bucket::Grid(o.east)).len(), 3);
    });
}

pub fn the_running_hash_goes_over_identities(o: &mut Office) {
    with_phone!(o.li, |li| {
        let ops: Vec<Made> = ["a", "b", "c"].map(|n| o.op(&li, vec![new_customer(id(n), n, o.east)])).into();
        o.push(&mut li, &ops.iter().collect::<Vec<_>>());
        let expected = ops.iter().fold([0; 32], |hash: [u8; 32], made| {
            let next = Sha256::new().chain_update(hash).chain_update(made.op.cause.as_bytes());
            next.chain_update(made.op.part.to_be_bytes()).finalize().into()
        });
        let pulled = o.pull_once(&li, &[], 1 << 20);
        assert_eq!((pulled.last_n, pulled.last_hash), (3, expected));
    });
}

pub fn effective_time_is_the_least_of_clock_first_sent_and_now(o: &mut Office) {
    with_phone!(o.li, |li| {
        let now = o.now;
        // Clock ahead of now, first sent (0: unknown), and what must come out.
        let cases = [
            (0, 0, now),
            (9_000, 0, now),
            (-5_000, 0, now - 5_000),
            (0, now - 70, now - 70),
            (-90, now - 70, now - 90),
        ];
        for (i, (ahead, first_sent, expected)) in cases.into_iter().enumerate() {
            li.ahead = ahead;
            let rec = id(&format!("customer {i}"));
            let op = o.op(&li, vec![new_customer(rec, "茶铺", o.east)]);
            let sent = Sent { op: op.bytes, first_sent, effective: None };
            let pushed = o.push_sent(&li, 1 + i as u64, vec![sent]).expect("taken");
            assert_eq!(pushed.results[0].2, expected, "case {i}");
        }
    });
}

pub fn an_earlier_epochs_time_may_only_lower(o: &mut Office) {
    with_phone!(o.li, |li| {
        let cases = [(Some(o.now - 500), o.now - 500), (Some(o.now + 500), o.now)];
        for (i, (effective, expected)) in cases.into_iter().enumerate() {
            let op = o.op(&li, vec![new_customer(id(&format!("customer {i}")), "茶铺", o.east)]);
            let sent = Sent { op: op.bytes, first_sent: 0, effective };
            let pushed = o.push_sent(&li, 1 + i as u64, vec![sent]).expect("taken");
            assert_eq!(pushed.results[0].2, expected);
        }
    });
}

pub fn an_op_is_applied_whole_or_not_at_all(o: &mut Office) {
    with_phone!(o.li, |li| {
        let base = o.does(&mut li, new_customer(id("tea"), "茶铺", o.east));
        let good = edit(CUSTOMER, id("tea"), body([(customer::name, "大茶铺")]), base);
        let bad = new_customer(id("inn"), "  ", o.east);
        let op = o.op(&li, vec![good, bad]);
        let refused = Outcome::Rejected { code: Code::NameMissing as u16, depends_on: None };
        assert_eq!(o.push(&mut li, &[&op]), [refused]);
    });
    assert_eq!(o.value(o.east, id("tea"), customer::name), Some(Val::Text("茶铺".into())));
}

pub fn an_unknown_devices_queue_waits_until_it_signs_in(o: &mut Office) {
    // An export of a phone that enrolled after the backup that this server was restored from.
    let mut old = Phone::new("li", "old");
    let op = o.op(&old, vec![new_customer(id("tea"), "茶铺", o.east)]);
    let epoch = o.ledger.epoch().expect("an epoch");
    let sent = vec![Sent { op: op.bytes, first_sent: 0, effective: None }];
    let push = Push { epoch, dev: old.dev, first_n: 1, ops: sent, lost: vec![] };
    let pushed = o.ledger.push(&o.li.caller(), &push, o.now).expect("taken");
    assert_eq!(pushed.results[0].1, Outcome::Waiting(Why::DeviceRevoked as u16));
    assert_eq!(o.row(&mut o.li.twin(), Bucket::Grid(o.east), id("tea")), None);
    o.enrol(&old);
    let row = o.row(&mut old, Bucket::Grid(o.east), id("tea"));
    assert_eq!(row.map(|r| r.by), Some(op.id));
}
