//! What an arrival or a departure leaves in its author's own bucket (SYNC 2.3).
use super::record::{CHECK_IN, CHECK_OUT, CheckIn, CheckOut};
use crate::bucket::Bucket;
use crate::history::Trace;
use crate::val::Body;

/// None: events of this kind leave none. Event, label and author are the ledger's to add.
pub fn trace(kind: u16, body: &Body, parent: Option<&Body>) -> Option<Trace> {
    let (customer, visit, at, verdict, dwell_ms) = match kind {
        CHECK_IN => {
            let row = CheckIn::of(body);
            (row.customer, row.visit, row.at, row.verdict, None)
        }
        CHECK_OUT => {
            let row = CheckOut::of(body);
            (row.customer, row.visit, row.at, row.verdict, row.dwell_ms)
        }
        _ => return None,
    };
    let grid = match parent.and_then(crate::customers::home_of) {
        Some(Bucket::Grid(grid)) => Some(grid),
        _ => None,
    };
    Some(Trace { customer, visit, at, verdict, dwell_ms, grid, event_kind: Some(i64::from(kind)), ..Trace::default() })
}
