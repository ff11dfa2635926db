//! A query compiled for the automaton: for every possible character, the query positions it can consume.
//! Characters that act alike share a class; most characters are of class 0, which matches nowhere.
use std::collections::BTreeMap;

use super::fold::Unit;
use super::readings::{Readings, letter_bit};

/// Longest syllable in letters (zhuang).
pub(super) const LONGEST_SYLLABLE: usize = 6;

/// Query positions as a bit set; bit n of an n-symbol query means that all of it is consumed.
pub(super) type Positions = u64;

/// One position of a query: the unit it names and the letters (bit 0 = a) it stands for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Symbol {
    pub unit: Unit,
    pub letters: u32,
}

/// Symbols of a typed text: a letter stands for itself only.
pub(super) fn typed(units: &[Unit]) -> Vec<Symbol> {
    units.iter().map(|&unit| Symbol { unit, letters: letter_bit(unit) }).collect()
}

/// Symbols of digits pressed on a phone's key pad (T9, ITU-T E.161): 2 stands for a, b, c and so on.
pub(super) fn key_pad(units: &[Unit]) -> Vec<Symbol> {
    let letters = |unit: Unit| match u8::try_from(unit) {
        Ok(b'2') => 0b111,
        Ok(b'3') => 0b111 << 3,
        Ok(b'4') => 0b111 << 6,
        Ok(b'5') => 0b111 << 9,
        Ok(b'6') => 0b111 << 12,
        Ok(b'7') => 0b1111 << 15,
        Ok(b'8') => 0b111 << 19,
        Ok(b'9') => 0b1111 << 22,
        _ => 0,
    };
    units.iter().map(|&unit| Symbol { unit, letters: letters(unit) }).collect()
}

impl Symbol {
    pub fn is(self, unit: Unit) -> bool {
        self.unit == unit || self.letters & letter_bit(unit) != 0
    }

    /// Whether this is the letter at `at` of a syllable. The v of lve and nve (略, 虐) is also typed u.
    pub fn spells(self, syllable: &[u8], at: usize) -> bool {
        let u_for_v = syllable[at] == b'v' && syllable.len() == 3;
        self.is(syllable[at].into()) || u_for_v && self.is(b'u'.into())
    }
}

/// How a syllable fits the symbols from one position on.
#[derive(PartialEq, Eq)]
pub(super) enum Fit {
    /// All its letters are there.
    Full,
    /// The query ends within it, after one letter at least.
    CutShort,
    None,
}

pub(super) fn fit(symbols: &[Symbol], syllable: &[u8]) -> Fit {
    let letters = symbols
        .iter()
        .enumerate()
        .take_while(|(at, symbol)| *at < syllable.len() && symbol.spells(syllable, *at))
        .count();
    match letters {
        0 => Fit::None,
        all if all == syllable.len() => Fit::Full,
        some if some == symbols.len() => Fit::CutShort,
        _ => Fit::None,
    }
}

/// What characters of one class do: from which positions they consume how many symbols.
pub(super) trait Row: Clone + Default + Ord {
    fn join(&mut self, other: &Self);
}

/// Exact consumption: the character itself, a whole syllable, its initial, or a last syllable cut short.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Exact {
    /// `step[i]`: positions from which `i + 1` symbols are consumed.
    pub step: [Positions; LONGEST_SYLLABLE],
    /// Positions from which two symbols or more are consumed: spares most characters the longer steps.
    pub longer: Positions,
    /// Positions from which the rest of the query is consumed.
    pub rest: Positions,
}

impl Exact {
    pub fn of_syllable(symbols: &[Symbol], syllable: &[u8]) -> Self {
        let mut row = Self::default();
        for (at, symbol) in symbols.iter().enumerate().filter(|(_, symbol)| symbol.spells(syllable, 0)) {
            debug_assert!(symbol.letters != 0);
            row.step[0] |= 1 << at;
            match fit(&symbols[at..], syllable) {
                Fit::Full => {
                    row.step[syllable.len() - 1] |= 1 << at;
                    row.longer |= u64::from(syllable.len() > 1) << at;
                }
                Fit::CutShort => row.rest |= 1 << at,
                Fit::None => {}
            }
        }
        row
    }

