//! Numbered SQL files, each run once and in order; the file's own counter remembers the last.
use crate::ledger::store::StoreError;
use rusqlite::Connection;

const FILES: &[&str] = &[
    include_str!("migrations/0001_ledger.sql"),
    include_str!("migrations/0002_backups.sql"),
    include_str!("migrations/0003_desks.sql"),
    include_str!("migrations/0004_pages.sql"),
    include_str!("migrations/0005_log.sql"),
    include_str!("migrations/0006_blobs_by_person.sql"),
    include_str!("migrations/0007_merged.sql"),
];

/// The schema that this version knows.
pub const NEWEST: usize = FILES.len();

/// Fails on a file that a newer server has written.
pub fn run(conn: &Connection) -> Result<(), StoreError> {
    let done: usize = conn.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0))? as usize;
    if done > FILES.len() {
        return Err(StoreError(format!("the data is of a newer server (schema {done}, known {})", FILES.len())));
    }
    for (i, sql) in FILES.iter().enumerate().skip(done) {
        conn.execute_batch(&format!("BEGIN; {sql} PRAGMA user_version = {}; COMMIT;", i + 1))?;
    }
    Ok(())
}
