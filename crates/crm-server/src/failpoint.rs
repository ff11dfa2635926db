//! Named places in the server where the tests let it die, or cut what it stands on (SYNC 4.7). Only the feature
//! `failpoints`, which the tests alone turn on, compiles them in; without it [`reached`] is an empty function and nothing
//! of them is in the product.
//!
//! A process that is given a folder by `ZOUFANG_FAILPOINTS` dies at a point once a file of the point's name lies there:
//! at the so-manieth time from then as the file says, without unwinding, flushing or closing anything. What runs the
//! ledger in its own process is called at each point of its thread instead, see [`during`].

macro_rules! points {
    ($($(#[doc = $what:literal])* $name:ident,)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Point { $($(#[doc = $what])* $name,)* }

        impl Point {
            pub const ALL: &[Point] = &[$(Point::$name),*];
        }
    };
}

points! {
    /// HTTP: a push was read, and the ledger does not know of it yet.
    PushRead,
    /// HTTP: the ledger has taken a push, and nobody was told.
    PushTaken,
    /// Ledger: the transaction runs, and its device is not locked.
    DeviceUnlocked,
    /// Ledger: the device is locked.
    DeviceLocked,
    /// Ledger: an op has its place in the queue.
    PlacePut,
    /// Ledger: an op and its outcome are written.
    OpPut,
    /// Ledger: an event's place in its chain is written.
    EventPut,
    /// Ledger: an op that waits is written down.
    WaitingPut,
    /// Ledger: a refused create is remembered.
    RefusedPut,
    /// Ledger: where a record lived is written.
    HomePut,
    /// Ledger: a grant is opened.
    GrantPut,
    /// Ledger: a bucket's counter is taken.
    BucketBumped,
    /// Ledger: an exit is written.
    ExitPut,
    /// Ledger: a record is handed to the store.
    RecPut,
    /// Ledger: a bucket's digest is written.
    DigestPut,
    /// Ledger: the device's count is written, the last step of a push.
    DevicePut,
    /// Ledger: committed, and neither the book nor listeners know.
    Unpublished,
    /// Ledger: a bucket's pages are built, and not written.
    PagesBuilt,
    /// Ledger: a bucket's pages are written, and not committed.
    PagesPut,
    /// SQLite: a group has begun.
    GroupBegun,
    /// SQLite: a push has its savepoint.
    MemberBegun,
    /// SQLite: a push has joined the group.
    MemberJoined,
    /// SQLite: a push has joined, and waits for somebody else's commit.
    MemberWaits,
    /// PostgreSQL: the transaction has begun, its first lock is held.
    GateHeld,
    /// PostgreSQL: records were sent, many in one statement.
    RecsSent,
    /// Both: all is written, and not committed.
    Uncommitted,
    /// Both: committed, and nobody knows.
    Committed,
    /// Backup: a copy lies there, unproved.
    BackupCopied,
    /// Backup: the copy is proved, and has not its name yet.
    BackupProved,
    /// Backup: the copy has its name, and is not counted.
    BackupNamed,
    /// Restore: the data is closed, the backup not yet beside it.
    RestoreBegun,
    /// Restore: the backup lies beside the data, with its epoch drawn.
    RestoreArrived,
    /// Restore: what was there is kept under another name too.
    RestoreKept,
    /// Restore: the backup is in the place of the data.
    RestoreDone,
}

#[cfg(not(feature = "failpoints"))]
pub const fn reached(_: Point) {}

#[cfg(feature = "failpoints")]
pub use armed::{during, reached};

#[cfg(feature = "failpoints")]
mod armed {
    use super::Point;
    use std::cell::RefCell;
    use std::collections::BTreeMap;
    use std::path::PathBuf;
    use std::sync::{LazyLock, Mutex, PoisonError};

    type Hook = Box<dyn FnMut(Point)>;

    thread_local! {
        static HOOK: RefCell<Option<Hook>> = const { RefCell::new(None) };
    }

    /// Calls `hook` at each point that this thread reaches in `work`.
    pub fn during<T>(hook: impl FnMut(Point) + 'static, work: impl FnOnce() -> T) -> T {
        HOOK.set(Some(Box::new(hook)));
        let done = work();
        HOOK.set(None);
        done
    }

    pub fn reached(point: Point) {
        HOOK.with_borrow_mut(|hook| {
            if let Some(hook) = hook {
                hook(point);
            }
        });
        die_if_armed(point);
    }

    fn die_if_armed(point: Point) {
        static FOLDER: LazyLock<Option<PathBuf>> =
            LazyLock::new(|| std::env::var_os("ZOUFANG_FAILPOINTS").map(PathBuf::from));
        static TIMES: Mutex<BTreeMap<Point, u64>> = Mutex::new(BTreeMap::new());
        let Some(folder) = FOLDER.as_deref() else { return };
        let Ok(armed) = std::fs::read_to_string(folder.join(format!("{point:?}"))) else { return };
        // A file that is just being written says nothing yet.
        let Ok(at) = armed.trim().parse::<u64>() else { return };
        let mut times = TIMES.lock().unwrap_or_else(PoisonError::into_inner);
        let now = times.entry(point).or_default();
        *now += 1;
        if *now >= at {
            std::process::abort();
        }
    }
}
