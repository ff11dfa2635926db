//! Photos in resumable chunks: `POST /blob`, `PATCH /blob/<sha>`.
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// The largest chunk, bytes.
pub const BLOB_CHUNK: usize = 256 * 1024;
/// The largest blob, bytes.
pub const BLOB_BYTES: u64 = 16 * 1024 * 1024;

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Deserialize)]
#[cbor(map)]
pub struct BlobOffer {
    #[cbor(n(0), with = "minicbor::bytes")]
    #[serde(with = "hex::serde")]
    pub sha256: [u8; 32],
    #[n(1)]
    pub len: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize)]
#[cbor(map)]
pub struct BlobState {
    /// Bytes that the server has.
    #[n(0)]
    pub offset: u64,
}
