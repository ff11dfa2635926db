//! The server dies at every failpoint, and from outside at any moment; it starts again, the clients send again, and
//! everything that was told has happened, once and whole (SYNC 4.7).
use super::home::{Home, ORG, Server};
use super::rounds;
use super::siege::Siege;
use crm_domain::ids::Uuid;
use crm_server::failpoint::Point;
use crm_server::{Sqlite, backup};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;
use tests::sim::Dice;

/// After so many deaths a siege begins with new data: what is checked grows.
const DEATHS: u64 = 5;
/// The rarest point is reached within so many bursts.
const BURSTS: usize = 60;

/// The points of a push on this store.
fn points(sqlite: bool) -> impl Iterator<Item = Point> {
    use Point::*;
    Point::ALL.iter().copied().filter(move |point| match point {
        GroupBegun | MemberBegun | MemberJoined | MemberWaits => sqlite,
        GateHeld | RecsSent => !sqlite,
        BackupCopied | BackupProved | BackupNamed => false,
        RestoreBegun | RestoreArrived | RestoreKept | RestoreDone => false,
        _ => true,
    })
}

/// A server with everybody at it, until it has died so often.
struct Sieges {
    make: fn(&str) -> Home,
    name: &'static str,
    siege: Option<Siege>,
    deaths: u64,
    dice: Dice,
}

impl Sieges {
    fn new(name: &'static str, make: fn(&str) -> Home) -> Self {
        Self { make, name, siege: None, deaths: 0, dice: Dice::new(1) }
    }

    fn siege(&mut self) -> &mut Siege {
        self.deaths += 1;
        if self.deaths % DEATHS == 1 {
            // Its folder goes before another takes the name.
            drop(self.siege.take());
        }
        let (make, name) = (self.make, self.name);
        self.siege.get_or_insert_with(|| Siege::of(make(name)))
    }

    fn dies_at(&mut self, point: Point) {
        let times = 1 + self.dice.below(4);
        let siege = self.siege();
        siege.home.arm(point, times);
        let mut bursts = 0;
        while !siege.server.is_dead() {
            assert!(bursts < BURSTS, "{point:?} is not reached {times} times in {BURSTS} bursts");
            bursts += 1;
            if !siege.burst().is_empty() {
                siege.server.ends();
            }
        }
        siege.home.disarm();
        rises(siege);
    }

    fn is_killed(&mut self) {
        let late = Duration::from_micros(self.dice.below(60_000));
        let siege = self.siege();
        let server = siege.server.id();
        let killer = std::thread::spawn(move || {
            std::thread::sleep(late);
            Command::new("kill").args(["-9", &server]).status().expect("kill runs")
        });
        siege.burst();
        assert!(killer.join().expect("it ends").success());
        siege.server.ends();
        rises(siege);
    }
}

/// The tables are checked before anybody comes back too: a crash leaves nothing half done.
fn rises(siege: &mut Siege) {
    siege.restart();
    siege.check_tables(&*siege.home.store());
    siege.settle(1);
    siege.check();
}

fn a_server_that_dies_at_any_point_has_lost_and_doubled_nothing(name: &'static str, make: fn(&str) -> Home) {
    let mut sieges = Sieges::new(name, make);
    let on_sqlite = sieges.siege().home.is_on_sqlite();
    let points: Vec<Point> = points(on_sqlite).collect();
    assert!(points.len() >= 20, "{} points", points.len());
    for point in &points {
        for _ in 0..rounds("deaths") {
            sieges.dies_at(*point);
        }
    }
    println!("{name}: {} points, {} deaths at each", points.len(), rounds("deaths"));
}

fn a_server_that_is_killed_at_any_moment_has_lost_and_doubled_nothing(name: &'static str, make: fn(&str) -> Home) {
    let mut sieges = Sieges::new(name, make);
    for _ in 0..rounds("kills") {
        sieges.is_killed();
    }
}

