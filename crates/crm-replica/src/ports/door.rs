//! What screens use: ask, watch, command, status. Implemented by the browser's host; a fake stands in for tests.
use super::input::{Attached, Sha};
use crm_domain::bucket::Bucket;
use crm_domain::command::Rejection;
use crm_domain::ids::Uuid;
use crm_domain::registry::{Command, Query, View};
use crm_domain::row::State;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

/// Why a command was not done. Nothing was changed, and what was typed is still the caller's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Failure {
    /// The business says no.
    Rejected(Rejection),
    /// The disk is full.
    Quota,
    /// The database failed: NOT saving.
    Broken,
    /// What is unsent cannot be read by this version: nothing is saved, so that nothing of it is overwritten.
    Unreadable,
    /// This app is too old for its server: it reads and sends, and takes nothing new until it is updated.
    Outdated,
    /// The writing tab did not answer; asking again with the same cause does it once.
    NoWriter,
}

/// What is known about this copy and its way to the server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// The book is open: lists and commands work.
    pub ready: bool,
    pub sync: SyncState,
    /// Ops not yet acknowledged, with the millisecond of the oldest.
    pub unsent: u32,
    pub oldest_unsent_ms: Option<u64>,
    /// The newest of them, for the sync page: what each is about.
    pub queue: Vec<Queued>,
    /// Photos that the server does not have for sure.
    pub unsent_blobs: Vec<UnsentBlob>,
    /// Server time of the last answer.
    pub last_contact_ms: Option<u64>,
    /// Server time less device time.
    pub clock_offset_ms: i64,
    /// Buckets held, and those still on their way.
    pub buckets: u32,
    pub buckets_coming: u32,
    /// Snapshot pages of the first download: here, in all.
    pub pages: (u32, u32),
    /// Rows that were put right since the start, because the copy was not what the server has.
    pub repaired: u32,
    /// This app is too old for its server: nothing new comes or is taken, what is unsent still goes up.
    pub outdated: bool,
    /// Ops of mine that wait for the server's update, because they are of a newer release than it.
    pub left_to_newer: u32,
    /// Values that this version could not read when it opened the stores.
    pub unreadable: u32,
    /// The last commit failed.
    pub storage: Storage,
    /// Ops and photos that a lost database of this browser had not sent, and that went up from their spare copy since the start.
    pub brought_back: u32,
    /// An off-machine backup exists, so *backed up* may be said.
    pub backups: bool,
    /// This tab writes; otherwise another does.
    pub writer: bool,
}

impl Status {
    /// Whether the first download is still under way: what is missing now may yet come.
    pub fn is_coming(&self) -> bool {
        let busy = matches!(self.sync, SyncState::Starting | SyncState::Syncing);
        busy && (self.buckets == 0 || self.buckets_coming > 0)
    }

