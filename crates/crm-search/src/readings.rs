//! The two curated tables as looked up while writing and searching: modern readings and simplified forms of characters.
//! Both are plain text beside this file, parsed once; sources and licences are in the folder's README and the NOTICE.
use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::fold::{FIRST_PRIVATE, Unit, fold};

const READINGS: &str = include_str!("readings.txt");
const SIMPLIFIED: &str = include_str!("simplified.txt");

/// Index of a syllable in [`Readings::syllables`].
pub(super) type Syllable = u16;

/// Parsed tables. A character is looked up by its [`Unit`].
pub(super) struct Readings {
    /// Toneless syllables of one to six letters a–z, `v` for ü, in table order.
    pub syllables: Vec<&'static str>,
    /// Every unit that has a reading, with all of them, ascending by unit.
    pub units: Vec<(Unit, Vec<Syllable>)>,
    /// Per unit the letters (bit 0 = a) that its readings begin with; zero when it has none.
    pub initials: Vec<u32>,
    /// Traditional to simplified, by code point, for the basic plane.
    simplified: Vec<u16>,
    /// Characters beyond the basic plane that have a reading, ascending; the index plus [`FIRST_PRIVATE`] is the unit.
    beyond: Vec<char>,
    /// Changes whenever a table changes, so that stored columns made from other tables are refused.
    pub fingerprint: u64,
}

/// Only units from here on are in [`Readings::simplified`].
const FIRST_HAN: usize = 0x3400;

static TABLE: LazyLock<Readings> = LazyLock::new(Readings::parse);

impl Readings {
    pub fn table() -> &'static Self {
        &TABLE
    }

    fn parse() -> Self {
        let mut beyond: Vec<char> = READINGS.chars().filter(|c| *c > '\u{ffff}').collect();
        beyond.sort_unstable();
        beyond.dedup();
        let unit = |c: char| match u16::try_from(u32::from(c)) {
            Ok(unit) => unit,
            Err(_) => private_unit(&beyond, c).unwrap_or(0),
        };

        let mut simplified = vec![0; 0xa000 - FIRST_HAN];
        for line in SIMPLIFIED.lines() {
            let mut chars = line.chars();
            let Some(simple) = chars.next() else { continue };
            for traditional in chars {
                if let Some(entry) = (traditional as usize).checked_sub(FIRST_HAN).and_then(|at| simplified.get_mut(at))
                {
                    *entry = unit(simple);
                }
            }
        }

        let mut syllables = Vec::new();
        let mut by_unit: BTreeMap<Unit, Vec<Syllable>> = BTreeMap::new();
        let mut initials = vec![0; 0x1_0000];
        for (line, syllable) in READINGS.lines().zip(0..) {
            let Some((letters, chars)) = line.split_once(' ') else { continue };
            syllables.push(letters);
            for c in chars.chars() {
                by_unit.entry(unit(c)).or_default().push(syllable);
                initials[usize::from(unit(c))] |= letter_bit(letters.as_bytes()[0].into());
            }
        }
        let fingerprint = READINGS.bytes().chain(SIMPLIFIED.bytes()).fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self { syllables, units: by_unit.into_iter().collect(), initials, simplified, beyond, fingerprint }
    }

    /// Simplified form of a character of the basic plane, or itself.
    pub fn simplify(&self, unit: Unit) -> Unit {
        match usize::from(unit).checked_sub(FIRST_HAN).and_then(|at| self.simplified.get(at)) {
            Some(&simple) if simple != 0 => simple,
            _ => unit,
        }
    }

    /// Unit of a character beyond the basic plane that has a reading.
    pub fn beyond(&self, c: char) -> Option<Unit> {
        private_unit(&self.beyond, c)
    }

    fn of(&self, unit: Unit) -> &[Syllable] {
        self.units.binary_search_by_key(&unit, |entry| entry.0).map_or(&[], |at| &self.units[at].1)
    }
}

fn private_unit(beyond: &[char], c: char) -> Option<Unit> {
    let at = beyond.binary_search(&c).ok()?;
    Some(FIRST_PRIVATE + u16::try_from(at).ok()?)
}

/// Bit of a letter a–z (bit 0 = a), zero for anything else.
pub(super) fn letter_bit(unit: Unit) -> u32 {
    match u8::try_from(unit) {
        Ok(letter @ b'a'..=b'z') => 1 << (letter - b'a'),
        _ => 0,
    }
}

/// All modern readings of a character without tones, `v` for ü, in alphabetical order; empty when the table has none.
///
/// Surnames and place names are among them: 单 gives chan, dan, shan; 埔 gives bu, pu.
pub fn modern_readings(c: char) -> impl Iterator<Item = &'static str> {
    let table = Readings::table();
    table.of(fold(c)).iter().map(|&syllable| table.syllables[usize::from(syllable)])
}

/// First letters that a name may be filed under: those of its first letter or digit's readings, or that character itself.
///
/// For section headers of an alphabetical list; 曾 gives `c` and `z`.
pub fn initials(name: &str) -> Vec<char> {
    let Some(first) = name.chars().find(|c| c.is_alphanumeric()) else { return Vec::new() };
    let mut letters: Vec<char> = modern_readings(first).filter_map(|reading| reading.chars().next()).collect();
    letters.dedup();
    if letters.is_empty() { first.to_lowercase().take(1).collect() } else { letters }
}
