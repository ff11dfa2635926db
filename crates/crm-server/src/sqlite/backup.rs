//! Copies of the database in files: made while it is in use, proved before they count, and put back (SYNC 2.3).
use super::{Sqlite, migrate, tx};
use crate::failpoint::{Point, reached};
use crate::ledger::store::{Store, StoreError, Tx};
use crate::ledger::{Ledger, LedgerError, Seed};
use crm_domain::ids::Uuid;
use crm_protocol::row_digest;
use rusqlite::{Connection, OpenFlags, params};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The database's name in the folder of the data.
pub const FILE: &str = "zoufang.sqlite";

/// What a file was found to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proved {
    pub org: Uuid,
    pub records: u64,
    pub bytes: u64,
    /// How far each device's queue had come.
    pub numbers: Vec<(Uuid, u64)>,
}

/// Writes a proved copy of the data in `data` into `folder`, whether a server runs on it or not, and returns its path.
pub fn back_up(data: &Path, folder: &Path, now_ms: u64) -> Result<(PathBuf, Proved), StoreError> {
    let source = read_only(&data.join(FILE))?;
    fs::create_dir_all(folder).map_err(|e| said(folder, &e))?;
    let file = folder.join(format!("zoufang-{}.sqlite", stamp(&source, now_ms)?));
    let unproved = file.with_extension("unproved");
    remove(&unproved)?;
    let path = unproved.to_str().ok_or_else(|| StoreError(format!("{}: the name is not UTF-8", unproved.display())))?;
    source.execute("VACUUM INTO ?1", [path])?;
    reached(Point::BackupCopied);
    let proved = prove(&unproved)?;
    File::open(&unproved).and_then(|f| f.sync_all()).map_err(|e| said(&unproved, &e))?;
    reached(Point::BackupProved);
    fs::rename(&unproved, &file).map_err(|e| said(&file, &e))?;
    // The new name too must outlive the power.
    File::open(folder).and_then(|f| f.sync_all()).map_err(|e| said(folder, &e))?;
    reached(Point::BackupNamed);
    Ok((file, proved))
}

/// Reads the whole file: SQLite's own check, every row's digest, every bucket's sum.
pub fn prove(file: &Path) -> Result<Proved, StoreError> {
    let conn = read_only(file)?;
    let broken = |what: &str| StoreError(format!("{}: {what}", file.display()));
    let check: String = conn.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if check != "ok" {
        return Err(broken(&format!("damaged ({check})")));
    }
    let schema: i64 = conn.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if schema as usize > migrate::NEWEST || schema == 0 {
        return Err(broken(&format!("no data of this server or an older one (schema {schema})")));
    }
    let org = tx::first_org(&conn)?.and_then(|bytes| Uuid::from_slice(&bytes).ok());
    let org = org.ok_or_else(|| broken("it holds no organisation"))?;
    let sql = tx::SqlTx { conn: &conn, org };
    let (mut records, mut sums, mut wrong) = (0, BTreeMap::<_, u64>::new(), None);
    sql.each_rec(&mut |rec| {
        records += 1;
        if row_digest(&rec.row()) != rec.digest {
            wrong.get_or_insert(rec.id);
        }
        let sum = sums.entry(rec.bucket).or_default();
        *sum = sum.wrapping_add(rec.digest);
        Ok(())
    })?;
    if let Some(id) = wrong {
        return Err(broken(&format!("the record {id} is not what was written")));
    }
    for (bucket, sum) in sums {
        if sql.bucket(bucket)?.digest != sum {
            return Err(broken(&format!("{bucket:?} lacks records or has too many")));
        }
    }
    let numbers = sql.devices()?.into_iter().map(|device| (device.id, device.last_n)).collect();
    let bytes = fs::metadata(file).map_err(|e| said(file, &e))?.len();
    Ok(Proved { org, records, bytes, numbers })
}

/// What the replaced data knew and the backup does not: the administrator's device brings it back at its next sync.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Missing {
    /// Accounts.
    pub people: Vec<String>,
    /// Enrolled or revoked since, with the status that they had.
    pub devices: Vec<(Uuid, String)>,
}

