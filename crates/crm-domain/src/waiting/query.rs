//! The queue of what waits, for leads and administrators.
use super::Line;
use crate::book::{Book, CustomerLine};
use crate::bucket::{Bucket, Grants, Verb};
use crate::customers::plain_val;
use crate::ids::{OpId, Uuid};
use crate::op::Op;
use crate::query::{Asker, NotLoaded, Rows};
use crate::registry;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Query {
    /// Everything on the desks that the asker may read: what waits, oldest first; then what was settled lately.
    All,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    pub open: Vec<Item>,
    pub settled: Vec<Settled>,
    /// Decisions about what is not known to be settled: what the server has not heard of yet is decided here all the same.
    pub decided: Vec<(OpId, Bucket, bool)>,
}

impl View {
    /// What was decided here about an item.
    pub fn decision(&self, item: &Item) -> Option<bool> {
        self.decided.iter().find(|(op, desk, _)| (*op, *desk) == (item.op, item.desk)).map(|(_, _, allow)| *allow)
    }

    pub fn undecided(&self) -> impl Iterator<Item = &Item> {
        self.open.iter().filter(|item| self.decision(item).is_none())
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub id: Uuid,
    pub op: OpId,
    pub desk: Bucket,
    /// The grid whose leads decide; empty where administrators do.
    pub grid: String,
    pub actor: String,
    pub label: String,
    /// [`crate::rules::Why`].
    pub why: u16,
    pub since: i64,
    /// When it was written, by its author's clock; 0 where it cannot be read.
    pub written_at: i64,
    /// Bytes, for what cannot be read.
    pub size: usize,
    pub changes: Vec<Change>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub kind: u16,
    pub new: bool,
    pub name: String,
    pub fields: Vec<Field>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    pub field: u16,
    pub plain: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    pub id: Uuid,
    pub actor: String,
    pub label: String,
    /// `allowed`, `refused`, `arrived`.
    pub how: String,
    pub by: String,
    pub at: i64,
}

/// So many of what was settled are shown, and so many changes of one op.
const SETTLED: usize = 30;
const CHANGES: usize = 20;

impl Query {
    pub fn answer(&self, book: &Book, _: &dyn Rows, asker: &Asker) -> Result<View, NotLoaded> {
        let mut view = View { open: vec![], settled: vec![], decided: vec![] };
        for (id, line) in book.waiting.iter().filter(|(_, line)| asker.grants.allow(line.desk, Verb::Read)) {
            match &line.row.settled {
                Some(how) => view.settled.push(Settled {
                    id: *id,
                    actor: book.person_name(line.row.actor),
                    label: label(line, book, asker.grants),
                    how: how.clone(),
                    by: book.person_name(line.row.settled_by),
                    at: line.row.settled_at.unwrap_or(0),
                }),
                None => view.open.push(item(*id, line, book, asker.grants)),
            }
        }
        let over: HashSet<OpId> =
            book.waiting.values().filter(|line| line.row.settled.is_some()).map(|line| line.op).collect();
        let decided = book.decisions.values().filter_map(super::Decision::about);
        let hers = |(op, desk, _): &(OpId, Bucket, bool)| !over.contains(op) && asker.grants.allow(*desk, Verb::Read);
        view.decided = decided.filter(hers).collect();
        crate::order::by_key(&mut view.open, |i| (i.since, i.id));
        crate::order::by_key(&mut view.settled, |s| std::cmp::Reverse((s.at, s.id)));
        view.settled.truncate(SETTLED);
        view.decided.sort_unstable();
        Ok(view)
    }
}

fn item(id: Uuid, line: &Line, book: &Book, grants: &Grants) -> Item {
    let bytes = line.row.bytes.as_deref().unwrap_or_default();
    let op = Op::from_bytes(bytes).ok();
    let grid = match line.desk {
        Bucket::GridLead(grid) => book.grid_name(Some(grid)),
        _ => String::new(),
    };
    Item {
        id,
        op: line.op,
        desk: line.desk,
        grid,
        actor: book.person_name(line.row.actor),
        label: label(line, book, grants),
        why: line.row.why.unwrap_or(0) as u16,
        since: line.row.since.unwrap_or(0),
        written_at: op.as_ref().map_or(0, |op| (op.hlc >> 16) as i64),
        size: bytes.len(),
        changes: op.iter().flat_map(|op| op.changes.iter().take(CHANGES)).map(|c| change(c, book, grants)).collect(),
    }
}

/// Customers are named to those who may read them.
fn named(customer: Option<Uuid>, book: &Book, grants: &Grants) -> String {
    let hers = |line: &&CustomerLine| line.grid.is_some_and(|grid| grants.allow(Bucket::Grid(grid), Verb::Read));
    customer.and_then(|id| book.customers.get(id)).filter(hers).map(|line| line.name.clone()).unwrap_or_default()
}

/// Whom it is about: as the book knows her, or as the op itself names her.
fn label(line: &Line, book: &Book, grants: &Grants) -> String {
    let known = named(line.row.root, book, grants);
    let names = || {
        let op = Op::from_bytes(line.row.bytes.as_deref()?).ok()?;
        let change = op.changes.first()?;
        let field = registry::kind(change.kind)?.fields.iter().find(|f| f.name == "name")?;
        change.patch.get(&field.number)?.text().map(str::to_owned)
    };
    if known.is_empty() { names().unwrap_or_default() } else { known }
}

fn change(change: &crate::op::Change, book: &Book, grants: &Grants) -> Change {
    let opened = change.open.iter().map(|(field, opened)| (field, &opened.value));
    let patched = change.patch.iter().filter(|(field, _)| !change.open.contains_key(field));
    let fields = patched.chain(opened).map(|(field, val)| Field { field: *field, plain: plain_val(val, book) });
    Change {
        kind: change.kind,
        new: change.new,
        name: named(Some(change.rec), book, grants),
        fields: fields.filter(|f| !f.plain.is_empty()).collect(),
    }
}
