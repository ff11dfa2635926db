//! The transactions: the fence first, all or nothing, done only at `complete`.
use super::connection::META;
use super::failure::Failure;
use gloo::timers::callback::Timeout;
use indexed_db_futures::database::Database;
use indexed_db_futures::internals::SystemRepr;
use indexed_db_futures::prelude::*;
use indexed_db_futures::query_source::QuerySource;
use indexed_db_futures::transaction::{Transaction, TransactionDurability, TransactionMode, TransactionOptions};
use js_sys::Uint8Array;
use wasm_bindgen::JsValue;

pub const FENCE: &str = "fence";
/// A transaction that has not begun after so long stands behind one that never ends (a tab that was frozen in the middle of
/// its own, a WebKit that hangs): it is given up, and nothing of it was done.
const BEGIN_MS: u32 = 10_000;

/// One change of a store; no value: the key goes.
pub struct Change {
    pub store: &'static str,
    pub key: JsValue,
    pub value: Option<JsValue>,
}

fn write<'a>(database: &'a Database, stores: &[&str], strict: bool) -> Result<Transaction<'a>, Failure> {
    let durability = if strict { TransactionDurability::Strict } else { TransactionDurability::Relaxed };
    Ok(database
        .transaction(stores)
        .with_mode(TransactionMode::Readwrite)
        .with_options(TransactionOptions::new().with_durability(durability))
        .build()?)
}

/// Aborts the transaction unless this is dropped in time.
fn unless_it_begins(transaction: &Transaction<'_>) -> Timeout {
    let raw: web_sys::IdbTransaction = (**transaction.as_sys()).clone();
    // It fails only where the transaction has ended by itself.
    Timeout::new(BEGIN_MS, move || drop(raw.abort()))
}

/// Waits for `complete`. The cause of an abort stands on the transaction, not on the event.
async fn complete(transaction: Transaction<'_>) -> Result<(), Failure> {
    let raw: web_sys::IdbTransaction = (**transaction.as_sys()).clone();
    transaction.commit().await.map_err(|error| match raw.error() {
        Some(exception) => Failure::of_exception(&exception),
        None => error.into(),
    })
}

/// Writes all changes if the fence is still `fence` (none: whoever asks may write).
pub async fn put(database: &Database, fence: Option<f64>, changes: &[Change], strict: bool) -> Result<(), Failure> {
    let mut stores: Vec<&str> = changes.iter().map(|change| change.store).collect();
    stores.extend(fence.map(|_| META));
    stores.sort_unstable();
    stores.dedup();
    if stores.is_empty() {
        return Ok(());
    }
    let transaction = write(database, &stores, strict)?;
    // The fence is read first and the writes are queued behind it: the transaction cannot complete before the answer to
    // the read was handled, so a lost fence still undoes all of them.
    let limit = fence.map(|_| unless_it_begins(&transaction));
    let reading = match fence {
        Some(_) => Some(transaction.object_store(META)?.get::<f64, _, _>(FENCE).primitive()?),
        None => None,
    };
    for change in changes {
        let store = transaction.object_store(change.store)?;
        match &change.value {
            Some(value) => drop(store.put(value).with_key(&change.key).without_key_type().primitive()?),
            None => drop(store.delete(&change.key).primitive()?),
        }
    }
    if let Some(reading) = reading
        && reading.await? != fence
    {
        transaction.abort().await?;
        return Err(Failure::Fenced);
    }
    drop(limit);
    complete(transaction).await
}

/// Takes the fence for a new writer: whoever held it can write no more.
pub async fn take_fence(database: &Database) -> Result<f64, Failure> {
    let transaction = write(database, &[META], true)?;
    let limit = unless_it_begins(&transaction);
    let store = transaction.object_store(META)?;
    let fence = store.get::<f64, _, _>(FENCE).primitive()?.await?.unwrap_or(0.0) + 1.0;
    drop(limit);
    drop(store.put(fence).with_key(FENCE).without_key_type().primitive()?);
    drop(store);
    complete(transaction).await?;
    Ok(fence)
}

/// Whether the store can be read at all, soon.
pub async fn begins(database: &Database, store: &str) -> Result<(), Failure> {
    let transaction = database.transaction(store).build()?;
    let _limit = unless_it_begins(&transaction);
    transaction.object_store(store)?.count().primitive()?.await?;
    Ok(())
}

/// The values of these keys, none where there is none.
pub async fn get(database: &Database, store: &str, keys: &[JsValue]) -> Result<Vec<Option<JsValue>>, Failure> {
    let transaction = database.transaction(store).build()?;
    let store = transaction.object_store(store)?;
    let reading = keys.iter().map(|key| store.get::<JsValue, _, _>(key).primitive()).collect::<Result<Vec<_>, _>>()?;
    let mut values = Vec::with_capacity(reading.len());
    for one in reading {
        values.push(one.await?);
    }
    Ok(values)
}

/// Everything of these stores from one transaction: key and value, in the order of the keys.
pub async fn get_all(database: &Database, stores: &[&str]) -> Result<Vec<Vec<(Uint8Array, Uint8Array)>>, Failure> {
    let transaction = database.transaction(stores).build()?;
    let mut reading = Vec::new();
    for name in stores {
        let store = transaction.object_store(name)?;
        let keys = store.get_all_keys::<JsValue>().primitive()?;
        let values = store.get_all::<JsValue>().primitive()?;
        reading.push((keys, values));
    }
    let mut all = Vec::new();
    for (keys, values) in reading {
        let (keys, values) = (keys.await?, values.await?);
        let mut entries = Vec::new();
        for (key, value) in keys.zip(values) {
            entries.push((Uint8Array::new(&key?), Uint8Array::from(value?)));
        }
        all.push(entries);
    }
    Ok(all)
}
