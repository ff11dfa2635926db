use super::*;
use crm_domain::board;
use crm_domain::needs;
use crm_domain::row::State;
use crm_domain::rules::Code;
use crm_domain::{follow_ups, today, visits};
use crm_replica::ports::Failure;
use crm_server::ledger::Caller;

fn a_day(world: &World) -> (i64, i64) {
    (world.now as i64 - 3_600_000, world.now as i64 + 3_600_000)
}

#[test]
fn everything_works_offline_survives_a_kill_and_goes_up_once() {
    let mut world = World::calm(1);
    let shop = new_customer(&mut world, LI, "明珠酒店", 0);
    let visit = Uuid::from_u128(77);
    let position = here(&world);
    world
        .act(LI, visits::Command::CheckIn { visit, customer: shop, position, reason: Some("新客户".into()) })
        .expect("checked in");
    world
        .act(
            LI,
            needs::Command::Record {
                customer: shop,
                visit: Some(visit),
                category: "speed".into(),
                text: None,
                urgency: 2,
            },
        )
        .expect("noted");
    let undated = follow_ups::Command::Add { customer: shop, due: None, text: "回电".into(), promised: true };
    match world.act(LI, undated) {
        Err(Failure::Rejected(rejection)) => assert_eq!(rejection.code, Code::DateMissing),
        other => panic!("a follow-up without a date: {other:?}"),
    }
    let due = world.now as i64 + 86_400_000;
    let next = visits::NextStep::At { due, text: "带合同".into(), promised: true };
    let position = here(&world);
    world.act(LI, visits::Command::CheckOut { customer: shop, visit, position, next }).expect("checked out");

    // The app is killed and opened again, still without a network.
    world.restart(LI);
    let card = list(&mut world, LI).into_iter().find(|c| c.id == shop).expect("still there");
    assert_eq!((card.state, card.open_needs, card.next_due), (State::OnPhone, 1, Some(due)));
    assert_eq!(card.point, Some((230_000_000, 1_137_000_000)), "the fix taught the point");
    let day = a_day(&world);
    let View::Today(view) = world.look(LI, today::Query { day, near: None }) else { panic!("today") };
    assert_eq!((view.made.visits, view.visits.len(), view.open_visit), (1, 1, None));

    // The network is back.
    world.exchange(LI);
    let status = world.phones[LI].app.as_ref().expect("running").status.clone();
    assert_eq!(status.unsent, 0);
    let whole = detail(&mut world, LI, shop).expect("held");
    assert_eq!(whole.card.state, State::Confirmed);
    let seen = whole.timeline.iter().filter(|e| matches!(e.kind, customers::EntryKind::Visit { .. })).count();
    assert_eq!(seen, 1, "once, however often it was tried");

    // A supervisor asks the server, over all grids, without holding them.
    let caller = Caller { user: world.phones[WANG].user, dev: world.phones[WANG].dev };
    let query = board::Query { day: a_day(&world), grids: vec![] };
    let View::Board(board) = world.ledger.ask(&caller, &query.into(), world.now).expect("answered") else {
        panic!("the board")
    };
    assert_eq!((board.visits, board.needs, board.feed.len()), (1, 1, 2));
    assert_eq!(board.feed[0].label, "明珠酒店");

    // And sees the visit with its receipt on the customer's timeline.
    world.exchange(WANG);
    let theirs = detail(&mut world, WANG, shop).expect("subscribed");
    let receipt = theirs.timeline.iter().find_map(|e| match &e.kind {
        customers::EntryKind::Visit { receipt, .. } => receipt.clone(),
        _ => None,
    });
    assert_eq!(receipt.as_deref(), Some(""), "received, nothing flagged");
}
