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
