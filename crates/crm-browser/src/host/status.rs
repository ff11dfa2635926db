//! The status as screens see it: the replica's, and what only its surroundings know.
use super::Host;
use super::desk::Desk;
use crate::environment::is_online;
use crate::mark::Mark;
use crate::tabs::{Message, News};
use crm_replica::ports::{Status, Storage, SyncState};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

type Changed = Rc<dyn Fn(Status)>;

#[derive(Default)]
pub struct Statuses {
    replica: RefCell<Status>,
    /// The storage failed where the replica does not see it: while opening, reading, signing.
    failed: Cell<Storage>,
    told: RefCell<Status>,
    watching: RefCell<BTreeMap<u64, Changed>>,
    mark: Cell<Mark>,
}

impl Host {
    pub(super) fn replica_status(&self, status: Status) {
        if status.storage == Storage::Fine {
            self.0.statuses.failed.set(Storage::Fine);
        }
        self.0.statuses.replica.replace(status);
        self.merge_status();
        if let Some(desk) = self.desk().filter(|desk| desk.is_writer()) {
            self.tell_news(&desk);
            if self.present_status().sync == SyncState::Settled {
                self.return_what_was_left(&desk);
            }
        }
    }

    pub(super) fn tell_news(&self, desk: &Rc<Desk>) {
        let news = News::of(&self.0.statuses.told.borrow());
        desk.tell(&Message::News(news));
    }

    pub(super) fn storage_failed(&self, how: Storage) {
        self.0.statuses.failed.set(how);
        self.merge_status();
    }

    /// Something was written or read that could not be before.
    pub(super) fn storage_works(&self) {
        if self.0.statuses.failed.replace(Storage::Fine) != Storage::Fine {
            self.merge_status();
        }
    }

    /// Nobody is signed in.
    pub(super) fn clear_status(&self) {
        self.0.statuses.failed.set(Storage::Fine);
        self.0.statuses.replica.replace(Status::default());
        self.merge_status();
    }

    pub(super) fn merge_status(&self) {
        let statuses = &self.0.statuses;
        let mut status = statuses.replica.borrow().clone();
        let desk = self.desk();
        if let Some(news) = desk.as_ref().and_then(|desk| desk.news.borrow().clone()) {
            news.merge_into(&mut status);
        }
        if statuses.failed.get() != Storage::Fine {
            status.storage = statuses.failed.get();
        }
        status.brought_back = desk.as_ref().map_or(0, |desk| desk.spares.brought_back.get());
        let quiet = matches!(status.sync, SyncState::Starting | SyncState::Settled | SyncState::Syncing);
        if quiet && desk.is_some() && !is_online() {
            status.sync = SyncState::Offline;
        }
        if status == *statuses.told.borrow() {
            return;
        }
        statuses.told.replace(status.clone());
        if desk.is_some() && status.ready {
            self.mark(&status);
        }
        let watching: Vec<_> = statuses.watching.borrow().values().cloned().collect();
        for changed in watching {
            changed(status.clone());
        }
    }

    fn mark(&self, status: &Status) {
        let mark = Mark { unsent: status.owed(), last_contact_ms: status.last_contact_ms.unwrap_or(0) };
        if self.0.statuses.mark.replace(mark) != mark {
            mark.write();
        }
    }

    pub(super) fn present_status(&self) -> Status {
        self.0.statuses.told.borrow().clone()
    }

    pub(super) fn watch_status(&self, number: u64, changed: Changed) {
        self.0.statuses.watching.borrow_mut().insert(number, changed.clone());
        changed(self.present_status());
    }

    pub(super) fn unwatch_status(&self, number: u64) {
        self.0.statuses.watching.borrow_mut().remove(&number);
    }
}
