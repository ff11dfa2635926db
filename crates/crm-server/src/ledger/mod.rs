//! The ledger: what holds, in which order, for whom (SYNC 2). Synchronous; time and randomness are passed in, the
//! database stands behind [`store::Store`]. It knows records, rules and merges, and no feature by name.
mod administration;
mod ask;
mod auth;
mod blobs;
mod chain;
mod event;
mod judge;
mod load;
mod log;
mod news;
mod pages;
mod pull;
mod purge;
mod push;
mod repair;
mod retention;
mod settle;
pub mod store;
mod transfers;
mod waiting;
mod work;

use crate::ledger::store::{Store, StoreError, Tx};
use crm_domain::book::Book;
use crm_domain::bucket::{Bucket, Grants};
use crm_domain::ids::Uuid;
use crm_domain::mutants::{self, Mutant};
use ed25519_dalek::SigningKey;
use std::collections::BTreeSet;
use std::sync::RwLock;

pub use auth::{Lease, NewDevice, hash_password, ready_for_sign_in};
pub use chain::receipt_bytes;
pub use load::{Began, Loaded};
pub use log::Audit;
pub use waiting::Need;

/// Who calls: an enrolled device and the person who signed in on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    pub user: Uuid,
    pub dev: Uuid,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LedgerError {
    NotAllowed,
    NotFound,
    /// The bytes are not what they should be.
    Malformed,
    TooLarge,
    WrongPassword,
    WeakPassword,
    /// The person was deactivated.
    Inactive,
    SignInAgain,
    DeviceRevoked,
    /// The app is too old to be told so in an answer.
    Upgrade,
    /// The page's generation is gone.
    Gone,
    Store(StoreError),
}

impl From<StoreError> for LedgerError {
    fn from(error: StoreError) -> Self {
        LedgerError::Store(error)
    }
}

type Result<T> = std::result::Result<T, LedgerError>;

/// A revoked device's or a deactivated person's pushes are taken for so long, as waiting (SYNC 2.13).
pub const GRACE_MS: u64 = 30 * DAY_MS;
pub const DAY_MS: u64 = 86_400_000;
/// So long exits are kept, settled lines of the queue, and decisions. A device that was away for longer takes its buckets
/// anew.
pub const KEPT_MS: u64 = 120 * DAY_MS;

/// Randomness for what a new database draws once.
#[derive(Clone, Copy, Debug)]
pub struct Seed(pub [u8; 32]);

pub struct Ledger {
    store: Box<dyn Store>,
    org: Uuid,
    mac_key: [u8; 32],
    signing: SigningKey,
    /// What is asked across all grids; built at the first question.
    book: RwLock<Option<Book>>,
    listener: RwLock<Option<Listener>>,
    /// Rows of a snapshot page.
    page_rows: usize,
    /// The release that this server is of.
    app: u16,
}

type Listener = Box<dyn Fn(&BTreeSet<Bucket>) + Send + Sync>;

impl Ledger {
    /// Opens what `store` holds; an empty one is given keys and an epoch drawn from `seed`.
    pub fn open(store: Box<dyn Store>, org: Uuid, seed: Seed, now_ms: u64) -> Result<Self> {
        let draw = |what: &str| blake3::derive_key(what, &seed.0);
        let mut keys = None;
        store.write(&mut |tx| {
            let or_draw = |key: &str| -> Result<Vec<u8>> {
                if let Some(kept) = tx.meta(key)? {
                    return Ok(kept);
                }
                let drawn = draw(&format!("zoufang {key} 1")).to_vec();
                tx.put_meta(key, &drawn)?;
                Ok(drawn)
            };
            let mac = or_draw("mac_key")?;
            let signing = or_draw("signing_key")?;
            if tx.meta("epoch")?.is_none() {
                tx.put_meta("epoch", &draw("zoufang epoch 1")[..8])?;
            }
            keys = Some((key(&mac)?, key(&signing)?));
            Ok(())
        })?;
        let (mac_key, signing) = keys.ok_or(LedgerError::NotFound)?;
        let ledger = Self {
            store,
            org,
            mac_key,
            signing: SigningKey::from_bytes(&signing),
            book: RwLock::new(None),
            listener: RwLock::new(None),
            page_rows: crm_protocol::PAGE_ROWS,
            app: crm_protocol::APP,
        };
        ledger.retry_newer(now_ms)?;
        Ok(ledger)
    }

