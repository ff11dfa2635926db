//! What was typed, folded once: the text without blanks, its words, and its digits when it is nothing but a number.
use super::fold::{GAP, Unit, fold};
use super::phone::{digits_of, without_country};

/// Longest query in characters; what is typed beyond is not looked at. The automaton keeps one bit per position.
pub(super) const LONGEST_QUERY: usize = 63;

/// A parsed query. Cheap to make: parse at every keystroke.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchQuery {
    /// Everything but blanks and signs, folded.
    pub(super) units: Vec<Unit>,
    /// The words between blanks and signs as queries of their own, when there are several.
    pub(super) words: Vec<Self>,
    /// ASCII digits, when there is nothing else: such a query is also looked for in phones.
    pub(super) digits: Option<Vec<u8>>,
}

impl SearchQuery {
    /// Parses what was typed. Blanks, hyphens, brackets and the apostrophe of xi'an only separate words.
    pub fn parse(text: &str) -> Self {
        let mut query = Self::default();
        let mut words = Vec::new();
        for word in text.chars().map(fold).collect::<Vec<_>>().split(|&unit| unit == GAP) {
            let room = LONGEST_QUERY - query.units.len();
            let word = &word[..word.len().min(room)];
            if !word.is_empty() {
                query.units.extend_from_slice(word);
                words.push(word.to_vec());
            }
        }
        if !query.is_empty() && only_digits(&query.units) {
            let digits: Vec<u8> = digits_of(text).into_iter().filter(u8::is_ascii_digit).collect();
            query.digits = Some(without_country(&digits).to_vec());
        }
        if words.len() > 1 {
            query.words = words.into_iter().map(Self::of_word).collect();
        }
        query
    }

    /// Whether nothing searchable was typed; such a query finds nobody.
    pub fn is_empty(&self) -> bool {
        self.units.is_empty()
    }

    /// Whether whoever this query finds exactly was also found by `shorter`, so that only those need be looked at.
    pub(super) fn narrows(&self, shorter: &Self) -> bool {
        let digits_narrow = match (&shorter.digits, &self.digits) {
            (Some(before), Some(now)) => now.starts_with(before),
            (_, None) => true,
            (None, Some(_)) => false,
        };
        !shorter.is_empty() && self.units.starts_with(&shorter.units) && digits_narrow
    }

    fn of_word(units: Vec<Unit>) -> Self {
        let digits = only_digits(&units).then(|| units.iter().filter_map(|&unit| u8::try_from(unit).ok()).collect());
        Self { units, words: Vec::new(), digits }
    }
}

fn only_digits(units: &[Unit]) -> bool {
    units.iter().all(|unit| (0x30..=0x39).contains(unit))
}
