//! The limit of P13: the rows that the ledger wrote, read back from its file and written once more, with nothing but
//! SQLite, into a copy of the file as it was before; as durably, and as many to a transaction.
use super::house::Device;
use super::ms;
use crm_domain::bucket::Bucket;
use crm_domain::ids::Uuid;
use crm_domain::op::Op;
use rusqlite::types::{ToSql, Value};
use rusqlite::{Connection, OpenFlags, params_from_iter};
use std::path::Path;
use std::time::Instant;

/// Where one push has left its rows.
pub struct Written {
    causes: Vec<Uuid>,
    dev: Uuid,
    first_n: u64,
    root: Uuid,
    bucket: Bucket,
}

impl Written {
    /// Of the device's next push.
    pub fn of(device: &Device, ops: &[Op]) -> Self {
        Self {
            causes: ops.iter().map(|op| op.cause).collect(),
            dev: device.dev,
            first_n: device.n,
            root: ops[0].changes[0].rec,
            bucket: Bucket::Grid(device.grid),
        }
    }
}

/// A table's name and one of its rows.
type Row = (&'static str, Vec<Value>);

pub struct Raw(Connection);

impl Raw {
    /// On a copy of a file that nobody has open.
    pub fn beside(file: &Path) -> Self {
        let copy = file.with_extension("raw");
        std::fs::copy(file, &copy).expect("copied");
        let conn = Connection::open(copy).expect("the copy opens");
        for (name, value) in [("journal_mode", "WAL"), ("synchronous", "FULL"), ("cache_size", "-64000")] {
            conn.pragma_update(None, name, value).expect("set");
        }
        Self(conn)
    }

    /// The rows of each push as they lie in the ledger's file.
    pub fn read(&self, file: &Path, pushes: &[Written]) -> Vec<Vec<Row>> {
        let conn = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("the file opens");
        let org: Vec<u8> = conn.query_row("SELECT org FROM meta LIMIT 1", [], |row| row.get(0)).expect("one");
        let one = |push: &Written| {
            let mut rows = Vec::new();
            let mut read = |table: &'static str, filter: &str, of: &dyn ToSql| {
                let sql = format!("SELECT * FROM {table} WHERE org = ?1 AND {filter}");
                let mut statement = conn.prepare_cached(&sql).expect("a statement");
                let wide = statement.column_count();
                let values = |row: &rusqlite::Row| (0..wide).map(|i| row.get(i)).collect::<Result<Vec<Value>, _>>();
                let found = statement.query_map([&org as &dyn ToSql, of], values).expect("rows");
                rows.extend(found.map(|row| (table, row.expect("a row"))));
            };
            read("device", "id = ?2", &push.dev.as_bytes().as_slice());
            for (n, cause) in (push.first_n..).zip(&push.causes) {
                read("place", &format!("dev = ?2 AND n = {n}"), &push.dev.as_bytes().as_slice());
                read("op", "cause = ?2", &cause.as_bytes().as_slice());
                read("op_body", "cause = ?2", &cause.as_bytes().as_slice());
            }
            read("bucket", "id = ?2", &push.bucket.to_bytes());
            read("rec", "root = ?2", &push.root.as_bytes().as_slice());
            rows
        };
        pushes.iter().map(one).collect()
    }

    /// Writes them, so many pushes to a transaction. Gives the milliseconds of all and of each transaction.
    pub fn write(&mut self, pushes: &[Vec<Row>], together: usize) -> (f64, Vec<f64>) {
        let (at, mut each) = (Instant::now(), Vec::new());
        for some in pushes.chunks(together) {
            let begun = Instant::now();
            let transaction = self.0.transaction().expect("it begins");
            for (table, values) in some.iter().flatten() {
                let sql = sql(table, values.len());
                let mut statement = transaction.prepare_cached(&sql).expect("a statement");
                statement.execute(params_from_iter(values)).expect("written");
            }
            transaction.commit().expect("durable");
            each.push(ms(begun));
        }
        (ms(at), each)
    }
}

fn sql(table: &str, wide: usize) -> String {
    let places: Vec<String> = (1..=wide).map(|i| format!("?{i}")).collect();
    format!("REPLACE INTO {table} VALUES ({})", places.join(", "))
}
