//! Finding: the strictest way of matching that finds anybody, ranked, with the characters to highlight.
use std::ops::Range;

use super::automaton;
use super::classes::{Classes, Exact, key_pad, required_bits, typed};
use super::column::{SearchColumn, Slot};
use super::fold::{GAP, Unit};
use super::phone;
use super::query::SearchQuery;
use super::signature::{self, Signature};
use super::top::{Key, Top};
use super::typo::{self, Edited};

/// How far matching had to reach, strictest first. Each way is tried only when those before find nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// The query as one piece, blanks left out, in the name, the contact or a phone number.
    Whole,
    /// Every word somewhere in the name, the contact or a phone number.
    Words,
    /// Digits as keys of a key pad (T9).
    KeyPad,
    /// One edit away.
    Typo,
}

/// Which field characters are highlighted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HitField {
    Name,
    Contact,
    /// The range counts digits of all numbers, as `0769…;138…`, signs left out.
    Phone,
}

/// One found customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    pub slot: Slot,
    /// What matched: ranges in characters (not bytes) of the field as it was given.
    pub matched: Vec<(HitField, Range<usize>)>,
}

/// The best hits, best first, and how many there are in all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub hits: Vec<Hit>,
    /// Number of found customers that pass the filter.
    pub total: usize,
    pub reach: Reach,
}

/// Slots to look at.
#[derive(Clone, Copy)]
pub(super) enum Candidates<'a> {
    All,
    Only(&'a [Slot]),
}

impl SearchColumn {
    /// Finds customers: those where the query begins the name first, then shorter names first, then lower slots.
    ///
    /// `filter` sees only slots that match. Milliseconds at most at 100,000 customers; see `examples/search_bench.rs`.
    pub fn find(&self, query: &SearchQuery, limit: usize, filter: impl Fn(Slot) -> bool) -> Found {
        let mut whole = Vec::new();
        self.find_among(query, Candidates::All, &mut whole, limit, filter)
    }

    /// Number of customers that [`Self::find`] finds.
    pub fn count(&self, query: &SearchQuery, filter: impl Fn(Slot) -> bool) -> usize {
        self.find(query, 0, filter).total
    }

    /// As `find`, but looks at `candidates` only for whole matches, and leaves all of them in `whole`.
    pub(super) fn find_among(
        &self,
        query: &SearchQuery,
        candidates: Candidates<'_>,
        whole: &mut Vec<Slot>,
        limit: usize,
        filter: impl Fn(Slot) -> bool,
    ) -> Found {
        let nobody = Found { hits: Vec::new(), total: 0, reach: Reach::Whole };
        if query.is_empty() {
            return nobody;
        }
        let matcher = Whole::new(query);
        matcher.scan(self, candidates, |slot| whole.push(slot));
        if !whole.is_empty() {
            return self.ranked(&matcher, whole, Reach::Whole, limit, &filter);
        }
        if query.words.len() > 1 {
            let matcher = Words::new(query);
            let found = self.matching(&matcher, Candidates::All);
            if !found.is_empty() {
                return self.ranked(&matcher, &found, Reach::Words, limit, &filter);
            }
        }
        if query.digits.is_some() && query.units.len() >= FEWEST_KEYS {
            let matcher = Whole::on_key_pad(query);
            let found = self.matching(&matcher, Candidates::All);
            if !found.is_empty() {
                return self.ranked(&matcher, &found, Reach::KeyPad, limit, &filter);
            }
        }
        let symbols = typed(&query.units);
        if query.digits.is_none() && typo::bears_a_typo(&symbols) {
            let matcher = Near(Classes::compile(&symbols, Edited::of_syllable, Edited::of_unit));
            let found = self.matching(&matcher, Candidates::All);
            return self.ranked(&matcher, &found, Reach::Typo, limit, &filter);
        }
        nobody
    }

    fn matching(&self, matcher: &impl Matcher, candidates: Candidates<'_>) -> Vec<Slot> {
        let mut found = Vec::new();
        matcher.scan(self, candidates, |slot| found.push(slot));
        found
    }

