//! Names contents by their SHA-256.

use sha2::{Digest, Sha256};

/// The first 16 hex digits.
pub fn short(bytes: &[u8]) -> String {
    hex::encode(&Sha256::digest(bytes)[..8])
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_hash_is_the_standard_one() {
        assert_eq!(super::short(b"abc"), "ba7816bf8f01cfea");
    }
}
