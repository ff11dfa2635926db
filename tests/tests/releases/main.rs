//! Apps of three releases ago up to this one, at servers of the release before, this one and the next: every pair syncs a
//! thousand ops, and nothing of what either does not know is lost (SYNC 4.9).
mod newer;
mod stores;

use crm_domain::bucket::Bucket;
use crm_domain::ids::derived_id;
use crm_domain::registry::Command;
use crm_domain::rules::Why;
use crm_protocol::Outcome;
use crm_replica::ports::{Failure, Input, SyncState};
use newer::Newer;
use tests::editions::{Edition, THIS};
use tests::sim::{World, person};

const LI: usize = 0;
const CHEN: usize = 1;
const ROOT: usize = 3;
const TABLET: usize = 4;
const OPS: u64 = 1_000;

macro_rules! pairs {
    ($($name:ident: $app:expr, $server:expr;)*) => {
        $(#[test]
        fn $name() {
            pair($app, $server);
        })*
    };
}
pairs! {
    an_app_of_three_releases_ago_at_the_last_server: THIS - 3, THIS - 1;
    an_app_of_two_releases_ago_at_the_last_server: THIS - 2, THIS - 1;
    an_app_of_the_last_release_at_the_last_server: THIS - 1, THIS - 1;
    an_app_of_this_release_at_the_last_server: THIS, THIS - 1;
    an_app_of_three_releases_ago_at_this_server: THIS - 3, THIS;
    an_app_of_two_releases_ago_at_this_server: THIS - 2, THIS;
    an_app_of_the_last_release_at_this_server: THIS - 1, THIS;
    an_app_of_this_release_at_this_server: THIS, THIS;
    an_app_of_two_releases_ago_at_the_next_server: THIS - 2, THIS + 1;
    an_app_of_the_last_release_at_the_next_server: THIS - 1, THIS + 1;
    an_app_of_this_release_at_the_next_server: THIS, THIS + 1;
}

/// Two managers with apps of one release, a tablet with this one's, and somebody with the next.
fn world(app: u16, server: u16) -> (World, Newer) {
    let mut world = World::calm(u64::from(app * 10 + server));
    world.update_server(Edition::of(server));
    for at in 0..world.phones.len() {
        let of = if at == LI || at == CHEN { app } else { THIS };
        world.update_app(at, Edition::of(of));
        world.exchange(at);
    }
    let newer = Newer::enrolled(&mut world);
    (world, newer)
}

fn pair(app: u16, server: u16) {
    let (mut world, mut newer) = world(app, server);
    while ops(&world) < OPS {
        for at in [LI, CHEN, TABLET] {
            for _ in 0..8 {
                do_something(&mut world, at);
            }
        }
        newer.writes(&mut world);
        for at in [LI, CHEN, TABLET] {
            world.exchange(at);
        }
    }
    world.all_is_well().expect("every invariant holds");
    newer.stands(&world);
    every_phone_has_what_is_newer(&mut world, &newer);

    // What an older server kept is let through by one that knows it.
    world.update_server(Edition::of(THIS + 1));
    for at in [LI, CHEN, TABLET] {
        world.update_app(at, Edition::of(THIS));
    }
    world.all_is_well().expect("after the updates, too");
    newer.stands(&world);
    newer.is_let_through(&world);
    for at in [LI, CHEN, TABLET] {
        let status = &world.phones[at].app.as_ref().expect("it runs").status;
        assert_eq!((status.unsent, status.left_to_newer, status.outdated), (0, 0, false));
    }
}

