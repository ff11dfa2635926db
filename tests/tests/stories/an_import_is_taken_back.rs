use super::*;
use crm_domain::imports::{self, Line};

#[test]
fn what_it_made_goes_and_what_it_changed_is_as_before() {
    let mut world = World::calm(8);
    let old = new_customer(&mut world, LI, "明珠酒店", 0);
    world.exchange(LI);
    let grid = world.grids[0];
    let made = Uuid::from_u128(901);
    let line = |customer, new, name: &str, note: &str| Line {
        customer,
        new,
        details: Details { name: Some(name.into()), note: Some(note.into()), grid: Some(grid), ..Details::default() },
    };
    let lines = vec![line(made, true, "新来的", "表里的"), line(old, false, "明珠酒店", "表里的")];
    world
        .act(LI, imports::Command::Bring { file: "客户.xlsx".into(), lines, refused: 1, duplicates: 0 })
        .expect("brought");
    world.exchange(LI);
    assert_eq!(list(&mut world, LI).len(), 2);
    assert_eq!(detail(&mut world, LI, old).expect("held").note, "表里的");

    let View::Imports(imports::View::Batches(batches)) = world.look(LI, imports::Query::Batches) else {
        panic!("batches")
    };
    let batch = &batches[0];
    assert_eq!((batch.created, batch.updated, batch.refused), (1, 1, 1));
    let View::Imports(imports::View::Customers(customers)) = world.look(LI, imports::Query::Customers(batch.id)) else {
        panic!("customers")
    };
    assert_eq!(customers.len(), 2);
    world.act(LI, imports::Command::Revert { batch: batch.id, customers, last: true }).expect("taken back");
    world.exchange(LI);
    let left: Vec<Uuid> = list(&mut world, LI).iter().map(|c| c.id).collect();
    assert_eq!(left, [old]);
    assert_eq!(detail(&mut world, LI, old).expect("held").note, "");
    world.all_is_well().expect("every invariant holds");
}
