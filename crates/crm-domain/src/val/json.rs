//! Rows' values as JSON, to be read and not to be read back: an id is its text, an op's name decimal text, bytes are hex,
//! what a newer version wrote is `{"cbor": hex}`.
use super::{Body, Val, decode_body};
use crate::ids::OpId;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

impl Serialize for Val {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Val::Null => to.serialize_none(),
            Val::Bool(truth) => to.serialize_bool(*truth),
            Val::Int(number) => to.serialize_i64(*number),
            Val::Bytes(bytes) => to.serialize_str(&hex::encode(bytes)),
            Val::Text(text) => to.serialize_str(text),
            Val::Id(id) => id.serialize(to),
            Val::List(items) => items.serialize(to),
            // A patch stands in ops alone, whose bytes are passed on as they are.
            Val::Set(_) => as_cbor(&super::encode(self), to),
            Val::Other(raw) => as_cbor(raw, to),
        }
    }
}

fn as_cbor<S: Serializer>(raw: &[u8], to: S) -> Result<S::Ok, S::Error> {
    let mut map = to.serialize_map(Some(1))?;
    map.serialize_entry("cbor", &hex::encode(raw))?;
    map.end()
}

/// A row's body by field number; what is no body as hex.
pub fn body<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
    match decode_body(bytes) {
        Ok(body) => Body::serialize(&body, to),
        Err(_) => to.serialize_str(&hex::encode(bytes)),
    }
}

pub fn op<S: Serializer>(name: &OpId, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(name)
}

/// `[field, element or null, op]` each.
pub fn over<S: Serializer>(over: &[(u16, Option<Val>, OpId)], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(over.iter().map(|(field, element, op)| (field, element, op.to_string())))
}
