//! One person's storage, as a tab holds it: seals on the way in, unseals on the way out, reopens a handle that died.
use super::connection::{Connection, META, delete, person_stores};
use super::failure::Failure;
use super::meta::{self, Identity};
use super::transaction::{self, Change};
use crate::seal::{SealError, Sealer, place};
use crate::sign::Signer;
use crate::turns::Turns;
use crm_domain::ids::Uuid;
use crm_replica::ports::{CommitError, Key, Opened, Store, Write};
use indexed_db_futures::database::Database;
use js_sys::Uint8Array;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsValue;

/// The small stores, in the order in which [`Storage::load_all`] reads them.
const SMALL: [Store; 5] = [Store::State, Store::Delta, Store::Outbox, Store::Journal, Store::Column];

pub struct Storage {
    name: String,
    connection: RefCell<Option<Rc<Connection>>>,
    sealer: Sealer,
    /// The data key as it lies in the database: tells this database from a new one of the same name.
    wrapped: Vec<u8>,
    fence: Cell<Fence>,
    turns: Turns,
}

/// What lets this tab write.
#[derive(Clone, Copy)]
enum Fence {
    None,
    /// The disk was full when it should have been taken: the first commit that finds room takes it.
    Owed,
    Held(f64),
}

fn database_of(user: Uuid) -> String {
    format!("zoufang-{user}")
}

impl Storage {
    /// Makes this person's database, with new keys for it. `session` is kept sealed.
    pub async fn create(user: Uuid, signer: &Signer, session: &[u8]) -> Result<Self, Failure> {
        let (sealer, keys) = Sealer::generate().await?;
        let sealed = sealer.seal(&[(meta::PLACE.to_vec(), session)]).await?;
        let identity =
            Identity { keys, signer: signer.clone(), session: sealed.into_iter().next().ok_or(Failure::Stumbled)? };
        let name = database_of(user);
        let connection = Connection::open(&name, &person_stores()).await?;
        meta::write(&connection.database, &identity).await?;
        Ok(Self::with(name, connection, sealer, identity.keys.wrapped))
    }

    /// The database of a person who was here before, with the device's key and the session's record. None: she was not.
    pub async fn open(user: Uuid) -> Result<Option<(Self, Signer, Vec<u8>)>, Failure> {
        let name = database_of(user);
        let connection = Connection::open(&name, &person_stores()).await?;
        let Some(identity) = meta::read(&connection.database).await? else { return Ok(None) };
        let sealer = Sealer::unwrap(&identity.keys).await?;
        let mut session = sealer.unseal(&[(meta::PLACE.to_vec(), identity.session)]).await?;
        let storage = Self::with(name, connection, sealer, identity.keys.wrapped);
        Ok(Some((storage, identity.signer, session.remove(0))))
    }

    fn with(name: String, connection: Connection, sealer: Sealer, wrapped: Vec<u8>) -> Self {
        let connection = RefCell::new(Some(Rc::new(connection)));
        Self { name, connection, sealer, wrapped, fence: Cell::new(Fence::None), turns: Turns::default() }
    }

    /// Replaces the session's record, and the device's key where it is a new one.
    pub async fn keep_identity(&self, signer: &Signer, session: &[u8]) -> Result<(), Failure> {
        let session = self.sealer.seal(&[(meta::PLACE.to_vec(), session)]).await?;
        let session = session.into_iter().next().ok_or(Failure::Stumbled)?;
        self.twice(async |database| {
            let keys = meta::read(database).await?.ok_or(Failure::Stumbled)?.keys;
            let identity = Identity { keys, signer: signer.clone(), session: session.clone() };
            meta::write(database, &identity).await
        })
        .await
    }

    /// Becomes the writer: commits of whoever wrote before fail from now on. A full disk is no failure, for the book can
    /// be read; what is written then says that it is full.
    pub async fn take_fence(&self) -> Result<(), Failure> {
        self.fence.set(Fence::Owed);
        match self.fence().await {
            Ok(_) | Err(Failure::Quota) => Ok(()),
            Err(failure) => {
                self.fence.set(Fence::None);
                Err(failure)
            }
        }
    }

    async fn fence(&self) -> Result<f64, Failure> {
        match self.fence.get() {
            Fence::None => Err(Failure::Fenced),
            Fence::Held(fence) => Ok(fence),
            Fence::Owed => {
                let fence = self.twice(async |database| transaction::take_fence(database).await).await?;
                // Left while it was being taken.
                if let Fence::None = self.fence.get() {
                    return Err(Failure::Fenced);
                }
                self.fence.set(Fence::Held(fence));
                Ok(fence)
            }
        }
    }

    /// Stops being the writer.
    pub fn leave_fence(&self) {
        self.fence.set(Fence::None);
    }

    /// One transaction, all or nothing; `Ok` after its `complete`. Takes effect in the order of the calls.
    pub async fn commit(&self, writes: &[Write], strict: bool) -> Result<(), CommitError> {
        let turn = self.turns.take();
        let sealed = self.seal(writes).await;
        turn.come().await;
        let fence = self.fence().await?;
        let changes = sealed?;
        let done = self.twice(async |database| transaction::put(database, Some(fence), &changes, strict).await).await;
        Ok(done?)
    }

    /// Writes what no other tab writes (drafts), whoever holds the fence.
    pub async fn keep(&self, write: Write) -> Result<(), Failure> {
        let changes = self.seal(&[write]).await?;
        self.twice(async |database| transaction::put(database, None, &changes, false).await).await
    }