    /// Ops and photos that the server does not have for sure.
    pub fn owed(&self) -> u32 {
        self.unsent + self.unsent_blobs.len() as u32
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Storage {
    #[default]
    Fine,
    Full,
    Broken,
    /// Unsent work lies here that this version cannot read: nothing is changed and nothing sent.
    Unreadable,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SyncState {
    /// Nothing was tried yet.
    #[default]
    Starting,
    /// All that is mine is acknowledged, all that is theirs is here.
    Settled,
    Syncing,
    /// The server cannot be reached.
    Offline,
    /// The session ended; writing goes on, only the network stops.
    SignInAgain,
    /// The server refuses this device or app, or fails itself.
    Refused(crm_protocol::RefusalCode),
    /// This profile was cloned: it needs a new identity.
    Forked,
}

/// One op that is not acknowledged yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queued {
    pub n: u64,
    pub kind: u16,
    pub at_ms: u64,
    pub state: State,
    pub label: String,
    pub root: Uuid,
}

/// A photo on its way, or waiting for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnsentBlob {
    pub sha: Sha,
    /// Bytes.
    pub len: u32,
}

/// Why a photo cannot be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookError {
    /// It is not on this device, and the server cannot be reached.
    Unreachable,
    /// The server has not got it yet, or it is not hers to see: never told apart.
    NotThere,
    Refused(crm_protocol::RefusalCode),
    /// What came is not the photo that was asked for.
    Malformed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskError {
    Unreachable,
    Refused(crm_protocol::RefusalCode),
    Malformed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInError {
    Unreachable,
    /// Wrong password, locked (with the wait), inactive…
    Refused {
        code: crm_protocol::RefusalCode,
        retry_ms: Option<u64>,
    },
    /// No IndexedDB, or no WebCrypto here.
    NoStorage,
    /// Another person's unsent work lies in this browser under another account: told, never a block.
    Malformed,
}

/// What another device's file brought to the server, or had brought before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Brought {
    pub ops: u32,
    /// Refused or waiting: in *Needs attention*.
    pub held_back: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BringError {
    /// Not such a file, or one of a newer version.
    NotOurs,
    /// Or a damaged file: they cannot be told apart.
    WrongPassphrase,
    /// It is another person's: she signs in herself.
    OtherPerson,
    /// That device goes on under another name since, and sends its work itself.
    Renamed,
    /// No network; what was taken before stays taken.
    Ask(AskError),
}

pub type Later<T> = Pin<Box<dyn Future<Output = T>>>;

/// Dropping it ends the subscription.
pub struct Subscription(Option<Box<dyn FnOnce()>>);

impl Subscription {
    pub fn new(end: impl FnOnce() + 'static) -> Self {
        Self(Some(Box::new(end)))
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(end) = self.0.take() {
            end();
        }
    }
}

/// The replica as screens see it.
pub trait Door {
    /// Saved on this device when it says Ok: after the transaction's `complete`.
    fn command(&self, cause: Uuid, command: Command) -> Later<Result<(), Failure>>;
    /// The same, with the photo that the command names.
    fn command_with(&self, cause: Uuid, command: Command, attached: Rc<Attached>) -> Later<Result<(), Failure>>;
    /// The photo's bytes, if they lie here; the small ones where only a list shows it.
    fn kept_photo(&self, sha: Sha, small: bool) -> Later<Option<Vec<u8>>>;
    /// The photo from the server, whole and verified.
    fn fetch_photo(&self, sha: Sha) -> Later<Result<Vec<u8>, LookError>>;
    /// Keeps a photo that was fetched, sealed like everything else, as long as there is room.
    fn keep_photo(&self, photo: Rc<Attached>);
    /// Whether the network is one to be careful with: metered, or she saves data.
    fn is_frugal(&self) -> bool;
    /// Calls back with the first answer and with every other one.
    fn watch(&self, query: Query, changed: Box<dyn Fn(View)>) -> Subscription;
    /// Calls back with the present status and with every change.
    fn status(&self, changed: Box<dyn Fn(Status)>) -> Subscription;
    /// Asks the server the same question over all that the person may read there.
    fn ask(&self, query: Query) -> Later<Result<View, AskError>>;
    /// Holds this bucket from now on (a supervisor opens a grid).
    fn subscribe(&self, bucket: Bucket);
    fn sync_now(&self);
    /// A new id; also a new cause.
    fn new_id(&self) -> Uuid;
    /// What was typed and not saved: kept under a name of route and record, survives a killed tab. None: forgotten.
    fn save_draft(&self, name: &str, text: Option<String>);
    fn draft(&self, name: &str) -> Later<Option<String>>;
    /// Sends first; what could not go stays sealed until the same person signs in again. Gives how many ops stayed.
    fn sign_out(&self) -> Later<u32>;
    /// Unsent ops as a file for another device, encrypted with this passphrase.
    fn export_unsent(&self, passphrase: &str) -> Later<Option<Vec<u8>>>;
    /// Sends the unsent ops of such a file in the name of the device that wrote it.
    fn bring_unsent(&self, file: Vec<u8>, passphrase: &str) -> Later<Result<Brought, BringError>>;
    /// Sets a person's password at the server.
    fn set_password(&self, user: Uuid, password: String, old: Option<String>) -> Later<Result<(), AskError>>;
}
