//! What is proved outside the crates: the ledger's conformance, the simulator, stories.
#[cfg(unix)]
pub mod cluster;
pub mod ledger;
pub mod sim;