    /// Makes smaller snapshot pages, so that small buckets have several: for tests.
    pub fn with_pages_of(self, rows: usize) -> Self {
        Self { page_rows: rows, ..self }
    }

    /// Speaks as another release would: for tests.
    pub fn of_release(self, app: u16) -> Self {
        Self { app, ..self }
    }

    pub fn org(&self) -> Uuid {
        self.org
    }

    /// The key that verifies receipts.
    pub fn receipt_key(&self) -> [u8; 32] {
        self.signing.verifying_key().to_bytes()
    }

    pub fn epoch(&self) -> Result<u64> {
        self.read(epoch)
    }

    /// What a restore must do: devices then send again what this server has forgotten. `random` must be fresh.
    pub fn new_epoch(&self, random: u64) -> Result<()> {
        if mutants::is(Mutant::EpochStays) {
            return Ok(());
        }
        self.write(|tx| Ok(tx.put_meta("epoch", &random.to_be_bytes())?))
    }

    /// How far each device's queue has come here.
    pub fn numbers(&self) -> Result<Vec<(Uuid, u64)>> {
        self.read(|tx| Ok(tx.devices()?.into_iter().map(|device| (device.id, device.last_n)).collect()))
    }

    /// A backup that lies on another machine holds the queues up to these numbers. Devices keep what the last two do not
    /// both hold, so that a server which is restored from either gets it back (SYNC 2.3).
    pub fn backed_up(&self, numbers: &[(Uuid, u64)]) -> Result<()> {
        self.write(|tx| Ok(numbers.iter().try_for_each(|(dev, n)| tx.put_backed_up(*dev, *n))?))
    }

    /// Calls `listener` with the buckets that changed, after each commit.
    pub fn listen(&self, listener: impl Fn(&BTreeSet<Bucket>) + Send + Sync + 'static) {
        if let Ok(mut slot) = self.listener.write() {
            *slot = Some(Box::new(listener));
        }
    }

    /// What this person may do now, her own bucket included.
    pub fn grants(&self, user: Uuid, now_ms: u64) -> Result<Grants> {
        self.read(|tx| grants_now(tx, user, now_ms))
    }

    /// See [`Store::commits`].
    pub fn commits(&self) -> u64 {
        self.store.commits()
    }

    /// Whether the record is here.
    pub fn holds(&self, id: Uuid) -> Result<bool> {
        self.read(|tx| Ok(!tx.recs(&[id])?.is_empty()))
    }

    /// How an op ended here; none: it never came.
    pub fn outcome(&self, cause: Uuid, part: u32) -> Result<Option<crm_protocol::Outcome>> {
        self.read(|tx| Ok(tx.op(cause, part)?.map(|op| op.outcome)))
    }

    fn write<T>(&self, body: impl Fn(&dyn Tx) -> Result<T>) -> Result<T> {
        let mut out = None;
        self.store.write(&mut |tx| {
            out = Some(body(tx)?);
            Ok(())
        })?;
        out.ok_or(LedgerError::NotFound)
    }

    fn read<T>(&self, body: impl Fn(&dyn Tx) -> Result<T>) -> Result<T> {
        let mut out = None;
        self.store.read(&mut |tx| {
            out = Some(body(tx)?);
            Ok(())
        })?;
        out.ok_or(LedgerError::NotFound)
    }

    /// Tells the book and whoever listens what a committed transaction changed.
    fn publish(&self, news: &work::News) -> Result<()> {
        self.refresh_book(&news.records)?;
        if let Ok(listener) = self.listener.read()
            && let Some(listener) = listener.as_ref()
            && !news.buckets.is_empty()
        {
            listener(&news.buckets);
        }
        Ok(())
    }
}

fn key(bytes: &[u8]) -> Result<[u8; 32]> {
    bytes.try_into().map_err(|_| StoreError("a stored key".into()).into())
}

fn epoch(tx: &dyn Tx) -> Result<u64> {
    let bytes = tx.meta("epoch")?.and_then(|bytes| bytes.try_into().ok());
    Ok(u64::from_be_bytes(bytes.ok_or_else(|| StoreError("no epoch".into()))?))
}

fn grants_now(tx: &dyn Tx, user: Uuid, now_ms: u64) -> Result<Grants> {
    let active = tx.person(user)?.is_some_and(|p| p.active);
    if !active {
        return Ok(Grants::default());
    }
    let mut grants = tx.grants_at(user, now_ms)?;
    grants.insert(0, (Bucket::User(user), crm_domain::bucket::Verb::Write));
    Ok(Grants(grants))
}
