//! Folding: every character becomes one 16-bit unit, so that case, width and traditional forms no longer differ.
//! One character is always one unit, which is what lets a hit name the characters of the original name.
use super::readings::Readings;

/// A folded character. Below U+E000 it is the code point of the folded form.
pub(super) type Unit = u16;

/// Spaces, brackets and other signs. Matching passes over it, ranking takes the next unit for a word's start.
pub(super) const GAP: Unit = 0x20;
/// Characters beyond the basic plane that have a reading stand from here on, in the order of the table.
pub(super) const FIRST_PRIVATE: Unit = 0xe000;
/// The others are hashed into the rest of the private area: two of them may rarely look alike, none is lost.
const FIRST_HASHED: u32 = 0xe400;
const HASHED: u32 = 0x1400;

/// Folds one character. Signs become [`GAP`]; ü becomes v, as it is typed.
pub(super) fn fold(c: char) -> Unit {
    let c = match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    };
    if c.is_ascii() {
        return if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() as Unit } else { GAP };
    }
    if !c.is_alphanumeric() {
        return GAP;
    }
    let lower = c.to_lowercase().next().unwrap_or(c);
    match u16::try_from(u32::from(lower)) {
        Ok(0xfc) => Unit::from(b'v'),
        Ok(unit) => Readings::table().simplify(unit),
        Err(_) => Readings::table().beyond(lower).unwrap_or_else(|| {
            // The sum stays below U+F900, so it always fits.
            u16::try_from(FIRST_HASHED + u32::from(lower) % HASHED).unwrap_or(GAP)
        }),
    }
}

/// Folds a text, at most `most` characters of it.
pub(super) fn fold_text(text: &str, most: usize) -> impl Iterator<Item = Unit> {
    text.chars().take(most).map(fold)
}
