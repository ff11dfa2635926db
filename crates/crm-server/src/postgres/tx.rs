//! One transaction: what it may do beside others, what has gone wrong in it, and its statements' way to the database.
use super::connect::Conn;
use super::rows::{self, REC, StoredOver};
use crate::failpoint::{Point, reached};
use crate::ledger::store::{Rec, StoreError};
use crm_domain::ids::Uuid;
use crm_domain::val::encode;
use postgres::Row;
use postgres::error::SqlState;
use postgres::types::ToSql;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

type Result<T> = std::result::Result<T, StoreError>;

/// What a transaction may do beside others.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Rights {
    /// Reads one snapshot.
    Snapshot,
    /// Writes beside other writers.
    Shared,
    /// Writes while nobody else does.
    Alone,
}

impl Rights {
    /// How a transaction begins; the organisation's row of `gate` is its first lock.
    pub fn begin(self, org: Uuid) -> String {
        let gate = |lock: &str| {
            let org = org.simple();
            format!("BEGIN ISOLATION LEVEL READ COMMITTED; SELECT 1 FROM gate WHERE org = '\\x{org}' FOR {lock}")
        };
        match self {
            Rights::Snapshot => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY".into(),
            Rights::Shared => gate("SHARE"),
            Rights::Alone => gate("UPDATE"),
        }
    }
}

/// Why nothing of the transaction may be committed, whatever its body has returned.
#[derive(Clone)]
pub enum Trouble {
    /// It must run alone.
    Alone,
    /// Somebody else was in the way, or the connection broke.
    Again(StoreError),
    Failed(StoreError),
}

/// Whether the same transaction can be expected to go through at the next try.
pub fn can_run_again(error: &postgres::Error) -> bool {
    // A key that was free when it was looked for has been taken by somebody else: then it is found.
    let codes = [&SqlState::T_R_SERIALIZATION_FAILURE, &SqlState::T_R_DEADLOCK_DETECTED, &SqlState::UNIQUE_VIOLATION];
    error.code().is_some_and(|code| codes.contains(&code))
}

/// Whether the connection is at an end: it broke, or PostgreSQL is being stopped.
pub fn is_cut(error: &postgres::Error) -> bool {
    let codes = [&SqlState::ADMIN_SHUTDOWN, &SqlState::CRASH_SHUTDOWN, &SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT];
    let broke = || std::error::Error::source(error).is_some_and(|cause| cause.is::<std::io::Error>());
    error.is_closed() || error.code().map_or_else(broke, |code| codes.contains(&code))
}

/// What may turn out to be absent, with its id.
type Absent = (&'static str, Vec<u8>);

pub struct PgTx<'a> {
    conn: RefCell<&'a mut Conn>,
    org: [u8; 16],
    rights: Rights,
    trouble: RefCell<Option<Trouble>>,
    /// Looked for, not found, and not inserted yet.
    absent: RefCell<BTreeSet<Absent>>,
    /// Records that were put and not sent yet: they go together, before the next look at records and before the commit.
    pub(super) put: RefCell<BTreeMap<Uuid, Rec>>,
}

/// Parameters by reference.
macro_rules! args {
    ($($value:expr),* $(,)?) => { &[$(&$value as &(dyn postgres::types::ToSql + Sync)),*] };
}
pub(super) use args;

impl<'a> PgTx<'a> {
    pub fn new(conn: &'a mut Conn, org: Uuid, rights: Rights) -> Self {
        let (trouble, absent, put) = Default::default();
        Self { conn: RefCell::new(conn), org: *org.as_bytes(), rights, trouble, absent, put }
    }

    /// Sends what is not sent yet. Returns why it must not be committed: the first reason. A refusal changes nothing, so
    /// nothing need be sent or proved for it.
    pub fn finish(self, holds: bool) -> Option<Trouble> {
        if holds {
            // A failure is remembered as trouble.
            let _ = self.send_recs();
        }
        let unproved = holds && self.rights == Rights::Shared && !self.absent.into_inner().is_empty();
        self.trouble.into_inner().or(unproved.then_some(Trouble::Alone))
    }

    pub(super) fn org(&self) -> &[u8] {
        &self.org
    }

    fn conn<T>(&self, run: impl FnOnce(&mut Conn) -> std::result::Result<T, postgres::Error>) -> Result<T> {
        let mut conn = self.conn.try_borrow_mut().map_err(|_| StoreError("asked while rows are being read".into()))?;
        run(&mut conn).map_err(|error| {
            let again = can_run_again(&error) || is_cut(&error) || conn.is_closed();
            let told = StoreError::from(error);
            self.trouble.borrow_mut().get_or_insert_with(|| match again {
                true => Trouble::Again(told.clone()),
                false => Trouble::Failed(told.clone()),
            });
            told
        })
    }

