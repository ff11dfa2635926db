//! Identities: records by UUIDv7 minted on the device, ops by (cause, part).
use sha2::{Digest, Sha256};
pub use uuid::Uuid;

/// First 64 bits of SHA-256(cause, part): names an op for ever (SYNC 2.1).
pub type OpId = u64;

/// The identity of part `part` of the command `cause`.
pub fn op_id(cause: Uuid, part: u32) -> OpId {
    let hash = Sha256::new().chain_update(cause.as_bytes()).chain_update(part.to_be_bytes()).finalize();
    u64::from_be_bytes(hash[..8].try_into().expect("a SHA-256 has 32 bytes"))
}

/// A UUIDv7 of the given millisecond, its random part taken from a hash: the same input gives the same id.
pub fn derived_id(ms: u64, of: &[&[u8]]) -> Uuid {
    let mut hash = Sha256::new();
    for part in of {
        hash.update((part.len() as u32).to_be_bytes());
        hash.update(part);
    }
    let random: [u8; 10] = hash.finalize()[..10].try_into().expect("a SHA-256 has 32 bytes");
    uuid::Builder::from_unix_timestamp_millis(ms, &random).into_uuid()
}

/// Mints the ids of a command's new records from its cause, so that the same command, run twice, names the same records.
#[derive(Debug)]
pub struct Ids {
    cause: Uuid,
    next: u32,
}

impl Ids {
    pub fn of(cause: Uuid) -> Self {
        Self { cause, next: 0 }
    }

    pub fn mint(&mut self) -> Uuid {
        self.next += 1;
        derived_id(time_of(self.cause), &[b"record", self.cause.as_bytes(), &self.next.to_be_bytes()])
    }
}

/// The millisecond that a UUIDv7 carries.
pub fn time_of(id: Uuid) -> u64 {
    let b = id.as_bytes();
    b[..6].iter().fold(0, |ms, byte| ms << 8 | u64::from(*byte))
}

/// CBOR form of an id inside messages: a byte string of 16.
pub mod cbor {
    use minicbor::{Decoder, Encoder, decode as de, encode as en};
    use uuid::Uuid;

    pub fn encode<C, W: en::Write>(id: &Uuid, e: &mut Encoder<W>, _: &mut C) -> Result<(), en::Error<W::Error>> {
        e.bytes(id.as_bytes())?;
        Ok(())
    }

    pub fn decode<C>(d: &mut Decoder<'_>, _: &mut C) -> Result<Uuid, de::Error> {
        Uuid::from_slice(d.bytes()?).map_err(|_| de::Error::message("an id has 16 bytes"))
    }
}
