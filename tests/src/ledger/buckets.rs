//! Buckets: who gets what, moves, revocation, questions.
use super::office::*;
use crate::with_phone;
use crm_domain::board;
use crm_domain::bucket::Bucket;
use crm_domain::customers::{self, CONTACT, CUSTOMER, contact, customer};
use crm_domain::ids::OpId;
use crm_domain::people::{DEVICE, GRANT, device, grant};
use crm_domain::registry::{Query, View};
use crm_domain::rules::Why;
use crm_domain::today;
use crm_domain::val::Val;
use crm_protocol::{DeviceState, ExitReason, Outcome, bucket_digest};
use crm_server::ledger::LedgerError;

fn tea_with_contact(o: &mut Office) -> OpId {
    with_phone!(o.li, |li| {
        let base = o.does(&mut li, new_customer(id("tea"), "茶铺", o.east));
        let mut person = body([(contact::name, "老王")]);
        person.insert(contact::customer, id("tea").into());
        o.does(&mut li, create(CONTACT, id("boss"), person));
        base
    })
}

fn move_to_west(o: &mut Office, base: OpId) -> OpId {
    let change = edit(CUSTOMER, id("tea"), body([(customer::grid, o.west)]), base);
    with_phone!(o.supervisor, |desk| o.does(&mut desk, change))
}

pub fn a_move_takes_the_children_along_and_leaves_exits_that_name_the_grid(o: &mut Office) {
    let base = tea_with_contact(o);
    with_phone!(o.li, |li| o.sync(&mut li, &[Bucket::Grid(o.east)]));
    move_to_west(o, base);
    with_phone!(o.li, |li| {
        o.sync(&mut li, &[Bucket::Grid(o.east)]);
        assert_eq!(li.held(Bucket::Grid(o.east)).len(), 0);
        let mut left: Vec<_> = li.exits.iter().map(|(_, rec, reason, to)| (*rec, *reason, to.clone())).collect();
        left.sort_by_key(|(rec, _, _)| *rec);
        let to = Some("西城".to_owned());
        let mut expected = [(id("tea"), ExitReason::Moved, to.clone()), (id("boss"), ExitReason::Moved, to)];
        expected.sort_by_key(|(rec, _, _)| *rec);
        assert_eq!(left, expected);
    });
    with_phone!(o.wang, |wang| {
        o.sync(&mut wang, &[Bucket::Grid(o.west)]);
        let kinds: Vec<u16> = wang.held(Bucket::Grid(o.west)).iter().map(|r| r.kind).collect();
        assert!(kinds.contains(&CUSTOMER) && kinds.contains(&CONTACT), "{kinds:?}");
    });
}

pub fn an_ex_managers_late_edit_counts_by_its_own_time(o: &mut Office) {
    let base = tea_with_contact(o);
    let renamed = |o: &mut Office, phone: &Phone, name: &str| {
        o.op(phone, vec![edit(CUSTOMER, id("tea"), body([(customer::name, name)]), base)])
    };
    let before = with_phone!(o.li, |li| renamed(o, &li, "还是我的"));
    o.pass(10_000);
    move_to_west(o, base);
    o.pass(10_000);
    with_phone!(o.li, |li| {
        assert_eq!(o.push(&mut li, &[&before]), [Outcome::Applied], "written while the customer was hers");
        let mut late = edit(CUSTOMER, id("tea"), body([(customer::name, "不再是我的")]), before.id);
        late.base.insert(customer::name, before.id);
        let late = o.op(&li, vec![late]);
        assert_eq!(o.push(&mut li, &[&late]), [Outcome::Waiting(Why::NoGrant as u16)]);
    });
    assert_eq!(o.value(o.west, id("tea"), customer::name), Some(Val::Text("还是我的".into())));
}

pub fn a_late_edit_reaches_nothing_that_came_after_its_time(o: &mut Office) {
    let base = tea_with_contact(o);
    let late = with_phone!(o.wang, |wang| {
        o.op(&wang, vec![edit(CUSTOMER, id("tea"), body([(customer::name, "还不是我的")]), base)])
    });
    o.pass(10_000);
    move_to_west(o, base);
    o.pass(10_000);
    with_phone!(o.wang, |wang| {
        // West was hers at that time, and the customer was not there.
        assert_eq!(o.push(&mut wang, &[&late]), [Outcome::Waiting(Why::NoGrant as u16)]);
        let now = o.op(&wang, vec![edit(CUSTOMER, id("tea"), body([(customer::name, "现在是我的")]), base)]);
        assert_eq!(o.push(&mut wang, &[&now]), [Outcome::Waiting(Why::BehindAnother as u16)]);
    });
    assert_ne!(o.value(o.west, id("tea"), customer::name), Some(Val::Text("还不是我的".into())));
}

