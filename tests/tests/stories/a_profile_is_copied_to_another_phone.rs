use super::*;
use crm_replica::ports::SyncState;

#[test]
fn both_go_on_under_names_of_their_own_and_nothing_is_done_twice() {
    let mut world = World::calm(21);
    let sent = new_customer(&mut world, LI, "虎门同利五金", 0);
    world.exchange(LI);
    let unsent = new_customer(&mut world, LI, "厚街正大鞋材", 0);
    world.clone_profile(LI);
    let twin = world.phones.len() - 1;
    let here = new_customer(&mut world, LI, "长安华盛电子", 0);
    let there = new_customer(&mut world, twin, "塘厦顺昌超市", 0);
    let dev = world.phones[twin].dev;

    world.exchange(LI);
    world.exchange(twin);
    let state = |world: &World| world.phones[twin].app.as_ref().expect("it runs").status.sync;
    assert_eq!(state(&world), SyncState::Forked, "the second of the two finds out");
    assert_eq!(state_of(&world, twin), 2, "and keeps what it has not sent");

    world.sign_in_where_forked(twin);
    assert_ne!(world.phones[twin].dev, dev);
    world.all_is_well().expect("every invariant holds");
    for at in [LI, WANG, twin] {
        let mut names: Vec<Uuid> = list(&mut world, at).into_iter().map(|card| card.id).collect();
        names.sort_unstable();
        let mut expected = vec![sent, unsent, here, there];
        expected.sort_unstable();
        assert_eq!(names, expected, "each once, on every phone");
    }
}

#[test]
fn a_copy_that_cannot_keep_its_new_name_takes_no_commands_and_tries_again() {
    let mut world = World::calm(22);
    world.clone_profile(LI);
    let twin = world.phones.len() - 1;
    let here = new_customer(&mut world, LI, "长安华盛电子", 0);
    new_customer(&mut world, twin, "塘厦顺昌超市", 0);
    world.exchange(LI);
    world.exchange(twin);
    world.phones[twin].failing = 1;
    world.sign_in_where_forked(twin);
    let id = Uuid::from_u128(7);
    let details = Details { name: Some("沙田永兴".into()), grid: Some(world.grids[0]), ..Details::default() };
    assert!(world.act(twin, customers::Command::Create { id, details: details.clone() }).is_err(), "not as its twin");
    world.phones[twin].failing = 0;
    world.act(twin, customers::Command::Create { id, details }).expect("saved under its own name");
    world.all_is_well().expect("every invariant holds");
    let held: Vec<Uuid> = list(&mut world, WANG).into_iter().map(|card| card.id).collect();
    assert!(held.contains(&id) && held.contains(&here));
}

fn state_of(world: &World, at: usize) -> u32 {
    world.phones[at].app.as_ref().expect("it runs").status.unsent
}
