use super::*;
use crm_domain::bucket::Bucket;
use crm_domain::history;
use crm_domain::people::{self, Role};
use crm_domain::row::State;
use crm_domain::rules::Code;
use crm_domain::waiting;
use crm_replica::ports::Failure;

/// Root takes the grid from Li, whose phone does not hear of it.
fn take(world: &mut World, grid: usize) {
    let (user, of) = (world.phones[LI].user, Bucket::Grid(world.grids[grid]));
    let book = world.phones[ROOT].app.as_ref().expect("it runs").replica.book();
    let grants = book.grants.iter().filter(|(_, g)| g.user == user && g.bucket == of && !g.ended);
    let grants: Vec<Uuid> = grants.map(|(id, _)| *id).collect();
    // Long enough for her to ask the server's time again: the grant ends before what she writes next.
    world.now += 60_000;
    world.act(ROOT, people::Command::TakeGrid { grants }).expect("taken");
    world.exchange(ROOT);
}

fn give(world: &mut World, grid: usize) {
    let (person, grid) = (world.phones[LI].user, world.grids[grid]);
    world.act(ROOT, people::Command::GiveGrid { person, grid, role: Role::Manager }).expect("given");
    world.exchange(ROOT);
}

/// Wang refuses whatever lies on the desks; Li hears of it.
fn refuse_all(world: &mut World) {
    world.exchange(WANG);
    let book = world.phones[WANG].app.as_ref().expect("it runs").replica.book();
    let mut open: Vec<_> = book.waiting.values().filter(|line| line.row.settled.is_none()).collect();
    open.sort_unstable_by_key(|line| line.op);
    let open: Vec<_> = open.into_iter().map(|line| (line.op, line.desk)).collect();
    assert!(!open.is_empty(), "something waits");
    for (op, desk) in open {
        world.act(WANG, waiting::Command::Decide { op, desk, allow: false }).expect("decided");
    }
    world.exchange(WANG);
    world.exchange(LI);
}

/// Li's app starts again; what the power took of the last answers comes once more.
fn again(world: &mut World) {
    world.restart(LI);
    world.exchange(LI);
}

fn note(world: &mut World, at: usize, customer: Uuid, text: &str) {
    let details = Details { note: Some(text.into()), ..Details::default() };
    world.act(at, customers::Command::Edit { customer, details }).expect("saved");
}

fn attention(world: &mut World) -> Vec<history::Item> {
    match world.look(LI, history::Query::Attention) {
        View::History(view) => view.open,
        other => panic!("not the inbox: {other:?}"),
    }
}

fn state(world: &mut World, customer: Uuid) -> Option<State> {
    list(world, LI).iter().find(|card| card.id == customer).map(|card| card.state)
}

/// A customer of hers, and a note on it that she wrote before she heard that it was hers no more: it waits.
fn edited_without_the_right(world: &mut World) -> Uuid {
    let shop = new_customer(world, LI, "仇记五金", 0);
    world.exchange(LI);
    take(world, 0);
    note(world, LI, shop, "不知情");
    world.exchange(LI);
    shop
}

#[test]
fn what_waited_and_was_refused_covers_nothing_after_a_restart() {
    let mut world = World::calm(31);
    let shop = edited_without_the_right(&mut world);
    refuse_all(&mut world);
    give(&mut world, 0);
    world.exchange(LI);
    for _ in 0..2 {
        assert_eq!(detail(&mut world, LI, shop).expect("hers again").note, "", "what was refused does not hold");
        assert_eq!(state(&mut world, shop), Some(State::Confirmed));
        again(&mut world);
    }
    world.all_is_well().expect("every invariant holds");
}

#[test]
fn what_waited_and_was_let_through_covers_nothing_that_was_written_since() {
    let mut world = World::calm(32);
    let shop = edited_without_the_right(&mut world);
    give(&mut world, 0);
    for at in [LI, WANG] {
        world.exchange(at);
    }
    note(&mut world, WANG, shop, "王的");
    for at in [WANG, LI] {
        world.exchange(at);
    }
    for _ in 0..2 {
        assert_eq!(detail(&mut world, LI, shop).expect("hers again").note, "王的");
        assert_eq!(state(&mut world, shop), Some(State::Confirmed));
        again(&mut world);
    }
    world.all_is_well().expect("every invariant holds");
}

