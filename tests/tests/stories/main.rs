//! Stories below the screens: what people do, on real replicas and the real ledger.
mod a_change_is_refused;
mod a_customer_is_purged;
mod a_customer_moves_to_another_grid;
mod a_manager_works_a_day_without_a_network;
mod a_phone_is_lost;
mod a_phones_store_is_damaged;
mod a_photo_follows_its_visit;
mod a_profile_is_copied_to_another_phone;
mod a_server_comes_back_from_a_backup;
mod an_import_is_taken_back;
mod two_people_change_one_field;

use crm_domain::customers::{self, Card, Details, List};
use crm_domain::ids::Uuid;
use crm_domain::registry::View;
use crm_domain::visits::{Fix, Position};
use tests::sim::World;

/// The phones of every world, by whose they are.
const LI: usize = 0;
const CHEN: usize = 1;
const WANG: usize = 2;
const ROOT: usize = 3;
const TABLET: usize = 4;

fn new_customer(world: &mut World, at: usize, name: &str, grid: usize) -> Uuid {
    let id = Uuid::from_u128(u128::from(world.dice.roll()));
    let details = Details { name: Some(name.into()), grid: Some(world.grids[grid]), ..Details::default() };
    world.act(at, customers::Command::Create { id, details }).expect("made");
    id
}

fn list(world: &mut World, at: usize) -> Vec<Card> {
    let query = customers::Query::List(List { limit: 100, ..List::default() });
    match world.look(at, query) {
        View::Customers(customers::View::List(page)) => page.cards,
        other => panic!("not a list: {other:?}"),
    }
}

fn detail(world: &mut World, at: usize, customer: Uuid) -> Option<customers::Detail> {
    match world.look(at, customers::Query::Detail { customer }) {
        View::Customers(customers::View::Detail(detail)) => detail.map(|d| *d),
        other => panic!("not a detail: {other:?}"),
    }
}

fn here(world: &World) -> Position {
    Position {
        fix: Some(Fix { lat_e7: 230_000_000, lon_e7: 1_137_000_000, accuracy_m: 10, age_ms: 200 }),
        no_fix: None,
        device_ms: world.now,
        clock_offset_ms: 0,
        utc_offset_min: 480,
        last_contact_ms: None,
    }
}
