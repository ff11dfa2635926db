//! The door that screens use.
use super::{Host, Watch};
use crate::environment::{self, Road};
use crate::export::{self, Exported, ExportedPhoto, OpenError, Unsent};
use crate::random;
use crate::tabs::Message;
use crm_domain::bucket::Bucket;
use crm_domain::ids::Uuid;
use crm_domain::registry::{Command, Query, View};
use crm_protocol::SetPassword;
use crm_replica::blob_keys;
use crm_replica::ports::{
    AskError, Attached, BringError, Brought, Door, Failure, Input, Key, Later, LookError, Sha, Status, Store,
    Subscription,
};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

impl Host {
    pub(super) fn answer(&self, watch: u64, view: View) {
        let changed = self.0.watches.borrow().get(&watch).map(|it| it.changed.clone());
        if let Some(changed) = changed {
            changed(view);
        }
    }

    /// After the first save: something here is worth keeping.
    pub(super) fn ask_for_persistence(&self) {
        if self.desk().is_some_and(|desk| !desk.persisted.replace(true)) {
            spawn_local(async {
                // The browser says no, or asks the person, or neither; the app works all the same.
                let _granted = environment::persist_storage().await;
            });
        }
    }

    async fn exported(&self, passphrase: &str) -> Option<Vec<u8>> {
        let desk = self.desk()?;
        let known_ms = self.present_status().last_contact_ms.unwrap_or(0);
        let exported = |(n, op, first_sent): (u64, &[u8], u64)| Exported {
            n,
            op: op.to_vec(),
            // Writing it into the file counts as sending.
            first_sent: if first_sent > 0 { first_sent } else { known_ms },
        };
        let owed = self.present_status().unsent_blobs;
        let photos = match owed[..] {
            [] => None,
            _ => {
                let keys: Vec<Key> = owed.iter().map(|it| blob_keys(&it.sha).0).collect();
                let loaded = desk.storage.load(Store::Blob, &keys).await.ok()?;
                Some(loaded.into_iter().flatten().map(ExportedPhoto).collect())
            }
        };
        let unsent = {
            let (record, replica) = (desk.record.borrow(), self.0.replica.borrow());
            let ops = replica.unsent().map(exported).collect();
            Unsent { org: record.org, user: record.user, dev: record.dev, ops, photos }
        };
        export::seal(&unsent, passphrase).await
    }

    async fn brought(&self, file: &[u8], passphrase: &str) -> Result<Brought, BringError> {
        let desk = self.desk().ok_or(BringError::Ask(AskError::Unreachable))?;
        let unsent = export::open(file, passphrase).await.map_err(|error| match error {
            OpenError::NotOurs => BringError::NotOurs,
            OpenError::WrongPassphrase | OpenError::Absent => BringError::WrongPassphrase,
        })?;
        let hers = {
            let record = desk.record.borrow();
            (record.org, record.user) == (unsent.org, unsent.user)
        };
        if !hers {
            return Err(BringError::OtherPerson);
        }
        self.bring(&desk, unsent).await
    }
}

impl Door for Host {
    fn command(&self, cause: Uuid, command: Command) -> Later<Result<(), Failure>> {
        Box::pin(self.ask_command(cause, command, None))
    }

    fn command_with(&self, cause: Uuid, command: Command, attached: Rc<Attached>) -> Later<Result<(), Failure>> {
        Box::pin(self.ask_command(cause, command, Some(attached)))
    }

    fn kept_photo(&self, sha: Sha, small: bool) -> Later<Option<Vec<u8>>> {
        let desk = self.desk();
        Box::pin(async move {
            let (whole, little) = blob_keys(&sha);
            let key = if small { little } else { whole };
            // What cannot be read can be fetched.
            desk?.storage.load(Store::Blob, &[key]).await.ok()?.pop()?
        })
    }

    fn fetch_photo(&self, sha: Sha) -> Later<Result<Vec<u8>, LookError>> {
        let desk = self.desk();
        Box::pin(async move {
            match desk {
                Some(desk) => desk.server.photo(sha).await,
                None => Err(LookError::Unreachable),
            }
        })
    }

    fn keep_photo(&self, photo: Rc<Attached>) {
        if self.desk().is_some_and(|desk| desk.is_writer()) {
            self.feed(Input::Keep(photo));
        }
    }

    fn is_frugal(&self) -> bool {
        environment::road() == Road::Metered
    }

    fn watch(&self, query: Query, changed: Box<dyn Fn(View)>) -> Subscription {
        let watch = self.number();
        let it = Watch { query: query.clone(), changed: changed.into() };
        self.0.watches.borrow_mut().insert(watch, it);
        self.feed(Input::Watch { watch, query });
        let host = self.clone();
        Subscription::new(move || {
            host.0.watches.borrow_mut().remove(&watch);
            host.feed(Input::Unwatch { watch });
        })
    }

    fn status(&self, changed: Box<dyn Fn(Status)>) -> Subscription {
        let number = self.number();
        self.watch_status(number, Rc::from(changed));
        let host = self.clone();
        Subscription::new(move || host.unwatch_status(number))
    }

    fn ask(&self, query: Query) -> Later<Result<View, AskError>> {
        let desk = self.desk();
        Box::pin(async move {
            match desk {
                Some(desk) => desk.server.ask(query).await,
                None => Err(AskError::Unreachable),
            }
        })
    }

    fn subscribe(&self, bucket: Bucket) {
        match self.desk() {
            Some(desk) if !desk.is_writer() => desk.tell(&Message::Subscribe(bucket)),
            _ => self.feed(Input::Subscribe { bucket }),
        }
    }

    fn sync_now(&self) {
        match self.desk() {
            Some(desk) if !desk.is_writer() => desk.tell(&Message::SyncNow),
            _ => self.wake(),
        }
    }

    fn new_id(&self) -> Uuid {
        random::id()
    }

    fn save_draft(&self, name: &str, text: Option<String>) {
        self.keep_draft(name, text);
    }

    fn draft(&self, name: &str) -> Later<Option<String>> {
        let (host, name) = (self.clone(), name.to_owned());
        Box::pin(async move { host.read_draft(&name).await })
    }

    fn sign_out(&self) -> Later<u32> {
        let host = self.clone();
        Box::pin(async move { host.leave().await })
    }

    fn export_unsent(&self, passphrase: &str) -> Later<Option<Vec<u8>>> {
        let (host, passphrase) = (self.clone(), passphrase.to_owned());
        Box::pin(async move { host.exported(&passphrase).await })
    }

    fn bring_unsent(&self, file: Vec<u8>, passphrase: &str) -> Later<Result<Brought, BringError>> {
        let (host, passphrase) = (self.clone(), passphrase.to_owned());
        Box::pin(async move { host.brought(&file, &passphrase).await })
    }

    fn set_password(&self, user: Uuid, password: String, old: Option<String>) -> Later<Result<(), AskError>> {
        let desk = self.desk();
        Box::pin(async move {
            match desk {
                Some(desk) => desk.server.set_password(&SetPassword { user, password, old }).await,
                None => Err(AskError::Unreachable),
            }
        })
    }
}