#[test]
fn a_new_customer_that_waited_and_was_refused_stays_marked_until_she_decides() {
    let mut world = World::calm(33);
    take(&mut world, 0);
    let shop = new_customer(&mut world, LI, "仇记五金", 0);
    world.exchange(LI);
    assert_eq!(state(&mut world, shop), Some(State::Waiting));
    refuse_all(&mut world);
    for _ in 0..2 {
        assert_eq!(state(&mut world, shop), Some(State::Refused), "no longer waiting, still there");
        again(&mut world);
    }
    let View::History(inbox) = world.look(LI, history::Query::Attention) else { panic!("not the inbox") };
    let waited = inbox.settled.iter().find(|item| item.what == "waiting").expect("it waited");
    let back = world.act(LI, waited.reopen());
    assert!(matches!(back, Err(Failure::Rejected(why)) if why.code == Code::Nothing), "never hers to decide: {back:?}");
    let item = attention(&mut world).pop().expect("she is told");
    assert_eq!(item.what, "refused");
    let put_away = history::Command::Dismiss { items: item.items.clone() };
    world.act(LI, put_away.clone()).expect("put away, without a network");
    assert_eq!(state(&mut world, shop), None, "what she has put away is gone at once");
    world.restart(LI);
    assert_eq!(state(&mut world, shop), None);
    world.act(LI, item.reopen()).expect("taken back, without a network");
    assert_eq!(state(&mut world, shop), Some(State::Refused));
    world.act(LI, put_away).expect("put away");
    for _ in 0..2 {
        world.exchange(LI);
        assert_eq!(state(&mut world, shop), None);
        again(&mut world);
    }
    world.all_is_well().expect("every invariant holds");
}

/// Li makes a customer with a contact and a note where she may not; all of it is refused.
fn refused_with_what_builds_on_it(world: &mut World) -> Uuid {
    take(world, 0);
    let shop = new_customer(world, LI, "仇记五金", 0);
    world
        .act(LI, customers::Command::AddContact { customer: shop, name: "老仇".into(), phone: None, role: None })
        .expect("saved");
    note(world, LI, shop, "周二下午在");
    world.exchange(LI);
    refuse_all(world);
    shop
}

fn again_with(item: &history::Item) -> history::Command {
    history::Command::Again { items: item.items.clone(), roots: item.roots.clone() }
}

#[test]
fn a_refused_create_is_tried_again_with_all_that_builds_on_it_and_is_there_once() {
    let mut world = World::calm(34);
    let shop = refused_with_what_builds_on_it(&mut world);
    world.exchange(TABLET);
    let open = attention(&mut world);
    let [item] = open.as_slice() else { panic!("one item: {open:?}") };
    assert_eq!((item.items.len(), item.label.as_str(), item.may_hold()), (3, "仇记五金", true));
    let not_yet = world.act(LI, again_with(item));
    assert!(matches!(not_yet, Err(Failure::Rejected(why)) if why.code == Code::NotAllowed), "{not_yet:?}");
    assert_eq!(attention(&mut world).len(), 1, "what cannot go yet stays");

    give(&mut world, 0);
    world.exchange(LI);
    world.exchange(TABLET);
    for at in [LI, TABLET] {
        world.act(at, again_with(item)).expect("handed in again, without a network, on both of her devices");
    }
    assert_eq!(state(&mut world, shop), Some(State::OnPhone));
    let whole = |world: &mut World, at: usize| {
        let detail = detail(world, at, shop).expect("held");
        (detail.note, detail.contacts.iter().map(|c| c.name.clone()).collect::<Vec<_>>())
    };
    assert_eq!(whole(&mut world, LI), ("周二下午在".into(), vec!["老仇".into()]));
    for at in [LI, TABLET, WANG, LI] {
        world.exchange(at);
    }
    for at in [LI, TABLET, WANG] {
        assert_eq!(list(&mut world, at).iter().filter(|card| card.name == "仇记五金").count(), 1);
        assert_eq!(whole(&mut world, at), ("周二下午在".into(), vec!["老仇".into()]));
    }
    assert_eq!(state(&mut world, shop), Some(State::Confirmed));
    assert_eq!(attention(&mut world), []);
    let back = world.act(LI, item.reopen());
    assert!(matches!(back, Err(Failure::Rejected(why)) if why.code == Code::Nothing), "{back:?}");
    again(&mut world);
    assert_eq!(state(&mut world, shop), Some(State::Confirmed));
    world.all_is_well().expect("every invariant holds");
}

