//! What the ledger asks of a database: transactions of plain steps, no logic. SQLite and PostgreSQL stand behind it, and
//! whatever else speaks SQL can. A body may run again from the start, so it has no effect outside its transaction.
use crm_domain::bucket::{Bucket, Verb};
use crm_domain::ids::{OpId, Uuid};
use crm_domain::merge::{Held, Stamp, writers_of};
use crm_domain::row::{Row, Shown, State};
use crm_domain::val::{Val, decode_body, encode_body};
use crm_protocol::{Exit, Outcome};
use std::collections::{BTreeMap, BTreeSet};

/// The database failed. Nothing of the transaction holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreError(pub String);

impl std::fmt::Display for StoreError {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
impl std::error::Error for StoreError {}

/// A record as the server holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rec {
    pub id: Uuid,
    pub kind: u16,
    pub root: Uuid,
    pub bucket: Bucket,
    pub seq: u64,
    pub body: Vec<u8>,
    pub by: Stamp,
    pub over: Vec<Over>,
    /// Its part of the bucket's digest.
    pub digest: u64,
}

/// A field, or an element of a set, that another op wrote than the rest.
pub type Over = (u16, Option<Val>, Stamp);

impl Rec {
    pub fn of(id: Uuid, kind: u16, root: Uuid, bucket: Bucket, held: &Held) -> Self {
        let (by, over) = writers_of(held);
        let over = over
            .into_iter()
            .map(|(field, element, op)| {
                let at = held.stamps.get(&(field, element.clone())).map_or(0, |s| s.at);
                (field, element, Stamp { at, op })
            })
            .collect();
        Self { id, kind, root, bucket, seq: 0, body: encode_body(&held.body), by, over, digest: 0 }
    }

    /// As devices get it.
    pub fn row(&self) -> Row {
        Row {
            id: self.id,
            kind: self.kind,
            root: self.root,
            seq: self.seq,
            body: self.body.clone(),
            by: self.by.op,
            at: self.by.at,
            over: self.over.iter().map(|(field, element, stamp)| (*field, element.clone(), stamp.op)).collect(),
        }
    }

    /// As merging needs it. `sets` says which fields are sets, whose elements have writers of their own.
    pub fn held(&self, sets: impl Fn(u16) -> bool) -> Result<Held> {
        let body = decode_body(&self.body).map_err(|e| StoreError(format!("a stored body: {e}")))?;
        let mut stamps = BTreeMap::new();
        for (field, value) in &body {
            stamps.insert((*field, None), self.by);
            if let Val::List(items) = value
                && sets(*field)
            {
                stamps.extend(items.iter().map(|item| ((*field, Some(item.clone())), self.by)));
            }
        }
        stamps.extend(self.over.iter().map(|(field, element, stamp)| ((*field, element.clone()), *stamp)));
        Ok(Held { body, stamps })
    }

