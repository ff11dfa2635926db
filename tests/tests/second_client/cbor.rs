//! As much of CBOR as the protocol book asks for, over minicbor's plain reader and writer.
use minicbor::data::Type;
use minicbor::{Decoder, Encoder};

/// A value as it was read. Maps have whole numbers for keys; what is nothing of this is kept as its bytes.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Int(u64),
    Bytes(Vec<u8>),
    Text(String),
    Bool(bool),
    Array(Vec<Value>),
    /// Key, value, and the value's own bytes.
    Map(Vec<(u64, Value, Vec<u8>)>),
    Other,
}

impl Value {
    pub fn read(bytes: &[u8]) -> Value {
        let mut d = Decoder::new(bytes);
        let value = value(&mut d);
        assert_eq!(d.position(), bytes.len(), "one message and nothing behind it");
        value
    }

    pub fn get(&self, key: u64) -> &Value {
        let Value::Map(fields) = self else { panic!("not a map: {self:?}") };
        fields.iter().find(|(k, _, _)| *k == key).map_or(&Value::Null, |(_, value, _)| value)
    }

    pub fn int(&self) -> u64 {
        if let Value::Int(n) = self { *n } else { panic!("not a number: {self:?}") }
    }

    pub fn bytes(&self) -> &[u8] {
        if let Value::Bytes(bytes) = self { bytes } else { panic!("not bytes: {self:?}") }
    }

    pub fn items(&self) -> &[Value] {
        if let Value::Array(items) = self { items } else { panic!("not an array: {self:?}") }
    }
}

fn value(d: &mut Decoder) -> Value {
    match d.datatype().expect("CBOR") {
        Type::U8 | Type::U16 | Type::U32 | Type::U64 => Value::Int(d.u64().expect("a number")),
        Type::Bytes => Value::Bytes(d.bytes().expect("bytes").to_vec()),
        Type::String => Value::Text(d.str().expect("text").to_owned()),
        Type::Bool => Value::Bool(d.bool().expect("a truth")),
        Type::Array => {
            let n = d.array().expect("an array").expect("of known length");
            Value::Array((0..n).map(|_| value(d)).collect())
        }
        Type::Map => {
            let n = d.map().expect("a map").expect("of known length");
            let field = |d: &mut Decoder| {
                let key = d.u64().expect("a key");
                let start = d.position();
                let read = value(d);
                (key, read, d.input()[start..d.position()].to_vec())
            };
            Value::Map((0..n).map(|_| field(d)).collect())
        }
        Type::Null => {
            d.skip().expect("null");
            Value::Null
        }
        _ => {
            d.skip().expect("something");
            Value::Other
        }
    }
}

/// The bytes of each item of an array.
pub fn raw_items(array: &[u8]) -> Vec<Vec<u8>> {
    let mut d = Decoder::new(array);
    let n = d.array().expect("an array").expect("of known length");
    let item = |d: &mut Decoder| {
        let start = d.position();
        d.skip().expect("an item");
        array[start..d.position()].to_vec()
    };
    (0..n).map(|_| item(&mut d)).collect()
}

/// Bytes that an encoder writes.
pub fn write(
    body: impl FnOnce(&mut Encoder<Vec<u8>>) -> Result<(), minicbor::encode::Error<std::convert::Infallible>>,
) -> Vec<u8> {
    let mut e = Encoder::new(Vec::new());
    body(&mut e).expect("writing to memory does not fail");
    e.into_writer()
}
