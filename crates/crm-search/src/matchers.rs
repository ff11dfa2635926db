//! The ways of matching: which slots match, how well, and where.
use std::ops::Range;

use super::automaton;
use super::classes::{Classes, Exact, Symbol, key_pad, typed};
use super::column::{SearchColumn, Slot};
use super::find::{Candidates, HitField};
use super::fold::{GAP, Unit};
use super::phone::{self, PhonePlace, SHORTEST_NUMBER};
use super::query::SearchQuery;
use super::readings::letter_bit;
use super::required::{required, required_with_an_edit};
use super::signature::{self, Signature};
use super::typo::{self, Edited};

/// Digits from which on the substring search over all phones is the faster way.
const FEWEST_TO_JUMP: usize = 3;
/// Where a query, or one word of it, matched best.
pub(super) struct Part {
    pub tier: u8,
    pub field: HitField,
    pub range: Range<usize>,
}

/// One way of matching a query.
pub(super) trait Matcher {
    fn scan(&self, column: &SearchColumn, candidates: Candidates<'_>, found: impl FnMut(Slot));
    /// A tier that no slot like this one can beat, found without looking at its text.
    fn least_tier(&self, _: &SearchColumn, _: Slot) -> u8 {
        0
    }
    /// How well a slot that `scan` gave matches; lower is better.
    fn tier(&self, column: &SearchColumn, slot: Slot) -> u8;
    /// The best place of every word in a slot that `scan` gave.
    fn matched(&self, column: &SearchColumn, slot: Slot) -> Vec<Part>;
}

/// Matches the query as one piece.
pub(super) struct Whole<'q> {
    classes: Classes<Exact>,
    required: Signature,
    /// A signature tells all there is to know about one letter.
    lone_letter: bool,
    digits: Option<&'q [u8]>,
}

impl<'q> Whole<'q> {
    pub fn new(query: &'q SearchQuery) -> Self {
        let symbols = typed(&query.units);
        Self {
            classes: Classes::compile(&symbols, Exact::of_syllable, Exact::of_unit),
            required: required(&symbols),
            lone_letter: matches!(query.units[..], [unit] if letter_bit(unit) != 0),
            digits: query.digits.as_deref(),
        }
    }

    pub fn on_key_pad(query: &SearchQuery) -> Self {
        let symbols = key_pad(&query.units);
        let classes = Classes::compile(&symbols, Exact::of_syllable, Exact::of_unit);
        Self { classes, required: 0, lone_letter: false, digits: None }
    }

    fn may_be_text(&self, column: &SearchColumn, slot: Slot) -> bool {
        column.signatures[slot as usize] & self.required == self.required
    }

    /// Asked only of slots that may be text.
    fn text_matches(&self, column: &SearchColumn, slot: Slot) -> bool {
        if self.lone_letter {
            return true;
        }
        let (name, contact) = column.units(slot);
        automaton::find(&self.classes, name).is_some() || automaton::find(&self.classes, contact).is_some()
    }

    fn phone_matches(&self, column: &SearchColumn, slot: Slot) -> bool {
        self.digits.is_some_and(|digits| phone::holds(column.phone(slot), digits))
    }

    /// Bits that are in the signature of every matching slot; none when a phone may match.
    fn required_of_slot(&self) -> Signature {
        if self.digits.is_some() { 0 } else { self.required }
    }

    fn matches(&self, column: &SearchColumn, slot: Slot) -> bool {
        self.may_be_text(column, slot) && self.text_matches(column, slot) || self.phone_matches(column, slot)
    }

    fn best(&self, column: &SearchColumn, slot: Slot) -> Option<Part> {
        let text = if self.may_be_text(column, slot) {
            best_text(column, slot, |units| automaton::find_at_start(&self.classes, units))
        } else {
            None
        };
        let phone = self.digits.and_then(|digits| phone::place(column.phone(slot), digits)).map(|(place, at)| Part {
            tier: place as u8,
            field: HitField::Phone,
            range: at..at + self.digits.map_or(0, <[u8]>::len),
        });
        // A phone number goes before a name that happens to hold the digits.
        [phone, text].into_iter().flatten().min_by_key(|part| part.tier)
    }
}

