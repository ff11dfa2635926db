//! Push, pull and bootstrap pages.
use crate::hello::Hello;
use crm_domain::bucket::{Bucket, Verb};
use crm_domain::ids::{OpId, Uuid};
use crm_domain::row::Row;
use minicbor::{Decode, Decoder, Encode};
use serde::{Deserialize, Serialize};

/// `POST /sync/push`: ops of one device in the order of its queue.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
pub struct Push {
    #[n(0)]
    #[serde(with = "crate::json::text")]
    pub epoch: u64,
    #[cbor(n(1), with = "crm_domain::ids::cbor")]
    pub dev: Uuid,
    /// The place of the first op in the device's queue; the others follow densely.
    #[n(2)]
    pub first_n: u64,
    #[n(3)]
    pub ops: Vec<Sent>,
    /// Holes in the journal, first and last n of each: the server records and steps over them.
    #[n(4)]
    pub lost: Vec<(u64, u64)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
pub struct Sent {
    #[cbor(n(0), with = "minicbor::bytes")]
    #[serde(with = "hex::serde")]
    pub op: Vec<u8>,
    /// The newest server time that the device knew when it first sent it, milliseconds; 0: none.
    #[n(1)]
    pub first_sent: u64,
    /// The effective time of an earlier epoch's result.
    #[n(2)]
    pub effective: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize)]
#[cbor(map)]
pub struct Pushed {
    #[n(0)]
    #[serde(with = "crate::json::text")]
    pub epoch: u64,
    /// The next n that the server takes.
    #[n(1)]
    pub expect_n: u64,
    /// n, what became of it, its effective time.
    #[n(2)]
    pub results: Vec<(u64, Outcome, u64)>,
    #[n(3)]
    pub now_ms: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Serialize)]
pub enum Outcome {
    #[n(0)]
    Applied,
    /// A value lost; the inbox says which.
    #[n(1)]
    Merged,
    /// [`crm_domain::rules::Code`] as its number.
    #[n(2)]
    Rejected {
        #[n(0)]
        code: u16,
        #[n(1)]
        #[serde(serialize_with = "crate::json::text_or_none")]
        depends_on: Option<OpId>,
    },
    /// [`crm_domain::rules::Why`] as its number.
    #[n(3)]
    Waiting(#[n(0)] u16),
    /// (dev, n) is another op's: this device is a clone.
    #[n(4)]
    Fork,
}

/// One of a newer version reads as *merged*: it was taken, and the rows and the inbox say how it ended.
impl<'b, C> Decode<'b, C> for Outcome {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
        let wrong = || minicbor::decode::Error::message("not an outcome");
        if d.array()? != Some(2) {
            return Err(wrong());
        }
        let (number, fields) = (d.u32()?, d.array()?.ok_or_else(wrong)?);
        let (outcome, read) = match (number, fields) {
            (0, _) => (Outcome::Applied, 0),
            (2 | 3, 0) => return Err(wrong()),
            (2, 1) => (Outcome::Rejected { code: d.u16()?, depends_on: None }, 1),
            (2, _) => (Outcome::Rejected { code: d.u16()?, depends_on: Option::decode(d, ctx)? }, 2),
            (3, _) => (Outcome::Waiting(d.u16()?), 1),
            (4, _) => (Outcome::Fork, 0),
            _ => (Outcome::Merged, 0),
        };
        for _ in read..fields {
            d.skip()?;
        }
        Ok(outcome)
    }
}

/// `POST /sync/pull`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
pub struct Pull {
    #[n(0)]
    #[serde(with = "crate::json::text")]
    pub nonce: u64,
    #[n(1)]
    #[serde(with = "crate::json::text")]
    pub epoch: u64,
    #[cbor(n(2), with = "minicbor::bytes")]
    #[serde(default, with = "crate::json::hex_or_none")]
    pub proof: Option<Vec<u8>>,
    /// Every bucket that the device holds or wants, with the seq it stands at; none: it has nothing yet, or stages.
    #[n(3)]
    pub cursors: Vec<(Bucket, Option<u64>)>,
    /// About how large the answer may be, before compression.
    #[n(4)]
    pub max_bytes: u32,
    /// Absent: an app of the first release.
    #[n(5)]
    pub hello: Option<Hello>,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize)]
