//! The values that fields hold, and their CBOR form.
use crate::ids::{OpId, Uuid};
use minicbor::data::{Tag, Type};
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode as en};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// Money is in minor units, degrees in 1e-7, times in milliseconds since 1970 UTC.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Val {
    Null,
    Bool(bool),
    Int(i64),
    Bytes(Vec<u8>),
    Text(String),
    Id(Uuid),
    List(Vec<Val>),
    Set(SetPatch),
    /// A value of a newer version's type: its CBOR, kept verbatim.
    Other(Vec<u8>),
}

/// What an op does to a set: an element is removed as it was seen, so that a concurrent re-add survives (SYNC 2.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SetPatch {
    pub add: Vec<Val>,
    pub remove: Vec<(Val, OpId)>,
}

/// Fields by number. Unknown numbers stay in.
pub type Body = BTreeMap<u16, Val>;

pub mod json;

const TAG_ID: u64 = 37;
const TAG_SET: u64 = 40258;
/// Tags of forms of patches to come: whoever does not know one cannot apply it, and lets the op wait.
const NEWER_FORMS: RangeInclusive<u64> = 40259..=40299;
/// Nested deeper than this a value is not decoded: nobody writes such, and a decoder must not exhaust the stack.
const DEPTH: u8 = 8;

impl Val {
    /// A patch of a form that only a newer version can apply.
    pub fn is_newer_form(&self) -> bool {
        let Val::Other(raw) = self else { return false };
        Decoder::new(raw).tag().is_ok_and(|tag| NEWER_FORMS.contains(&tag.as_u64()))
    }
}

impl<C> Encode<C> for Val {
    fn encode<W: en::Write>(&self, e: &mut Encoder<W>, ctx: &mut C) -> Result<(), en::Error<W::Error>> {
        match self {
            Val::Null => e.null()?.ok(),
            Val::Bool(b) => e.bool(*b)?.ok(),
            Val::Int(n) => e.i64(*n)?.ok(),
            Val::Bytes(b) => e.bytes(b)?.ok(),
            Val::Text(t) => e.str(t)?.ok(),
            Val::Id(id) => e.tag(Tag::new(TAG_ID))?.bytes(id.as_bytes())?.ok(),
            Val::List(items) => {
                e.array(items.len() as u64)?;
                items.iter().try_for_each(|item| item.encode(e, ctx))
            }
            Val::Set(patch) => {
                e.tag(Tag::new(TAG_SET))?.array(2)?.array(patch.add.len() as u64)?;
                patch.add.iter().try_for_each(|item| item.encode(e, ctx))?;
                e.array(patch.remove.len() as u64)?;
                patch.remove.iter().try_for_each(|(item, seen)| {
                    e.array(2)?;
                    item.encode(e, ctx)?;
                    e.u64(*seen)?.ok()
                })
            }
            Val::Other(raw) => e.writer_mut().write_all(raw).map_err(en::Error::write),
        }
    }
}

impl<'b, C> Decode<'b, C> for Val {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        value(d, DEPTH)
    }
}

fn value(d: &mut Decoder<'_>, depth: u8) -> Result<Val, decode::Error> {
    if depth == 0 {
        return Err(decode::Error::message("nested too deeply"));
    }
    Ok(match d.datatype()? {
        Type::Null => {
            d.null()?;
            Val::Null
        }
        Type::Bool => Val::Bool(d.bool()?),
        Type::U8 | Type::U16 | Type::U32 | Type::U64 | Type::I8 | Type::I16 | Type::I32 | Type::I64 => {
            let start = d.position();
            match d.i64() {
                Ok(n) => Val::Int(n),
                Err(_) => other(d, start)?,
            }
        }
        Type::Bytes => Val::Bytes(d.bytes()?.to_vec()),
        Type::String => Val::Text(d.str()?.to_owned()),
        Type::Array => Val::List(items(d, depth, value)?),
        Type::Tag => {
            let start = d.position();
            match d.tag()?.as_u64() {
                TAG_ID => {
                    Val::Id(Uuid::from_slice(d.bytes()?).map_err(|_| decode::Error::message("an id has 16 bytes"))?)
                }
                TAG_SET => {
                    if d.array()? != Some(2) {
                        return Err(decode::Error::message("a set patch has two lists"));
                    }
                    let add = items(d, depth, value)?;
                    let remove = items(d, depth, |d, depth| {
                        if d.array()? != Some(2) {
                            return Err(decode::Error::message("a removal names its element and the op seen"));
                        }
                        Ok((value(d, depth)?, d.u64()?))
                    })?;
                    Val::Set(SetPatch { add, remove })
                }
                _ => other(d, start)?,
            }
        }
        _ => {
            let start = d.position();
            other(d, start)?
        }
    })
}