    fn ranked(
        &self,
        matcher: &impl Matcher,
        found: &[Slot],
        reach: Reach,
        limit: usize,
        filter: &impl Fn(Slot) -> bool,
    ) -> Found {
        let mut top = Top::new(limit);
        let mut total = 0;
        for &slot in found.iter().filter(|&&slot| filter(slot)) {
            total += 1;
            let length = u8::try_from(self.name(slot).len()).unwrap_or(u8::MAX);
            if top.wants(Key { tier: 0, length, slot }) {
                let tier = matcher.tier(self, slot);
                top.push(Key { tier, length, slot });
            }
        }
        let hit = |key: Key| {
            let parts = matcher.matched(self, key.slot);
            Hit { slot: key.slot, matched: parts.into_iter().map(|part| (part.field, part.range)).collect() }
        };
        Found { hits: top.into_sorted().into_iter().map(hit).collect(), total, reach }
    }
}

/// Digits from which on the substring search over all phones is the faster way.
const FEWEST_TO_JUMP: usize = 3;
/// Fewer keys than this mean a phone number, not a name.
const FEWEST_KEYS: usize = 3;

/// Where a query, or one word of it, matched best.
struct Part {
    tier: u8,
    field: HitField,
    range: Range<usize>,
}

trait Matcher {
    fn scan(&self, column: &SearchColumn, candidates: Candidates<'_>, found: impl FnMut(Slot));
    /// How well a slot that `scan` gave matches; lower is better.
    fn tier(&self, column: &SearchColumn, slot: Slot) -> u8;
    /// The best place of every word in a slot that `scan` gave.
    fn matched(&self, column: &SearchColumn, slot: Slot) -> Vec<Part>;
}

/// Matches the query as one piece.
struct Whole<'q> {
    classes: Classes<Exact>,
    required: Signature,
    digits: Option<&'q [u8]>,
}

impl<'q> Whole<'q> {
    fn new(query: &'q SearchQuery) -> Self {
        let symbols = typed(&query.units);
        Self {
            classes: Classes::compile(&symbols, Exact::of_syllable, Exact::of_unit),
            required: required_bits(&symbols),
            digits: query.digits.as_deref(),
        }
    }

    fn on_key_pad(query: &SearchQuery) -> Self {
        let symbols = key_pad(&query.units);
        let classes = Classes::compile(&symbols, Exact::of_syllable, Exact::of_unit);
        Self { classes, required: 0, digits: None }
    }

    fn may_be_text(&self, column: &SearchColumn, slot: Slot) -> bool {
        column.signatures[slot as usize] & self.required == self.required
    }

    fn text_matches(&self, column: &SearchColumn, slot: Slot) -> bool {
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
                return scan_slots(column, 0, |slot| {
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
        scan_slots(column, self.required, |slot| {
            if self.text_matches(column, slot) && !self.phone_matches(column, slot) {
                found(slot);
            }
        });
    }

    fn tier(&self, column: &SearchColumn, slot: Slot) -> u8 {
        self.best(column, slot).map_or(u8::MAX, |part| part.tier)
    }

    fn matched(&self, column: &SearchColumn, slot: Slot) -> Vec<Part> {
        self.best(column, slot).into_iter().collect()
    }
}

/// Matches every word by itself.
struct Words<'q>(Vec<Whole<'q>>);

impl<'q> Words<'q> {
    fn new(query: &'q SearchQuery) -> Self {
        Self(query.words.iter().map(Whole::new).collect())
    }
}

impl Matcher for Words<'_> {
    fn scan(&self, column: &SearchColumn, _: Candidates<'_>, mut found: impl FnMut(Slot)) {
        let required = self.0.iter().fold(0, |required, word| required | word.required_of_slot());
        scan_slots(column, required, |slot| {
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
struct Near(Classes<Edited>);

impl Matcher for Near {
    fn scan(&self, column: &SearchColumn, _: Candidates<'_>, mut found: impl FnMut(Slot)) {
        scan_slots(column, 0, |slot| {
            let (name, contact) = column.units(slot);
            if typo::find(&self.0, name).is_some() || typo::find(&self.0, contact).is_some() {
                found(slot);
            }
        });
    }

    fn tier(&self, column: &SearchColumn, slot: Slot) -> u8 {
        self.matched(column, slot).first().map_or(u8::MAX, |part| part.tier)
    }

    fn matched(&self, column: &SearchColumn, slot: Slot) -> Vec<Part> {
        best_text(column, slot, |units| typo::find_at_start(&self.0, units)).into_iter().collect()
    }
}

fn scan_slots(column: &SearchColumn, required: Signature, mut candidate: impl FnMut(Slot)) {
    signature::scan(&column.signatures, required, |index| candidate(Slot::try_from(index).unwrap_or(Slot::MAX)));
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