pub fn a_clock_set_back_regains_no_grant(o: &mut Office) {
    tea_with_contact(o);
    o.pass(1_000);
    let end = edit(GRANT, id("grant of li"), body([(grant::ended_at, o.now as i64)]), 0);
    let end = crm_domain::op::Change { base: Default::default(), ..end };
    // Something of hers is admitted after the grant has ended: from then on her clock cannot go behind it.
    o.administer(end);
    o.pass(1_000);
    with_phone!(o.li, |li| {
        let consent = o.event(&mut li, crm_domain::privacy::CONSENT, id("consent"), body([(5, true)]), &[]);
        assert_eq!(o.push(&mut li, &[&consent]), [Outcome::Applied]);
        li.ahead = -60_000;
        let op = o.op(&li, vec![new_customer(id("inn"), "客栈", o.east)]);
        assert_eq!(o.push(&mut li, &[&op]), [Outcome::Waiting(Why::NoGrant as u16)]);
    });
}

pub fn a_forked_devices_clock_goes_on_where_the_old_one_stopped(o: &mut Office) {
    tea_with_contact(o);
    o.pass(1_000);
    with_phone!(o.li, |li| {
        // Written while the grid was hers, on a phone that forks before it can send it.
        let unsent = o.op(&li, vec![new_customer(id("inn"), "客栈", o.east)]);
        o.pass(1_000);
        let end = edit(GRANT, id("grant of li"), body([(grant::ended_at, o.now as i64)]), 0);
        o.administer(crm_domain::op::Change { base: Default::default(), ..end });
        o.pass(1_000);
        let mut fork = li.fork("fork");
        o.enrol(&fork);
        let mut stranger = li.fork("stranger");
        o.enrol(&stranger);
        fork.ahead = -2_500;
        let enrolled = o.enrolled(&mut fork, li.dev);
        assert_eq!(o.push(&mut fork, &[&enrolled, &unsent]), [Outcome::Applied; 2]);
        // A device that is no fork cannot have written anything before it was enrolled.
        let mut later = unsent.op.clone();
        (later.cause, later.changes[0].rec) = (o.fresh(), id("bank"));
        assert_eq!(o.push(&mut stranger, &[&made(later)]), [Outcome::Waiting(Why::NoGrant as u16)]);
    });
}

pub fn nobody_gets_rows_outside_her_grants(o: &mut Office) {
    tea_with_contact(o);
    with_phone!(o.wang, |wang| {
        let others = [Bucket::Grid(o.east), Bucket::OrgAdmin, Bucket::User(o.li.user), Bucket::GridLead(o.west)];
        let pulled = o.sync(&mut wang, &others);
        assert_eq!(pulled.parts, []);
        let may: Vec<Bucket> = pulled.granted.iter().map(|g| g.bucket).collect();
        let mut expected = [Bucket::Org, Bucket::Grid(o.west), Bucket::User(wang.user)];
        expected.sort_unstable();
        assert_eq!(may, expected);
    });
    with_phone!(o.li, |li| {
        o.sync(&mut li, &[Bucket::Grid(o.east)]);
        assert!(!li.held(Bucket::Grid(o.east)).is_empty());
        let end = edit(GRANT, id("grant of li"), body([(grant::ended_at, o.now as i64)]), 0);
        o.administer(crm_domain::op::Change { base: Default::default(), ..end });
        let pulled = o.pull_once(&li, &[Bucket::Grid(o.east)], 1 << 20);
        assert_eq!(pulled.parts, [], "a bucket that was taken away has no part");
        assert!(pulled.granted.iter().all(|g| g.bucket != Bucket::Grid(o.east)));
    });
}

fn many(o: &mut Office, n: usize) {
    with_phone!(o.li, |li| {
        for i in 0..n {
            o.does(&mut li, new_customer(id(&format!("customer {i}")), &format!("客户{i}"), o.east));
        }
    });
}

