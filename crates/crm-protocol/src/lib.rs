//! What crosses the network between a device and the server: shapes, version, codecs (SYNC 2.15). No logic.
mod account;
mod blob;
mod digest;
mod export;
mod hello;
mod json;
mod sync;

pub use account::*;
pub use blob::*;
pub use digest::{Sums, bucket_digest, row_digest, run_hash, sub_bucket};
pub use export::*;
pub use hello::*;
pub use sync::*;

/// The protocol's version, told in every [`Hello`].
pub const PROTO: u16 = 1;
/// The app's release, as ops and [`Hello`] carry it.
pub const APP: u16 = 1;
/// The media type of request and answer bodies.
pub const CBOR: &str = "application/cbor";
/// The same in JSON, for whoever asks for it: fields by name, bytes as hex, ids as text.
pub const JSON: &str = "application/json";
/// At most so many changes and bytes in one push.
pub const PUSH_CHANGES: usize = 500;
pub const PUSH_BYTES: usize = 256 * 1024;
/// Rows on one snapshot page, about.
pub const PAGE_ROWS: usize = 256;

/// Reads a message. Fails on bytes that are not one.
pub fn decode<'b, T: minicbor::Decode<'b, ()>>(bytes: &'b [u8]) -> Result<T, minicbor::decode::Error> {
    minicbor::decode(bytes)
}

pub use crm_domain::val::encode;
