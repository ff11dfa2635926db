//! A 64-bit signature per customer: which letters, digits and characters occur in the name or contact.
//! A query's required bits rule most customers out in one linear pass before any text is looked at.
use super::fold::{GAP, Unit};
use super::readings::{Readings, letter_bit};

/// Bits 0–25: letters that a character's reading begins with, or that stand there themselves.
/// Bits 26–35: digits. Bits 36–63: every other character, hashed.
pub(super) type Signature = u64;

const FIRST_DIGIT: u32 = 26;
const FIRST_HASHED: u32 = 36;

/// Bits that one unit sets in a customer's signature.
pub(super) fn unit_signature(unit: Unit) -> Signature {
    match unit {
        GAP => 0,
        0x30..=0x39 => 1 << (FIRST_DIGIT + u32::from(unit - 0x30)),
        0x61..=0x7a => u64::from(letter_bit(unit)),
        _ => {
            let hashed = (u32::from(unit).wrapping_mul(0x9e37_79b1) >> 16) % (64 - FIRST_HASHED);
            u64::from(Readings::table().initials[usize::from(unit)]) | 1 << (FIRST_HASHED + hashed)
        }
    }
}

pub(super) fn text_signature(units: &[Unit]) -> Signature {
    units.iter().fold(0, |signature, &unit| signature | unit_signature(unit))
}

/// Calls `candidate` with every index whose signature has all bits of one of the `alternatives`, ascending.
///
/// The inner loop is branch-free over 64 signatures, so that the compiler uses vector instructions where it has them.
pub(super) fn scan(signatures: &[Signature], alternatives: &[Signature], mut candidate: impl FnMut(usize)) {
    for (block, chunk) in signatures.chunks(64).enumerate() {
        let mut hits = 0_u64;
        for &required in alternatives {
            for (bit, &signature) in chunk.iter().enumerate() {
                hits |= u64::from(signature & required == required) << bit;
            }
        }
        while hits != 0 {
            candidate(block * 64 + hits.trailing_zeros() as usize);
            hits &= hits - 1;
        }
    }
}
