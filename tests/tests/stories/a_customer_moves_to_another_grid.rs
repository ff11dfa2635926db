use super::*;
use crm_domain::{today, visits};

#[test]
fn it_leaves_one_phone_appears_on_another_and_the_day_stays_whole() {
    let mut world = World::calm(4);
    let shop = new_customer(&mut world, LI, "长安华盛电子", 0);
    let visit = Uuid::from_u128(78);
    let position = here(&world);
    world
        .act(LI, visits::Command::CheckIn { visit, customer: shop, position, reason: Some("新客户".into()) })
        .expect("checked in");
    let position = here(&world);
    let next = visits::NextStep::None { reason: "已办完".into() };
    world.act(LI, visits::Command::CheckOut { customer: shop, visit, position, next }).expect("checked out");
    world.exchange(LI);
    world.exchange(WANG);

    // The supervisor moves it from grid 0 (Li's) to grid 2 (Chen's).
    let details = Details { grid: Some(world.grids[2]), ..Details::default() };
    world.act(WANG, customers::Command::Edit { customer: shop, details }).expect("moved");
    for at in [WANG, LI, CHEN] {
        world.exchange(at);
    }
    assert!(!list(&mut world, LI).iter().any(|c| c.id == shop), "it has left Li's phone");
    let whole = detail(&mut world, CHEN, shop).expect("it is on Chen's");
    assert!(whole.timeline.iter().any(|e| matches!(e.kind, customers::EntryKind::Visit { .. })), "with its history");

    let day = (world.now as i64 - 3_600_000, world.now as i64 + 3_600_000);
    let View::Today(view) = world.look(LI, today::Query { day, near: None }) else { panic!("today") };
    let stop = view.visits.first().expect("Li's visit is still hers");
    assert_eq!((stop.label.as_str(), stop.card.is_none()), ("长安华盛电子", true));
    assert!(stop.started_at.is_some() && stop.ended_at.is_some());
    world.all_is_well().expect("every invariant holds");
}

#[test]
fn a_late_edit_of_the_ex_manager_counts_from_when_she_made_it() {
    let mut world = World::calm(5);
    let shop = new_customer(&mut world, LI, "长安华盛电子", 0);
    world.exchange(LI);
    world.exchange(WANG);
    let details = Details { note: Some("搬走前写的".into()), ..Details::default() };
    world.act(LI, customers::Command::Edit { customer: shop, details }).expect("saved offline");
    world.now += 60_000;
    let details = Details { grid: Some(world.grids[2]), ..Details::default() };
    world.act(WANG, customers::Command::Edit { customer: shop, details }).expect("moved");
    for at in [WANG, LI, CHEN] {
        world.exchange(at);
    }
    assert_eq!(detail(&mut world, CHEN, shop).expect("on Chen's").note, "搬走前写的");
}
