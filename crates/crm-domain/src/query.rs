//! What every query shares: who asks, and rows on demand.
use crate::bucket::{Bucket, Grants, Verb};
use crate::ids::Uuid;
use crate::row::Shown;

/// Who asks, and when.
#[derive(Clone, Copy, Debug)]
pub struct Asker<'a> {
    pub user: Uuid,
    pub grants: &'a Grants,
    /// Milliseconds.
    pub now: i64,
    /// The book holds more than she may read, as the server's does: each line is looked at.
    pub sifts: bool,
}

impl Asker<'_> {
    /// Whether a customer of this grid is hers to see.
    pub fn sees(&self, grid: Option<Uuid>) -> bool {
        !self.sifts || grid.is_some_and(|grid| self.grants.allow(Bucket::Grid(grid), Verb::Read))
    }
}

/// The rows of these customers are not in memory yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotLoaded(pub Vec<Uuid>);

/// Full rows, for the few records that a screen shows whole.
pub trait Rows {
    /// A customer and all that belongs to it, as shown; empty when it is not held here.
    fn under(&self, root: Uuid) -> Result<Vec<Shown>, NotLoaded>;
}
