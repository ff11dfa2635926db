//! What is proved outside the crates: the ledger's conformance, the simulator, stories.
pub mod ledger;
pub mod sim;
