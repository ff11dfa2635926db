//! The server's database of a world, in memory. Opening one and preparing its statements would take a good part of a
//! world's time: the next world of the thread gets this one, emptied.
use crm_domain::ids::Uuid;
use crm_server::Sqlite;
use std::cell::Cell;
use std::ops::Deref;
use std::sync::Arc;

thread_local! {
    static IDLE: Cell<Option<Arc<Sqlite>>> = const { Cell::new(None) };
}

pub struct Database(Arc<Sqlite>);

impl Database {
    pub fn blank(org: Uuid) -> Self {
        let idle = IDLE.take().filter(|store| store.org() == org);
        let store = idle.unwrap_or_else(|| Arc::new(Sqlite::in_memory(org).expect("an in-memory database opens")));
        store.empty().expect("a database in memory is emptied");
        Self(store)
    }

    pub fn from_copy(copy: &[u8], org: Uuid) -> Self {
        Self(Arc::new(Sqlite::from_copy(copy, org).expect("a copy opens")))
    }
}

impl Deref for Database {
    type Target = Arc<Sqlite>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // What a panic leaves behind is nobody's.
        if !std::thread::panicking() {
            IDLE.set(Some(self.0.clone()));
        }
    }
}
