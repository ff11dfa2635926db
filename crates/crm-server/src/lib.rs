//! The server: a ledger on embedded SQLite or on PostgreSQL, and the HTTP around it. It knows orgs, users, devices, grants, buckets, ops,
//! events and blobs; what they mean is the domain's.
pub mod failpoint;
pub mod http;
pub mod ledger;
mod postgres;
mod sqlite;

pub use self::postgres::Postgres;
pub use sqlite::{Sqlite, backup};
