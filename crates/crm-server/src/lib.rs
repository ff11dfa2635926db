//! The server: a ledger on embedded SQLite, and the HTTP around it. It knows orgs, users, devices, grants, buckets, ops,
//! events and blobs; what they mean is the domain's.
pub mod http;
pub mod ledger;
mod sqlite;

pub use sqlite::Sqlite;