fn items<T>(
    d: &mut Decoder<'_>,
    depth: u8,
    item: impl Fn(&mut Decoder<'_>, u8) -> Result<T, decode::Error>,
) -> Result<Vec<T>, decode::Error> {
    let n = d.array()?.ok_or_else(|| decode::Error::message("arrays say their length"))?;
    // A hostile length must not allocate: every item takes a byte at least.
    let mut list = Vec::with_capacity((n as usize).min(d.input().len() - d.position()).min(1024));
    for _ in 0..n {
        list.push(item(d, depth - 1)?);
    }
    Ok(list)
}

fn other(d: &mut Decoder<'_>, start: usize) -> Result<Val, decode::Error> {
    d.set_position(start);
    d.skip()?;
    Ok(Val::Other(d.input()[start..d.position()].to_vec()))
}

/// The canonical bytes of a body: keys ascend.
pub fn encode_body(body: &Body) -> Vec<u8> {
    encode(body)
}

/// Fails on bytes that are not one CBOR map of field number → value.
pub fn decode_body(bytes: &[u8]) -> Result<Body, decode::Error> {
    minicbor::decode(bytes)
}

/// CBOR into memory, which cannot fail.
pub fn encode<T: Encode<()>>(value: &T) -> Vec<u8> {
    // Enough for most rows and ops, which are written in many small pieces.
    let mut bytes = Vec::with_capacity(256);
    minicbor::encode(value, &mut bytes).expect("writing to memory does not fail");
    bytes
}

impl Val {
    pub fn text(&self) -> Option<&str> {
        if let Val::Text(t) = self { Some(t) } else { None }
    }
    pub fn int(&self) -> Option<i64> {
        if let Val::Int(n) = self { Some(*n) } else { None }
    }
    pub fn id(&self) -> Option<Uuid> {
        if let Val::Id(id) = self { Some(*id) } else { None }
    }
}

/// How a Rust type of a record's field stands in a [`Val`].
pub trait Field: Sized {
    fn from_val(val: &Val) -> Option<Self>;
    fn into_val(self) -> Val;
}

macro_rules! field {
    ($($rust:ty => $variant:ident),*) => {$(
        impl Field for $rust {
            fn from_val(val: &Val) -> Option<Self> {
                if let Val::$variant(v) = val { Some(v.clone()) } else { None }
            }
            fn into_val(self) -> Val {
                Val::$variant(self)
            }
        }
        impl From<$rust> for Val {
            fn from(v: $rust) -> Val {
                Val::$variant(v)
            }
        }
    )*};
}
field!(bool => Bool, i64 => Int, Vec<u8> => Bytes, String => Text, Uuid => Id);

impl From<&str> for Val {
    fn from(v: &str) -> Val {
        Val::Text(v.to_owned())
    }
}

/// A set or list of texts.
impl Field for Vec<String> {
    fn from_val(val: &Val) -> Option<Self> {
        let Val::List(items) = val else { return None };
        Some(items.iter().filter_map(|v| v.text().map(str::to_owned)).collect())
    }
    fn into_val(self) -> Val {
        Val::List(self.into_iter().map(Val::Text).collect())
    }
}

#[cfg(test)]
#[path = "val_tests.rs"]
mod tests;
