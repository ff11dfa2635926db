//! Which rows of a file are customers already, and which imports there were.
use crate::book::Book;
use crate::ids::Uuid;
use crate::query::{Asker, NotLoaded, Rows};
use crate::written::name_key;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What a row is known by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub name: String,
    pub phone: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Query {
    /// For each row: the customer that it is.
    Match(Vec<Row>),
    Batches,
    /// The customers that a batch made or changed, for its revert.
    Customers(Uuid),
}

/// The customer that a row is, if it is in the book.
pub type Match = Option<Uuid>;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchLine {
    pub id: Uuid,
    pub file: String,
    pub at: i64,
    pub created: i64,
    pub updated: i64,
    pub refused: i64,
    pub reverted_at: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum View {
    Matches(Vec<Match>),
    Batches(Vec<BatchLine>),
    Customers(Vec<Uuid>),
}

impl Query {
    pub fn answer(&self, book: &Book, _: &dyn Rows, _: &Asker) -> Result<View, NotLoaded> {
        Ok(match self {
            Query::Match(rows) => View::Matches(matches(book, rows)),
            Query::Batches => {
                let mut lines: Vec<_> = book
                    .imports
                    .iter()
                    .map(|(id, l)| BatchLine {
                        id: *id,
                        file: l.file.clone(),
                        at: l.at,
                        created: l.created,
                        updated: l.updated,
                        refused: l.refused,
                        reverted_at: l.reverted_at,
                    })
                    .collect();
                crate::order::by_key(&mut lines, |l| std::cmp::Reverse((l.at, l.id)));
                View::Batches(lines)
            }
            Query::Customers(batch) => {
                let mut ids: Vec<Uuid> =
                    book.customers.iter().filter(|c| c.import == Some(*batch)).map(|c| c.id).collect();
                ids.extend(book.replaced.get(batch).into_iter().flatten());
                ids.sort_unstable();
                ids.dedup();
                View::Customers(ids)
            }
        })
    }
}

/// Same normalised name and, where both have one, the same phone.
fn matches(book: &Book, rows: &[Row]) -> Vec<Match> {
    let mut known: HashMap<String, Vec<(Uuid, &str)>> = HashMap::new();
    for line in book.customers.iter().filter(|c| !c.archived) {
        known.entry(name_key(&line.name)).or_default().push((line.id, &line.phone));
    }
    rows.iter()
        .map(|row| {
            let same = known.get(&name_key(&row.name))?;
            let fits = |phone: &str| match &row.phone {
                Some(p) if !p.is_empty() && !phone.is_empty() => p == phone,
                _ => true,
            };
            same.iter().find(|(_, phone)| fits(phone)).map(|(id, _)| *id)
        })
        .collect()
}