#[cbor(map)]
pub struct Pulled {
    #[n(0)]
    #[serde(with = "crate::json::text")]
    pub nonce: u64,
    #[n(1)]
    #[serde(with = "crate::json::text")]
    pub epoch: u64,
    /// To be echoed in the next pull: tells a server that was swapped for an older one that it was.
    #[cbor(n(2), with = "minicbor::bytes")]
    #[serde(with = "hex::serde")]
    pub proof: Vec<u8>,
    #[n(3)]
    pub parts: Vec<Part>,
    /// The newest n taken from this device, and the running hash of its identities 1..=last_n.
    #[n(4)]
    pub last_n: u64,
    #[cbor(n(5), with = "minicbor::bytes")]
    #[serde(with = "hex::serde")]
    pub last_hash: [u8; 32],
    /// Every bucket asked for stands at its seq with this answer.
    #[n(6)]
    pub complete: bool,
    #[n(7)]
    pub granted: Vec<Grant>,
    /// Ops up to this n lie in off-machine backups; none where there are no such backups.
    #[n(8)]
    pub stable_n: Option<u64>,
    #[n(9)]
    pub now_ms: u64,
    /// `active`, `revoked`, `lost`: what the device has to do about itself.
    #[n(10)]
    pub device: DeviceState,
    /// Absent: a server of the first release.
    #[n(11)]
    pub hello: Option<Hello>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize)]
#[cbor(index_only)]
pub enum DeviceState {
    #[n(0)]
    Active,
    /// Push what is unsent, then wipe.
    #[n(1)]
    Revoked,
    /// Wipe at once.
    #[n(2)]
    Lost,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, Serialize)]
pub struct Grant {
    #[n(0)]
    pub bucket: Bucket,
    #[n(1)]
    pub verb: Verb,
}

/// What changed in one bucket.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize)]
#[cbor(map)]
pub struct Part {
    #[n(0)]
    pub bucket: Bucket,
    #[n(1)]
    pub mode: Mode,
    #[n(2)]
    pub rows: Vec<Row>,
    #[n(3)]
    pub exits: Vec<Exit>,
    /// History older than this (milliseconds) need not be kept.
    #[n(4)]
    pub drop_before: u64,
    /// The cursor after this part.
    #[n(5)]
    pub hi: u64,
    /// Where the bucket stands.
    #[n(6)]
    pub seq: u64,
    /// Of the whole bucket at `seq`; compared where hi == seq.
    #[cbor(n(7), with = "minicbor::bytes")]
    #[serde(with = "hex::serde")]
    pub digest: [u8; 8],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize)]
pub enum Mode {
    /// Rows and exits after the cursor.
    #[n(0)]
    Delta,
    /// The bucket comes as `count` pages from `GET /page/<bucket>/<gen>/<no>`; the cursor after them is `at_seq`.
    #[n(1)]
    Pages {
        #[n(0)]
        generation: u32,
        #[n(1)]
        count: u32,
        #[n(2)]
        at_seq: u64,
    },
}

/// A record left the bucket.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize)]
#[cbor(map)]
pub struct Exit {
    #[cbor(n(0), with = "crm_domain::ids::cbor")]
    pub id: Uuid,
    #[n(1)]
    pub seq: u64,
    #[n(2)]
    pub reason: ExitReason,
    /// Where it went, in words that the person may know (the grid's name).
    #[n(3)]
    pub to: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize)]
#[cbor(index_only)]
pub enum ExitReason {
    #[n(0)]
    Moved,
    #[n(1)]
    Purged,
}

/// `POST /sync/repair`: a device's copy of a bucket is not what its digest says (SYNC 2.12).
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
pub struct Repair {
    #[n(0)]
    pub bucket: Bucket,
    /// The device's cursor; must be where the bucket stands.
    #[n(1)]
    pub seq: u64,
    /// The copy's digest in 256 parts, by the last byte of the rows' ids.
    #[n(2)]
    pub sums: Vec<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize)]
#[cbor(map)]
pub struct Repaired {
    #[n(0)]
    pub bucket: Bucket,
    #[n(1)]
    pub seq: u64,
    /// Parts that differ. Not all of them where the rows would be too many; the device compares again.
    #[cbor(n(2), with = "minicbor::bytes")]
    #[serde(with = "hex::serde")]
    pub parts: Vec<u8>,
    /// Every row that the bucket holds of these parts; what else the device has there is none of the bucket's.
    #[n(3)]
    pub rows: Vec<Row>,
}

/// A snapshot page: rows in the order (the root itself first, then children by root and id).
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize)]
#[cbor(map)]
pub struct Page {
    #[n(0)]
    pub rows: Vec<Row>,
}
