//! What a device keeps in its stores, as bytes: the replica's own state, ops, drafts.
use crm_domain::bucket::{Bucket, Verb};
use crm_domain::ids::Uuid;
use crm_protocol::{Hello, Outcome};
use minicbor::{Decode, Encode};

/// Key (0, 0): what belongs to the device as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct DeviceState {
    /// The n of the next op.
    #[n(0)]
    pub next_n: u64,
    /// Ops up to here left the outbox, and the running hash of identities there.
    #[n(1)]
    pub trimmed_n: u64,
    #[cbor(n(2), with = "minicbor::bytes")]
    pub trimmed_hash: [u8; 32],
    #[n(3)]
    pub hlc: u64,
    /// The chain of linked events: next number, and the hash that it builds on.
    #[n(4)]
    pub chain_n: u64,
    #[cbor(n(5), with = "minicbor::bytes")]
    pub chain_head: [u8; 32],
    #[n(6)]
    pub epoch: u64,
    #[cbor(n(7), with = "minicbor::bytes")]
    pub proof: Option<Vec<u8>>,
    /// Counter of delta entries.
    #[n(8)]
    pub counter: u64,
    #[n(9)]
    pub next_bucket: u32,
    /// Raised whenever a whole bucket came or went, so that older columns are rebuilt.
    #[n(10)]
    pub layout: u64,
    #[n(11)]
    pub server_ms: u64,
    #[n(12)]
    pub offset_ms: i64,
    #[n(13)]
    pub subscribed: Vec<Bucket>,
    #[n(14)]
    pub columns: Option<Columns>,
    /// Buckets granted at the last complete pull.
    #[n(16)]
    pub granted: Vec<(Bucket, Verb)>,
    /// Whose numbers these are. Another than the session's: the profile was cloned, and the queue is to be renumbered.
    #[n(17)]
    pub dev: Option<RootKey>,
    /// My queue up to here lies in two off-machine backups, as the server last said. None: it keeps none.
    #[n(18)]
    pub stable_n: Option<u64>,
    /// What the server last told of itself.
    #[n(19)]
    pub server: Option<Hello>,
    /// Local numbers of buckets whose pages still hold rows that were purged.
    #[cbor(n(20), skip_if = "Vec::is_empty")]
    pub erasing: Vec<u32>,
}

/// Key (2, first eight bytes of the hash): a blob in the `blob` store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Held {
    #[cbor(n(0), with = "minicbor::bytes")]
    pub sha: [u8; 32],
    /// Bytes.
    #[n(1)]
    pub len: u32,
    /// The server may not have it: it is to be sent, and never dropped.
    #[n(2)]
    pub owed: bool,
    /// An event of this device names it.
    #[n(3)]
    pub mine: bool,
    /// Device time, milliseconds: when it was taken or last looked at.
    #[n(4)]
    pub used_at: u64,
    /// Mine, and the server has had it whole since then.
    #[n(5)]
    pub whole: Option<Whole>,
}

/// Since when the server has a blob whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Whole {
    /// The next n of this device then: a backup that holds this op holds the blob too.
    #[n(0)]
    pub n: u64,
    /// Device time, milliseconds.
    #[n(1)]
    pub at_ms: u64,
}

/// What the saved columns reflect.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Columns {
    #[n(0)]
    pub layout: u64,
    #[n(1)]
    pub counter: u64,
    /// Values in the `column` store.
    #[n(2)]
    pub values: u32,
    /// Roots that showed something of mine when they were saved: to be looked at again.
    #[n(3)]
    pub mine: Vec<RootKey>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct RootKey(#[cbor(n(0), with = "crm_domain::ids::cbor")] pub Uuid);

impl Default for DeviceState {
    fn default() -> Self {
        Self {
            next_n: 1,
            trimmed_n: 0,
            trimmed_hash: [0; 32],
            hlc: 0,
            chain_n: 0,
            chain_head: crm_domain::op::CHAIN_START,
            epoch: 0,
            proof: None,
            counter: 0,
            next_bucket: 1,
            layout: 0,
            server_ms: 0,
            offset_ms: 0,
            subscribed: vec![],
            columns: None,
            granted: vec![],
            dev: None,
            stable_n: None,
            server: None,
            erasing: vec![],
        }
    }
}

/// Key (1, local bucket number): one bucket's copy.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct BucketState {
    #[n(0)]
    pub bucket: Bucket,
    /// None: it is still coming for the first time.
    #[n(1)]
    pub cursor: Option<u64>,
    /// My ops up to here are in its rows (SYNC 2.1).
    #[n(2)]
    pub last_n: u64,
    #[n(3)]
    pub pages: Vec<PageEntry>,
    #[n(4)]
    pub next_page: u64,
    #[n(5)]
    pub boot: Option<Boot>,
    /// A replacement under another local number: this copy stays until that one is whole.
    #[n(6)]
    pub replaces: Option<u32>,
    /// The whole bucket's digest at the cursor, where the server told it.
    #[cbor(n(7), with = "minicbor::bytes")]
    pub digest: Option<Vec<u8>>,
    /// Device time at which the copy was last compared with it; 0: never.
    #[n(8)]
    pub compared_at: u64,
}

/// A bootstrap under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Boot {
    #[n(0)]
    pub generation: u32,
    #[n(1)]
    pub count: u32,
    #[n(2)]
    pub at_seq: u64,
    /// The next page to fetch.
    #[n(3)]
    pub next: u32,
}

/// Where a page's rows lie in the order of its bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct PageEntry {
    #[n(0)]
    pub no: u64,
    /// Roots of the first and last row.
    #[cbor(n(1), with = "crm_domain::ids::cbor")]
    pub first: Uuid,
    #[cbor(n(2), with = "crm_domain::ids::cbor")]
    pub last: Uuid,
    /// Holds roots themselves; otherwise their children.
    #[n(3)]
    pub roots: bool,
}

impl BucketState {
    pub fn new(bucket: Bucket) -> Self {
        Self {
            bucket,
            cursor: None,
            last_n: 0,
            pages: vec![],
            next_page: 0,
            boot: None,
            replaces: None,
            digest: None,
            compared_at: 0,
        }
    }
}

/// Outbox and journal (0, n): the op as committed, and what it is about.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct StoredOp {
    #[cbor(n(0), with = "minicbor::bytes")]
    pub op: Vec<u8>,
    /// The root of each change's record, and the bucket it was expected to live in.
    #[n(1)]
    pub about: Vec<(RootKey, Option<Bucket>)>,
    /// Device time of the commit.
    #[n(2)]
    pub at_ms: u64,
    #[n(3)]
    pub label: String,
}

/// Outbox and journal (1, n): what is known of its sending.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Sending {
    #[n(0)]
    pub first_sent: u64,
    #[n(1)]
    pub outcome: Option<Outcome>,
    #[n(2)]
    pub effective: Option<u64>,
    /// It was refused, and the item about it settled.
    #[cbor(n(3), skip_if = "std::ops::Not::not")]
    pub settled: bool,
    /// What it is about was purged: it goes up like any other, and is not kept afterwards.
    #[cbor(n(4), skip_if = "std::ops::Not::not")]
    pub purged: bool,
}

impl Sending {
    /// As it was sent, and nothing more: outcomes belong to an epoch and to a device's own numbers (SYNC 2.3).
    pub fn open_again(self) -> Self {
        Self { outcome: None, settled: false, ..self }
    }
}

/// What was typed and not yet saved, in the `draft` store under a hash of its name.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Draft {
    /// The whole name: the key is only a hash of it.
    #[n(0)]
    pub name: String,
    #[n(1)]
    pub text: String,
}
