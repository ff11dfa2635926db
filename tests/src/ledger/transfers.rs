//! All customers of a grid to another, step by step.
use super::office::*;
use crate::with_phone;
use crm_domain::bucket::Bucket;
use crm_domain::command::Patch;
use crm_domain::customers::CUSTOMER;
use crm_domain::ids::Uuid;
use crm_domain::people::{GRANT, grant};
use crm_domain::rules::Code;
use crm_domain::transfers::{self, Progress, TRANSFER, transfer};
use crm_protocol::Outcome;

/// The supervisor asks for it.
fn begin(o: &mut Office, name: &str, from: Uuid, to: Uuid, undoes: Option<Uuid>) -> Outcome {
    let at = o.now as i64;
    with_phone!(o.supervisor, |zhou| {
        let patch = Patch::new()
            .set(transfer::from, from)
            .set(transfer::to, to)
            .set(transfer::by, zhou.user)
            .set(transfer::at, at)
            .some(transfer::undoes, undoes);
        let op = o.op(&zhou, vec![create(TRANSFER, id(name), patch.done())]);
        o.push(&mut zhou, &[&op])[0]
    })
}

fn work(o: &mut Office) -> Vec<usize> {
    let mut steps = Vec::new();
    while let Some(moved) = o.ledger.transfer_step(o.now).expect("a step") {
        steps.push(moved);
        o.pass(10);
    }
    steps
}

fn lines(o: &Office, phone: &Phone, grid: Uuid) -> Vec<transfers::Line> {
    match o.ledger.ask(&phone.caller(), &transfers::Query::OfGrid(grid).into(), o.now).expect("answered") {
        crm_domain::registry::View::Transfers(transfers::View(lines)) => lines,
        other => panic!("{other:?}"),
    }
}

/// Customers of the east, by the administrator's import.
fn shops(o: &mut Office, count: usize) -> Vec<Uuid> {
    let ids: Vec<Uuid> = (0..count).map(|i| id(&format!("shop {i}"))).collect();
    let east = o.east;
    with_phone!(o.li, |li| {
        for some in ids.chunks(200) {
            let op = o.op(&li, some.iter().map(|rec| new_customer(*rec, "铺子", east)).collect());
            assert_eq!(o.push(&mut li, &[&op]), [Outcome::Applied]);
        }
    });
    o.pass(1_000);
    ids
}

fn count(o: &mut Office, grid: Uuid) -> usize {
    with_phone!(o.supervisor, |zhou| {
        o.sync(&mut zhou, &[Bucket::Grid(grid)]);
        zhou.held(Bucket::Grid(grid)).iter().filter(|row| row.kind == CUSTOMER).count()
    })
}

pub fn a_grid_is_emptied_in_steps(o: &mut Office) {
    let (east, west) = (o.east, o.west);
    shops(o, 1_201);
    assert_eq!(begin(o, "all", east, west, None), Outcome::Applied);
    assert_eq!(o.ledger.transfer_step(o.now).expect("a step"), Some(500));
    with_phone!(o.supervisor, |zhou| {
        let line = lines(o, &zhou, east).remove(0);
        assert_eq!((line.moved, line.state, line.to_name.as_str()), (500, Progress::Open, "西城"));
    });
    assert_eq!(work(o), [500, 201]);
    assert_eq!((count(o, east), count(o, west)), (0, 1_201));
    with_phone!(o.supervisor, |zhou| {
        let line = lines(o, &zhou, west).remove(0);
        assert_eq!((line.moved, line.state, line.by.as_str()), (1_201, Progress::Done, "zhou"));
    });
    with_phone!(o.li, |li| assert_eq!(lines(o, &li, east), [], "a manager does not read the desk"));
    // Each is a change in a customer's history like any other.
    with_phone!(o.wang, |wang| {
        o.sync(&mut wang, &[Bucket::Grid(west)]);
        let told = wang.held(Bucket::Grid(west)).iter().filter(|row| row.kind == crm_domain::history::CHANGE).count();
        assert_eq!(told, 1_201);
    });
}

