//! Needs attention (待处理): what was refused, lost or waits, in this person's inbox.
use super::{Command, Inbox};
use crate::book::{Book, InboxLine};
use crate::customers::{plain, plain_val};
use crate::ids::Uuid;
use crate::op::Op;
use crate::query::{Asker, NotLoaded, Rows};
use crate::rules::Code;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Query {
    /// Open items, then those settled lately, newest first; what hangs together is one.
    Attention,
    /// The same, and with each value that lost the one that stands by now: reads the records that open items are about.
    Standing,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    pub open: Vec<Item>,
    pub settled: Vec<Item>,
}

impl Item {
    /// Whether it can hold another time as it is, once somebody has changed what stood in its way.
    pub fn may_hold(&self) -> bool {
        let passing = [Code::NotAllowed, Code::DependsOnRefused, Code::LastAdministrator];
        self.what == "refused" && self.resolved.is_empty() && passing.iter().any(|code| *code as u16 == self.code)
    }

    /// Takes back what was decided of it.
    pub fn reopen(&self) -> Command {
        Command::Reopen { items: self.items.clone(), roots: self.roots.clone() }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub id: Uuid,
    /// `lost`, `refused`, `waiting`, `yielded`.
    pub what: String,
    pub code: u16,
    pub rec: Option<Uuid>,
    pub rec_kind: u16,
    pub root: Option<Uuid>,
    pub field: u16,
    pub label: String,
    pub mine: String,
    pub mine_at: i64,
    pub theirs: String,
    /// What stands by now, where that is no longer `theirs`.
    pub since: Option<String>,
    pub other: String,
    pub other_at: i64,
    pub at: i64,
    /// Empty while open.
    pub resolved: String,
    /// The items that are one: this one, and what was refused because it builds on it.
    pub items: Vec<Uuid>,
    /// The records that they are about, with what those belong to.
    pub roots: Vec<Uuid>,
    /// Its record stands nowhere because this was refused.
    pub creates: bool,
}

const SETTLED: usize = 50;

impl Query {
    pub fn answer(&self, book: &Book, rows: &dyn Rows, _: &Asker) -> Result<View, NotLoaded> {
        match self {
            Query::Attention => Ok(attention(book)),
            Query::Standing => standing(book, rows),
        }
    }
}

fn standing(book: &Book, rows: &dyn Rows) -> Result<View, NotLoaded> {
    let mut view = attention(book);
    let mut missing = Vec::new();
    for item in view.open.iter_mut().filter(|item| matches!(item.what.as_str(), "lost" | "yielded")) {
        let (Some(rec), Some(root)) = (item.rec, item.root.or(item.rec)) else { continue };
        match rows.under(root) {
            Err(NotLoaded(roots)) => missing.extend(roots),
            Ok(shown) => {
                let record = shown.iter().find(|shown| shown.id == rec);
                let stands = record.map(|record| match record.body.get(&item.field) {
                    Some(value) => plain_val(value, book),
                    None => String::new(),
                });
                item.since = stands.filter(|stands| *stands != item.theirs);
            }
        }
    }
    if missing.is_empty() { Ok(view) } else { Err(NotLoaded(missing)) }
}

pub fn attention(book: &Book) -> View {
    let lines = || book.inbox.iter();
    let mut open = gathered(lines().filter(|(_, line)| !line.resolved), book);
    let mut settled = gathered(lines().filter(|(_, line)| line.resolved), book);
    crate::order::by_key(&mut open, |i| std::cmp::Reverse((i.at, i.id)));
    crate::order::by_key(&mut settled, |i| std::cmp::Reverse((i.at, i.id)));
    settled.truncate(SETTLED);
    View { open, settled }
}

/// One item for each line, but what was refused because it builds on a refused create lies with that one's.
fn gathered<'a>(lines: impl Iterator<Item = (&'a Uuid, &'a InboxLine)>, book: &Book) -> Vec<Item> {
    let mut all: Vec<(Item, Option<Op>)> = lines
        .map(|(id, line)| {
            let refused = line.row.what.as_deref() == Some("refused");
            let op = line.row.op.as_deref().filter(|_| refused).and_then(|bytes| Op::from_bytes(bytes).ok());
            (item(*id, &line.row, book), op)
        })
        .collect();
    crate::order::by_key(&mut all, |(item, op)| (op.as_ref().map(|op| (op.hlc, op.id())), item.id));
    let mut items: Vec<Item> = Vec::new();
    // Which item a record's refused create lies with.
    let mut created: HashMap<Uuid, usize> = HashMap::new();
    for (mut item, op) in all {
        let changes = op.as_ref().map(|op| op.changes.as_slice()).unwrap_or_default();
        let about = changes.iter().flat_map(|c| [Some(c.rec), c.named_root()]).chain([item.root, item.rec]).flatten();
        item.roots.extend(about);
        let stands = item.code == Code::Exists as u16;
        item.creates = !stands && changes.iter().any(|c| c.new && Some(c.rec) == item.rec);
        let depends = item.code == Code::DependsOnRefused as u16;
        let on = item.roots.iter().find_map(|id| created.get(id)).copied().filter(|_| depends);
        let place = on.unwrap_or(items.len());
        created.extend(changes.iter().filter(|c| c.new).map(|c| (c.rec, place)));
        match items.get_mut(place) {
            Some(first) => {
                first.items.push(item.id);
                first.roots.extend(item.roots);
            }
            None => items.push(item),
        }
    }
    for item in &mut items {
        item.roots.sort_unstable();
        item.roots.dedup();
    }
    items
}

fn item(id: Uuid, row: &Inbox, book: &Book) -> Item {
    let text = |bytes: &Option<Vec<u8>>| bytes.as_deref().map(|b| plain(b, book)).unwrap_or_default();
    Item {
        id,
        what: row.what.clone().unwrap_or_default(),
        code: row.code.unwrap_or(0) as u16,
        rec: row.rec,
        rec_kind: row.rec_kind.unwrap_or(0) as u16,
        root: row.root,
        field: row.field.unwrap_or(0) as u16,
        label: row.label.clone().unwrap_or_default(),
        mine: text(&row.mine),
        mine_at: row.mine_at.unwrap_or(0),
        theirs: text(&row.theirs),
        since: None,
        other: book.person_name(row.other),
        other_at: row.other_at.unwrap_or(0),
        at: row.at.unwrap_or(0),
        resolved: row.resolved.clone().unwrap_or_default(),
        items: vec![id],
        roots: vec![],
        creates: false,
    }
}
