//! What every query shares: who asks, and rows on demand.
use crate::bucket::Grants;
use crate::ids::Uuid;
use crate::row::Shown;

/// Who asks, and when.
#[derive(Clone, Copy, Debug)]
pub struct Asker<'a> {
    pub user: Uuid,
    pub grants: &'a Grants,
    /// Milliseconds.
    pub now: i64,
}

/// The rows of these customers are not in memory yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotLoaded(pub Vec<Uuid>);

/// Full rows, for the few records that a screen shows whole.
pub trait Rows {
    /// A customer and all that belongs to it, as shown; empty when it is not held here.
    fn under(&self, root: Uuid) -> Result<Vec<Shown>, NotLoaded>;
}
