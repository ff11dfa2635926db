use super::*;
use crm_domain::photos::{self, Picture, Sha};
use crm_domain::{follow_ups, needs, notes, visits};
use crm_replica::ports::{Attached, Input, Store};
use crm_server::ledger::Caller;
use sha2::{Digest, Sha256};

/// Stands in whatever is written about the customer, and nowhere else.
const MARK: &str = "zoufang-marked-";

/// The stores of a phone in which the mark stands.
fn marked(world: &World, at: usize) -> Vec<Store> {
    let holds = |bytes: &[u8]| bytes.windows(MARK.len()).any(|some| some == MARK.as_bytes());
    let disk = &world.phones[at].disk;
    Store::ALL.into_iter().filter(|store| disk.all(*store).any(|(_, value)| holds(&value))).collect()
}

fn marked_customer(world: &mut World) -> Uuid {
    let text = |what: &str| format!("{MARK}{what}");
    let shop = new_customer(world, LI, &text("name"), 1);
    let details = Details { note: Some(text("note")), address: Some(text("address")), ..Details::default() };
    world.act(LI, customers::Command::Edit { customer: shop, details }).expect("saved");
    let contact = customers::Command::AddContact { customer: shop, name: text("contact"), phone: None, role: None };
    world.act(LI, contact).expect("saved");
    let need = needs::Command::Record {
        customer: shop,
        visit: None,
        category: "speed".into(),
        text: Some(text("need")),
        urgency: 2,
    };
    world.act(LI, need).expect("saved");
    let due = Some(world.now as i64 + 1_000_000);
    world
        .act(LI, follow_ups::Command::Add { customer: shop, due, text: text("follow-up"), promised: true })
        .expect("saved");
    world.act(LI, notes::Command::Write { customer: shop, text: text("said") }).expect("saved");
    let (visit, position) = (Uuid::from_u128(78), here(world));
    let check_in = visits::Command::CheckIn { visit, customer: shop, position, reason: Some(text("reason")) };
    world.act(LI, check_in).expect("saved");
    let bytes = text("picture").into_bytes();
    let sha: Sha = Sha256::digest(&bytes).into();
    let picture = Picture { sha, len: bytes.len() as u32, width: 1600, height: 1200, taken_at: None, point: None };
    let small = text("small picture").into_bytes();
    world
        .act_with(
            LI,
            photos::Command::Keep { customer: shop, visit: Some(visit), picture },
            Some(Attached { sha, bytes, small }),
        )
        .expect("saved");
    shop
}

/// Both write the note without knowing of one another: the one who loses has it in her inbox.
fn quarrel(world: &mut World, shop: Uuid) {
    for (at, note) in [(LI, "hers"), (CHEN, "his")] {
        let details = Details { note: Some(format!("{MARK}{note}")), ..Details::default() };
        world.act(at, customers::Command::Edit { customer: shop, details }).expect("saved");
    }
    for at in [LI, CHEN, LI, CHEN] {
        world.exchange(at);
    }
}

/// With her go the photos, which are all of the world's: nobody has to keep them any more.
fn purge(world: &mut World, shop: Uuid) {
    let root = Caller { user: world.phones[ROOT].user, dev: world.phones[ROOT].dev };
    world.ledger.purge(&root, shop, world.now).expect("purged");
    world.phones.iter_mut().for_each(|phone| phone.photos.clear());
}

fn save_columns(world: &mut World, at: usize) {
    let now = world.now;
    world.phones[at].feed(now, Input::Hidden);
    while world.phones[at].perform(world.now, &mut world.dice) {}
}

#[test]
fn no_phone_keeps_anything_of_what_was_written_of_her() {
    let mut world = World::calm(41);
    let shop = marked_customer(&mut world);
    for at in [LI, CHEN] {
        world.exchange(at);
    }
    quarrel(&mut world, shop);
    // More rows than the delta holds, so that hers lie in pages.
    for i in 0..40 {
        new_customer(&mut world, CHEN, &format!("商户{i}"), 1);
    }
    for at in [CHEN, LI, WANG, TABLET, CHEN] {
        world.exchange(at);
        save_columns(&mut world, at);
    }
    let held = marked(&world, LI);
    for store in [Store::Page, Store::Column, Store::Journal, Store::Blob] {
        assert!(held.contains(&store), "{store:?} is full of it: {held:?}");
    }
    // One who has not heard of it writes on.
    world.act(CHEN, notes::Command::Write { customer: shop, text: format!("{MARK}unsent") }).expect("saved");
    purge(&mut world, shop);
    for at in [LI, CHEN, WANG, TABLET, ROOT, CHEN] {
        world.exchange(at);
        save_columns(&mut world, at);
    }
    for at in 0..world.phones.len() {
        assert_eq!(marked(&world, at), [], "on {}", world.phones[at].name);
    }
    assert!(list(&mut world, LI).iter().all(|card| card.id != shop));
    world.all_is_well().expect("every invariant holds");
}

#[test]
fn what_a_killed_app_had_not_erased_yet_is_erased_at_the_next_start() {
    let mut world = World::calm(42);
    let shop = marked_customer(&mut world);
    for i in 0..40 {
        new_customer(&mut world, LI, &format!("商户{i}"), 1);
    }
    world.exchange(LI);
    save_columns(&mut world, LI);
    assert!(marked(&world, LI).contains(&Store::Page));
    purge(&mut world, shop);
    // Until the exits are stored, and not a step further.
    let now = world.now;
    world.phones[LI].feed(now, Input::Wake);
    while !marked(&world, LI).is_empty() && marked(&world, LI).contains(&Store::Journal) {
        let moved = world.phones[LI].perform(world.now, &mut world.dice) || world.network(LI, false);
        assert!(moved, "the exits come");
    }
    assert!(marked(&world, LI).contains(&Store::Page), "the pages take longer");
    for _ in 0..2 {
        world.restart(LI);
        world.exchange(LI);
        save_columns(&mut world, LI);
    }
    assert_eq!(marked(&world, LI), []);
    world.all_is_well().expect("every invariant holds");
}
