//! What every target holds: memory that stays bounded whatever the bytes claim, and reading what was written.
use cap::Cap;
use crm_domain::ids::Uuid;
use crm_domain::people::Role;
use crm_replica::ports::Session;
use std::alloc::System;
use std::fmt::Debug;

/// Beyond this an allocation fails, which ends the target as a finding.
const MOST_MEMORY: usize = 64 << 20;

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, MOST_MEMORY);

/// Decode, encode, decode: the second reading gives what the first gave.
pub fn round_trip<T>(bytes: &[u8])
where
    T: Debug + PartialEq + minicbor::Encode<()> + for<'b> minicbor::Decode<'b, ()>,
{
    let Ok(first) = minicbor::decode::<T>(bytes) else { return };
    let written = crm_domain::val::encode(&first);
    let second = minicbor::decode::<T>(&written).expect("what was written is read");
    assert_eq!(first, second);
}

/// Bytes as pieces: two bytes of length before each; the last may be shorter than it says.
pub fn pieces(mut bytes: &[u8]) -> Vec<&[u8]> {
    let mut pieces = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk::<2>() {
        let (piece, rest) = rest.split_at(rest.len().min(u16::from_be_bytes(*length) as usize));
        pieces.push(piece);
        bytes = rest;
    }
    pieces
}

/// Somebody who uses a device and writes on it.
pub fn session() -> Session {
    Session {
        org: Uuid::nil(),
        user: Uuid::from_u128(1),
        dev: Uuid::from_u128(2),
        role: Role::Manager,
        alg: 0,
        key: vec![0; 32],
        seed: 7,
        writer: true,
    }
}
