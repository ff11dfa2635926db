//! The ledger's store on embedded SQLite: WAL, synchronous=FULL, one writer with group commit, a pool of readers.
pub mod backup;
mod migrate;
#[cfg(test)]
mod tests;
mod tx;

use crate::failpoint::{Point, reached};
use crate::ledger::LedgerError;
use crate::ledger::store::{Body, Store, StoreError};
use crm_domain::ids::Uuid;
use rusqlite::backup::Backup;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tx::SqlTx;

/// A group of pushes is committed when nobody else waits to join, or at the latest after so long or so many.
const GROUP_MS: Duration = Duration::from_millis(20);
const GROUP_MANY: usize = 200;
/// Connections that wait for readers: opening one costs a hundred reads.
const READERS: usize = 32;

pub struct Sqlite {
    org: Uuid,
    writer: Mutex<Writer>,
    ended: Arc<Ended>,
    /// Bodies that wait for the writer.
    queued: AtomicUsize,
    commits: AtomicU64,
    /// None: in memory, where the writer's connection is the only one.
    readers: Option<Readers>,
}

struct Writer {
    conn: Connection,
    /// When the open transaction began.
    open: Option<Instant>,
    group: u64,
    members: usize,
    ended: Arc<Ended>,
}

/// How groups ended. Whoever has joined one waits here, so that the writer is free for the next member.
#[derive(Default)]
struct Ended {
    groups: Mutex<Groups>,
    news: Condvar,
}

#[derive(Default)]
struct Groups {
    done: u64,
    /// Groups that came to nothing, and why.
    failed: BTreeMap<u64, StoreError>,
}

struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Sqlite {
    /// Opens or creates the file. `org`: used where the file is new, see [`Sqlite::org`].
    pub fn open(path: &Path, org: Uuid) -> Result<Self, StoreError> {
        let conn = Connection::open(path)?;
        conn.pragma_update(None, "journal_mode", "WAL")?;
        conn.pragma_update(None, "synchronous", "FULL")?;
        let readers = Readers { path: path.to_owned(), idle: Mutex::new(Vec::new()) };
        Self::with(conn, org, Some(readers))
    }

    /// For tests and the simulator: the same tables and statements, without a file.
    pub fn in_memory(org: Uuid) -> Result<Self, StoreError> {
        Self::with(Connection::open_in_memory()?, org, None)
    }

    /// Deletes every row of a store in memory; tables and prepared statements stay, for a test's next world.
    pub fn empty(&self) -> Result<(), StoreError> {
        if self.readers.is_some() {
            return Err(StoreError("only a store in memory is emptied".into()));
        }
        let writer = self.lock();
        let mut tables = writer.conn.prepare_cached("SELECT name FROM sqlite_schema WHERE type = 'table'")?;
        let names: Vec<String> = tables.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        for name in names {
            writer.conn.prepare_cached(&format!("DELETE FROM \"{name}\""))?.execute([])?;
        }
        Ok(())
    }

    fn with(conn: Connection, org: Uuid, readers: Option<Readers>) -> Result<Self, StoreError> {
        prepare(&conn)?;
        conn.pragma_update(None, "cache_size", -64_000)?;
        migrate::run(&conn)?;
        let kept: Option<Vec<u8>> = tx::first_org(&conn)?;
        let org = kept.and_then(|bytes| Uuid::from_slice(&bytes).ok()).unwrap_or(org);
        let ended = Arc::new(Ended::default());
        let writer = Writer { conn, open: None, group: 1, members: 0, ended: ended.clone() };
        Ok(Self {
            org,
            writer: Mutex::new(writer),
            ended,
            queued: AtomicUsize::new(0),
            commits: AtomicU64::new(0),
            readers,
        })
    }

    /// The organisation that the file holds.
    pub fn org(&self) -> Uuid {
        self.org
    }

    /// A consistent copy of the whole database.
    pub fn copy(&self) -> Result<Vec<u8>, StoreError> {
        let mut writer = self.lock();
        Ok(writer.conn.serialize("main")?.to_vec())
    }

    /// An in-memory store from a [`Sqlite::copy`].
    pub fn from_copy(bytes: &[u8], org: Uuid) -> Result<Self, StoreError> {
        let mut copy = Connection::open_in_memory()?;
        copy.deserialize_read_exact("main", bytes, bytes.len(), false)?;
        // Into a database of its own: on a deserialised one SQLite prepares every statement anew at every step.
        let mut conn = Connection::open_in_memory()?;
        Backup::new(&copy, &mut conn)?.run_to_completion(1_000, Duration::ZERO, None)?;
        Self::with(conn, org, None)
    }

    /// Nobody panics with it: see [`Store::write`].
    fn lock(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ended {
    fn lock(&self) -> MutexGuard<'_, Groups> {
        self.groups.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, group: u64, failed: Option<StoreError>) {
        let mut groups = self.lock();
        groups.done = group;
        groups.failed.extend(failed.map(|why| (group, why)));
        // Whoever belongs to so old a group has long been told.
        while groups.failed.len() > 1_000 {
            groups.failed.pop_first();
        }
        self.news.notify_all();
    }

    /// Returns when the group has ended: durable, or why not.
    fn wait(&self, group: u64) -> Result<(), StoreError> {
        let mut groups = self.lock();
        while groups.done < group {
            reached(Point::MemberWaits);
            groups = self.news.wait(groups).unwrap_or_else(PoisonError::into_inner);
        }
        groups.failed.get(&group).map_or(Ok(()), |why| Err(why.clone()))
    }
}

impl Writer {
    /// Gives the open group up; its members learn that they failed.
    fn abandon(&mut self, why: StoreError) {
        if self.open.take().is_some() {
            // Fails only where SQLite has already rolled back by itself.
            let _ = run(&self.conn, "ROLLBACK");
            self.close(Some(why));
        }
    }

    fn close(&mut self, failed: Option<StoreError>) {
        self.ended.tell(self.group, failed);
        self.group += 1;
        self.members = 0;
        self.open = None;
    }

    fn join(&mut self, org: Uuid, body: &mut Body) -> Result<(), LedgerError> {
        if self.open.is_none() {
            run(&self.conn, "BEGIN IMMEDIATE")?;
            self.open = Some(Instant::now());
            reached(Point::GroupBegun);
        }
        run(&self.conn, "SAVEPOINT member")?;
        reached(Point::MemberBegun);
        match body(&SqlTx { conn: &self.conn, org }) {
            Ok(()) => {
                run(&self.conn, "RELEASE member")?;
                self.members += 1;
                reached(Point::MemberJoined);
                Ok(())
            }
            Err(error) => {
                if self.conn.is_autocommit() {
                    // A full disk, among others, makes SQLite roll back everything: the members before this one failed too.
                    self.abandon(StoreError(format!("another transaction of the group failed: {error:?}")));
                    return Err(error);
                }
                run(&self.conn, "ROLLBACK TO member")?;
                run(&self.conn, "RELEASE member")?;
                Err(error)
            }
        }
    }

    fn commit(&mut self) {
        reached(Point::Uncommitted);
        match run(&self.conn, "COMMIT") {
            Ok(()) => {
                reached(Point::Committed);
                self.close(None);
            }
            Err(error) => self.abandon(StoreError(format!("the commit failed: {error}"))),
        }
    }
}

impl Store for Sqlite {
    fn write(&self, body: &mut Body) -> Result<(), LedgerError> {
        self.queued.fetch_add(1, Ordering::SeqCst);
        let mut writer = self.lock();
        self.queued.fetch_sub(1, Ordering::SeqCst);
        let group = writer.group;
        let joined = catch_unwind(AssertUnwindSafe(|| writer.join(self.org, body))).unwrap_or_else(|panic| {
            // It left its transaction open: nothing of it may be committed.
            writer.abandon(StoreError("another transaction of the group panicked".into()));
            resume_unwind(panic)
        });
        // Otherwise whoever waits to join carries on.
        let full = |since: Instant| writer.members >= GROUP_MANY || since.elapsed() >= GROUP_MS;
        if writer.open.is_some_and(|since| self.queued.load(Ordering::SeqCst) == 0 || full(since)) {
            if writer.members > 0 {
                writer.commit();
                self.commits.fetch_add(1, Ordering::Relaxed);
            } else {
                writer.open = None;
                run(&writer.conn, "ROLLBACK")?;
            }
        }
        drop(writer);
        joined?;
        Ok(self.ended.wait(group)?)
    }

    fn read(&self, body: &mut Body) -> Result<(), LedgerError> {
        let Some(readers) = &self.readers else {
            let writer = self.lock();
            return body(&SqlTx { conn: &writer.conn, org: self.org });
        };
        let idle = readers.idle.lock().map_err(|_| StoreError("the readers' pool".into()))?.pop();
        let conn = match idle {
            Some(conn) => conn,
            None => readers.open()?,
        };
        run(&conn, "BEGIN")?;
        let result = body(&SqlTx { conn: &conn, org: self.org });
        run(&conn, "ROLLBACK")?;
        if let Ok(mut idle) = readers.idle.lock()
            && idle.len() < READERS
        {
            idle.push(conn);
        }
        result
    }

    fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }
}

impl Readers {
    fn open(&self) -> Result<Connection, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(&self.path, flags)?;
        prepare(&conn)?;
        Ok(conn)
    }
}

/// A statement about the transaction, prepared once.
fn run(conn: &Connection, sql: &str) -> Result<(), StoreError> {
    conn.prepare_cached(sql)?.execute([])?;
    Ok(())
}

/// What every connection is given.
fn prepare(conn: &Connection) -> Result<(), StoreError> {
    conn.set_prepared_statement_cache_capacity(128);
    conn.busy_timeout(Duration::from_secs(10))?;
    // Plans do not depend on the values bound to them. Without this, SQLite prepares many statements anew for each value:
    // a third of the ledger's time.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        StoreError(error.to_string())
    }
}
