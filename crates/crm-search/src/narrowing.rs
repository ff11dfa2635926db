//! Typing on: when a query extends the one before, only those found before are looked at again.
use super::column::{SearchColumn, Slot};
use super::find::{Candidates, Found};
use super::query::SearchQuery;

/// Keeps what the last query found as a whole. One per search box; it must always be given the same column.
#[derive(Default)]
pub struct Narrowing {
    last: Option<Last>,
}

struct Last {
    query: SearchQuery,
    revision: u64,
    slots: Vec<Slot>,
}

impl Narrowing {
    /// Same result as [`SearchColumn::find`], sooner when the query extends the last one and the column is unchanged.
    ///
    /// Invariant: guarded by `typing_on_finds_what_a_fresh_search_finds`.
    pub fn find(
        &mut self,
        column: &SearchColumn,
        query: &SearchQuery,
        limit: usize,
        filter: impl Fn(Slot) -> bool,
    ) -> Found {
        let before = self.last.take().filter(|last| last.revision == column.revision && query.narrows(&last.query));
        let candidates = before.as_ref().map_or(Candidates::All, |last| Candidates::Only(&last.slots));
        let mut slots = Vec::new();
        let found = column.find_among(query, candidates, &mut slots, limit, filter);
        self.last = (!query.is_empty()).then(|| Last { query: query.clone(), revision: column.revision, slots });
        found
    }
}