impl Matcher for Whole<'_> {
    fn scan(&self, column: &SearchColumn, candidates: Candidates<'_>, mut found: impl FnMut(Slot)) {
        if let Candidates::Only(slots) = candidates {
            slots.iter().filter(|&&slot| self.matches(column, slot)).for_each(|&slot| found(slot));
            return;
        }
        match self.digits {
            // So few digits are in most numbers: looking at each in turn is sooner done than jumping from hit to hit.
            Some(digits) if digits.len() < FEWEST_TO_JUMP => {
                return scan_slots(column, &[0], |slot| {
                    if self.matches(column, slot) {
                        found(slot);
                    }
                });
            }
            Some(digits) => column.phones.scan(digits, |slot, entry| {
                if column.has_phone_at(slot, entry) {
                    found(slot);
                }
            }),
            None => {}
        }
        scan_slots(column, &[self.required], |slot| {
            if self.text_matches(column, slot) && !self.phone_matches(column, slot) {
                found(slot);
            }
        });
    }

    fn least_tier(&self, column: &SearchColumn, slot: Slot) -> u8 {
        let only_phone =
            self.digits.is_some_and(|digits| digits.len() < SHORTEST_NUMBER) && !self.may_be_text(column, slot);
        if only_phone { PhonePlace::Tail as u8 } else { 0 }
    }

    fn tier(&self, column: &SearchColumn, slot: Slot) -> u8 {
        self.best(column, slot).map_or(u8::MAX, |part| part.tier)
    }

    fn matched(&self, column: &SearchColumn, slot: Slot) -> Vec<Part> {
        self.best(column, slot).into_iter().collect()
    }
}

/// Matches every word by itself.
pub(super) struct Words<'q>(Vec<Whole<'q>>);

impl<'q> Words<'q> {
    pub fn new(query: &'q SearchQuery) -> Self {
        Self(query.words.iter().map(Whole::new).collect())
    }
}

impl Matcher for Words<'_> {
    fn scan(&self, column: &SearchColumn, _: Candidates<'_>, mut found: impl FnMut(Slot)) {
        let required = self.0.iter().fold(0, |required, word| required | word.required_of_slot());
        scan_slots(column, &[required], |slot| {
            if self.0.iter().all(|word| word.matches(column, slot)) {
                found(slot);
            }
        });
    }

    fn tier(&self, column: &SearchColumn, slot: Slot) -> u8 {
        self.0.iter().filter_map(|word| word.best(column, slot)).map(|part| part.tier).max().unwrap_or(u8::MAX)
    }

    fn matched(&self, column: &SearchColumn, slot: Slot) -> Vec<Part> {
        self.0.iter().filter_map(|word| word.best(column, slot)).collect()
    }
}

/// Matches the query as one piece with one edit.
pub(super) struct Near {
    classes: Classes<Edited>,
    alternatives: Vec<Signature>,
}

impl Near {
    pub fn new(symbols: &[Symbol]) -> Self {
        let classes = Classes::compile(symbols, Edited::of_syllable, Edited::of_unit);
        Self { classes, alternatives: required_with_an_edit(symbols) }
    }
}

impl Matcher for Near {
    fn scan(&self, column: &SearchColumn, _: Candidates<'_>, mut found: impl FnMut(Slot)) {
        scan_slots(column, &self.alternatives, |slot| {
            let (name, contact) = column.units(slot);
            if typo::find(&self.classes, name).is_some() || typo::find(&self.classes, contact).is_some() {
                found(slot);
            }
        });
    }

    fn tier(&self, column: &SearchColumn, slot: Slot) -> u8 {
        self.matched(column, slot).first().map_or(u8::MAX, |part| part.tier)
    }

    fn matched(&self, column: &SearchColumn, slot: Slot) -> Vec<Part> {
        best_text(column, slot, |units| typo::find_at_start(&self.classes, units)).into_iter().collect()
    }
}

fn scan_slots(column: &SearchColumn, alternatives: &[Signature], mut candidate: impl FnMut(Slot)) {
    signature::scan(&column.signatures, alternatives, |index| candidate(Slot::try_from(index).unwrap_or(Slot::MAX)));
}

/// The best place in name or contact: the name's start, the contact's start, a word's start in the name, anywhere else.
fn best_text(column: &SearchColumn, slot: Slot, at_start: impl Fn(&[Unit]) -> Option<usize>) -> Option<Part> {
    let (name, contact) = column.units(slot);
    let mut best: Option<Part> = None;
    for (field, units) in [(HitField::Name, name), (HitField::Contact, contact)] {
        let mut after_gap = true;
        for (at, &unit) in units.iter().enumerate() {
            if unit == GAP {
                after_gap = true;
                continue;
            }
            let tier = match (field, at == 0, after_gap) {
                (HitField::Name, true, _) => 0,
                (HitField::Contact, true, _) => 1,
                (HitField::Name, false, true) => 2,
                (HitField::Name, false, false) => 3,
                _ => 4,
            };
            after_gap = false;
            if best.as_ref().is_some_and(|part| part.tier <= tier) {
                continue;
            }
            if let Some(length) = at_start(&units[at..]) {
                best = Some(Part { tier, field, range: at..at + length });
            }
        }
    }
    best
}
