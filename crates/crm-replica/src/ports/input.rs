//! What reaches the replica.
use super::effect::Key;
use crm_domain::bucket::Bucket;
use crm_domain::ids::Uuid;
use crm_domain::registry::{Command, Query};
use std::rc::Rc;

/// Who uses this device, as the sign-in told. Kept by the browser, sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub org: Uuid,
    pub user: Uuid,
    pub dev: Uuid,
    pub role: crm_domain::people::Role,
    /// 0 = Ed25519, 1 = ECDSA P-256.
    pub alg: u8,
    /// The public key, for the chain's first event.
    pub key: Vec<u8>,
    /// Seeds what must differ between devices but need not be secret (nonces).
    pub seed: u64,
    /// Whether this tab writes. A follower shows, and forwards commands.
    pub writer: bool,
}

/// Everything of the small stores, read in one transaction. Values are unsealed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opened {
    pub state: Vec<(Key, Vec<u8>)>,
    pub delta: Vec<(Key, Vec<u8>)>,
    pub outbox: Vec<(Key, Vec<u8>)>,
    pub journal: Vec<(Key, Vec<u8>)>,
    /// In the order of their keys.
    pub column: Vec<Vec<u8>>,
}

/// SHA-256 of a blob.
pub type Sha = [u8; 32];

/// A blob with the small picture that lists show of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    pub sha: Sha,
    pub bytes: Vec<u8>,
    pub small: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "the large one comes once, at the start")]
pub enum Input {
    /// Always first, and again whenever another tab wrote (followers) or this tab became the writer.
    Open {
        session: Session,
        opened: Opened,
    },
    /// `cause` names the command for ever: the same cause twice is done once. `entropy` is fresh and secret (salts).
    Command {
        ticket: u64,
        cause: Uuid,
        entropy: [u8; 32],
        command: Command,
        /// The blob that it names, to be kept in the same transaction.
        attached: Option<Rc<Attached>>,
    },
    Watch {
        watch: u64,
        query: Query,
    },
    Unwatch {
        watch: u64,
    },
    /// Buckets that the person looks at without being granted them by name (supervisors).
    Subscribe {
        bucket: Bucket,
    },
    Committed {
        txn: u64,
    },
    CommitFailed {
        txn: u64,
        why: CommitError,
    },
    Loaded {
        request: u64,
        values: Vec<Option<Vec<u8>>>,
    },
    Signed {
        request: u64,
        signatures: Vec<[u8; 64]>,
    },
    Answered {
        request: u64,
        answer: Result<Vec<u8>, NetError>,
    },
    Tick,
    /// Now is a good time to sync: online again, shown again, poked by the server, or the person asked.
    Wake,
    /// The app is hidden: write columns and head.
    Hidden,
    /// A blob that came from the server and was looked at: keep it as long as there is room.
    Keep(Rc<Attached>),
    /// What the road is good for: whether blobs may go now.
    Road {
        blobs: bool,
    },
    /// The disk is nearly full: drop what the server has too.
    Pressed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommitError {
    /// Another tab is the writer now. This one becomes a follower.
    Fenced,
    /// The disk is full.
    Quota,
    /// The database failed, twice.
    Broken,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NetError {
    /// No answer: no network, or no server.
    Unreachable,
    /// The server's [`crm_protocol::RefusalCode`].
    Refused { code: crm_protocol::RefusalCode, retry_ms: Option<u64> },
    /// Bytes that are not an answer.
    Malformed,
}
