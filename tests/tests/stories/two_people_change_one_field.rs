use super::*;
use crm_domain::history::{self, Choice};
use crm_domain::registry::View;

fn note(world: &mut World, at: usize, customer: Uuid, text: &str) {
    let details = Details { note: Some(text.into()), ..Details::default() };
    world.act(at, customers::Command::Edit { customer, details }).expect("saved");
}

fn attention(world: &mut World, at: usize) -> history::View {
    match world.look(at, history::Query::Attention) {
        View::History(view) => view,
        other => panic!("not the inbox: {other:?}"),
    }
}

/// Each without knowing of the other; Chen later, and heard last.
fn both_change_its_note(world: &mut World) -> Uuid {
    let shop = new_customer(world, LI, "仇记五金", 1);
    world.exchange(LI);
    world.exchange(CHEN);
    note(world, LI, shop, "李的");
    note(world, CHEN, shop, "陈的");
    for at in [LI, CHEN, LI] {
        world.exchange(at);
    }
    shop
}

#[test]
fn both_see_one_result_and_the_loser_may_have_hers_back() {
    let mut world = World::calm(2);
    let shop = both_change_its_note(&mut world);
    let [mine, theirs] = [LI, CHEN].map(|at| detail(&mut world, at, shop).expect("held").note);
    assert_eq!(mine, theirs);
    assert_eq!(mine, "陈的", "the later one stands");

    let item = attention(&mut world, LI).open.pop().expect("the loser is told");
    assert_eq!((item.what.as_str(), item.mine.as_str(), item.theirs.as_str()), ("lost", "李的", "陈的"));
    assert_eq!((item.label.as_str(), item.other.as_str()), ("仇记五金", "chen"));
    let keep = history::Command::Resolve { item: item.id, root: shop, choice: Choice::KeepMine };
    world.act(LI, keep).expect("decided");
    for at in [LI, CHEN, LI] {
        world.exchange(at);
    }
    let [mine, theirs] = [LI, CHEN].map(|at| detail(&mut world, at, shop).expect("held").note);
    assert_eq!((mine.as_str(), theirs.as_str()), ("李的", "李的"));
    assert!(attention(&mut world, LI).open.is_empty());
    assert!(attention(&mut world, CHEN).open.is_empty(), "what was based on what stood is no conflict");
}

#[test]
fn mine_that_was_kept_gives_way_again_when_she_takes_that_back_unless_a_third_value_stands() {
    let mut world = World::calm(39);
    let shop = both_change_its_note(&mut world);
    let item = attention(&mut world, LI).open.pop().expect("told");
    let keep = history::Command::Resolve { item: item.id, root: shop, choice: Choice::KeepMine };
    let reopen = item.reopen();
    let held = |world: &mut World, at| detail(world, at, shop).expect("held").note;
    let since = |world: &mut World| match world.look(LI, history::Query::Standing) {
        View::History(view) => view.open.into_iter().map(|item| item.since).collect::<Vec<_>>(),
        other => panic!("not the inbox: {other:?}"),
    };
    assert_eq!(since(&mut world), [None], "theirs stands");

    world.act(LI, keep.clone()).expect("decided");
    assert_eq!(held(&mut world, LI), "李的");
    world.act(LI, reopen.clone()).expect("taken back, without a network");
    assert_eq!(held(&mut world, LI), "陈的");
    assert_eq!(attention(&mut world, LI).open, [item]);

    world.act(LI, keep).expect("decided");
    for at in [LI, CHEN] {
        world.exchange(at);
    }
    note(&mut world, CHEN, shop, "陈又改了");
    for at in [CHEN, LI] {
        world.exchange(at);
    }
    world.act(LI, reopen).expect("taken back");
    assert_eq!(since(&mut world), [Some("陈又改了".into())], "neither of the two");
    for at in [LI, CHEN] {
        world.exchange(at);
        assert_eq!(held(&mut world, at), "陈又改了");
    }
    assert!(attention(&mut world, CHEN).open.is_empty());
}

#[test]
fn both_as_a_note_keeps_theirs_and_mine_beside_it() {
    let mut world = World::calm(3);
    let shop = both_change_its_note(&mut world);
    let item = attention(&mut world, LI).open.pop().expect("told");
    let both = history::Command::Resolve { item: item.id, root: shop, choice: Choice::Both };
    world.act(LI, both).expect("decided");
    world.exchange(LI);
    let whole = detail(&mut world, LI, shop).expect("held");
    assert_eq!(whole.note, "陈的");
    let kept = whole.timeline.iter().any(|e| matches!(&e.kind, customers::EntryKind::Note { text } if text == "李的"));
    assert!(kept);
}
