//! Opening a database and noticing when the handle dies: closed for another tab's upgrade or deletion, or by the browser.
use super::failure::{Failure, NEWER};
use crm_replica::ports::Store;
use gloo::events::EventListener;
use indexed_db_futures::database::Database;
use indexed_db_futures::error::{Error, OpenDbError};
use indexed_db_futures::internals::SystemRepr;
use indexed_db_futures::prelude::*;
use std::cell::Cell;
use std::rc::Rc;

/// Additive only: a version creates stores that are missing and never removes or recreates one.
const VERSION: u32 = 1;
pub const META: &str = "meta";

pub struct Connection {
    pub database: Database,
    closed: Rc<Cell<bool>>,
    _listeners: [EventListener; 2],
}

impl Connection {
    /// Opens the database with these stores. One that a newer app has upgraded is used as it is.
    pub async fn open(name: &str, stores: &[&'static str]) -> Result<Self, Failure> {
        Self::of_version(name, VERSION, stores).await
    }

    async fn of_version(name: &str, version: u32, stores: &[&'static str]) -> Result<Self, Failure> {
        let missing = stores.to_vec();
        let opening = Database::open(name).with_version(version).with_on_upgrade_needed(move |_, database| {
            let there: Vec<String> = database.object_store_names().collect();
            for store in missing.iter().filter(|store| !there.iter().any(|name| name == *store)) {
                database.create_object_store(*store).build()?;
            }
            Ok(())
        });
        let database = match opening.await {
            Err(OpenDbError::Base(Error::DomException(exception))) => {
                let exception: web_sys::DomException = exception.into();
                if exception.name() != NEWER {
                    return Err(Failure::of_exception(&exception));
                }
                Database::open(name).await?
            }
            opened => opened?,
        };
        let closed = Rc::new(Cell::new(false));
        let for_another = EventListener::new(database.as_sys(), "versionchange", {
            let (database, closed) = (database.clone(), closed.clone());
            move |_| {
                database.as_sys().close();
                closed.set(true);
            }
        });
        let by_the_browser = EventListener::new(database.as_sys(), "close", {
            let closed = closed.clone();
            move |_| closed.set(true)
        });
        Ok(Self { database, closed, _listeners: [for_another, by_the_browser] })
    }

    pub fn is_open(&self) -> bool {
        !self.closed.get()
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.database.as_sys().close();
    }
}

/// The stores of a person's database.
pub fn person_stores() -> Vec<&'static str> {
    Store::ALL.iter().map(|store| store.name()).chain([META]).collect()
}

pub async fn delete(name: &str) -> Result<(), Failure> {
    Ok(Database::delete_by_name(name)?.await?)
}

#[cfg(test)]
mod tests {
    use super::super::transaction::{Change, get, put};
    use super::*;
    use wasm_bindgen::JsValue;
    use wasm_bindgen_test::wasm_bindgen_test;

    wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

    async fn unsent(connection: &Connection) -> Option<f64> {
        let found = get(&connection.database, "outbox", &["1".into()]).await.expect("read");
        found.into_iter().next().flatten().and_then(|value| value.as_f64())
    }

    #[wasm_bindgen_test]
    async fn an_upgrade_adds_what_is_missing_and_leaves_the_outbox() {
        let name = format!("upgraded-{}", crate::random::id());
        let old = Connection::of_version(&name, 1, &["outbox", META]).await.expect("made");
        let change = Change { store: "outbox", key: "1".into(), value: Some(JsValue::from(7)) };
        put(&old.database, None, &[change], true).await.expect("written");
        // A tab of the old version is open meanwhile: it lets go.
        let new = Connection::of_version(&name, 2, &person_stores()).await.expect("upgraded");
        assert!(!old.is_open());
        assert_eq!(unsent(&new).await, Some(7.0));
        let there: Vec<String> = new.database.object_store_names().collect();
        assert!(person_stores().iter().all(|store| there.iter().any(|name| name == store)), "{there:?}");
        drop(new);
        // And where somebody goes back to the old version, it works on what the new one left.
        let again = Connection::of_version(&name, 1, &["outbox", META]).await.expect("used as it is");
        assert_eq!(unsent(&again).await, Some(7.0));
        drop(again);
        delete(&name).await.expect("deleted");
    }
}
