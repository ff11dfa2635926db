use super::*;

#[test]
fn phones_give_back_what_the_backup_lacks() {
    let mut world = World::calm(11);
    let before = new_customer(&mut world, LI, "虎门同利五金", 0);
    world.exchange(LI);
    world.back_up();
    let between = new_customer(&mut world, LI, "厚街正大鞋材", 0);
    world.exchange(LI);
    world.back_up();
    let after = new_customer(&mut world, LI, "长安华盛电子", 0);
    world.exchange(LI);
    let unsent = new_customer(&mut world, LI, "塘厦顺昌超市", 0);

    let oldest = world.oldest_backup();
    world.restore_from(&oldest);
    assert!(!held(&mut world, WANG).contains(&after), "a new phone would not see it yet");
    world.all_is_well().expect("every invariant holds");
    for customer in [before, between, after, unsent] {
        assert!(held(&mut world, WANG).contains(&customer), "{customer} is back");
    }
}

#[test]
fn a_phone_lets_go_of_what_two_backups_hold() {
    let mut world = World::calm(12);
    new_customer(&mut world, LI, "虎门同利五金", 0);
    world.exchange(LI);
    let status = |world: &World| world.phones[LI].app.as_ref().expect("it runs").status.clone();
    assert!(!status(&world).backups, "nothing is said before it is true");
    world.back_up();
    world.exchange(LI);
    assert!(!status(&world).backups, "one backup is none");
    assert!(journal(&world, LI) > 0);
    world.back_up();
    world.exchange(LI);
    world.exchange(LI);
    assert!(status(&world).backups);
    assert_eq!(journal(&world, LI), 0);
}

#[test]
fn what_nobody_holds_any_more_is_stepped_over() {
    let mut world = World::calm(13);
    let old = world.copy();
    for name in ["虎门同利五金", "厚街正大鞋材"] {
        new_customer(&mut world, LI, name, 0);
    }
    world.exchange(LI);
    // Nobody backed up for longer than phones keep a journal.
    world.now += 40 * 86_400_000;
    world.exchange(LI);
    world.exchange(LI);
    assert_eq!(journal(&world, LI), 0);
    world.restore_from(&old);
    let late = new_customer(&mut world, LI, "长安华盛电子", 0);
    world.exchange(LI);
    world.exchange(WANG);
    assert!(held(&mut world, WANG).contains(&late), "a hole blocks nothing that comes after it");
    let status = &world.phones[LI].app.as_ref().expect("it runs").status;
    assert_eq!(status.unsent, 0);
}

/// Ops that the phone keeps for a server that forgets.
fn journal(world: &World, at: usize) -> usize {
    world.phones[at].disk.load_all().journal.len()
}

fn held(world: &mut World, at: usize) -> Vec<Uuid> {
    list(world, at).into_iter().map(|card| card.id).collect()
}
