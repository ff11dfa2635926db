//! The emergency export (SYNC 2.11): unsent ops of one device, unchanged, in a file under a passphrase.
use crm_domain::ids::Uuid;
use minicbor::{Decode, Encode};

/// What the file holds once it is opened.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Unsent {
    #[cbor(n(0), with = "crm_domain::ids::cbor")]
    pub org: Uuid,
    #[cbor(n(1), with = "crm_domain::ids::cbor")]
    pub user: Uuid,
    #[cbor(n(2), with = "crm_domain::ids::cbor")]
    pub dev: Uuid,
    #[n(3)]
    pub ops: Vec<Exported>,
    /// Photos that were not sent, whole.
    #[n(4)]
    pub photos: Option<Vec<ExportedPhoto>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct ExportedPhoto(#[cbor(n(0), with = "minicbor::bytes")] pub Vec<u8>);

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Exported {
    /// The op's place in that device's queue.
    #[n(0)]
    pub n: u64,
    #[cbor(n(1), with = "minicbor::bytes")]
    pub op: Vec<u8>,
    /// The newest server time that the device knew when it first sent or exported the op; 0: none.
    #[n(2)]
    pub first_sent: u64,
}

/// First bytes of the file; the last one is its version.
pub const EXPORT_MAGIC: &[u8; 8] = b"zoufang\x01";
pub const EXPORT_SALT: usize = 16;
pub const EXPORT_NONCE: usize = 12;

/// The file's parts: [`EXPORT_MAGIC`], then these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExportFile<'a> {
    pub salt: &'a [u8; EXPORT_SALT],
    pub nonce: &'a [u8; EXPORT_NONCE],
    pub sealed: &'a [u8],
}

impl<'a> ExportFile<'a> {
    /// None: not such a file, or one of a newer version.
    pub fn read(file: &'a [u8]) -> Option<Self> {
        let (salt, rest) = file.strip_prefix(EXPORT_MAGIC)?.split_first_chunk()?;
        let (nonce, sealed) = rest.split_first_chunk()?;
        Some(Self { salt, nonce, sealed })
    }

    pub fn write(&self) -> Vec<u8> {
        [EXPORT_MAGIC.as_slice(), self.salt, self.nonce, self.sealed].concat()
    }
}