#[test]
fn a_refused_edit_is_tried_again_on_what_stands_by_then() {
    let mut world = World::calm(35);
    let shop = edited_without_the_right(&mut world);
    refuse_all(&mut world);
    note(&mut world, WANG, shop, "王的");
    world.exchange(WANG);
    give(&mut world, 0);
    world.exchange(LI);
    let item = attention(&mut world).pop().expect("told");
    world.act(LI, again_with(&item)).expect("handed in again");
    for at in [LI, WANG] {
        world.exchange(at);
        assert_eq!(detail(&mut world, at, shop).expect("held").note, "不知情");
    }
    assert_eq!(attention(&mut world), []);
    world.all_is_well().expect("every invariant holds");
}

#[test]
fn what_was_put_away_with_all_that_builds_on_it_comes_back_whole() {
    let mut world = World::calm(36);
    let shop = refused_with_what_builds_on_it(&mut world);
    let item = attention(&mut world).pop().expect("told");
    world.act(LI, history::Command::Dismiss { items: item.items.clone() }).expect("put away");
    assert_eq!((attention(&mut world), state(&mut world, shop)), (vec![], None));
    world.act(LI, item.reopen()).expect("taken back");
    assert_eq!(attention(&mut world), [item]);
    assert_eq!(detail(&mut world, LI, shop).expect("shown").contacts.len(), 1);
    world.all_is_well().expect("every invariant holds");
}

/// A customer that Wang made, in a grid.
fn standing(world: &mut World, grid: usize) -> Uuid {
    let shop = new_customer(world, WANG, "仇氏五金店", grid);
    world.exchange(WANG);
    shop
}

fn same_as(item: &history::Item, customer: Uuid, into: Uuid) -> history::Command {
    history::Command::SameAs { items: item.items.clone(), roots: item.roots.clone(), customer, into }
}

#[test]
fn a_refused_create_becomes_a_stub_of_the_one_that_stands_and_all_that_builds_on_it_is_shown_there() {
    let mut world = World::calm(37);
    // In a grid that she still has: of the other one she needs no right.
    let stands = standing(&mut world, 1);
    take(&mut world, 0);
    let shop = new_customer(&mut world, LI, "仇记五金", 0);
    let contact = customers::Command::AddContact { customer: shop, name: "老仇".into(), phone: None, role: None };
    world.act(LI, contact).expect("saved");
    let phone = Details { phone: Some("13800138000".into()), ..Details::default() };
    world.act(LI, customers::Command::Edit { customer: shop, details: phone }).expect("saved");
    world.exchange(LI);
    refuse_all(&mut world);
    world.exchange(TABLET);
    let open = attention(&mut world);
    let [item] = open.as_slice() else { panic!("one item: {open:?}") };
    for at in [LI, TABLET] {
        world.act(at, same_as(item, shop, stands)).expect("said without a network, on both of her devices");
    }
    let whole = |world: &mut World, at: usize| {
        let detail = detail(world, at, stands).expect("held");
        (detail.phone, detail.contacts.iter().map(|c| c.name.clone()).collect::<Vec<_>>())
    };
    let there = ("13800138000".to_owned(), vec!["老仇".to_owned()]);
    assert_eq!(whole(&mut world, LI), there, "at once");
    assert_eq!((state(&mut world, shop), attention(&mut world)), (None, vec![]));
    for at in [LI, TABLET, WANG, LI] {
        world.exchange(at);
    }
    for at in [LI, TABLET, WANG] {
        assert_eq!(whole(&mut world, at), there);
        assert_eq!(list(&mut world, at).iter().filter(|card| card.name.contains("仇")).count(), 1);
    }
    assert_eq!((state(&mut world, stands), attention(&mut world)), (Some(State::Confirmed), vec![]));
    again(&mut world);
    assert_eq!(whole(&mut world, LI), there);
    world.all_is_well().expect("every invariant holds");
}

#[test]
fn a_refused_create_is_no_stub_of_what_is_merged_itself() {
    let mut world = World::calm(38);
    let (first, second) = (standing(&mut world, 1), standing(&mut world, 1));
    world.act(WANG, customers::Command::Merge { from: second, into: first }).expect("merged");
    world.exchange(WANG);
    let shop = refused_with_what_builds_on_it(&mut world);
    let item = attention(&mut world).pop().expect("told");
    let said = world.act(LI, same_as(&item, shop, second));
    assert!(matches!(said, Err(Failure::Rejected(why)) if why.code == Code::MergedAlready), "{said:?}");
    let said = world.act(LI, same_as(&item, first, second));
    assert!(
        matches!(said, Err(Failure::Rejected(why)) if why.code == Code::Nothing),
        "nothing of it was refused: {said:?}"
    );
    assert_eq!(attention(&mut world), [item], "what cannot go stays");
}
