use super::*;
use crm_domain::bucket::Bucket;
use crm_domain::history::{self, Choice};
use crm_domain::people::{self, Role};
use crm_domain::row::State;
use crm_domain::waiting;

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

#[test]
fn what_waited_and_was_refused_covers_nothing_after_a_restart() {
    let mut world = World::calm(31);
    let shop = new_customer(&mut world, LI, "仇记五金", 0);
    world.exchange(LI);
    take(&mut world, 0);
    note(&mut world, LI, shop, "不知情");
    world.exchange(LI);
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
    let shop = new_customer(&mut world, LI, "仇记五金", 0);
    world.exchange(LI);
    take(&mut world, 0);
    note(&mut world, LI, shop, "不知情");
    world.exchange(LI);
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
    let item = attention(&mut world).pop().expect("she is told");
    assert_eq!(item.what, "refused");
    let seen = history::Command::Resolve { item: item.id, root: shop, choice: Choice::KeepTheirs };
    world.act(LI, seen).expect("put away, without a network");
    assert_eq!(state(&mut world, shop), None, "what she has put away is gone at once");
    world.restart(LI);
    assert_eq!(state(&mut world, shop), None);
    world.act(LI, history::Command::Reopen { item: item.id }).expect("taken back, without a network");
    assert_eq!(state(&mut world, shop), Some(State::Refused));
    world
        .act(LI, history::Command::Resolve { item: item.id, root: shop, choice: Choice::KeepTheirs })
        .expect("put away");
    for _ in 0..2 {
        world.exchange(LI);
        assert_eq!(state(&mut world, shop), None);
        again(&mut world);
    }
    world.all_is_well().expect("every invariant holds");
}
