//! The ledger on PostgreSQL, in a cluster of this binary's own: the conformance suite, as it is and with every body run
//! twice; what many writers do to one another; the same as on SQLite, byte for byte; and what opening it says.
#![cfg(unix)]
mod like_sqlite;
mod many;
mod opening;

use crm_server::ledger::LedgerError;
use crm_server::ledger::store::{Body, Store};
use tests::cluster::cluster;
use tests::ledger::office;

/// A campaign's count, from `tests/campaigns.toml`.
fn count(name: &str) -> usize {
    let campaigns: toml::Table = include_str!("../../campaigns.toml").parse().expect("a table");
    campaigns["postgres"][name].as_integer().expect("a number") as usize
}

mod as_it_is {
    fn store() -> Box<dyn super::Store> {
        super::cluster().store(super::office::id("org"))
    }
    tests::ledger_suite!(store());
}

/// What a deadlock does to a body: it runs again, and its first run has left nothing, outside the transaction either.
mod run_twice {
    fn store() -> Box<dyn super::Store> {
        Box::new(super::Twice(super::cluster().store(super::office::id("org"))))
    }
    tests::ledger_suite!(store());
}

/// Every column of every table.
#[test]
fn after_a_purge_the_tables_hold_nothing_of_her_values() {
    use tests::ledger::purge;
    let name = cluster().database(office::id("org"));
    let store = crm_server::Postgres::open(&cluster().url(&name), office::id("org")).expect("it opens");
    let found = || {
        let mut client = postgres::Client::connect(&cluster().url(&name), postgres::NoTls).expect("it connects");
        let sql = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'";
        let tables: Vec<String> = client.query(sql, &[]).expect("listed").iter().map(|row| row.get(0)).collect();
        let mark = hex::encode(purge::MARK);
        let with = |table: &String| {
            let rows = client.query(&format!("SELECT t::text FROM {table} t"), &[]).expect("read");
            let texts = rows.iter().map(|row| row.get::<_, String>(0));
            texts.filter(|text| text.contains(&mark) || text.contains(purge::MARK)).count()
        };
        let counts: Vec<(String, usize)> = tables.iter().cloned().zip(tables.iter().map(with)).collect();
        counts.into_iter().filter(|(_, count)| *count > 0).collect::<Vec<_>>()
    };
    let mut o = office::Office::new(Box::new(store));
    o.ledger = o.ledger.with_pages_of(1);
    purge::write_everything(&mut o);
    assert!(found().len() >= 3, "without the purge they are full of them: {:?}", found());
    purge::purge(&mut o);
    purge::write_late(&mut o);
    assert_eq!(found(), []);
}

struct Twice(Box<dyn Store>);

/// Runs the body for nothing.
fn in_vain(body: &mut Body, tx: &dyn crm_server::ledger::store::Tx) -> Result<(), LedgerError> {
    body(tx)?;
    Err(LedgerError::NotFound)
}

impl Store for Twice {
    fn write(&self, body: &mut Body) -> Result<(), LedgerError> {
        // Its failure is the point.
        let _ = self.0.write(&mut |tx| in_vain(body, tx));
        self.0.write(body)
    }

    fn read(&self, body: &mut Body) -> Result<(), LedgerError> {
        let _ = self.0.read(&mut |tx| in_vain(body, tx));
        self.0.read(body)
    }

    fn commits(&self) -> u64 {
        self.0.commits()
    }
}
