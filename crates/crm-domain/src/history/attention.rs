//! What a person decides about what needs her attention; each decision is an op, so it holds on all her devices.
use super::{INBOX, Inbox, inbox};
use crate::command::{Ctx, Draft, DraftChange, Patch, Reads, Rejection, Seen};
use crate::customers::{CUSTOMER, merged_into};
use crate::ids::{OpId, Uuid, derived_id, op_id, time_of};
use crate::kind::SAME_AS;
use crate::op::{Change, MAX_CHANGES, Op};
use crate::rules::Code;
use crate::val::{Body, Val};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a person decides about a value that lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Choice {
    KeepMine,
    KeepTheirs,
    /// The record keeps theirs; mine is kept as a note beside it.
    Both,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Settles an item. `root` is the customer of the record that it is about.
    Resolve { item: Uuid, root: Uuid, choice: Choice },
    /// Sends what was refused once more, with the values that it had, on what stands now; `roots` are the records that it
    /// is about. Two devices that try the same again do it once.
    Again { items: Vec<Uuid>, roots: Vec<Uuid> },
    /// The `customer` that was refused is one that stands already: its create goes once more as a stub that says so, and
    /// what builds on it goes along, to be shown at `into` (SYNC 2.1).
    SameAs { items: Vec<Uuid>, roots: Vec<Uuid>, customer: Uuid, into: Uuid },
    /// Puts items away.
    Dismiss { items: Vec<Uuid> },
    /// Takes a decision back: where hers was kept and still stands, theirs stands again. What was tried again is no longer
    /// hers to take back, and what waited never was. `roots` are the records that the items are about.
    Reopen { items: Vec<Uuid>, roots: Vec<Uuid> },
}

impl Command {
    pub fn reads(&self) -> Reads {
        match self {
            Command::Resolve { item, root, .. } => Reads { rows: vec![*item], roots: vec![*root] },
            Command::Again { items, roots } | Command::Reopen { items, roots } => {
                Reads { rows: items.clone(), roots: roots.clone() }
            }
            Command::SameAs { items, roots, into, .. } => {
                Reads { rows: [items.as_slice(), &[*into]].concat(), roots: roots.clone() }
            }
            Command::Dismiss { items } => Reads { rows: items.clone(), roots: vec![] },
        }
    }

    pub fn decide(&self, seen: &Seen, ctx: &mut Ctx) -> Result<Vec<Draft>, Rejection> {
        match self {
            Command::Again { items, .. } => {
                let drafts = again(&refused(items, seen)?, seen, another)?;
                Ok([settled(items, "again"), drafts].concat())
            }
            Command::SameAs { items, customer, into, .. } => {
                let drafts = as_a_stub(refused(items, seen)?, *customer, *into, seen)?;
                Ok([settled(items, "same"), drafts].concat())
            }
            Command::Dismiss { items } => {
                items.iter().try_for_each(|item| seen.get(*item).map(drop))?;
                Ok(settled(items, "theirs"))
            }
            Command::Reopen { items, .. } => {
                let mut drafts = Vec::new();
                for item in items {
                    let row = Inbox::of(&seen.get(*item)?.body);
                    let gone_on = matches!(row.resolved.as_deref(), Some("again" | "same"));
                    if gone_on || row.what.as_deref() == Some("waiting") {
                        return Err(Rejection::of(Code::Nothing));
                    }
                    if row.resolved.as_deref() == Some("mine") {
                        drafts.extend(theirs_again(&row, seen)?);
                    }
                }
                drafts.extend(settled(items, ""));
                Ok(drafts)
            }
            Command::Resolve { item, choice: Choice::KeepTheirs, .. } => {
                seen.get(*item)?;
                Ok(settled(&[*item], "theirs"))
            }
            Command::Resolve { item, root, choice } => {
                let row = Inbox::of(&seen.get(*item)?.body);
                let (Some(rec), Some(field), Some(kind), Some(mine)) =
                    (row.rec, row.field, row.rec_kind, row.mine.as_deref())
                else {
                    return Err(Rejection::of(Code::NotHere));
                };
                let mine = minicbor::decode(mine).map_err(|_| Rejection::of(Code::Malformed))?;
                if *choice == Choice::Both {
                    let note = crate::notes::body(*root, ctx, &mine, field as u16);
                    let note = DraftChange::create(crate::notes::NOTE, ctx.ids.mint(), note);
                    return Ok([vec![note.into()], settled(&[*item], "both")].concat());
                }
                seen.get(rec)?;
                let again = DraftChange::edit(kind as u16, rec, [(field as u16, mine)].into());
                Ok([vec![again.into()], settled(&[*item], "mine")].concat())
            }
        }
    }
}

fn settled(items: &[Uuid], how: &str) -> Vec<Draft> {
    let edit = |item: &Uuid| DraftChange::edit(INBOX, *item, Patch::new().set(inbox::resolved, how).done());
    items.chunks(MAX_CHANGES).map(|some| Draft::of(some.iter().map(edit).collect())).collect()
}

