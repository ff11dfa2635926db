//! Numbered SQL files, each run once and in order; one row remembers the last. Servers that start at the same time wait
//! for one another at that row.
use super::connect::{Conn, said};
use crate::ledger::store::StoreError;
use crm_domain::ids::Uuid;
use postgres::error::SqlState;

const FILES: &[&str] = &[
    include_str!("migrations/0001_ledger.sql"),
    include_str!("migrations/0002_backups.sql"),
    include_str!("migrations/0003_desks.sql"),
    include_str!("migrations/0004_pages.sql"),
    include_str!("migrations/0005_log.sql"),
    include_str!("migrations/0006_blobs_by_person.sql"),
    include_str!("migrations/0007_merged.sql"),
];

const TAKEN: [SqlState; 3] = [SqlState::UNIQUE_VIOLATION, SqlState::DUPLICATE_TABLE, SqlState::DUPLICATE_OBJECT];

/// Returns the organisation that the database holds; an empty one takes `org`. Fails on a schema of a newer server.
pub fn run(conn: &mut Conn, org: Uuid) -> Result<Uuid, StoreError> {
    let prepare = "CREATE TABLE IF NOT EXISTS zoufang_schema (one BOOLEAN NOT NULL, version BIGINT NOT NULL, \
                   PRIMARY KEY (one)); \
                   INSERT INTO zoufang_schema (one, version) VALUES (TRUE, 0) ON CONFLICT DO NOTHING";
    if conn.query("SELECT 1 FROM pg_class WHERE oid = to_regclass('zoufang_schema')", &[])?.is_empty() {
        match conn.batch(prepare) {
            // Another server has just made it.
            Err(error) if error.code().is_some_and(|code| TAKEN.contains(code)) => conn.batch(prepare),
            done => done,
        }
        .map_err(not_made)?;
    }
    conn.begin("BEGIN ISOLATION LEVEL READ COMMITTED")?;
    let version = conn.query("SELECT version FROM zoufang_schema WHERE one FOR UPDATE", &[])?;
    let done = version.first().map_or(Ok(0), |row| row.try_get::<_, i64>(0))?;
    let done = usize::try_from(done).unwrap_or(usize::MAX);
    if done > FILES.len() {
        return Err(StoreError(format!(
            "the data is of a newer server (schema {done}, known {}); start that one, or name another database",
            FILES.len()
        )));
    }
    for sql in &FILES[done..] {
        conn.batch(sql).map_err(not_made)?;
    }
    if done < FILES.len() {
        conn.query("UPDATE zoufang_schema SET version = $1 WHERE one", &[&(FILES.len() as i64)])?;
    }
    let kept = conn.query("SELECT org FROM gate LIMIT 1", &[])?;
    let org = match kept.first() {
        Some(row) => {
            Uuid::from_slice(row.try_get(0)?).map_err(|_| StoreError("the stored organisation is no id".into()))?
        }
        None => {
            conn.query("INSERT INTO gate (org) VALUES ($1)", &[&org.as_bytes().as_slice()])?;
            org
        }
    };
    conn.end("COMMIT")?;
    Ok(org)
}

fn not_made(error: postgres::Error) -> StoreError {
    StoreError(format!("the ledger's tables cannot be made: {}", said(&error)))
}
