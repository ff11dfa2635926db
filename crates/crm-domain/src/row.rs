//! Rows: a record as it stands in a bucket, and how a device shows it.
use crate::ids::{OpId, Uuid};
use crate::val::{Body, Field, Val, decode_body};
use minicbor::{Decode, Encode};
use std::collections::BTreeMap;

/// As it crosses the network and lies in pages (SYNC 2.15). `body` is passed on untouched.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, serde::Serialize)]
#[cbor(map)]
pub struct Row {
    #[cbor(n(0), with = "crate::ids::cbor")]
    pub id: Uuid,
    #[n(1)]
    pub kind: u16,
    /// The customer it belongs to, or itself.
    #[cbor(n(2), with = "crate::ids::cbor")]
    pub root: Uuid,
    #[n(3)]
    pub seq: u64,
    #[cbor(n(4), with = "minicbor::bytes")]
    #[serde(serialize_with = "crate::val::json::body")]
    pub body: Vec<u8>,
    /// Wrote every present field and element that is not in `over`.
    #[n(5)]
    #[serde(serialize_with = "crate::val::json::op")]
    pub by: OpId,
    /// Effective time of `by`, milliseconds.
    #[n(6)]
    pub at: u64,
    #[n(7)]
    #[serde(serialize_with = "crate::val::json::over")]
    pub over: Vec<(u16, Option<Val>, OpId)>,
}

/// Who wrote a field, or an element of a set.
pub type Writers = BTreeMap<(u16, Option<Val>), OpId>;

/// A record as a person sees it: the server's row with her own unreflected ops on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub id: Uuid,
    pub kind: u16,
    pub root: Uuid,
    pub body: Body,
    pub writers: Writers,
    pub state: State,
}

/// How far a record's newest change of mine has come (SYNC 2.11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum State {
    /// Only on this phone.
    OnPhone,
    /// Sent, not yet answered.
    Sent,
    /// The server holds it.
    Confirmed,
    /// It lies in an off-machine backup.
    BackedUp,
    /// Stored by the server, not applied until someone decides.
    Waiting,
    /// Refused; in Needs attention.
    Refused,
}

impl Row {
    /// Fails when `body` is not a map of fields.
    pub fn shown(&self) -> Result<Shown, minicbor::decode::Error> {
        let body = decode_body(&self.body)?;
        let mut writers = Writers::new();
        for (field, val) in &body {
            match val {
                // Elements of a set are written one by one; a plain list is one value, and both entries do no harm.
                Val::List(items) => {
                    writers.insert((*field, None), self.by);
                    writers.extend(items.iter().map(|item| ((*field, Some(item.clone())), self.by)));
                }
                _ => {
                    writers.insert((*field, None), self.by);
                }
            }
        }
        for (field, element, op) in &self.over {
            writers.insert((*field, element.clone()), *op);
        }
        Ok(Shown { id: self.id, kind: self.kind, root: self.root, body, writers, state: State::Confirmed })
    }
}

impl Shown {
    pub fn get<T: Field>(&self, field: u16) -> Option<T> {
        self.body.get(&field).and_then(T::from_val)
    }
}
