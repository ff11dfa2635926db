//! What a customer's signature must hold for a query to have a chance: the bits that all ways to read it have in common.
use super::classes::{Fit, LONGEST_SYLLABLE, Symbol, fit};
use super::readings::{Readings, letter_bit};
use super::signature::{Signature, unit_signature};

/// Every way to cut a query into pieces, each typed for one character.
struct Pieces {
    /// Per position the bits of a character that a piece beginning here was typed for.
    own: Vec<Signature>,
    /// Per position the lengths of pieces that begin here, bit i for i symbols.
    lengths: Vec<u8>,
    /// Whether the rest from here may be a syllable cut short.
    cut_short: Vec<bool>,
}

impl Pieces {
    fn of(symbols: &[Symbol]) -> Self {
        let mut pieces = Self { own: Vec::new(), lengths: Vec::new(), cut_short: Vec::new() };
        for (at, symbol) in symbols.iter().enumerate() {
            // On a key pad a symbol stands for several letters, so none of their bits is required.
            let certain = symbol.letters == 0 || symbol.letters == letter_bit(symbol.unit);
            pieces.own.push(if certain { unit_signature(symbol.unit) } else { 0 });
            let (mut lengths, mut cut_short) = (1 << 1, false);
            for syllable in Readings::table().syllables.iter().filter(|_| symbol.letters != 0) {
                match fit(&symbols[at..], syllable.as_bytes()) {
                    Fit::Full => lengths |= 1 << syllable.len(),
                    Fit::CutShort => cut_short = true,
                    Fit::None => {}
                }
            }
            pieces.lengths.push(lengths);
            pieces.cut_short.push(cut_short);
        }
        pieces
    }

    fn lengths(&self, at: usize) -> impl Iterator<Item = usize> + use<> {
        let lengths = self.lengths[at];
        (1..=LONGEST_SYLLABLE).filter(move |length| lengths >> length & 1 != 0)
    }

    /// Per position the bits that every reading of the query from there on requires.
    fn after(&self) -> Vec<Signature> {
        let mut after = vec![0; self.own.len() + 1];
        for at in (0..self.own.len()).rev() {
            let every = if self.cut_short[at] { 0 } else { Signature::MAX };
            let rest = self.lengths(at).fold(every, |every, length| every & after[at + length]);
            after[at] = self.own[at] | rest;
        }
        after
    }

    /// Per position the bits that every reading of the query up to there requires.
    fn before(&self) -> Vec<Signature> {
        let mut before = vec![Signature::MAX; self.own.len() + 1];
        before[0] = 0;
        for at in 0..self.own.len() {
            for length in self.lengths(at) {
                before[at + length] &= before[at] | self.own[at];
            }
        }
        before
    }
}

/// Bits that every text has in which the query is found as one piece.
pub(super) fn required(symbols: &[Symbol]) -> Signature {
    Pieces::of(symbols).after()[0]
}

/// Every text in which the query is found with one edit has all bits of at least one of these.
///
/// The edit spoils one piece, wherever it is; those before and behind it stay as typed.
pub(super) fn required_with_an_edit(symbols: &[Symbol]) -> Vec<Signature> {
    let pieces = Pieces::of(symbols);
    let (before, after) = (pieces.before(), pieces.after());
    let mut alternatives: Vec<Signature> = Vec::new();
    for (from, before) in before.iter().enumerate() {
        // A missing character spoils none, a swap of characters two, a letter more than the longest syllable seven.
        let letters = symbols.iter().skip(from).take(2).any(|symbol| symbol.letters != 0);
        let most = if letters { LONGEST_SYLLABLE + 1 } else { 2 };
        for after in after.iter().skip(from).take(most + 1) {
            let bits = before | after;
            if !alternatives.iter().any(|other| bits & other == *other) {
                alternatives.retain(|other| other & bits != bits);
                alternatives.push(bits);
            }
        }
    }
    alternatives
}