    /// Others judge by what is written here without a lock.
    pub(super) fn alone(&self) -> Result<()> {
        if self.rights == Rights::Alone {
            return Ok(());
        }
        self.trouble.borrow_mut().get_or_insert(Trouble::Alone);
        Err(StoreError("this is written alone".into()))
    }

    /// Locks what is found, unless this is a snapshot.
    pub(super) fn locking(&self, sql: String) -> String {
        if self.rights == Rights::Snapshot { sql } else { sql + " FOR UPDATE" }
    }

    pub(super) fn one<T>(
        &self,
        sql: &str,
        params: &[&(dyn ToSql + Sync)],
        read: impl FnOnce(&Row) -> Result<T>,
    ) -> Result<Option<T>> {
        self.conn(|conn| conn.query(sql, params))?.first().map(read).transpose()
    }

    pub(super) fn many<T>(
        &self,
        sql: &str,
        params: &[&(dyn ToSql + Sync)],
        read: impl Fn(&Row) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.conn(|conn| conn.query(sql, params))?.iter().map(read).collect()
    }

    pub(super) fn each(
        &self,
        sql: &str,
        params: &[&(dyn ToSql + Sync)],
        each: &mut dyn FnMut(Rec) -> Result<()>,
    ) -> Result<()> {
        let mut stopped = Ok(());
        self.conn(|conn| {
            let mut rows = conn.stream(sql, params)?;
            while let Some(row) = postgres::fallible_iterator::FallibleIterator::next(&mut rows)? {
                stopped = rows::rec(&row).and_then(&mut *each);
                if stopped.is_err() {
                    break;
                }
            }
            Ok(())
        })?;
        stopped
    }

    pub(super) fn run(&self, sql: &str, params: &[&(dyn ToSql + Sync)]) -> Result<u64> {
        self.conn(|conn| conn.execute(sql, params))
    }

    pub(super) fn send_recs(&self) -> Result<()> {
        let put = self.put.take();
        let (new, known): (Vec<Rec>, Vec<Rec>) = put.into_values().partition(|rec| self.is_new("rec", slice(&rec.id)));
        self.insert_recs(&new, "")?;
        self.insert_recs(
            &known,
            "ON CONFLICT (org, id) DO UPDATE SET kind = excluded.kind, root = excluded.root, \
             bucket = excluded.bucket, seq = excluded.seq, body = excluded.body, by_op = excluded.by_op, \
             by_at = excluded.by_at, over_ops = excluded.over_ops, digest = excluded.digest",
        )
    }

    /// A column is one parameter: an array.
    fn insert_recs(&self, recs: &[Rec], over: &str) -> Result<()> {
        if recs.is_empty() {
            return Ok(());
        }
        fn column<'r, T>(recs: &'r [Rec], of: impl Fn(&'r Rec) -> T) -> Vec<T> {
            recs.iter().map(of).collect()
        }
        let stamps =
            |r: &Rec| -> Vec<StoredOver> { r.over.iter().map(|(f, e, s)| (*f, e.clone(), s.at, s.op)).collect() };
        let sql = format!(
            "INSERT INTO rec (org, {REC}) SELECT $1, * FROM unnest($2::BYTEA[], $3::BIGINT[], $4::BYTEA[], $5::BYTEA[], \
             $6::BIGINT[], $7::BYTEA[], $8::BIGINT[], $9::BIGINT[], $10::BYTEA[], $11::BIGINT[]) {over}"
        );
        self.run(
            &sql,
            args![
                self.org(),
                column(recs, |r| slice(&r.id)),
                column(recs, |r| i64::from(r.kind)),
                column(recs, |r| slice(&r.root)),
                column(recs, |r| r.bucket.to_bytes()),
                column(recs, |r| r.seq as i64),
                column(recs, |r| r.body.as_slice()),
                column(recs, |r| r.by.op as i64),
                column(recs, |r| r.by.at as i64),
                column(recs, |r| encode(&stamps(r))),
                column(recs, |r| r.digest as i64),
            ],
        )?;
        reached(Point::RecsSent);
        Ok(())
    }

    /// Remembers what was looked for and is not there.
    pub(super) fn missed(&self, what: &'static str, id: &[u8]) {
        self.absent.borrow_mut().insert((what, id.to_vec()));
    }

    /// Whether this was looked for and not found: then it is inserted, and not written over what somebody else inserted.
    pub(super) fn is_new(&self, what: &'static str, id: &[u8]) -> bool {
        self.absent.borrow_mut().remove(&(what, id.to_vec()))
    }
}

pub(super) fn slice(id: &Uuid) -> &[u8] {
    id.as_bytes().as_slice()
}
