//! Runs a compiled query over the characters of a name: all ways to read it advance together, one bit each.
use super::classes::{Classes, Exact};
use super::fold::{GAP, Unit};

/// Index behind the character that completes the query, wherever in `units` it begins.
pub(super) fn find(classes: &Classes<Exact>, units: &[Unit]) -> Option<usize> {
    let mut state = 0;
    for (at, &unit) in units.iter().enumerate() {
        if unit == GAP {
            continue;
        }
        state = match classes.live_row(unit) {
            None => 0,
            Some(row) => row.advance(state | 1, classes.done),
        };
        if state & classes.done != 0 {
            return Some(at + 1);
        }
    }
    None
}

/// Index behind the character that completes the query, when it begins with the first of `units`.
pub(super) fn find_at_start(classes: &Classes<Exact>, units: &[Unit]) -> Option<usize> {
    let mut state = 1;
    for (at, &unit) in units.iter().enumerate() {
        if unit == GAP {
            continue;
        }
        state = classes.live_row(unit)?.advance(state, classes.done);
        if state & classes.done != 0 {
            return Some(at + 1);
        }
        if state == 0 {
            return None;
        }
    }
    None
}