    /// The values of these keys, in the order asked. One that cannot be unsealed reads as none.
    pub async fn load(&self, store: Store, keys: &[Key]) -> Result<Vec<Option<Vec<u8>>>, Failure> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let names: Vec<JsValue> = keys.iter().map(|key| js_key(*key)).collect();
        let found = self.twice(async |database| transaction::get(database, store.name(), &names).await).await?;
        let sealed: Vec<(Vec<u8>, Uint8Array)> = keys
            .iter()
            .zip(&found)
            .filter_map(|(key, value)| Some((place(store, *key), Uint8Array::new(value.as_ref()?))))
            .collect();
        let mut values = self.unseal_each(&sealed).await?.into_iter();
        Ok(found.iter().map(|one| one.as_ref().and_then(|_| values.next().flatten())).collect())
    }

    /// All at once; where one is damaged, one by one.
    async fn unseal_each(&self, sealed: &[(Vec<u8>, Uint8Array)]) -> Result<Vec<Option<Vec<u8>>>, Failure> {
        match self.sealer.unseal(sealed).await {
            Ok(values) => Ok(values.into_iter().map(Some).collect()),
            Err(SealError::Tampered) => {
                let mut values = Vec::with_capacity(sealed.len());
                for one in sealed {
                    values.push(
                        self.sealer.unseal(std::slice::from_ref(one)).await.ok().map(|mut value| value.remove(0)),
                    );
                }
                Ok(values)
            }
            Err(failure) => Err(failure.into()),
        }
    }

    /// The small stores, from one transaction. Damaged columns are left out, since they can be made again; damage
    /// elsewhere is told.
    pub async fn load_all(&self) -> Result<Opened, Failure> {
        let names = SMALL.map(Store::name);
        let found = self.twice(async |database| transaction::get_all(database, &names).await).await?;
        let mut places = Vec::new();
        let mut sealed = Vec::new();
        for (store, entries) in SMALL.into_iter().zip(found) {
            for (name, value) in entries {
                let key = key_of(&name).ok_or(Failure::Tampered)?;
                places.push((store, key));
                sealed.push((place(store, key), value));
            }
        }
        let mut opened = Opened::default();
        for ((store, key), value) in places.into_iter().zip(self.unseal_each(&sealed).await?) {
            if store == Store::Column {
                opened.column.extend(value);
                continue;
            }
            let entries = match store {
                Store::Delta => &mut opened.delta,
                Store::Outbox => &mut opened.outbox,
                Store::Journal => &mut opened.journal,
                _ => &mut opened.state,
            };
            entries.push((key, value.ok_or(Failure::Tampered)?));
        }
        Ok(opened)
    }

    /// Deletes this person's database, keys included. Other tabs' handles close for it.
    pub async fn delete(&self) -> Result<(), Failure> {
        self.fence.set(Fence::None);
        self.connection.borrow_mut().take();
        delete(&self.name).await
    }

    /// Closes the handle under whoever uses it, as a browser does after a suspend. For tests.
    pub fn close_handle(&self) {
        if let Some(connection) = self.connection.borrow().as_ref() {
            connection.database.clone().close();
        }
    }

    async fn seal(&self, writes: &[Write]) -> Result<Vec<Change>, Failure> {
        let plain: Vec<(Vec<u8>, &[u8])> =
            writes.iter().filter_map(|write| Some((place(write.store, write.key), write.value.as_deref()?))).collect();
        let mut sealed = self.sealer.seal(&plain).await?.into_iter();
        let change = |write: &Write| Change {
            store: write.store.name(),
            key: js_key(write.key),
            value: write.value.as_ref().and_then(|_| sealed.next()).map(JsValue::from),
        };
        Ok(writes.iter().map(change).collect())
    }

    async fn connection(&self) -> Result<Rc<Connection>, Failure> {
        if let Some(open) = self.connection.borrow().as_ref().filter(|connection| connection.is_open()) {
            return Ok(open.clone());
        }
        let opened = Rc::new(Connection::open(&self.name, &person_stores()).await?);
        transaction::begins(&opened.database, META).await?;
        let there = meta::read(&opened.database).await?;
        if there.is_none_or(|identity| identity.keys.wrapped != self.wrapped) {
            return Err(Failure::Cleared);
        }
        self.connection.replace(Some(opened.clone()));
        Ok(opened)
    }

    /// Does the work; where the handle failed, once more on a new one.
    async fn twice<T>(&self, work: impl AsyncFn(&Database) -> Result<T, Failure>) -> Result<T, Failure> {
        let first = match self.connection().await {
            Ok(connection) => work(&connection.database).await,
            Err(failure) => Err(failure),
        };
        if !matches!(first, Err(Failure::Stumbled)) {
            return first;
        }
        self.connection.borrow_mut().take();
        work(&self.connection().await?.database).await
    }
}

/// Twelve bytes, big end first: IndexedDB compares them like the pair of numbers, and no bit is lost, as it would be in
/// JavaScript's numbers.
fn js_key(key: Key) -> JsValue {
    let mut bytes = [0; 12];
    bytes[..4].copy_from_slice(&key.0.to_be_bytes());
    bytes[4..].copy_from_slice(&key.1.to_be_bytes());
    Uint8Array::from(bytes.as_slice()).buffer().into()
}

fn key_of(name: &Uint8Array) -> Option<Key> {
    let bytes: [u8; 12] = name.to_vec().try_into().ok()?;
    let (a, b) = bytes.split_at(4);
    Some((u32::from_be_bytes(a.try_into().ok()?), u64::from_be_bytes(b.try_into().ok()?)))
}
