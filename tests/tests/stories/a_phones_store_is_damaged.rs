//! Each value of a phone's stores that cannot be read: made again, fetched again, or a stop (`crm-replica/src/recover.rs`).
use super::*;
use crm_replica::ports::{Key, Status, Storage, Store, SyncState};

fn status(world: &World) -> &Status {
    &world.phones[LI].app.as_ref().expect("it runs").status
}

fn keys(world: &World, store: Store) -> Vec<Key> {
    world.phones[LI].disk.all(store).map(|(key, _)| key).collect()
}

/// A phone with acknowledged ops in the journal, two unsent ones, pages, a delta and saved columns.
fn at_work(seed: u64) -> World {
    let mut world = World::calm(seed);
    for name in ["虎门同利五金", "厚街正大鞋材", "长安华盛电子"] {
        new_customer(&mut world, LI, name, 0);
    }
    world.exchange(LI);
    world.phones[LI].feed(world.now, crm_replica::ports::Input::Hidden);
    while world.phones[LI].perform(world.now, &mut world.dice) {}
    new_customer(&mut world, LI, "塘厦顺昌超市", 0);
    world
}

/// Spoils these values, starts again, works on, syncs: nothing is lost.
fn goes_on(mut world: World, store: Store, keys: &[Key]) -> World {
    let before = list(&mut world, LI).len();
    for key in keys {
        world.phones[LI].spoil(store, *key);
    }
    // No invariant counts rows that come again for damage.
    world.phones[LI].losing = true;
    world.restart(LI);
    assert_eq!(status(&world).storage, Storage::Fine);
    assert!(status(&world).unreadable > 0 || matches!(store, Store::Page | Store::Column), "it is told");
    new_customer(&mut world, LI, "樟木头永兴", 0);
    world.exchange(LI);
    world.all_is_well().expect("every invariant holds");
    assert_eq!((status(&world).sync, status(&world).unsent), (SyncState::Settled, 0));
    assert_eq!(list(&mut world, LI).len(), before + 1);
    world.restart(LI);
    world.all_is_well().expect("after another start, too");
    world
}

#[test]
fn the_devices_state_is_made_again_from_the_queue() {
    let world = at_work(41);
    let dev = world.phones[LI].dev;
    let world = goes_on(world, Store::State, &[(0, 0)]);
    assert_eq!(world.phones[LI].dev, dev);
    assert_eq!(world.counts.forks, 0, "the whole queue was there: no new identity");
}

#[test]
fn where_the_journal_does_not_go_back_far_enough_the_device_takes_a_new_identity() {
    let mut world = at_work(42);
    world.exchange(LI);
    for _ in 0..2 {
        world.back_up();
        world.exchange(LI);
    }
    world.exchange(LI);
    new_customer(&mut world, LI, "虎门百顺", 0);
    world.phones[LI].spoil(Store::State, (0, 0));
    world.restart(LI);
    new_customer(&mut world, LI, "樟木头永兴", 0);
    world.exchange(LI);
    assert_eq!(status(&world).sync, SyncState::Forked);
    world.sign_in_where_forked(LI);
    world.all_is_well().expect("every invariant holds");
    assert_eq!((world.counts.forks, status(&world).unsent), (1, 0));
}

#[test]
fn a_device_whose_state_is_damaged_while_the_server_is_restored_gives_back_what_it_lacks() {
    let mut world = at_work(43);
    let old = world.copy();
    world.exchange(LI);
    world.restore_from(&old);
    world.phones[LI].spoil(Store::State, (0, 0));
    world.restart(LI);
    world.exchange(LI);
    world.sign_in_where_forked(LI);
    world.all_is_well().expect("every invariant holds");
}

#[test]
fn a_buckets_state_comes_again() {
    let world = at_work(44);
    let spoilt: Vec<Key> = keys(&world, Store::State).into_iter().filter(|key| key.0 == 1).collect();
    assert!(!spoilt.is_empty());
    let world = goes_on(world, Store::State, &spoilt);
    let left = keys(&world, Store::State);
    assert!(spoilt.iter().all(|key| !left.contains(key)), "the damaged values are gone");
}

#[test]
fn a_damaged_row_makes_its_bucket_come_again() {
    let world = at_work(45);
    let spoilt = keys(&world, Store::Delta);
    assert!(!spoilt.is_empty());
    goes_on(world, Store::Delta, &spoilt);
}

#[test]
fn a_damaged_page_makes_its_bucket_come_again() {
    let world = at_work(46);
    let spoilt = keys(&world, Store::Page);
    assert!(!spoilt.is_empty());
    goes_on(world, Store::Page, &spoilt);
}

#[test]
fn damaged_columns_are_made_again_from_the_pages() {
    let world = at_work(47);
    let spoilt = keys(&world, Store::Column);
    assert!(!spoilt.is_empty());
    goes_on(world, Store::Column, &spoilt);
}

#[test]
fn how_an_op_was_sent_is_asked_again() {
    let mut world = at_work(48);
    // Its answer has come, its acknowledgement has not.
    let all_but_pull = |world: &mut World| {
        while world.phones[LI].perform(world.now, &mut world.dice) {}
    };
    world.phones[LI].feed(world.now, crm_replica::ports::Input::Wake);
    for _ in 0..200 {
        all_but_pull(&mut world);
        if keys(&world, Store::Outbox).iter().any(|key| key.0 == 1) || !world.network(LI, false) {
            break;
        }
    }
    let spoilt: Vec<Key> = keys(&world, Store::Outbox).into_iter().filter(|key| key.0 == 1).collect();
    assert!(!spoilt.is_empty(), "an outcome is kept");
    goes_on(world, Store::Outbox, &spoilt);
}

#[test]
fn an_op_of_a_newer_versions_form_can_still_be_exported() {
    let mut world = at_work(50);
    let (key, value) = world.phones[LI].disk.all(Store::Outbox).next().expect("it is there");
    let stored: crm_replica::saved::StoredOp = crm_protocol::decode(&value).expect("readable");
    // The bytes as ever, what they are about in a form that is none of ours.
    let newer =
        [&[0xa2, 0x00][..], &crm_protocol::encode(&minicbor::bytes::ByteVec::from(stored.op.clone())), &[0x01, 0x07]];
    world.phones[LI].disk.spoil(Store::Outbox, key, newer.concat());
    world.restart(LI);
    assert_eq!((status(&world).storage, status(&world).unsent), (Storage::Unreadable, 1));
    let app = world.phones[LI].app.as_ref().expect("it runs");
    let exported: Vec<(u64, Vec<u8>)> = app.replica.unsent().map(|(n, op, _)| (n, op.to_vec())).collect();
    assert_eq!(exported, [(key.1, stored.op)]);
    world.exchange(LI);
    assert!(world.phones[LI].app.as_ref().expect("it runs").sent.is_empty(), "nothing goes out");
}

#[test]
fn a_confirmed_op_that_cannot_be_read_is_a_hole_for_a_restored_server() {
    let mut world = at_work(49);
    let old = world.copy();
    world.exchange(LI);
    let top = keys(&world, Store::Journal).into_iter().filter(|key| key.0 == 0).max().expect("a journal");
    let world = &mut goes_on(world, Store::Journal, &[top]);
    assert!(keys(world, Store::Journal).contains(&top), "its bytes stay where they are");
    world.restore_from(&old);
    world.exchange(LI);
    world.exchange(LI);
    assert_eq!((status(world).sync, status(world).unsent), (SyncState::Settled, 0), "it blocks nothing");
}
