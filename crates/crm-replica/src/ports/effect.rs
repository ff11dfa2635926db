//! What the replica asks its surroundings to do.
use super::door::{Failure, Status};
use super::input::Sha;
use crm_domain::bucket::Bucket;
use crm_domain::registry::View;

/// Object stores (DESIGN 2). Values of all but `Meta`, which the browser keeps for itself, are sealed by whoever
/// performs the effect; keys say nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Store {
    /// The replica's own state: (0,0) the device's, (1, local bucket number) one bucket's, (2, hash) what is known of a
    /// blob here.
    State,
    /// (local bucket number, page number): about 256 rows, compressed.
    Page,
    /// (0, index): the saved book.
    Column,
    /// (0, 0): the first screen of the list last used.
    Head,
    /// (local bucket number, counter): rows newer than their page.
    Delta,
    /// (0, n): an op's bytes; (1, n): what is known of its sending.
    Outbox,
    /// As the outbox, after the acknowledgement.
    Journal,
    /// (hash of tab, route and record, 0): what was typed and not yet saved.
    Draft,
    /// Photos, by the first twelve bytes of their hash; their small pictures by the next twelve.
    Blob,
}

impl Store {
    pub const ALL: [Store; 9] = [
        Store::State,
        Store::Page,
        Store::Column,
        Store::Head,
        Store::Delta,
        Store::Outbox,
        Store::Journal,
        Store::Draft,
        Store::Blob,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Store::State => "state",
            Store::Page => "page",
            Store::Column => "column",
            Store::Head => "head",
            Store::Delta => "delta",
            Store::Outbox => "outbox",
            Store::Journal => "journal",
            Store::Draft => "draft",
            Store::Blob => "blob",
        }
    }
}

/// Place in a store. In IndexedDB its twelve bytes, big end first: they sort like the pair, and no bit is lost.
pub type Key = (u32, u64);

/// One change of a transaction; no value: the key is deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    pub store: Store,
    pub key: Key,
    pub value: Option<Vec<u8>>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// One transaction, the fence first; then [`super::Input::Committed`] after its `complete`, or `CommitFailed`.
    /// `strict`: durable before it completes.
    Commit {
        txn: u64,
        writes: Vec<Write>,
        strict: bool,
    },
    /// Read these values; then [`super::Input::Loaded`] with one entry per key, in order.
    Load {
        request: u64,
        store: Store,
        keys: Vec<Key>,
    },
    /// Sign each message with the device's key; then [`super::Input::Signed`].
    Sign {
        request: u64,
        messages: Vec<Vec<u8>>,
    },
    /// Send `body` (CBOR); then [`super::Input::Answered`].
    Send {
        request: u64,
        to: Endpoint,
        body: Vec<u8>,
    },
    /// Call again with [`super::Input::Tick`] after so long; a newer timer replaces an older one.
    Timer {
        after_ms: u64,
    },
    /// The answer of a watched query changed.
    Answer {
        watch: u64,
        view: View,
    },
    /// A command ended: saved on this device, or not done at all.
    Done {
        ticket: u64,
        result: Result<(), Failure>,
    },
    Status(Status),
    /// Another tab's copy is older than the store now.
    Announce,
    /// This device was revoked or lost: delete this person's database and keys, then show why.
    Wipe,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    Push,
    Pull,
    Repair,
    Page {
        bucket: Bucket,
        generation: u32,
        no: u32,
    },
    /// A blob, before its bytes.
    Offer,
    /// The next bytes of a blob.
    Append {
        sha: Sha,
        offset: u64,
    },
}
