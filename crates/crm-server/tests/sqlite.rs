//! The store itself: groups of transactions, copies, reopening.
use crm_domain::ids::{Uuid, derived_id};
use crm_server::Sqlite;
use crm_server::ledger::LedgerError;
use crm_server::ledger::store::{Store, StoreError, Tx};
use std::path::PathBuf;

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}.sqlite", std::process::id()))
}

fn org() -> Uuid {
    derived_id(0, &[b"org"])
}

fn put(store: &Sqlite, key: &str, value: &[u8]) -> Result<(), LedgerError> {
    store.write(&mut |tx| Ok(tx.put_meta(key, value)?))
}

fn get(store: &Sqlite, key: &str) -> Option<Vec<u8>> {
    let mut found = None;
    let mut body = |tx: &dyn Tx| {
        found = tx.meta(key)?;
        Ok(())
    };
    store.read(&mut body).expect("read");
    found
}

#[test]
fn many_writers_share_commits_and_a_bad_one_takes_nobody_along() {
    let path = file("group");
    let store = Sqlite::open(&path, org()).expect("opens");
    let threads = 8;
    let each = 50;
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let store = &store;
            scope.spawn(move || {
                for i in 0..each {
                    let key = format!("{thread}.{i}");
                    let bad = i % 5 == 4;
                    let done = store.write(&mut |tx| {
                        tx.put_meta(&key, &[1])?;
                        if bad { Err(LedgerError::NotAllowed) } else { Ok(()) }
                    });
                    assert_eq!(done, if bad { Err(LedgerError::NotAllowed) } else { Ok(()) });
                    assert_eq!(get(store, &key).is_some(), !bad, "what was answered is there for every reader");
                }
            });
        }
    });
    drop(store);
    let again = Sqlite::open(&path, derived_id(0, &[b"another"])).expect("opens again");
    assert_eq!(again.org(), org(), "the file knows whose it is");
    let kept = (0..threads).flat_map(|t| (0..each).map(move |i| format!("{t}.{i}")));
    assert_eq!(kept.filter(|key| get(&again, key).is_some()).count(), threads * each * 4 / 5);
}

#[test]
fn a_body_that_panics_leaves_nothing_and_the_store_usable() {
    let store = Sqlite::in_memory(org()).expect("opens");
    put(&store, "before", b"1").expect("written");
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        store.write(&mut |tx| {
            tx.put_meta("half", b"1")?;
            panic!("as a bug would")
        })
    }));
    assert!(panicked.is_err());
    put(&store, "after", b"1").expect("written");
    let there = ["before", "half", "after"].map(|key| get(&store, key).is_some());
    assert_eq!(there, [true, false, true]);
}

#[test]
fn a_copy_is_the_database_at_that_moment() {
    let store = Sqlite::in_memory(org()).expect("opens");
    put(&store, "key", b"old").expect("written");
    let copy = store.copy().expect("copied");
    put(&store, "key", b"new").expect("written");
    let restored = Sqlite::from_copy(&copy, org()).expect("opens");
    assert_eq!((get(&restored, "key"), get(&store, "key")), (Some(b"old".to_vec()), Some(b"new".to_vec())));
    put(&restored, "key", b"own").expect("a copy can be written");
    assert_eq!(get(&store, "key"), Some(b"new".to_vec()));
}

#[test]
fn data_of_a_newer_server_is_left_alone() {
    let path = file("newer");
    drop(Sqlite::open(&path, org()).expect("opens"));
    let conn = rusqlite::Connection::open(&path).expect("opens");
    conn.pragma_update(None, "user_version", 9_999).expect("set");
    drop(conn);
    let Err(StoreError(told)) = Sqlite::open(&path, org()) else { panic!("it opened") };
    assert!(told.contains("newer"), "{told}");
}