    pub fn of_unit(symbols: &[Symbol], unit: Unit) -> Self {
        let mut row = Self::default();
        for (at, _) in symbols.iter().enumerate().filter(|(_, symbol)| symbol.is(unit)) {
            row.step[0] |= 1 << at;
        }
        row
    }

    /// Positions after this character from `state`.
    pub fn advance(&self, state: Positions, done: Positions) -> Positions {
        let mut next = if state & self.rest != 0 { done } else { 0 };
        next |= (state & self.step[0]) << 1;
        if state & self.longer != 0 {
            for (positions, symbols) in self.step.iter().zip(1..).skip(1) {
                next |= (state & positions) << symbols;
            }
        }
        next
    }
}

impl Row for Exact {
    fn join(&mut self, other: &Self) {
        for (positions, more) in self.step.iter_mut().zip(other.step) {
            *positions |= more;
        }
        self.longer |= other.longer;
        self.rest |= other.rest;
    }
}

/// Class of every unit, and what each class does.
pub(super) struct Classes<R> {
    of: Vec<u16>,
    rows: Vec<R>,
    /// The bit that stands for a wholly consumed query.
    pub done: Positions,
}

impl<R: Row> Classes<R> {
    pub fn compile(
        symbols: &[Symbol],
        of_syllable: impl Fn(&[Symbol], &[u8]) -> R,
        of_unit: impl Fn(&[Symbol], Unit) -> R,
    ) -> Self {
        let mut classes = Self { of: vec![0; 0x1_0000], rows: vec![R::default()], done: 1 << symbols.len() };
        let mut known = BTreeMap::from([(R::default(), 0)]);
        if symbols.iter().any(|symbol| symbol.letters != 0) {
            classes.add_readings(&mut known, |syllable| of_syllable(symbols, syllable));
        }
        let mut units: Vec<Unit> = symbols.iter().map(|symbol| symbol.unit).chain(0x61..=0x7a).collect();
        units.sort_unstable();
        units.dedup();
        for unit in units {
            let mut row = classes.row(unit).clone();
            row.join(&of_unit(symbols, unit));
            classes.of[usize::from(unit)] = classes.class(&mut known, row);
        }
        classes
    }

    fn add_readings(&mut self, known: &mut BTreeMap<R, u16>, of_syllable: impl Fn(&[u8]) -> R) {
        let table = Readings::table();
        let by_syllable: Vec<u16> =
            table.syllables.iter().map(|syllable| self.class(known, of_syllable(syllable.as_bytes()))).collect();
        let mut pairs = BTreeMap::new();
        for (unit, readings) in &table.units {
            let mut class = 0;
            for &syllable in readings {
                let more = by_syllable[usize::from(syllable)];
                class = match (class, more) {
                    (one, 0) => one,
                    (0, other) => other,
                    (one, other) if one == other => one,
                    pair => match pairs.get(&pair) {
                        Some(&joined) => joined,
                        None => {
                            let mut row = self.rows[usize::from(pair.0)].clone();
                            row.join(&self.rows[usize::from(pair.1)]);
                            let joined = self.class(known, row);
                            pairs.insert(pair, joined);
                            joined
                        }
                    },
                };
            }
            self.of[usize::from(*unit)] = class;
        }
    }

    fn class(&mut self, known: &mut BTreeMap<R, u16>, row: R) -> u16 {
        if let Some(&class) = known.get(&row) {
            return class;
        }
        // There are fewer distinct rows than table entries, far below 65,536.
        let class = u16::try_from(self.rows.len()).unwrap_or(0);
        self.rows.push(row.clone());
        known.insert(row, class);
        class
    }

    pub fn row(&self, unit: Unit) -> &R {
        &self.rows[usize::from(self.of[usize::from(unit)])]
    }

    /// The row of a unit that can consume anything at all.
    pub fn live_row(&self, unit: Unit) -> Option<&R> {
        match self.of[usize::from(unit)] {
            0 => None,
            class => Some(&self.rows[usize::from(class)]),
        }
    }
}
