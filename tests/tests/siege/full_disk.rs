//! The disk fills up under SQLite (SYNC 4.7). Faked by a limit on the size of the server's files (RLIMIT_FSIZE) that is
//! lowered and raised while it runs: the same calls fail in the same places as on a full disk, with EFBIG in the place of
//! ENOSPC, and shared memory and other files of the server still find room.
use super::home::{Home, Server};
use super::siege::Siege;
use super::walker::Walker;
use crm_domain::bucket::Bucket;
use crm_replica::ports::{NetError, RefusalCode, SyncState};
use crm_server::backup;
use std::process::Command;
use tests::sim::office::GRIDS;

/// Bursts until it is full, and while it is.
const BURSTS: usize = 40;

fn limit(server: &Server, bytes: &str) {
    let set = Command::new("prlimit").args([&format!("--fsize={bytes}:"), "--pid", &server.id()]).status();
    assert!(set.expect("prlimit runs").success(), "no limit of {bytes}");
}

#[test]
fn a_disk_that_fills_up_refuses_pushes_loses_nothing_and_recovers() {
    let mut siege = Siege::with(Home::on_sqlite("full"), Server::start_with_a_limit);
    assert_eq!(siege.burst(), []);
    siege.settle(1);
    // Room for some bursts more than the file already takes.
    let size = std::fs::metadata(siege.home.folder().join(backup::FILE)).expect("the file").len();
    limit(&siege.server, &(size.max(1_000_000)).to_string());
    let full =
        |failed: &[NetError]| failed.iter().all(|e| matches!(e, NetError::Refused { code: RefusalCode::Failed, .. }));
    let mut refused = 0;
    for _ in 0..BURSTS {
        let failed = siege.burst();
        assert!(full(&failed), "worded as a failure of the server's: {failed:?}");
        refused += usize::from(!failed.is_empty());
        if refused >= 3 && siege.walkers.iter().any(|walker| walker.status().unsent > 0) {
            break;
        }
    }
    assert!(refused >= 3, "the disk fills up");
    let failed = siege.desk.push().expect_err("and stays full");
    assert!(full(&[failed]), "{failed:?}");
    let waiting: Vec<_> = siege.walkers.iter().map(Walker::status).filter(|status| status.unsent > 0).collect();
    assert!(!waiting.is_empty(), "what people do goes on, on their phones");
    let told = SyncState::Refused(RefusalCode::Failed);
    assert!(waiting.iter().all(|status| status.sync == told), "and they are told that it is the server: {waiting:?}");
    // Reads go on: what is there can be followed, and lies there whole.
    let mut rows = 0;
    for grid in GRIDS {
        rows += siege.desk.rows(Bucket::Grid(grid), Some(0)).expect("a full disk can be read").len();
    }
    assert!(rows > 0);
    siege.check_tables(&*siege.home.store());

    limit(&siege.server, "unlimited");
    siege.settle(2);
    siege.check();
    drop_and_rise(&mut siege);
}

/// Nothing of what was acknowledged lay in memory alone.
fn drop_and_rise(siege: &mut Siege) {
    assert!(Command::new("kill").args(["-9", &siege.server.id()]).status().expect("kill runs").success());
    siege.server.ends();
    siege.restart();
    assert_eq!(siege.burst(), []);
    siege.settle(1);
    siege.check();
}