on_both_stores! {
    a_server_that_dies_at_any_point_has_lost_and_doubled_nothing,
    a_server_that_is_killed_at_any_moment_has_lost_and_doubled_nothing,
}

fn backups(folder: &std::path::Path) -> Vec<PathBuf> {
    let Ok(files) = std::fs::read_dir(folder) else { return Vec::new() };
    let files = files.map(|file| file.expect("a file").path());
    files.filter(|file| file.extension().is_some_and(|e| e == "sqlite")).collect()
}

/// What bears a backup's name is whole; what was not proved has no such name, and does not stand in the way.
#[test]
fn a_backup_that_dies_leaves_no_half_a_backup() {
    for point in [Point::BackupCopied, Point::BackupProved, Point::BackupNamed] {
        let mut siege = Siege::of(Home::on_sqlite("backup"));
        assert_eq!(siege.burst(), []);
        siege.settle(1);
        let away = siege.home.folder().join("away");
        let back_up = |siege: &Siege| siege.home.tool(&["backup".as_ref(), away.as_ref(), "--off-machine".as_ref()]);
        siege.home.arm(point, 1);
        assert!(!back_up(&siege).0, "{point:?} is reached");
        siege.home.disarm();
        let left = backups(&away);
        assert_eq!(left.len(), usize::from(point == Point::BackupNamed), "{point:?}: {left:?}");
        left.iter().for_each(|file| drop(backup::prove(file).expect("whole")));
        assert_eq!(siege.burst(), [], "{point:?}: the server goes on");
        siege.settle(1);
        let (done, said) = back_up(&siege);
        assert!(done, "{point:?}: {said}");
        siege.check();
    }
}

/// Never nothing in the data's place, and never the backup under its old epoch.
#[test]
fn a_restore_that_dies_leaves_the_data_or_the_backup() {
    for point in [Point::RestoreBegun, Point::RestoreArrived, Point::RestoreKept, Point::RestoreDone] {
        let mut siege = Siege::of(Home::on_sqlite("restore"));
        assert_eq!(siege.burst(), []);
        let away = siege.home.folder().join("away");
        let (done, said) = siege.home.tool(&["backup".as_ref(), away.as_ref(), "--off-machine".as_ref()]);
        assert!(done, "{said}");
        assert_eq!(siege.burst(), []);
        siege.settle(1);
        let before = siege.home.ledger();
        let (epoch, numbers) = (before.epoch().expect("read"), before.numbers().expect("read"));
        drop(before);
        drop_server(&mut siege.server);
        let file = backups(&away).pop().expect("a backup");
        let restore = |siege: &Siege| siege.home.tool(&["restore".as_ref(), file.as_ref(), "--replace".as_ref()]);
        siege.home.arm(point, 1);
        assert!(!restore(&siege).0, "{point:?} is reached");
        siege.home.disarm();
        let place = siege.home.folder().join(backup::FILE);
        assert_eq!(Sqlite::open(&place, Uuid::nil()).expect("it opens").org(), ORG, "{point:?}: not a new database");
        let left = siege.home.ledger();
        let same = (left.epoch().expect("read"), left.numbers().expect("read")) == (epoch, numbers);
        let drawn = left.epoch().expect("read") != epoch;
        drop(left);
        assert_eq!((same, drawn), (point != Point::RestoreDone, point == Point::RestoreDone), "{point:?}");
        let (done, said) = restore(&siege);
        assert!(done, "{point:?}: {said}");
        // Phones give back what the backup lacks; the clerks have no journal, and stay away.
        siege.restart();
        siege.walkers.iter_mut().for_each(|walker| walker.settle(3));
        assert_ne!(siege.home.ledger().epoch(), Ok(epoch));
    }
}

fn drop_server(server: &mut Server) {
    assert!(Command::new("kill").args(["-9", &server.id()]).status().expect("kill runs").success());
    server.ends();
}
