//! A short day, and a phone that dies at each of its effects in turn: what random crashes meet by chance is met here for
//! certain (SYNC 4). The day has what a phone does for the first time, saves, photographs, sends, loses, folds, lets go of,
//! sends again to a restored server, and renumbers after it was copied.
use super::phone::{Death, How};
use super::scenarios::{CHEN, LI, ROOT, Told, sync};
use super::{World, check, person};
use crm_domain::customers::{self, Details};
use crm_domain::ids::Uuid;
use crm_domain::imports::{self, Line};
use crm_domain::notes;
use crm_domain::registry::Command;
use crm_domain::visits::{self, NextStep, Position};
use crm_replica::ports::{Attached, CommitError, Input};

/// How often she tries again what was not saved.
const TRIES: usize = 3;

/// Every death that the day has room for: before and after each effect; after each commit with the power gone, and each
/// commit failed.
pub fn all() -> Result<Vec<Death>, String> {
    let world = day(None)?;
    let phone = &world.phones[LI];
    let ways = |at: u64| {
        let commit = [How::PowerCut, How::Fails(CommitError::Quota), How::Fails(CommitError::Broken)];
        let commit = commit.into_iter().filter(move |_| phone.commits.contains(&at));
        [How::Before, How::After].into_iter().chain(commit).map(move |how| Death { at, how })
    };
    Ok((1..=phone.performed).flat_map(ways).collect())
}

/// The day with this death in it; every invariant must hold.
pub fn dies(death: Death) -> Told {
    let world = day(Some(death))?;
    match world.phones[LI].death {
        Some(_) => Err("she did not die".into()),
        None => Ok(()),
    }
}

fn day(death: Option<Death>) -> Result<World, String> {
    let mut world = World::new(151);
    for phone in &mut world.phones {
        phone.failing = 0;
        phone.losing = false;
        phone.skew = 0;
    }
    world.phones[LI].death = death;
    // The second time, in case the first failed: without her grants there is nothing that she may do.
    sync(&mut world, &[ROOT, CHEN, LI, LI]);

    let (shop, visit) = (Uuid::from_u128(1_510), Uuid::from_u128(1_511));
    let details = Details { name: Some("仇记五金".into()), grid: Some(world.grids[1]), ..Details::default() };
    does(&mut world, customers::Command::Create { id: shop, details })?;
    let (position, reason) = (position(), Some("路过".into()));
    does(&mut world, visits::Command::CheckIn { visit, customer: shop, position: position.clone(), reason })?;
    photographs(&mut world, shop, 20)?;
    does(&mut world, notes::Command::Write { customer: shop, text: "老板在".into() })?;
    let next = NextStep::None { reason: "下月再来".into() };
    does(&mut world, visits::Command::CheckOut { customer: shop, visit, position, next })?;
    syncs(&mut world)?;

    sync(&mut world, &[CHEN]);
    let note = |note: &str| {
        let details = Details { note: Some(note.into()), ..Details::default() };
        customers::Command::Edit { customer: shop, details }
    };
    world.act(CHEN, note("陈的")).map_err(|why| format!("{why:?}"))?;
    does(&mut world, note("李的"))?;
    sync(&mut world, &[CHEN]);
    syncs(&mut world)?;

    let line = |i: u128| Line {
        customer: Uuid::from_u128(1_520 + i),
        new: true,
        details: Details { name: Some("表里的".into()), grid: Some(world.grids[0]), ..Details::default() },
    };
    let lines = (0..30).map(line).collect();
    does(&mut world, imports::Command::Bring { file: "客户.xlsx".into(), lines, refused: 0, duplicates: 0 })?;
    syncs(&mut world)?;
    for what in ["备份前", "备份后"] {
        world.back_up();
        does(&mut world, note(what))?;
        syncs(&mut world)?;
    }
    feeds(&mut world, Input::Hidden)?;
    photographs(&mut world, shop, 12)?;
    syncs(&mut world)?;
    feeds(&mut world, Input::Pressed)?;

    let backup = world.oldest_backup();
    world.restore_from(&backup);
    syncs(&mut world)?;

    world.clone_profile(LI);
    let twin = world.phones.len() - 1;
    world.act(twin, note("分身的")).map_err(|why| format!("{why:?}"))?;
    sync(&mut world, &[twin]);
    does(&mut world, note("本人的"))?;
    photographs(&mut world, shop, 3)?;
    syncs(&mut world)?;

    world.settle().map_err(|failed| failed.what)?;
    check::all(&world.quiet())?;
    Ok(world)
}

fn position() -> Position {
    Position { fix: None, no_fix: None, device_ms: 0, clock_offset_ms: 0, utc_offset_min: 480, last_contact_ms: None }
}

fn photographs(world: &mut World, customer: Uuid, which: u8) -> Told {
    let (command, attached) = person::picture(customer, which);
    tries(world, command, Some(attached))
}

fn does(world: &mut World, command: impl Into<Command>) -> Told {
    tries(world, command.into(), None)
}

fn tries(world: &mut World, command: Command, attached: Option<Attached>) -> Told {
    for _ in 0..TRIES {
        if world.act_with(LI, command.clone(), attached.clone()).is_ok() {
            return holds(world);
        }
    }
    Err(format!("not saved in {TRIES} tries: {command:?}"))
}

fn syncs(world: &mut World) -> Told {
    world.exchange(LI);
    world.sign_in_where_forked(LI);
    world.exchange(LI);
    holds(world)
}

fn feeds(world: &mut World, input: Input) -> Told {
    let now = world.now;
    world.phones[LI].feed(now, input);
    world.exchange(LI);
    holds(world)
}

fn holds(world: &World) -> Told {
    check::on_the_way(&world.ledger, world.phones.iter())
}
