//! Ops: what one action did, immutable bytes from the commit on (SYNC 2.1, 2.10, 2.15).
use crate::ids::{OpId, Uuid, op_id};
use crate::val::{Body, Val, encode};
use minicbor::{Decode, Encode};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// At most so many changes in one op, and so many bytes.
pub const MAX_CHANGES: usize = 200;
pub const MAX_OP_BYTES: usize = 64 * 1024;

pub type Salt = [u8; 16];

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Op {
    #[cbor(n(0), with = "crate::ids::cbor")]
    pub cause: Uuid,
    #[n(1)]
    pub part: u32,
    /// Hybrid logical clock: 48 bits of milliseconds, 16 of counter.
    #[n(2)]
    pub hlc: u64,
    #[cbor(n(3), with = "crate::ids::cbor")]
    pub actor: Uuid,
    /// Version of the app that wrote it.
    #[n(4)]
    pub app: u16,
    #[n(5)]
    pub changes: Vec<Change>,
    #[n(6)]
    pub link: Option<Link>,
}

/// What an op does to one record.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Change {
    #[n(0)]
    pub kind: u16,
    #[cbor(n(1), with = "crate::ids::cbor")]
    pub rec: Uuid,
    /// Tells a create from an edit.
    #[n(2)]
    pub new: bool,
    /// Applies only where `base` still is the writer (undo, revert, rules).
    #[n(3)]
    pub yields: bool,
    #[n(4)]
    pub patch: Body,
    /// The op that had written each patched field as it was seen; a field never written stands in no base.
    #[n(5)]
    pub base: BTreeMap<u16, OpId>,
    /// Events: values whose commitments stand in `patch`.
    #[n(6)]
    pub open: BTreeMap<u16, Opened>,
}

impl Change {
    /// The record that this one belongs to, as far as the change says it.
    pub fn named_root(&self) -> Option<Uuid> {
        self.patch.get(&crate::registry::kind(self.kind)?.root?)?.id()
    }
}

/// A committed value and the salt that hides it once it is erased.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Opened {
    #[cbor(n(0), with = "minicbor::bytes")]
    pub salt: Salt,
    #[n(1)]
    pub value: Val,
}

/// An event's place in its device's chain.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Link {
    #[cbor(n(0), with = "crate::ids::cbor")]
    pub dev: Uuid,
    #[n(1)]
    pub chain_n: u64,
    #[cbor(n(2), with = "minicbor::bytes")]
    pub prev: [u8; 32],
    /// 0 = Ed25519, 1 = ECDSA P-256 with SHA-256.
    #[n(3)]
    pub alg: u8,
    #[cbor(n(4), with = "minicbor::bytes")]
    pub sig: [u8; 64],
}

impl Op {
    /// As much as is known of bytes that cannot be read: their name and whose they are.
    pub fn unread(cause: Uuid, part: u32, actor: Uuid) -> Self {
        Self { cause, part, hlc: 0, actor, app: 0, changes: Vec::new(), link: None }
    }

    pub fn id(&self) -> OpId {
        op_id(self.cause, self.part)
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        encode(self)
    }

    /// Fails on anything that is not an op within the limits.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, OpError> {
        if bytes.len() > MAX_OP_BYTES {
            return Err(OpError::TooLarge);
        }
        let op: Op = minicbor::decode(bytes).map_err(|_| OpError::Malformed)?;
        if op.changes.is_empty() || op.changes.len() > MAX_CHANGES {
            return Err(OpError::TooLarge);
        }
        let mut seen: Vec<Uuid> = op.changes.iter().map(|c| c.rec).collect();
        seen.sort_unstable();
        if seen.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(OpError::RecordTwice);
        }
        Ok(op)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpError {
    Malformed,
    TooLarge,
    RecordTwice,
}

/// The commitment to one value: SHA-256(tag, salt, field, value).
pub fn commitment(field: u16, opened: &Opened) -> [u8; 32] {
    Sha256::new()
        .chain_update(b"zoufang/commit/1")
        .chain_update(opened.salt)
        .chain_update(field.to_be_bytes())
        .chain_update(encode(&opened.value))
        .finalize()
        .into()
}

/// What an event's signature covers: everything but the op's number in its queue (SYNC 2.10).
pub fn link_hash(org: Uuid, op: &Op, change: &Change, dev: Uuid, chain_n: u64, prev: &[u8; 32], alg: u8) -> [u8; 32] {
    Sha256::new()
        .chain_update(b"zoufang/event/1")
        .chain_update(org.as_bytes())
        .chain_update(dev.as_bytes())
        .chain_update(chain_n.to_be_bytes())
        .chain_update(prev)
        .chain_update([alg])
        .chain_update(change.kind.to_be_bytes())
        .chain_update(change.rec.as_bytes())
        .chain_update(op.actor.as_bytes())
        .chain_update(op.hlc.to_be_bytes())
        .chain_update(encode(&change.patch))
        .finalize()
        .into()
}

/// The hash that stands first in a device's chain.
pub const CHAIN_START: [u8; 32] = [0; 32];
