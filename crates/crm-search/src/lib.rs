//! Finding customers while typing: Han characters, full pinyin, initials, phone digits, T9 and near misses (feature 25).
//! Pure and in memory; the same code answers on the phone (wasm) and on the server.
//! Formats, semantics and the sources of the two tables are in this folder's README.
mod automaton;
mod blob;
mod classes;
mod column;
mod find;
mod fold;
mod matchers;
mod narrowing;
mod phone;
mod query;
mod readings;
mod required;
mod signature;
mod top;
mod typo;

#[cfg(test)]
mod quality_tests;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod tests;

pub use blob::{BLOCK_SLOTS, SearchBlobError};
pub use column::{SearchColumn, SearchText, Slot};
pub use find::{Found, Hit, HitField, Reach};
pub use narrowing::Narrowing;
pub use query::SearchQuery;
pub use readings::{initials, modern_readings};
