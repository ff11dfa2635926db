//! Hashes that a device and the server compare: of a bucket's rows (SYNC 2.12), and of a device's queue (SYNC 2.2).
use crm_domain::ids::Uuid;
use crm_domain::row::Row;
use crm_domain::val::encode;
use sha2::{Digest, Sha256};

/// Not a secret: it only keeps these hashes apart from all others.
const KEY: &[u8; 32] = b"zoufang/bucket-digest/1.........";

/// One row's part: 64 bits of keyed BLAKE3 over the row as it travels.
pub fn row_digest(row: &Row) -> u64 {
    let hash = blake3::keyed_hash(KEY, &encode(row));
    u64::from_be_bytes(*hash.as_bytes().first_chunk().expect("a BLAKE3 hash has 32 bytes"))
}

/// A bucket's digest is the wrapping sum over its rows, big-endian on the wire; of an empty bucket it is zero.
pub fn bucket_digest<'a>(rows: impl IntoIterator<Item = &'a Row>) -> [u8; 8] {
    rows.into_iter().fold(0, |sum: u64, row| sum.wrapping_add(row_digest(row))).to_be_bytes()
}

/// A bucket's digest in 256 parts, by the last byte of the row's id; they add up to the digest (SYNC 2.12).
pub struct Sums(Box<[u64; 256]>);

impl Default for Sums {
    fn default() -> Self {
        Self(Box::new([0; 256]))
    }
}

impl Sums {
    /// Adds a row by its id and its [`row_digest`].
    pub fn add(&mut self, id: Uuid, digest: u64) {
        let part = &mut self.0[usize::from(sub_bucket(id))];
        *part = part.wrapping_add(digest);
    }

    pub fn digest(&self) -> [u8; 8] {
        self.0.iter().fold(0, |sum: u64, part| sum.wrapping_add(*part)).to_be_bytes()
    }

    pub fn to_vec(&self) -> Vec<u64> {
        self.0.to_vec()
    }

    /// The parts that differ from another's; `theirs` as they travel.
    pub fn differing(&self, theirs: &[u64]) -> Vec<u8> {
        (0..=u8::MAX).filter(|part| theirs.get(usize::from(*part)) != Some(&self.0[usize::from(*part)])).collect()
    }
}

/// Which of the 256 parts a row belongs to: the last byte of its id, since the first of a UUIDv7 hardly varies.
pub fn sub_bucket(id: Uuid) -> u8 {
    id.as_bytes()[15]
}

/// The hash of a device's queue after one more number: SHA-256 over the hash before, the cause and the big-endian part.
/// It begins at zeros; a number in a hole counts as the nil cause, part 0.
pub fn run_hash(before: &[u8; 32], cause: Uuid, part: u32) -> [u8; 32] {
    Sha256::new().chain_update(before).chain_update(cause.as_bytes()).chain_update(part.to_be_bytes()).finalize().into()
}
