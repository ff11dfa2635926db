//! The conformance suite on SQLite: in memory, as the simulator has it, and in a file, with its group commit and readers.
use crm_server::Sqlite;
use crm_server::ledger::store::Store;
use std::sync::atomic::{AtomicU32, Ordering};
use tests::ledger::office;

mod in_memory {
    fn store() -> Box<dyn super::Store> {
        Box::new(super::Sqlite::in_memory(super::office::id("org")).expect("SQLite opens in memory"))
    }
    tests::ledger_suite!(store());
}

mod in_a_file {
    /// A file of its own for each case.
    fn store() -> Box<dyn super::Store> {
        static NEXT: super::AtomicU32 = super::AtomicU32::new(0);
        let n = NEXT.fetch_add(1, super::Ordering::SeqCst);
        let folder = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        let file = folder.join(format!("ledger-{}-{n}.sqlite", std::process::id()));
        Box::new(super::Sqlite::open(&file, super::office::id("org")).expect("SQLite opens a file"))
    }
    tests::ledger_suite!(store());
}

/// Whoever has the database can change it; the roots that the phones hold then tell.
#[test]
fn an_audit_finds_what_was_changed_in_the_database() {
    let file =
        std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("audit-{}.sqlite", std::process::id()));
    let store = Sqlite::open(&file, office::id("org")).expect("SQLite opens a file");
    let mut o = office::Office::new(Box::new(store));
    tests::ledger::events::logged_arrivals(&mut o, 5);
    o.pass(86_400_000);
    assert!(o.ledger.publish_root(o.now).expect("published"));
    let faults = |o: &office::Office| o.ledger.audit_log().expect("audited").faults;
    assert_eq!(faults(&o), Vec::<String>::new());

    let other = rusqlite::Connection::open(&file).expect("the file opens");
    let change = |sql: &str| assert_eq!(other.execute(sql, []).expect(sql), 1);
    let one = "(SELECT event FROM leaf WHERE n = 2)";
    change(&format!("UPDATE event SET received_at = received_at - 60000 WHERE id = {one}"));
    assert!(faults(&o)[0].contains("is not what was logged"), "{:?}", faults(&o));
    // The leaf is changed with it: then the root is another.
    change(&format!(
        "UPDATE leaf SET data = (SELECT CAST(hash || unhex(printf('%016x', received_at)) AS BLOB) FROM event WHERE id = leaf.event) WHERE event = {one}"
    ));
    assert!(faults(&o)[0].contains("is not that of its events"), "{:?}", faults(&o));
    change(&format!("UPDATE event SET received_at = received_at + 60000 WHERE id = {one}"));
    change(&format!(
        "UPDATE leaf SET data = (SELECT CAST(hash || unhex(printf('%016x', received_at)) AS BLOB) FROM event WHERE id = leaf.event) WHERE event = {one}"
    ));
    assert_eq!(faults(&o), Vec::<String>::new());
    // The last one is taken away.
    change("DELETE FROM leaf WHERE n = 4");
    assert!(faults(&o)[0].contains("more events than there are"), "{:?}", faults(&o));
}

/// The whole file, once what was deleted has been overwritten.
#[test]
fn after_a_purge_the_file_holds_nothing_of_her_values() {
    let file =
        std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("purge-{}.sqlite", std::process::id()));
    let open = || Box::new(Sqlite::open(&file, office::id("org")).expect("SQLite opens a file"));
    let found = |o: office::Office| {
        drop(o);
        let other = rusqlite::Connection::open(&file).expect("the file opens");
        other.execute_batch("PRAGMA wal_checkpoint(TRUNCATE); VACUUM;").expect("vacuumed");
        drop(other);
        let bytes = std::fs::read(&file).expect("read");
        let mark = tests::ledger::purge::MARK.as_bytes();
        bytes.windows(mark.len()).filter(|some| *some == mark).count()
    };
    let mut o = office::Office::new(open());
    o.ledger = o.ledger.with_pages_of(1);
    tests::ledger::purge::write_everything(&mut o);
    tests::ledger::purge::purge(&mut o);
    tests::ledger::purge::write_late(&mut o);
    assert_eq!(found(o), 0);
    std::fs::remove_file(&file).expect("removed");
    let mut o = office::Office::new(open());
    tests::ledger::purge::write_everything(&mut o);
    assert!(found(o) > 20, "without the purge it is full of them");
}