/// Puts a proved backup in the place of the data, under an epoch drawn from `seed`; the data is kept aside.
/// Fails where a server runs on the data.
///
/// Invariant: wherever this is cut short, the data's place holds either what was there, or the whole backup with its new
/// epoch; never nothing, which the next start would fill with an empty database. Its test is
/// `a_restore_that_dies_leaves_the_data_or_the_backup`.
pub fn put_back(
    file: &Path,
    data: &Path,
    seed: Seed,
    now_ms: u64,
) -> Result<(Proved, Option<PathBuf>, Missing), StoreError> {
    let proved = prove(file)?;
    fs::create_dir_all(data).map_err(|e| said(data, &e))?;
    let target = data.join(FILE);
    let missing = if target.exists() { close_and_compare(&target, file)? } else { Missing::default() };
    reached(Point::RestoreBegun);
    let arriving = data.join(format!("{FILE}.arriving"));
    remove(&arriving)?;
    remove_logs(&arriving)?;
    fs::copy(file, &arriving).map_err(|e| said(&arriving, &e))?;
    let store = Sqlite::open(&arriving, proved.org)?;
    let ledger = Ledger::open(Box::new(store), proved.org, seed, now_ms).map_err(told)?;
    let drawn = blake3::derive_key("zoufang epoch of a restore 1", &seed.0);
    let epoch = drawn.iter().take(8).fold(0, |epoch, byte| epoch << 8 | u64::from(*byte));
    ledger.new_epoch(epoch).map_err(told)?;
    // Closing brings the log into the file.
    drop(ledger);
    File::open(&arriving).and_then(|f| f.sync_all()).map_err(|e| said(&arriving, &e))?;
    reached(Point::RestoreArrived);
    let mut aside = None;
    if target.exists() {
        let kept = data.join(format!("{FILE}.before-restore-{}", stamp(&read_only(file)?, now_ms)?));
        // A second name first: the first is then taken over in one step. Not every file system knows second names.
        fs::hard_link(&target, &kept).or_else(|_| fs::copy(&target, &kept).map(drop)).map_err(|e| said(&kept, &e))?;
        aside = Some(kept);
    }
    reached(Point::RestoreKept);
    // What belongs to the replaced file must not be taken for the new one's.
    remove_logs(&target)?;
    fs::rename(&arriving, &target).map_err(|e| said(&target, &e))?;
    File::open(data).and_then(|f| f.sync_all()).map_err(|e| said(data, &e))?;
    reached(Point::RestoreDone);
    Ok((proved, aside, missing))
}

/// Takes the data alone, brings its log into the file, and lists what the backup lacks.
fn close_and_compare(target: &Path, file: &Path) -> Result<Missing, StoreError> {
    let conn = Connection::open(target)?;
    conn.busy_timeout(Duration::from_secs(1))?;
    conn.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    let alone = conn.execute_batch("BEGIN EXCLUSIVE; COMMIT; PRAGMA wal_checkpoint(TRUNCATE);");
    alone.map_err(|_| StoreError(format!("{}: a server runs on it; stop it first", target.display())))?;
    let path = file.to_str().ok_or_else(|| StoreError(format!("{}: the name is not UTF-8", file.display())))?;
    conn.execute("ATTACH ?1 AS kept", [path])?;
    let people = "SELECT account FROM main.person WHERE usr NOT IN (SELECT usr FROM kept.person) ORDER BY account";
    let people = conn.prepare(people)?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let devices = "SELECT d.id, d.status FROM main.device d LEFT JOIN kept.device k ON k.org = d.org AND k.id = d.id \
                   WHERE k.id IS NULL OR k.status <> d.status ORDER BY d.id";
    let read = |row: &rusqlite::Row| Ok((row.get::<_, Vec<u8>>(0)?, row.get(1)?));
    let devices: Vec<(Vec<u8>, String)> = conn.prepare(devices)?.query_map([], read)?.collect::<Result<_, _>>()?;
    let devices = devices.into_iter().filter_map(|(id, status)| Some((Uuid::from_slice(&id).ok()?, status))).collect();
    Ok(Missing { people, devices })
}

/// Tells the data in `data` that an off-machine backup holds its queues up to these numbers.
pub fn note(data: &Path, proved: &Proved) -> Result<(), StoreError> {
    let path = data.join(FILE);
    let schema: i64 = read_only(&path)?.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if schema as usize != migrate::NEWEST {
        return Err(StoreError(format!(
            "the data has schema {schema}, this version {}; use the server's own",
            migrate::NEWEST
        )));
    }
    let store = Sqlite::open(&path, proved.org)?;
    let mut body = |tx: &dyn Tx| Ok(proved.numbers.iter().try_for_each(|(dev, n)| tx.put_backed_up(*dev, *n))?);
    store.write(&mut body).map_err(told)
}

fn told(error: LedgerError) -> StoreError {
    match error {
        LedgerError::Store(error) => error,
        other => StoreError(format!("{other:?}")),
    }
}

fn read_only(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)
        .map_err(|_| StoreError(format!("{}: there is no such database", path.display())))?;
    conn.busy_timeout(Duration::from_secs(10))?;
    Ok(conn)
}

/// As a file's name shows a time, such as 20261125-022600Z.
fn stamp(conn: &Connection, now_ms: u64) -> Result<String, StoreError> {
    let sql = "SELECT strftime('%Y%m%d-%H%M%SZ', ?1, 'unixepoch')";
    Ok(conn.query_row(sql, params![(now_ms / 1_000) as i64], |row| row.get(0))?)
}

/// What SQLite keeps beside a file.
fn remove_logs(path: &Path) -> Result<(), StoreError> {
    ["-wal", "-shm"].into_iter().try_for_each(|suffix| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        remove(Path::new(&name))
    })
}

fn remove(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(said(path, &error)),
        _ => Ok(()),
    }
}

fn said(path: &Path, error: &std::io::Error) -> StoreError {
    StoreError(format!("{}: {error}", path.display()))
}
