//! Imports: a spreadsheet becomes customers, seen before it is done and taken back as a whole.
mod batches;
mod columns;
mod done;
mod faults;
mod grid;
mod importer;
mod once;
mod places;
mod plan;
mod preview;
mod progress;
mod screen;
mod start;
mod text;
mod undo;
mod work;

pub use batches::Imports;
pub use screen::Import;
