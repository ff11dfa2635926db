//! Merging one change into a record, field by field (SYNC 2.1). The server settles with it; a phone shows with it.
use crate::ids::OpId;
use crate::kind::{Kind, Policy};
use crate::mutants::{self, Mutant};
use crate::op::Change;
use crate::row::Writers;
use crate::val::{Body, SetPatch, Val};
use std::collections::BTreeMap;

/// Who wrote a field and when: effective time first, then the id, is the order of `lww`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    pub at: u64,
    pub op: OpId,
}

/// A record as the server holds it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    pub body: Body,
    pub stamps: BTreeMap<(u16, Option<Val>), Stamp>,
}

/// A value that did not make it, or was overwritten though it was concurrent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    pub field: u16,
    pub value: Val,
    /// The op whose value it was.
    pub of: OpId,
    pub winner: OpId,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    pub after: Held,
    pub lost: Vec<Lost>,
    /// Fields where a yielding patch found another writer and was left out.
    pub yielded: Vec<u16>,
    /// (field, op) that shall never win here should they still come.
    pub dominated: Vec<(u16, OpId)>,
}

/// What the ledger knows beyond the record itself.
pub trait Known {
    /// The server has a record of this op.
    fn op(&self, id: OpId) -> bool;
    /// `op` made this record.
    fn creates(&self, op: OpId) -> bool;
    /// `op` was remembered as dominated on this record's field.
    fn dominated(&self, field: u16, op: OpId) -> bool;
}

/// Applies `change` as op `stamp` to `before` (none: a create).
pub fn merge(kind: &Kind, before: Option<&Held>, change: &Change, stamp: Stamp, known: &impl Known) -> Merged {
    let mut merged = Merged { after: before.cloned().unwrap_or_default(), ..Merged::default() };
    for (field, value) in &change.patch {
        match value {
            Val::Set(patch) if is_set(kind, *field) => set(&mut merged, *field, patch, stamp, known),
            _ => single(&mut merged, kind.policy(*field), *field, value, change, stamp, known),
        }
    }
    merged
}

/// A newer version's field is a set where it is patched like one.
fn is_set(kind: &Kind, field: u16) -> bool {
    kind.field(field).is_none_or(|known| known.policy == Policy::Set)
}

fn single(
    merged: &mut Merged,
    policy: Policy,
    field: u16,
    value: &Val,
    change: &Change,
    stamp: Stamp,
    known: &impl Known,
) {
    let key = (field, None);
    let current = merged.after.stamps.get(&key).copied();
    let base = change.base.get(&field).copied();
    let old = merged.after.body.get(&field).cloned().unwrap_or(Val::Null);
    if known.dominated(field, stamp.op) && !mutants::is(Mutant::UnseenNotDominated) {
        merged.lost.extend(current.map(|c| Lost { field, value: value.clone(), of: stamp.op, winner: c.op }));
        return;
    }
    let apply = |merged: &mut Merged| {
        merged.after.body.insert(field, value.clone());
        merged.after.stamps.insert(key.clone(), stamp);
    };
    let Some(current) = current else {
        // Nobody has written it here. A base that names an unknown op is remembered: should that op come, it is older.
        merged.dominated.extend(base.filter(|b| !known.op(*b)).map(|b| (field, b)));
        return apply(merged);
    };
    if base == Some(current.op) && !mutants::is(Mutant::WallClockWins) {
        return apply(merged);
    }
    let unknown = base.filter(|b| !known.op(*b));
    if change.yields && unknown.is_none() && !mutants::is(Mutant::UndoWins) {
        merged.yielded.push(field);
        return;
    }
    merged.dominated.extend(unknown.map(|b| (field, b)));
    // Every edit was made in the knowledge of the create, though that may come again with a later time after a restore.
    if unknown.is_some() && known.creates(current.op) {
        return apply(merged);
    }
    let wins = match policy {
        // An unknown base says nothing about who was first, so time decides.
        Policy::First | Policy::Fixed if unknown.is_none() => false,
        _ => stamp > current,
    };
    if *value == old {
        // Nobody lost. The later writer stands all the same, so that every order of arrival ends alike.
        if wins {
            apply(merged);
        }
    } else if wins {
        merged.lost.push(Lost { field, value: old, of: current.op, winner: stamp.op });
        apply(merged);
    } else {
        merged.lost.push(Lost { field, value: value.clone(), of: stamp.op, winner: current.op });
    }
}

/// Observed-remove: a removal takes away the element as it was seen, so a concurrent re-add stays.
fn set(merged: &mut Merged, field: u16, patch: &SetPatch, stamp: Stamp, known: &impl Known) {
    let mut items = match merged.after.body.remove(&field) {
        Some(Val::List(items)) => items,
        _ => Vec::new(),
    };
    for (item, seen) in &patch.remove {
        let key = (field, Some(item.clone()));
        match merged.after.stamps.get(&key) {
            Some(current) if current.op == *seen || mutants::is(Mutant::RemoveKillsReAdd) => {
                merged.after.stamps.remove(&key);
                items.retain(|i| i != item);
            }
            _ if !known.op(*seen) => merged.dominated.push((field, *seen)),
            _ => {}
        }
    }
    if !known.dominated(field, stamp.op) || mutants::is(Mutant::UnseenNotDominated) {
        for item in &patch.add {
            if !items.contains(item) {
                items.push(item.clone());
            }
            merged.after.stamps.insert((field, Some(item.clone())), stamp);
        }
    }
    items.sort_unstable();
    // The field itself has a writer too, so that a device knows that it was ever written.
    merged.after.stamps.insert((field, None), stamp);
    merged.after.body.insert(field, Val::List(items));
}

/// What a phone shows of its own unreflected op: its values stand, whatever the server will settle.
pub fn overlay(kind: &Kind, body: &mut Body, writers: &mut Writers, change: &Change, op: OpId) {
    for (field, value) in &change.patch {
        // Events show the opened value, not its commitment.
        let value = change.open.get(field).map_or(value, |o| &o.value);
        match value {
            Val::Set(patch) if is_set(kind, *field) => {
                let mut items = match body.remove(field) {
                    Some(Val::List(items)) => items,
                    _ => Vec::new(),
                };
                for (item, seen) in &patch.remove {
                    let key = (*field, Some(item.clone()));
                    if writers.get(&key) == Some(seen) {
                        writers.remove(&key);
                        items.retain(|i| i != item);
                    }
                }
                for item in &patch.add {
                    if !items.contains(item) {
                        items.push(item.clone());
                    }
                    writers.insert((*field, Some(item.clone())), op);
                }
                items.sort_unstable();
                body.insert(*field, Val::List(items));
            }
            _ => {
                body.insert(*field, value.clone());
            }
        }
        writers.insert((*field, None), op);
    }
}

/// The most frequent stamp and the exceptions, as a [`crate::row::Row`] carries them.
pub fn writers_of(held: &Held) -> (Stamp, Vec<(u16, Option<Val>, OpId)>) {
    let mut counts: BTreeMap<Stamp, usize> = BTreeMap::new();
    for stamp in held.stamps.values() {
        *counts.entry(*stamp).or_default() += 1;
    }
    let by =
        counts.into_iter().max_by_key(|(stamp, n)| (*n, *stamp)).map_or(Stamp { at: 0, op: 0 }, |(stamp, _)| stamp);
    let over = held.stamps.iter().filter(|(_, s)| s.op != by.op).map(|((f, e), s)| (*f, e.clone(), s.op)).collect();
    (by, over)
}

#[cfg(test)]
#[path = "merge_tests.rs"]
mod tests;