pub fn small_answers_arrive_at_the_same_rows(o: &mut Office) {
    let east = Bucket::Grid(o.east);
    let base = tea_with_contact(o);
    with_phone!(o.li, |li| {
        let mut twin = li.twin();
        // Both begin before the rows come, so that they come as deltas.
        o.sync(&mut li, &[east]);
        o.sync(&mut twin, &[east]);
        o.li = li.twin();
        o.li.n = li.n;
        many(o, 120);
        move_to_west(o, base);
        o.sync(&mut li, &[east]);
        let mut answers = 0;
        while !o.pull_once(&twin, &[east], 1).complete {
            let before = twin.cursors[&east];
            let pulled = o.pull_once(&twin, &[east], 1);
            let seqs: Vec<u64> = pulled.parts.iter().flat_map(|p| p.rows.iter().map(|r| r.seq)).collect();
            assert!(seqs.is_sorted(), "rows come in the order of the bucket");
            for part in &pulled.parts {
                twin.take_part(part);
            }
            answers += 1;
            assert!(twin.cursors[&east] > before, "each answer brings the cursor forward");
        }
        o.sync(&mut twin, &[east]);
        assert!(answers > 1, "the answers were small");
        assert_eq!((twin.rows, twin.exits.len()), (li.rows.clone(), li.exits.len()));
    });
}

pub fn her_own_bucket_comes_first(o: &mut Office) {
    let (east, own) = (Bucket::Grid(o.east), Bucket::User(o.li.user));
    with_phone!(o.li, |li| {
        o.sync(&mut li, &[east, own]);
        // Enough refused ops to fill more than one small answer with her inbox.
        for i in 0..60 {
            let bad = o.op(&li, vec![new_customer(id(&format!("bad {i}")), " ", o.east)]);
            o.push(&mut li, &[&bad]);
        }
        o.does(&mut li, new_customer(id("tea"), "茶铺", o.east));
        let pulled = o.pull_once(&li, &[east, own], 1);
        let buckets: Vec<Bucket> = pulled.parts.iter().map(|p| p.bucket).collect();
        assert_eq!((buckets, pulled.complete), (vec![own], false));
        // So it is where her own bucket comes as pages.
        let pulled = o.pull_with(&li, vec![(east, li.cursors.get(&east).copied()), (own, None)], 1 << 20);
        let buckets: Vec<Bucket> = pulled.parts.iter().map(|p| p.bucket).collect();
        assert_eq!((buckets, pulled.complete), (vec![own], false));
    });
}

pub fn the_digest_is_that_of_the_rows(o: &mut Office) {
    let base = tea_with_contact(o);
    many(o, 5);
    move_to_west(o, base);
    for grid in [o.east, o.west] {
        let bucket = Bucket::Grid(grid);
        with_phone!(o.supervisor, |desk| {
            let pulled = o.pull_with(&desk, vec![(bucket, Some(0))], 1 << 20);
            let [part] = pulled.parts.as_slice() else { panic!("one part") };
            o.sync(&mut desk, &[bucket]);
            assert_eq!(part.digest, bucket_digest(desk.held(bucket)));
            assert_ne!(part.digest, [0; 8]);
        });
    }
}

pub fn a_bucket_that_stands_has_no_part(o: &mut Office) {
    tea_with_contact(o);
    with_phone!(o.li, |li| {
        o.sync(&mut li, &[Bucket::Grid(o.east), Bucket::Org]);
        let pulled = o.pull_once(&li, &[Bucket::Grid(o.east), Bucket::Org], 1 << 20);
        assert_eq!((pulled.parts, pulled.complete), (vec![], true));
    });
}

fn set_device(o: &mut Office, dev: crm_domain::ids::Uuid, state: &str) {
    o.pass(1);
    let change = edit(DEVICE, dev, body([(device::state, state)]), 0);
    o.administer(crm_domain::op::Change { base: Default::default(), ..change });
}

pub fn a_revoked_device_gets_nothing_and_its_ops_wait(o: &mut Office) {
    tea_with_contact(o);
    set_device(o, o.li.dev, "revoked");
    with_phone!(o.li, |li| {
        let pulled = o.pull_once(&li, &[Bucket::Grid(o.east), Bucket::Org], 1 << 20);
        assert_eq!(pulled.device, DeviceState::Revoked);
        assert_eq!((pulled.parts, pulled.granted, pulled.complete, pulled.last_n), (vec![], vec![], false, 2));
        let op = o.op(&li, vec![new_customer(id("inn"), "客栈", o.east)]);
        assert_eq!(o.push(&mut li, &[&op]), [Outcome::Waiting(Why::DeviceRevoked as u16)]);
    });
    assert_eq!(o.value(o.east, id("inn"), customer::name), None);
    // Found again: what was written meanwhile holds.
    set_device(o, o.li.dev, "active");
    assert_eq!(o.value(o.east, id("inn"), customer::name), Some(Val::Text("客栈".into())));
    set_device(o, o.li.dev, "revoked");
    o.pass(31 * 86_400_000);
    with_phone!(o.li, |li| {
        let op = o.op(&li, vec![new_customer(id("bank"), "银行", o.east)]);
        assert_eq!(o.push_at(&li, li.n, &[&op]), Err(LedgerError::DeviceRevoked));
    });
}