    /// As queries need it.
    pub fn shown(&self) -> Result<Shown> {
        let mut shown = self.row().shown().map_err(|e| StoreError(format!("a stored body: {e}")))?;
        shown.state = State::Confirmed;
        Ok(shown)
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BucketState {
    pub seq: u64,
    /// A cursor before it has missed exits that are gone.
    pub min_seq: u64,
    pub digest: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceStatus {
    Active,
    Revoked,
    Lost,
    /// Heard of, never signed in: its queue came by another road.
    Unknown,
}

impl DeviceStatus {
    pub fn word(self) -> &'static str {
        match self {
            DeviceStatus::Active => "active",
            DeviceStatus::Revoked => "revoked",
            DeviceStatus::Lost => "lost",
            DeviceStatus::Unknown => "unknown",
        }
    }

    pub fn from_word(word: &str) -> Self {
        match word {
            "active" => DeviceStatus::Active,
            "revoked" => DeviceStatus::Revoked,
            "lost" => DeviceStatus::Lost,
            _ => DeviceStatus::Unknown,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    pub id: Uuid,
    pub user: Uuid,
    pub alg: u8,
    /// Empty: no key is known.
    pub key: Vec<u8>,
    pub last_n: u64,
    /// Running hash of the identities 1..=last_n.
    pub last_hash: [u8; 32],
    pub chain_n: u64,
    pub chain_head: [u8; 32],
    /// The clamped time of its last admitted op; at first, its enrolment.
    pub last_op_at: u64,
    pub status: DeviceStatus,
    /// Since when it has that status.
    pub status_at: u64,
    /// When it last signed in or renewed.
    pub seen_at: u64,
    /// After a fork: the device that it was.
    pub was: Option<Uuid>,
}

impl Device {
    /// One that was heard of and has no key yet.
    pub fn new(id: Uuid, user: Uuid, now: u64) -> Self {
        Self {
            id,
            user,
            alg: 0,
            key: Vec::new(),
            last_n: 0,
            last_hash: [0; 32],
            chain_n: 0,
            chain_head: crm_domain::op::CHAIN_START,
            last_op_at: 0,
            status: DeviceStatus::Unknown,
            status_at: now,
            seen_at: now,
            was: None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub user: Uuid,
    pub account: String,
    pub role: String,
    pub active: bool,
    /// Since when she is (not) active.
    pub since: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpRec {
    pub cause: Uuid,
    pub part: u32,
    pub id: OpId,
    pub actor: Uuid,
    pub dev: Uuid,
    pub n: u64,
    pub outcome: Outcome,
    /// Effective time.
    pub at: u64,
}

/// An op's (cause, part), and its bytes.
pub type OpBody = ((Uuid, u32), Vec<u8>);

/// An op that is stored and not applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub op: OpId,
    pub cause: Uuid,
    pub part: u32,
    pub dev: Uuid,
    pub user: Uuid,
    /// [`crm_domain::rules::Why`] as its number.
    pub why: u16,
    /// What it waits for: see [`super::waiting::Need`].
    pub needs: Vec<u8>,
    /// When it came, and its place in its queue: together the order of release.
    pub since: u64,
    pub n: u64,
    /// The op's time for permissions.
    pub permitted_at: u64,
    /// Its records and their roots.
    pub touches: Vec<Uuid>,
}

/// What was decided about an op at one desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decided {
    pub desk: Bucket,
    /// Let through, or refused.
    pub allow: bool,
    pub by: Uuid,
}

/// An event's place in its device's chain, kept apart from the record for audits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainedEvent {
    pub id: Uuid,
    pub dev: Uuid,
    pub chain_n: u64,
    pub prev: [u8; 32],
    pub hash: [u8; 32],
    pub sig: Vec<u8>,
    pub received_at: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Generation {
    pub number: u32,
    pub count: u32,
    pub at_seq: u64,
}

/// A page as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptPage {
    /// Gzipped CBOR of a [`crm_protocol::Page`].
    pub bytes: Vec<u8>,
    /// Of its rows, ascending: what is on it can be told without unpacking it.
    pub ids: Vec<Uuid>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub dev: Uuid,
    pub user: Uuid,
    pub until: u64,
}

/// What one person has delivered of a blob.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    pub len: u64,
    pub offset: u64,
    /// Whole, and of the hash that names it.
    pub complete: bool,
}

type Result<T> = std::result::Result<T, StoreError>;

/// One transaction (of a snapshot: its reading half). Times are milliseconds, passed in.
pub trait Tx {
    fn meta(&self, key: &str) -> Result<Option<Vec<u8>>>;
    fn put_meta(&self, key: &str, value: &[u8]) -> Result<()>;
    fn secret(&self, kind: &str, id: &[u8]) -> Result<Option<Vec<u8>>>;
    fn put_secret(&self, kind: &str, id: &[u8], value: Option<&[u8]>) -> Result<()>;

    /// Locks the row until the transaction ends.
    fn device(&self, id: Uuid) -> Result<Option<Device>>;
    fn put_device(&self, device: &Device) -> Result<()>;
    fn person(&self, user: Uuid) -> Result<Option<Person>>;
    fn person_of(&self, account: &str) -> Result<Option<Person>>;
    fn put_person(&self, person: &Person) -> Result<()>;
    fn administrators(&self) -> Result<Vec<Uuid>>;
    fn token(&self, hash: &[u8; 32]) -> Result<Option<Token>>;
    /// Stores one and drops those that ended before `now`.
    fn put_token(&self, hash: &[u8; 32], token: &Token, now: u64) -> Result<()>;

    /// Loads and locks records; `ids` ascend.
    fn recs(&self, ids: &[Uuid]) -> Result<Vec<Rec>>;
    fn under(&self, root: Uuid) -> Result<Vec<Rec>>;
    fn put_rec(&self, rec: &Rec) -> Result<()>;
    fn drop_rec(&self, id: Uuid) -> Result<()>;
    /// Rows of a bucket after `seq`, in seq order.
    fn rows_after(&self, bucket: Bucket, seq: u64, limit: usize) -> Result<Vec<Rec>>;
    /// A bucket's rows in the order of its pages: roots by id (`children` false), or children by root and id.
    fn rows_for_pages(&self, bucket: Bucket, children: bool, each: &mut dyn FnMut(Rec) -> Result<()>) -> Result<()>;
    fn each_rec(&self, each: &mut dyn FnMut(Rec) -> Result<()>) -> Result<()>;

    fn bucket(&self, bucket: Bucket) -> Result<BucketState>;
    /// Those that ever held anything.
    fn buckets(&self) -> Result<Vec<Bucket>>;
    /// Adds `k` to the bucket's counter, locks it until the transaction ends, and returns it as it is then.
    fn bump(&self, bucket: Bucket, k: u64) -> Result<BucketState>;
    fn put_digest(&self, bucket: Bucket, digest: u64) -> Result<()>;
    fn exits_after(&self, bucket: Bucket, seq: u64, limit: usize) -> Result<Vec<Exit>>;
    /// The records whose exits lie after `seq`, as far as exits are kept.
    fn left_since(&self, bucket: Bucket, seq: u64) -> Result<Vec<Uuid>>;
    fn put_exit(&self, bucket: Bucket, exit: &Exit, at: u64) -> Result<()>;
    /// Drops exits older than `before` and raises `min_seq` past them.
    fn drop_exits(&self, before: u64) -> Result<u64>;

    fn op(&self, cause: Uuid, part: u32) -> Result<Option<OpRec>>;
    fn op_by_id(&self, id: OpId) -> Result<Option<OpRec>>;
    fn op_body(&self, cause: Uuid, part: u32) -> Result<Option<Vec<u8>>>;
    /// The ops' bytes in the order of (cause, part), after that one: to look through them all.
    fn op_bodies(&self, after: Option<(Uuid, u32)>, limit: usize) -> Result<Vec<OpBody>>;
    /// Forgets an op's bytes; that it came, and how it ended, stays.
    fn drop_op_body(&self, cause: Uuid, part: u32) -> Result<()>;
    /// Inserts an op or changes its outcome.
    fn put_op(&self, op: &OpRec, body: Option<&[u8]>) -> Result<()>;
    fn place(&self, dev: Uuid, n: u64) -> Result<Option<(Uuid, u32)>>;
    fn put_place(&self, dev: Uuid, n: u64, cause: Uuid, part: u32) -> Result<()>;
    fn is_hole(&self, dev: Uuid, n: u64) -> Result<bool>;
    fn put_hole(&self, dev: Uuid, from: u64, to: u64) -> Result<()>;

    /// Numbers of a device's queue up to this one lie in the last two off-machine backups.
    fn stable_n(&self, dev: Uuid) -> Result<Option<u64>>;
    /// A new off-machine backup holds the device's queue up to `n`.
    fn put_backed_up(&self, dev: Uuid, n: u64) -> Result<()>;
    fn devices(&self) -> Result<Vec<Device>>;

    /// Where a record lived at a time; none where it never moved since.
    fn home_at(&self, id: Uuid, at: u64) -> Result<Option<Bucket>>;
    fn put_home(&self, id: Uuid, bucket: Bucket, from: u64) -> Result<()>;
    fn grants_at(&self, user: Uuid, at: u64) -> Result<Vec<(Bucket, Verb)>>;
    /// `source`: the grant's record, or the person whose role brings it.
    fn open_grant(&self, source: Uuid, user: Uuid, bucket: Bucket, verb: Verb, from: u64) -> Result<()>;
    fn close_grants(&self, source: Uuid, to: u64) -> Result<()>;

    fn put_waiting(&self, waiting: &Waiting) -> Result<()>;
    fn drop_waiting(&self, op: OpId) -> Result<()>;
    fn waiting(&self, op: OpId) -> Result<Option<Waiting>>;
    fn waiting_for(&self, needs: &[u8]) -> Result<Vec<Waiting>>;
    /// Waiting ops that touch one of these records.
    fn waiting_on(&self, ids: &[Uuid]) -> Result<Vec<Waiting>>;
    /// What was decided about an op, which may come later: one decision a desk.
    fn decisions(&self, op: OpId) -> Result<Vec<Decided>>;
    fn put_decision(&self, op: OpId, decided: &Decided) -> Result<()>;
    fn refused(&self, id: Uuid) -> Result<Option<OpId>>;
    fn put_refused(&self, id: Uuid, op: Option<OpId>) -> Result<()>;
    /// The records that were merged into this one, in id order.
    fn merged_into(&self, id: Uuid) -> Result<Vec<Uuid>>;
    fn put_merged(&self, id: Uuid, into: Option<Uuid>) -> Result<()>;
    fn is_dominated(&self, id: Uuid, field: u16, op: OpId) -> Result<bool>;
    fn put_dominated(&self, id: Uuid, field: u16, op: OpId) -> Result<()>;
    fn is_tombstone(&self, id: Uuid) -> Result<bool>;
    fn put_tombstone(&self, id: Uuid) -> Result<()>;
    fn put_event(&self, event: &ChainedEvent) -> Result<()>;
    /// The link hash of the event with this id, once it stands in its device's chain.
    fn chained(&self, id: Uuid) -> Result<Option<[u8; 32]>>;
    /// Events that no log holds yet, as they came: id, hash, when.
    fn unlogged(&self, limit: u32) -> Result<Vec<(Uuid, [u8; 32], u64)>>;
    /// An event as it is kept: its hash, and when it came.
    fn received(&self, id: Uuid) -> Result<Option<([u8; 32], u64)>>;
    /// Appends to a log; an event is marked as logged.
    fn put_leaf(&self, log: u64, n: u64, event: Option<Uuid>, data: &[u8]) -> Result<()>;
    fn leaf_count(&self, log: u64) -> Result<u64>;
    /// Of a log, in order: the event, and what was hashed.
    fn leaves(&self, log: u64) -> Result<Vec<(Option<Uuid>, Vec<u8>)>>;
    fn logs(&self) -> Result<Vec<u64>>;
    /// Remembers a record as a published root.
    fn put_root(&self, rec: Uuid) -> Result<()>;
    /// In id order.
    fn roots(&self) -> Result<Vec<Uuid>>;

    /// The newest generation of a bucket's pages.
    fn generation(&self, bucket: Bucket) -> Result<Option<Generation>>;
    fn put_pages(&self, bucket: Bucket, generation: &Generation, pages: &[KeptPage]) -> Result<()>;
    /// A page, and its generation's `at_seq`.
    fn page(&self, bucket: Bucket, generation: u32, no: u32) -> Result<Option<(KeptPage, u64)>>;
    /// Every page that holds one of these records: bucket, generation, number.
    fn pages_with(&self, ids: &BTreeSet<Uuid>) -> Result<Vec<(Bucket, u32, u32, KeptPage)>>;
    /// Takes the place of a page that is there; nothing where its generation is gone.
    fn put_page(&self, bucket: Bucket, generation: u32, no: u32, page: &KeptPage) -> Result<()>;

    /// The delivery of `user`; what others delivered of the same hash is theirs.
    fn blob(&self, sha: &[u8; 32], user: Uuid) -> Result<Option<Blob>>;
    /// None forgets it and its bytes.
    fn put_blob(&self, sha: &[u8; 32], user: Uuid, blob: Option<&Blob>) -> Result<()>;
    fn put_blob_bytes(&self, sha: &[u8; 32], user: Uuid, offset: u64, bytes: &[u8]) -> Result<()>;
    fn blob_bytes(&self, sha: &[u8; 32], user: Uuid) -> Result<Vec<u8>>;
    /// The event `rec` of `user` names this hash.
    fn put_blob_ref(&self, sha: &[u8; 32], rec: Uuid, user: Uuid) -> Result<()>;
    fn drop_blob_ref(&self, sha: &[u8; 32], rec: Uuid) -> Result<()>;
    /// The events that name this hash, and whose they are.
    fn blob_refs(&self, sha: &[u8; 32]) -> Result<Vec<(Uuid, Uuid)>>;
}

/// A database that runs transactions.
pub trait Store: Send + Sync {
    /// Runs `body` as if it were alone; what it wrote is durable when this returns, or not there at all where it fails.
    fn write(&self, body: &mut Body) -> std::result::Result<(), super::LedgerError>;
    /// Runs `body` on one snapshot.
    fn read(&self, body: &mut Body) -> std::result::Result<(), super::LedgerError>;
    /// Commits of writers since it was opened; what was committed together counts once.
    fn commits(&self) -> u64;
}

impl<S: Store> Store for std::sync::Arc<S> {
    fn write(&self, body: &mut Body) -> std::result::Result<(), super::LedgerError> {
        (**self).write(body)
    }

    fn read(&self, body: &mut Body) -> std::result::Result<(), super::LedgerError> {
        (**self).read(body)
    }

    fn commits(&self) -> u64 {
        (**self).commits()
    }
}

pub type Body<'a> = dyn FnMut(&dyn Tx) -> std::result::Result<(), super::LedgerError> + 'a;
