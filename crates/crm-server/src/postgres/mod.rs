//! The ledger's store on PostgreSQL: many writers at a time, each in one READ COMMITTED transaction with explicit locks
//! (SYNC 3); readers on one snapshot each. What the locks promise:
//!
//! - **A bucket's order is that of its commits.** `bump` locks the bucket's counter until the transaction ends, so who
//!   sees number 8 sees everything up to 8. Its test is `whoever_follows_a_cursor_misses_no_row`, in
//!   `tests/tests/ledger_postgres/many.rs` like those of the next lines.
//! - **What a body has read and found is locked**: devices, records, blobs, in the order of their ids.
//! - **What it has looked for and not found** cannot be locked. It is inserted, and whoever comes second fails on the key
//!   and runs again; or it stays absent, and then the body runs again *alone*.
//! - **Alone** are the few transactions that others judge by without a lock: people, grants, decisions, tombstones, and
//!   what waits. Everybody else shares the row `gate`; they take it for themselves.
//!
//! A body runs again, from the start and at most [`TRIES`] times, after a deadlock, a failed serialisation, a key that
//! somebody else has inserted, and a connection that broke before its commit.
mod connect;
mod migrate;
mod rows;
mod steps;
mod tx;

use crate::failpoint::{Point, reached};
use crate::ledger::LedgerError;
use crate::ledger::store::{Body, Store, StoreError};
use connect::{Conn, Connector};
use crm_domain::ids::Uuid;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;
use tx::{PgTx, Rights, Trouble};

/// Connections at most; each runs one transaction at a time.
const CONNECTIONS: u32 = 16;
/// How long a transaction waits for a connection.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often a body is run before its failure is told.
const TRIES: u32 = 12;
/// The longest pause between two of them.
const PAUSE_MS: u64 = 250;

type Pooled = r2d2::PooledConnection<Connector>;

pub struct Postgres {
    org: Uuid,
    pool: r2d2::Pool<Connector>,
    /// The row `gate` as this process has it: a lone writer would wait for ever for a row that others go on sharing.
    gate: RwLock<()>,
    commits: AtomicU64,
}

/// How a run of a body ended.
enum End {
    Done(Result<(), LedgerError>),
    /// Somebody else was in the way; nothing of it holds.
    Again(StoreError),
    /// It must run with nobody beside it; nothing of it holds.
    Alone,
}

impl Postgres {
    /// Opens the database that `url` names (`postgres://user:password@host/database`) and makes its tables. `org`: used
    /// where it is empty, see [`Postgres::org`].
    ///
    /// The error says what to do: nobody answers, the password is wrong, the schema is a newer server's.
    pub fn open(url: &str, org: Uuid) -> Result<Self, StoreError> {
        let connector = Connector::new(url)?;
        let org = migrate::run(&mut connector.first()?, org)?;
        let pool = r2d2::Pool::builder()
            .max_size(CONNECTIONS)
            .min_idle(Some(0))
            .connection_timeout(PATIENCE)
            // A transaction whose connection turns out to be broken takes another.
            .test_on_check_out(false)
            .build_unchecked(connector);
        Ok(Self { org, pool, gate: RwLock::new(()), commits: AtomicU64::new(0) })
    }

    /// The organisation that the database holds.
    pub fn org(&self) -> Uuid {
        self.org
    }

    /// A connection in a transaction. Those that broke while they lay idle are thrown away.
    fn begin(&self, rights: Rights) -> Result<Pooled, StoreError> {
        let sql = rights.begin(self.org);
        let mut tries = 0;
        loop {
            let mut conn = self.pool.get().map_err(|e| StoreError(format!("no connection to PostgreSQL: {e}")))?;
            match conn.begin(&sql) {
                Ok(()) => return Ok(conn),
                Err(error) if (tx::is_cut(&error) || conn.is_closed()) && tries <= CONNECTIONS => tries += 1,
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn run(&self, rights: Rights, body: &mut Body) -> Result<End, StoreError> {
        let mut conn = self.begin(rights)?;
        if rights != Rights::Snapshot {
            reached(Point::GateHeld);
        }
        let tx = PgTx::new(&mut conn, self.org, rights);
        let result = body(&tx);
        let end = match (tx.finish(result.is_ok()), result) {
            (Some(Trouble::Alone), _) => End::Alone,
            (Some(Trouble::Again(error)), _) => End::Again(error),
            (Some(Trouble::Failed(error)), _) => End::Done(Err(error.into())),
            (None, Err(error)) => End::Done(Err(error)),
            (None, Ok(())) => return Ok(commit(&mut conn, rights)),
        };
        // Where this fails the pool throws the connection away, and PostgreSQL rolls back by itself.
        let _ = conn.end("ROLLBACK");
        Ok(end)
    }

    fn run_until_done(&self, mut rights: Rights, body: &mut Body) -> Result<(), LedgerError> {
        let mut tries = 0;
        loop {
            let end = match rights {
                Rights::Alone => {
                    let _alone = self.gate.write().unwrap_or_else(PoisonError::into_inner);
                    self.run(rights, body)?
                }
                Rights::Shared => {
                    let _shared = self.gate.read().unwrap_or_else(PoisonError::into_inner);
                    self.run(rights, body)?
                }
                Rights::Snapshot => self.run(rights, body)?,
            };
            match end {
                End::Done(result) => return result,
                End::Alone => rights = Rights::Alone,
                End::Again(StoreError(last)) if tries + 1 == TRIES => {
                    return Err(StoreError(format!("given up after {TRIES} tries: {last}")).into());
                }
                End::Again(_) => {
                    std::thread::sleep(pause(tries));
                    tries += 1;
                }
            }
        }
    }
}

impl Store for Postgres {
    fn write(&self, body: &mut Body) -> Result<(), LedgerError> {
        self.run_until_done(Rights::Shared, body)?;
        self.commits.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn read(&self, body: &mut Body) -> Result<(), LedgerError> {
        self.run_until_done(Rights::Snapshot, body)
    }

    fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }
}

fn commit(conn: &mut Conn, rights: Rights) -> End {
    let writes = rights != Rights::Snapshot;
    if writes {
        reached(Point::Uncommitted);
    }
    match conn.end("COMMIT") {
        Ok(()) => {
            if writes {
                reached(Point::Committed);
            }
            End::Done(Ok(()))
        }
        Err(error) if tx::can_run_again(&error) => End::Again(error.into()),
        // Whether it holds is not known: whoever asked asks again, and what was done is then found done.
        Err(error) => End::Done(Err(StoreError(format!("the commit failed: {}", connect::said(&error))).into())),
    }
}

/// Between nothing and a limit that doubles: those that met once should not meet again.
fn pause(tries: u32) -> Duration {
    let limit = PAUSE_MS.min(4 << tries.min(16));
    let mut random = [0; 8];
    // Without randomness the pauses are of equal length, which is only slower.
    let _ = getrandom::fill(&mut random);
    Duration::from_micros(u64::from_be_bytes(random) % (limit * 1_000))
}

impl From<postgres::Error> for StoreError {
    fn from(error: postgres::Error) -> Self {
        StoreError(connect::said(&error))
    }
}
