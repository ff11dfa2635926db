//! Whether the protocol book is enough: a client that was written from it alone meets the real server.
mod cbor;
mod client;

use cbor::Value;
use client::{Client, bucket};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tests::ledger::office::{Office, id};

#[test]
fn a_client_from_the_book_signs_in_pulls_pushes_and_checks_digests() {
    let store = crm_server::Sqlite::in_memory(id("org")).expect("SQLite opens in memory");
    let Office { ledger, east, now, .. } = Office::new(Box::new(store));
    ledger.set_password(id("li"), "qifeng 7359 east").expect("set");
    let ledger = Arc::new(ledger);
    let clock = Arc::new(AtomicU64::new(now));
    let served = tests::served::Served::new(ledger, clock.clone());

    let mut client = Client::sign_in(&served.address, "li", "qifeng 7359 east", [0x55; 16]);
    assert_eq!(client.user, id("li").into_bytes());
    let own = bucket(4, &client.user);
    let granted = client.pull(std::slice::from_ref(&own));
    assert_eq!(granted, [bucket(0, &[]), bucket(2, east.as_bytes()), own.clone()]);
    client.pull(&granted);
    let grid = granted[1].clone();

    clock.fetch_add(16 * 60_000, Ordering::SeqCst);
    client.renew();
    let rec = *b"a-customer-of-me";
    let (outcome, op) = client.create_customer(rec, "第二家茶铺", east.into_bytes(), *b"my-first-command");
    assert_eq!(outcome, 0, "applied");
    client.pull(&granted);
    let row = Value::read(&client.buckets[&grid].rows[rec.as_slice()]);
    assert_eq!((row.get(1).int(), row.get(5).int()), (1, op), "a customer, written by my op");
    let body = Value::read(row.get(4).bytes());
    assert_eq!(body.get(1), &Value::Text("第二家茶铺".into()));
    for (bucket, held) in &client.buckets {
        assert_eq!(held.said.as_deref(), Some(held.digest().as_slice()), "{bucket:?}");
    }
    assert!(client.buckets.values().filter(|held| !held.rows.is_empty()).count() >= 2);
}
