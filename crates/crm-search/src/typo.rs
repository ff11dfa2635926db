//! The same automaton with one edit allowed: a wrong, missing, superfluous or swapped letter or character.
//! Used only when nothing is found otherwise.
use super::classes::{Classes, Exact, LONGEST_SYLLABLE, Positions, Row, Symbol};
use super::fold::{GAP, Unit};

/// Fewer symbols than this say too little once one of them may be wrong.
const FEWEST_CHARACTERS: usize = 3;
const FEWEST_LETTERS: usize = 5;

/// Whether a query is long enough to be looked for with an edit.
pub(super) fn bears_a_typo(symbols: &[Symbol]) -> bool {
    let letters_only = symbols.iter().all(|symbol| symbol.letters != 0);
    symbols.len() >= if letters_only { FEWEST_LETTERS } else { FEWEST_CHARACTERS }
}

/// A character's exact consumption, and what its readings consume with exactly one edit inside a syllable.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edited {
    exact: Exact,
    /// `near[i]`: positions from which `i` symbols are within one edit of a reading.
    near: [Positions; LONGEST_SYLLABLE + 2],
    /// Positions from which the rest of the query is within one edit of a reading's beginning.
    near_rest: Positions,
}

impl Row for Edited {
    fn join(&mut self, other: &Self) {
        self.exact.join(&other.exact);
        for (positions, more) in self.near.iter_mut().zip(other.near) {
            *positions |= more;
        }
        self.near_rest |= other.near_rest;
    }
}

impl Edited {
    pub fn of_syllable(symbols: &[Symbol], syllable: &[u8]) -> Self {
        let mut row = Self { exact: Exact::of_syllable(symbols, syllable), ..Self::default() };
        for at in 0..symbols.len() {
            let rest = &symbols[at..];
            // A syllable of one letter is its own initial: the edits of whole characters cover it.
            for length in (syllable.len().max(2) - 1)..=syllable.len() + 1 {
                if rest.get(..length).is_some_and(|part| within_one_edit(part, syllable)) {
                    row.near[length] |= 1 << at;
                }
            }
            let cut = |letters: usize| syllable.get(..letters).is_some_and(|begin| within_one_edit(rest, begin));
            if cut(rest.len()) || cut(rest.len() + 1) || rest.len() > 1 && cut(rest.len() - 1) {
                row.near_rest |= 1 << at;
            }
        }
        row
    }

    pub fn of_unit(symbols: &[Symbol], unit: Unit) -> Self {
        Self { exact: Exact::of_unit(symbols, unit), ..Self::default() }
    }

    fn advance_edited(&self, state: Positions, done: Positions) -> Positions {
        let mut next = if state & self.near_rest != 0 { done } else { 0 };
        for (positions, symbols) in self.near.iter().zip(0..) {
            next |= (state & positions) << symbols;
        }
        next
    }
}

/// Whether the symbols become the letters by at most one substitution, insertion, deletion or swap of neighbours.
fn within_one_edit(symbols: &[Symbol], letters: &[u8]) -> bool {
    let spelt = |symbol: usize, letter: usize| symbols[symbol].spells(letters, letter);
    let (n, m) = (symbols.len(), letters.len());
    let same = (0..n.min(m)).take_while(|&at| spelt(at, at)).count();
    let tail_spelt = |from: usize, to: usize| n - from == m - to && (from..n).all(|at| spelt(at, at - from + to));
    match n.cmp(&m) {
        std::cmp::Ordering::Equal => {
            same == n
                || tail_spelt(same + 1, same + 1)
                || same + 1 < n && spelt(same, same + 1) && spelt(same + 1, same) && tail_spelt(same + 2, same + 2)
        }
        std::cmp::Ordering::Greater => tail_spelt(same + 1, same),
        std::cmp::Ordering::Less => tail_spelt(same, same + 1),
    }
}

/// Index behind the character that completes the query with at most one edit, wherever in `units` it begins.
pub(super) fn find(classes: &Classes<Edited>, units: &[Unit]) -> Option<usize> {
    run(classes, units, true)
}

/// The same, when it begins with the first of `units`.
pub(super) fn find_at_start(classes: &Classes<Edited>, units: &[Unit]) -> Option<usize> {
    run(classes, units, false)
}

fn run(classes: &Classes<Edited>, units: &[Unit], anywhere: bool) -> Option<usize> {
    let done = classes.done;
    let every = done | (done - 1);
    // Position sets without an edit and after one; `swapped` holds what a swapped first half leads to.
    let (mut clean, mut edited, mut swapped) = (1, 1 << 1 & every, 0);
    for (at, &unit) in units.iter().enumerate() {
        if unit == GAP {
            continue;
        }
        if anywhere {
            clean |= 1;
            // A superfluous first symbol.
            edited |= 1 << 1 & every;
        }
        let row = classes.row(unit);
        let single = row.exact.step[0];
        let wrong = clean << 1;
        let missing = clean & !1;
        let swap_ends = (swapped & single) << 2;
        swapped = clean & single >> 1;
        let next_clean = row.exact.advance(clean, done);
        let superfluous = next_clean << 1;
        edited = (row.exact.advance(edited, done)
            | row.advance_edited(clean, done)
            | wrong
            | missing
            | superfluous
            | swap_ends)
            & every;
        clean = next_clean & every;
        if (clean | edited) & done != 0 {
            return Some(at + 1);
        }
        if !anywhere && (clean | edited | swapped) == 0 {
            return None;
        }
    }
    None
}
