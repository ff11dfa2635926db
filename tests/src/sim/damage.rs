//! What a phone's own damaged state could cost: told without dice, because no seed spoils a disk so exactly.
use super::World;
use super::scenarios::{CHEN, LI, Told, edit, expect, saved, shop, sync};
use crm_domain::customers::{self, Details};
use crm_domain::ids::Uuid;
use crm_replica::ports::{Failure, Storage, Store};

pub fn a_device_whose_state_is_damaged_loses_nothing() -> Told {
    let mut world = World::calm(121);
    let shop = shop(&mut world, 0)?;
    edit(&mut world, LI, shop, "未发送")?;
    let unsent = *world.phones[LI].saved.last().ok_or("nothing saved")?;
    world.phones[LI].spoil(Store::State, (0, 0));
    world.restart(LI);
    // She goes on before there is a network.
    let details = Details { name: Some("同利鞋材".into()), grid: Some(world.grids[0]), ..Details::default() };
    saved(&mut world, LI, customers::Command::Create { id: Uuid::from_u128(1_210), details })?;
    sync(&mut world, &[LI]);
    world.sign_in_where_forked(LI);
    sync(&mut world, &[LI, CHEN]);
    let outcome = world.ledger.outcome(unsent, 0).map_err(|e| format!("{e:?}"))?;
    expect("what was unsent is at the server", outcome.is_some(), true)?;
    world.all_is_well()
}

pub fn an_unsent_op_that_cannot_be_read_stops_everything() -> Told {
    let mut world = World::calm(122);
    let shop = shop(&mut world, 0)?;
    edit(&mut world, LI, shop, "第一")?;
    edit(&mut world, LI, shop, "第二")?;
    let (first, ..) = world.phones[LI].disk.all(Store::Outbox).next().ok_or("an empty outbox")?;
    let kept = world.phones[LI].spoil(Store::Outbox, first);
    let before = world.phones[LI].disk.load_all();
    world.restart(LI);
    sync(&mut world, &[LI]);
    let details = Details { note: Some("第三".into()), ..Details::default() };
    let refused = world.act(LI, customers::Command::Edit { customer: shop, details });
    expect("a command", refused, Err(Failure::Unreadable))?;
    expect("the stores are as they were", world.phones[LI].disk.load_all() == before, true)?;
    let app = world.phones[LI].app.as_ref().ok_or("no app")?;
    expect("the storage", app.status.storage, Storage::Unreadable)?;
    expect("unsent", app.status.unsent, 2)?;
    expect("what can be exported", app.replica.unsent().map(|(n, ..)| n).collect::<Vec<_>>(), vec![first.1 + 1])?;
    // A version that can read it comes.
    world.phones[LI].disk.spoil(Store::Outbox, first, kept);
    world.restart(LI);
    sync(&mut world, &[LI]);
    let status = &world.phones[LI].app.as_ref().ok_or("no app")?.status;
    expect("unsent in the end", status.unsent, 0)?;
    expect("the storage in the end", status.storage, Storage::Fine)?;
    world.all_is_well()
}
