//! Imports: a spreadsheet's rows become customers, and the whole import can be taken back.
mod command;
mod query;
mod record;
mod refused;
pub mod sheet;

pub use command::{Command, Line, MAX_LINES};
pub use query::{BatchLine, Match, Query, Row, View};
pub use record::{BATCH, Batch, REPLACED, Replaced, batch, batch_kind, replaced, replaced_kind};
pub use refused::refused_csv;