pub fn a_lost_device_is_told_so(o: &mut Office) {
    set_device(o, o.li.dev, "lost");
    let pulled = o.pull_once(&o.li, &[Bucket::Org], 1 << 20);
    assert_eq!((pulled.device, pulled.parts), (DeviceState::Lost, vec![]));
}

fn board(o: &Office) -> Query {
    let day = (o.now as i64 - 86_400_000, o.now as i64 + 86_400_000);
    Query::Board(board::Query { day, grids: vec![] })
}

fn detail(rec: crm_domain::ids::Uuid) -> Query {
    Query::Customers(customers::Query::Detail { customer: rec })
}

pub fn a_supervisor_asks_across_grids_without_holding_them(o: &mut Office) {
    tea_with_contact(o);
    with_phone!(o.wang, |wang| o.does(&mut wang, new_customer(id("inn"), "客栈", o.west)));
    let caller = o.supervisor.caller();
    let View::Board(view) = o.ledger.ask(&caller, &board(o), o.now).expect("answered") else { panic!("a board") };
    assert_eq!((view.grids, view.customers), (2, 2));
    let asked = o.ledger.ask(&caller, &detail(id("tea")), o.now).expect("answered");
    let View::Customers(customers::View::Detail(Some(detail))) = asked else { panic!("a customer: {asked:?}") };
    assert_eq!((detail.card.name.as_str(), detail.contacts.len()), ("茶铺", 1));
    // The next answer follows a commit.
    with_phone!(o.wang, |wang| o.does(&mut wang, new_customer(id("bank"), "银行", o.west)));
    let View::Board(view) = o.ledger.ask(&caller, &board(o), o.now).expect("answered") else { panic!("a board") };
    assert_eq!(view.customers, 3);
}

pub fn a_manager_asks_no_further_than_her_grids(o: &mut Office) {
    tea_with_contact(o);
    with_phone!(o.wang, |wang| o.does(&mut wang, new_customer(id("inn"), "客栈", o.west)));
    let caller = o.wang.caller();
    let View::Board(view) = o.ledger.ask(&caller, &board(o), o.now).expect("answered") else { panic!("a board") };
    assert_eq!((view.grids, view.customers), (1, 1));
    assert_eq!(o.ledger.ask(&caller, &detail(id("tea")), o.now), Err(LedgerError::NotAllowed));
    assert!(o.ledger.ask(&caller, &detail(id("inn")), o.now).is_ok());
    let all = Query::Customers(customers::Query::List(customers::List { limit: 10, ..Default::default() }));
    let View::Customers(customers::View::List(page)) = o.ledger.ask(&caller, &all, o.now).expect("answered") else {
        panic!("a list")
    };
    assert_eq!((page.total, page.matched, page.cards.len(), page.cards[0].id), (1, 1, 1, id("inn")));
    let search = customers::List { text: "茶".into(), limit: 10, ..Default::default() };
    let View::Customers(customers::View::List(page)) =
        o.ledger.ask(&caller, &Query::Customers(customers::Query::List(search)), o.now).expect("answered")
    else {
        panic!("a list")
    };
    assert_eq!((page.matched, page.cards.len()), (0, 0), "nor does a search reach further");
    let same = Query::Customers(customers::Query::Same { name: "茶铺".into(), phone: String::new() });
    let View::Customers(customers::View::Same(cards)) = o.ledger.ask(&caller, &same, o.now).expect("answered") else {
        panic!("cards")
    };
    assert_eq!(cards, []);
    let day = Query::Today(today::Query { day: (0, i64::MAX), near: Some((0, 0)) });
    let View::Today(view) = o.ledger.ask(&caller, &day, o.now).expect("answered") else { panic!("a day") };
    assert_eq!((view.customers, view.neglected), (1, 1));
    let Query::Board(east) = board(o) else { panic!("a board") };
    let east = Query::Board(board::Query { grids: vec![o.east], ..east });
    assert_eq!(o.ledger.ask(&caller, &east, o.now), Err(LedgerError::NotAllowed));
}
