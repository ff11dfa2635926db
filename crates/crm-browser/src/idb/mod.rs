//! IndexedDB (SYNC 2.4): one database per person holds the sealed stores and `meta`; one small database per device holds
//! who was here. Nothing inside a transaction waits for anything but the transaction itself.
mod connection;
mod device;
mod failure;
mod fresh_log;
mod meta;
mod storage;
mod transaction;

pub use device::{Device, Known};
pub use failure::Failure;
pub use fresh_log::begin_fresh_log;
pub use meta::Identity;
pub use storage::Storage;
