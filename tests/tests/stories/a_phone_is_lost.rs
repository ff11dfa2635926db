use super::*;
use crm_domain::people;

fn set(world: &mut World, at: usize, state: &str) {
    let device = world.phones[at].dev;
    world.exchange(ROOT);
    world.act(ROOT, people::Command::SetDevice { device, state: state.into() }).expect("saved");
    world.exchange(ROOT);
}

#[test]
fn a_lost_phone_wipes_itself_at_its_next_contact() {
    let mut world = World::calm(6);
    new_customer(&mut world, CHEN, "明珠酒店", 2);
    set(&mut world, CHEN, "lost");
    world.exchange(CHEN);
    assert!(world.phones[CHEN].wiped);
}

#[test]
fn a_revoked_phone_gives_back_what_it_has_before_it_wipes() {
    let mut world = World::calm(7);
    new_customer(&mut world, CHEN, "明珠酒店", 2);
    set(&mut world, CHEN, "revoked");
    world.exchange(CHEN);
    assert!(world.phones[CHEN].wiped);
    let caller = crm_server::ledger::Caller { user: world.phones[ROOT].user, dev: world.phones[ROOT].dev };
    let asked = world.ledger.ask(&caller, &crm_domain::waiting::Query::All.into(), world.now).expect("answered");
    let crm_domain::registry::View::Waiting(desk) = asked else { panic!("{asked:?}") };
    assert!(!desk.open.is_empty(), "her work waits for someone's decision");
}
