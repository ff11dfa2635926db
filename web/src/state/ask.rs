//! Which view answers which query: one line per slice that is asked.
use crm_domain::registry::{Query, View};
use crm_domain::{board, customers, grids, history, imports, people, privacy, settings, today, transfers, waiting};

/// A slice's question. [`crate::state::use_query`] gives its answers.
pub trait Ask: Clone + PartialEq + Into<Query> + 'static {
    type View: Clone + PartialEq + TryFrom<View> + 'static;
}

macro_rules! asked {
    ($($slice:ident),*) => {$( impl Ask for $slice::Query { type View = $slice::View; } )*};
}
asked!(board, customers, grids, history, imports, people, privacy, settings, today, transfers, waiting);
