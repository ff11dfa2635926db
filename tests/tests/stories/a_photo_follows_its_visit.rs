use super::*;
use crm_domain::customers::PhotoLine;
use crm_domain::photos::{self, Picture, Sha};
use crm_replica::ports::{Attached, Failure, Input, NetError, Status};
use crm_replica::{blob_keys, ports::Store};
use crm_server::ledger::{Caller, LedgerError};
use sha2::{Digest, Sha256};
use tests::sim::phone::CHUNK;

/// More than one chunk.
const LARGE: usize = 2 * CHUNK + 22;

/// A picture of these bytes, at a customer.
fn photo(world: &mut World, customer: Uuid, fill: u8, len: usize) -> (Sha, Result<(), Failure>) {
    let bytes = vec![fill; len];
    let sha: Sha = Sha256::digest(&bytes).into();
    let picture = Picture { sha, len: len as u32, width: 1600, height: 1200, taken_at: None, point: None };
    let attached = Attached { sha, bytes, small: vec![fill; 100] };
    let command = photos::Command::Keep { customer, visit: None, picture };
    (sha, world.act_with(LI, command, Some(attached)))
}

fn status(world: &World) -> Status {
    world.phones[LI].app.as_ref().expect("it runs").status.clone()
}

fn unsent(world: &World) -> Vec<Sha> {
    status(world).unsent_blobs.into_iter().map(|it| it.sha).collect()
}

fn seen_by(world: &World, at: usize, sha: &Sha) -> Result<usize, LedgerError> {
    let caller = Caller { user: world.phones[at].user, dev: world.phones[at].dev };
    world.ledger.blob(&caller, sha, world.now).map(|bytes| bytes.len())
}

fn kept(world: &World, sha: &Sha) -> [bool; 2] {
    let (whole, small) = blob_keys(sha);
    let values = world.phones[LI].disk.load(Store::Blob, &[whole, small]);
    [values[0].is_some(), values[1].is_some()]
}

fn lines(world: &mut World, at: usize, customer: Uuid) -> Vec<PhotoLine> {
    detail(world, at, customer).expect("she has the customer").photos
}

#[test]
fn it_is_kept_with_its_event_goes_after_the_ops_and_others_see_it() {
    let mut world = World::calm(31);
    let shop = new_customer(&mut world, LI, "虎门同利五金", 0);
    let (first, saved) = photo(&mut world, shop, 1, LARGE);
    saved.expect("saved");
    let (second, saved) = photo(&mut world, shop, 2, 50);
    saved.expect("saved");
    world.restart(LI);
    assert_eq!(lines(&mut world, LI, shop).len(), 2, "both are there after the app was killed");
    assert_eq!((kept(&world, &first), kept(&world, &second)), ([true; 2], [true; 2]));
    assert_eq!(status(&world).unsent_blobs.iter().map(|it| it.len).sum::<u32>(), LARGE as u32 + 50);

    let now = world.now;
    world.phones[LI].feed(now, Input::Road { blobs: false });
    world.exchange(LI);
    world.exchange(ROOT);
    assert_eq!((status(&world).unsent, unsent(&world).len()), (0, 2), "the visit goes, the photos wait for the Wi-Fi");
    assert_eq!(seen_by(&world, ROOT, &first), Err(LedgerError::NotFound));

    world.phones[LI].feed(now, Input::Road { blobs: true });
    world.exchange(LI);
    assert_eq!(unsent(&world), [] as [Sha; 0]);
    assert_eq!(seen_by(&world, ROOT, &first), Ok(LARGE));
    assert_eq!(seen_by(&world, ROOT, &second), Ok(50));
    world.all_is_well().expect("every invariant holds");
}

#[test]
fn an_upload_that_was_cut_goes_on_where_it_stood() {
    let mut world = World::calm(32);
    let shop = new_customer(&mut world, LI, "虎门同利五金", 0);
    world.exchange(LI);
    let (sha, saved) = photo(&mut world, shop, 3, LARGE);
    saved.expect("saved");
    let caller = Caller { user: world.phones[LI].user, dev: world.phones[LI].dev };
    let now = world.now;
    world.phones[LI].feed(now, Input::Wake);
    let stands = |world: &World| world.ledger.blob_state(&caller, &sha, world.now).map_or(0, |(_, offset)| offset);
    while stands(&world) == 0 {
        let moved = world.phones[LI].perform(world.now, &mut world.dice) || world.network(LI, false);
        assert!(moved, "the first chunk arrives");
    }
    // The network goes in the middle of the second chunk, and the app is killed.
    let first = stands(&world);
    let app = world.phones[LI].app.as_mut().expect("it runs");
    for sent in std::mem::take(&mut app.sent) {
        let (now, request) = (world.now, sent.request);
        world.phones[LI].feed(now, Input::Answered { request, answer: Err(NetError::Unreachable) });
    }
    world.restart(LI);
    assert_eq!(unsent(&world), [sha], "it is still owed");
    world.exchange(LI);
    assert_eq!((first, unsent(&world).len()), (CHUNK as u64, 0));
    assert_eq!(seen_by(&world, ROOT, &sha), Ok(LARGE), "and whole");
}

#[test]
fn pressure_drops_what_two_backups_have_and_nothing_else() {
    let mut world = World::calm(33);
    let shop = new_customer(&mut world, LI, "虎门同利五金", 0);
    let (sent, saved) = photo(&mut world, shop, 4, LARGE);
    saved.expect("saved");
    world.exchange(LI);
    // Two backups hold it, as what she wrote after it tells.
    for name in ["东莞皮革", "厚街鞋材"] {
        new_customer(&mut world, LI, name, 0);
        world.exchange(LI);
        world.back_up();
        world.exchange(LI);
    }
    let (owed, saved) = photo(&mut world, shop, 5, LARGE);
    saved.expect("saved");
    let now = world.now;
    world.phones[LI].feed(now, Input::Pressed);
    while world.phones[LI].perform(world.now, &mut world.dice) {}
    assert_eq!((kept(&world, &sent), kept(&world, &owed)), ([false; 2], [true; 2]));
    assert_eq!(unsent(&world), [owed]);
}

#[test]
fn a_disk_without_room_keeps_the_words_and_says_so() {
    let mut world = World::calm(34);
    let shop = new_customer(&mut world, LI, "虎门同利五金", 0);
    world.exchange(LI);
    world.phones[LI].disk.fail_next(crm_replica::ports::CommitError::Quota);
    let (sha, saved) = photo(&mut world, shop, 6, LARGE);
    assert_eq!(saved, Err(Failure::Quota));
    assert_eq!(kept(&world, &sha), [false; 2], "neither the photo");
    assert_eq!(lines(&mut world, LI, shop), [], "nor its event");
    assert_eq!(status(&world).storage, crm_replica::ports::Storage::Fine, "what is small may have room");
    world.all_is_well().expect("every invariant holds");
}

#[test]
fn a_restored_server_gets_the_photos_again() {
    let mut world = World::calm(35);
    let shop = new_customer(&mut world, LI, "虎门同利五金", 0);
    world.exchange(LI);
    let before = world.copy();
    let (sha, saved) = photo(&mut world, shop, 7, LARGE);
    saved.expect("saved");
    world.exchange(LI);
    assert_eq!(seen_by(&world, ROOT, &sha), Ok(LARGE));
    world.restore_from(&before);
    assert_eq!(seen_by(&world, ROOT, &sha), Err(LedgerError::NotFound));
    world.all_is_well().expect("every invariant holds");
    assert_eq!(seen_by(&world, ROOT, &sha), Ok(LARGE));
}