#[test]
fn an_app_that_is_too_old_reads_and_sends_until_it_is_updated() {
    let (mut world, mut newer) = world(THIS - 3, THIS);
    // A hundred ops wait.
    while status(&world, LI).unsent <= 100 {
        do_something(&mut world, LI);
    }
    newer.writes(&mut world);
    let unsent = status(&world, LI).unsent;
    world.update_server(Edition::of(THIS + 1));
    world.exchange(LI);
    assert!(status(&world, LI).outdated);
    assert_eq!(status(&world, LI).sync, SyncState::Settled);
    // All of it arrived, and none has left the phone before a pull has acknowledged it.
    let arrived = |world: &World| {
        let causes = world.phones[LI].saved.clone();
        causes.iter().all(|cause| world.ledger.outcome(*cause, 0).expect("read").is_some())
    };
    assert!(arrived(&world));
    assert_eq!(status(&world, LI).unsent, unsent);
    // The book can still be read; nothing new is taken, also not after another start without a network.
    assert_eq!(refused(&mut world), Some(Failure::Outdated));
    let held = world.phones[LI].app.as_ref().expect("it runs").replica.book().customers.iter().count();
    assert!(held > 0);
    let (org, now) = (world.org, world.now);
    world.phones[LI].start(org, now, &mut world.dice);
    assert_eq!(refused(&mut world), Some(Failure::Outdated));
    // It does not ask again and again.
    let asked = world.counts.answers;
    for _ in 0..10 {
        world.exchange(LI);
    }
    assert!(world.counts.answers - asked <= 20, "{} requests", world.counts.answers - asked);

    for at in [LI, CHEN] {
        world.update_app(at, Edition::of(THIS));
    }
    world.all_is_well().expect("every invariant holds");
    assert_eq!((status(&world, LI).unsent, status(&world, LI).outdated), (0, false));
    newer.stands(&world);
}

#[test]
fn an_app_of_the_next_release_says_what_waits_for_the_server() {
    let (mut world, _) = world(THIS, THIS - 1);
    while status(&world, LI).left_to_newer < 2 {
        do_something(&mut world, LI);
        while world.phones[LI].perform(world.now, &mut world.dice) {}
    }
    let told = status(&world, LI).left_to_newer;
    world.exchange(LI);
    assert_eq!(status(&world, LI).left_to_newer, told, "before it is sent, and while it waits there");
    world.update_server(Edition::of(THIS));
    world.all_is_well().expect("every invariant holds");
    assert_eq!(status(&world, LI).left_to_newer, 0);
}

#[test]
fn what_the_last_server_could_not_read_is_let_through_by_one_that_can() {
    let (mut world, newer) = world(THIS, THIS - 1);
    let (op, rec) = newer.unread(&world);
    let outcome = |world: &World| world.ledger.outcome(op.cause, 0).expect("read");
    assert_eq!(outcome(&world), Some(Outcome::Waiting(Why::Undecodable as u16)));
    world.update_server(Edition::of(THIS));
    assert_eq!(outcome(&world), Some(Outcome::Applied));
    assert!(world.ledger.holds(rec).expect("read"));
    let written = newer.rows(&world)[&rec].at;
    assert_eq!(written, op.hlc >> 16, "it counts by its own clock");
    world.all_is_well().expect("every invariant holds");
}

fn status(world: &World, at: usize) -> &crm_replica::ports::Status {
    &world.phones[at].app.as_ref().expect("it runs").status
}

fn ops(world: &World) -> u64 {
    world.ledger.numbers().expect("the devices").iter().map(|(_, n)| n).sum()
}

/// How Li's phone takes a command; none: it has nothing to do.
fn refused(world: &mut World) -> Option<Failure> {
    let grid = world.grids[0];
    let details =
        crm_domain::customers::Details { name: Some("新店".into()), grid: Some(grid), ..Default::default() };
    let id = derived_id(world.now, &[b"late"]);
    world.act(LI, crm_domain::customers::Command::Create { id, details }).err()
}

fn do_something(world: &mut World, at: usize) {
    let (grids, users) = (world.grids.clone(), vec![]);
    let command = person::command(&world.phones[at], &grids, &users, world.now, &mut world.dice);
    let Some(command) = command.filter(|command| !matches!(command, Command::People(_))) else { return };
    // A refusal is an answer, too.
    let _refused = world.act(at, command);
}

/// Byte for byte what the server has, fields included that the phone does not know: its copy was folded meanwhile.
fn every_phone_has_what_is_newer(world: &mut World, newer: &Newer) {
    for at in [LI, CHEN, TABLET] {
        let now = world.now;
        world.phones[at].feed(now, Input::Hidden);
        while world.phones[at].perform(now, &mut world.dice) {}
        let phone = &world.phones[at];
        let held = phone.app.as_ref().expect("it runs").replica.audit(phone.pages());
        let in_grids = held.iter().filter(|(bucket, _)| matches!(bucket, Bucket::Grid(_)));
        let known = in_grids.filter(|(_, row)| newer.is_in(row)).count();
        assert!(known > 0, "{} has nothing of the next release", phone.name);
        let pages = phone.disk.all(crm_replica::ports::Store::Page).count();
        assert!(pages > 0, "{} never folded", phone.name);
    }
}