/// The value that had stood before hers was kept, unless the record has gone elsewhere or has a third value by now.
fn theirs_again(row: &Inbox, seen: &Seen) -> Result<Option<Draft>, Rejection> {
    let value = |bytes: &Option<Vec<u8>>| match bytes {
        Some(bytes) => minicbor::decode(bytes).map_err(|_| Rejection::of(Code::Malformed)),
        None => Ok(Val::Null),
    };
    let (Some(rec), Some(field), Some(kind)) = (row.rec, row.field, row.rec_kind) else {
        return Ok(None);
    };
    let (mine, theirs) = (value(&row.mine)?, value(&row.theirs)?);
    let stands = seen.get(rec).ok().and_then(|record| record.body.get(&(field as u16)));
    Ok((stands == Some(&mine)).then(|| {
        let back = DraftChange::edit(kind as u16, rec, [(field as u16, theirs)].into());
        DraftChange { yields: true, ..back }.into()
    }))
}

/// The ops of open items of what was refused, in the order in which they were written.
fn refused(items: &[Uuid], seen: &Seen) -> Result<Vec<Op>, Rejection> {
    let mut ops = Vec::with_capacity(items.len());
    for item in items {
        let row = Inbox::of(&seen.get(*item)?.body);
        let open = row.resolved.as_deref().unwrap_or_default().is_empty();
        if row.what.as_deref() != Some("refused") || !open {
            return Err(Rejection::of(Code::Nothing));
        }
        let op = row.op.as_deref().and_then(|bytes| Op::from_bytes(bytes).ok());
        ops.push(op.ok_or(Rejection::of(Code::Malformed))?);
    }
    ops.sort_by_key(|op| (op.hlc, op.id()));
    Ok(ops)
}

/// An op's other name when it is tried again: the same on every device.
fn another(op: &Op) -> Uuid {
    derived_id(time_of(op.cause), &[b"again", op.cause.as_bytes(), &op.part.to_be_bytes()])
}

/// The create as a stub, with what was written on the record since, and all else that builds on it as it was. What the
/// other says nothing of is taken over, as in a merge.
fn as_a_stub(mut ops: Vec<Op>, customer: Uuid, into: Uuid, seen: &Seen) -> Result<Vec<Draft>, Rejection> {
    let creates = |c: &Change| c.new && c.kind == CUSTOMER && c.rec == customer;
    let at = ops.iter().position(|op| op.changes.iter().any(creates)).filter(|_| customer != into);
    let at = at.ok_or(Rejection::of(Code::Nothing))?;
    let mut since = Body::new();
    for op in &mut ops[at + 1..] {
        for change in op.changes.iter().filter(|c| c.rec == customer) {
            since.extend(change.patch.clone().into_iter().filter(|(_, value)| !matches!(value, Val::Set(_))));
        }
        op.changes.retain(|c| c.rec != customer);
    }
    ops.retain(|op| !op.changes.is_empty());
    let mut taken = None;
    if let Some(stub) = ops[at].changes.iter_mut().find(|c| creates(c)) {
        stub.patch.extend(since);
        taken = merged_into(&stub.patch, into, seen)?;
        stub.patch.insert(SAME_AS, into.into());
    }
    // Another op than the create tried again as it was.
    let (create, stub) = (ops[at].id(), another(&ops[at]));
    let stub = derived_id(time_of(stub), &[b"same as", stub.as_bytes(), into.as_bytes()]);
    let mut drafts = again(&ops, seen, |op| if op.id() == create { stub } else { another(op) })?;
    drafts[at].changes.extend(taken);
    Ok(drafts)
}

fn again(ops: &[Op], seen: &Seen, name: impl Fn(&Op) -> Uuid) -> Result<Vec<Draft>, Rejection> {
    let renamed: BTreeMap<OpId, OpId> = ops.iter().map(|op| (op.id(), op_id(name(op), 0))).collect();
    let made: BTreeSet<Uuid> = ops.iter().flat_map(|op| &op.changes).filter(|c| c.new).map(|c| c.rec).collect();
    let mut drafts = Vec::with_capacity(ops.len());
    for op in ops {
        let mut changes = Vec::with_capacity(op.changes.len());
        for change in &op.changes {
            if !made.contains(&change.rec) {
                seen.get(change.rec)?;
            }
            let mut patch = change.patch.clone();
            patch.extend(change.open.iter().map(|(field, opened)| (*field, opened.value.clone())));
            for value in patch.values_mut() {
                if let Val::Set(set) = value {
                    set.remove.iter_mut().for_each(|(_, op)| *op = *renamed.get(op).unwrap_or(op));
                }
            }
            let (kind, rec, new, yields) = (change.kind, change.rec, change.new, change.yields);
            changes.push(DraftChange { kind, rec, new, yields, patch });
        }
        drafts.push(Draft { changes, cause: Some(name(op)) });
    }
    Ok(drafts)
}
