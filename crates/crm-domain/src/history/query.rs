//! Needs attention (待处理): what was refused, lost or waits, in this person's inbox.
use crate::book::Book;
use crate::customers::plain;
use crate::ids::Uuid;
use crate::query::{Asker, NotLoaded, Rows};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Query {
    /// Open items, then those settled lately, newest first.
    Attention,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    pub open: Vec<Item>,
    pub settled: Vec<Item>,
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
    pub other: String,
    pub other_at: i64,
    pub at: i64,
    /// Empty while open.
    pub resolved: String,
}

const SETTLED: usize = 50;

impl Query {
    pub fn answer(&self, book: &Book, _: &dyn Rows, _: &Asker) -> Result<View, NotLoaded> {
        let mut items: Vec<Item> = book
            .inbox
            .iter()
            .map(|(id, line)| {
                let row = &line.row;
                let text = |bytes: &Option<Vec<u8>>| bytes.as_deref().map(|b| plain(b, book)).unwrap_or_default();
                Item {
                    id: *id,
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
                    other: book.person_name(row.other),
                    other_at: row.other_at.unwrap_or(0),
                    at: row.at.unwrap_or(0),
                    resolved: row.resolved.clone().unwrap_or_default(),
                }
            })
            .collect();
        crate::order::by_key(&mut items, |i| std::cmp::Reverse((i.at, i.id)));
        let (open, mut settled): (Vec<_>, Vec<_>) = items.into_iter().partition(|i| i.resolved.is_empty());
        settled.truncate(SETTLED);
        Ok(View { open, settled })
    }
}
