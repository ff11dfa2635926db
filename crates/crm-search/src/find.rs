//! Finding: the strictest way of matching that finds anybody, ranked, with the characters to highlight.
use std::ops::Range;

use super::classes::typed;
use super::column::{SearchColumn, Slot};
use super::matchers::{Matcher, Near, Whole, Words};
use super::query::SearchQuery;
use super::top::{Key, Top};
use super::typo::bears_a_typo;

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
        if query.digits.is_none() && bears_a_typo(&symbols) {
            let matcher = Near::new(&symbols);
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
            let length = self.name_length(slot);
            if top.wants(Key { tier: matcher.least_tier(self, slot), length, slot }) {
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

/// Fewer keys than this mean a phone number, not a name.
const FEWEST_KEYS: usize = 3;
