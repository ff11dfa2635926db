//! The conformance suite on SQLite, in memory as the simulator has it. The file is the same code with a path.
use crm_server::Sqlite;
use crm_server::ledger::store::Store;
use tests::ledger::office;

fn sqlite() -> Box<dyn Store> {
    Box::new(Sqlite::in_memory(office::id("org")).expect("SQLite opens in memory"))
}

tests::ledger_suite!(sqlite());