pub fn a_transfer_leaves_who_came_later_and_is_taken_back(o: &mut Office) {
    let (east, west) = (o.east, o.west);
    shops(o, 3);
    with_phone!(o.wang, |wang| o.does(&mut wang, new_customer(id("own"), "西城老户", west)));
    assert_eq!(begin(o, "all", east, west, None), Outcome::Applied);
    o.pass(1_000);
    with_phone!(o.li, |li| o.does(&mut li, new_customer(id("late"), "新来的", east)));
    assert_eq!(work(o), [3]);
    assert_eq!((count(o, east), count(o, west)), (1, 4));
    assert_eq!(begin(o, "back", west, east, Some(id("all"))), Outcome::Applied);
    assert_eq!(work(o), [3]);
    assert_eq!((count(o, east), count(o, west)), (4, 1), "the west keeps its own");
    with_phone!(o.supervisor, |zhou| {
        let found = lines(o, &zhou, east);
        let told: Vec<_> = found.iter().map(|line| (line.back, line.taken_back, line.moved)).collect();
        assert_eq!(told, [(true, false, 3), (false, true, 3)]);
    });
}

pub fn a_transfer_stops_when_told_or_without_the_right(o: &mut Office) {
    let (east, west) = (o.east, o.west);
    shops(o, 600);
    assert_eq!(begin(o, "all", east, west, None), Outcome::Applied);
    assert_eq!(o.ledger.transfer_step(o.now).expect("a step"), Some(500));
    with_phone!(o.supervisor, |zhou| {
        let stops = Patch::new().set(transfer::stopped, true).done();
        let op = o.op(&zhou, vec![edit(TRANSFER, id("all"), stops, 0)]);
        let op = crm_domain::op::Change { base: Default::default(), ..op.op.changes[0].clone() };
        let op = o.op(&zhou, vec![op]);
        assert_eq!(o.push(&mut zhou, &[&op]), [Outcome::Applied]);
    });
    assert!(work(o).is_empty());
    assert_eq!(count(o, east), 100);

    // Li may ask about the east alone once she leads it; the west is not hers.
    let lead = o.grants(id("li"), Bucket::GridLead(east));
    o.pass(1_000);
    with_phone!(o.li, |li| {
        let patch = Patch::new().set(transfer::from, east).set(transfer::to, west).set(transfer::by, li.user);
        let patch = patch.set(transfer::at, o.now as i64);
        let op = o.op(&li, vec![create(TRANSFER, id("hers"), patch.done())]);
        assert_eq!(o.push(&mut li, &[&op]), [Outcome::Applied]);
        assert_eq!(work(o), [0]);
        assert_eq!(lines(o, &li, east)[0].state, Progress::Failed);
        let patch = Patch::new().set(transfer::from, west).set(transfer::to, east).set(transfer::by, li.user);
        let op = o.op(&li, vec![create(TRANSFER, id("another's"), patch.done())]);
        assert!(matches!(o.push(&mut li, &[&op])[0], Outcome::Waiting(_)), "another's desk");
        for (name, to, by, code) in
            [("nowhere", east, li.user, Code::Malformed), ("as zhou", west, id("zhou"), Code::NotAllowed)]
        {
            let patch = Patch::new().set(transfer::from, east).set(transfer::to, to).set(transfer::by, by);
            let op = o.op(&li, vec![create(TRANSFER, id(name), patch.done())]);
            let refused = Outcome::Rejected { code: code as u16, depends_on: None };
            assert_eq!(o.push(&mut li, &[&op]), [refused]);
        }
    });
    o.administer(edit(GRANT, lead, body([(grant::ended_at, o.now as i64)]), 0));
    assert_eq!(count(o, east), 100);
}
