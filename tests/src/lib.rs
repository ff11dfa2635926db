//! What is proved outside the crates: the ledger's conformance, the permission probes, the simulator, stories.
#[cfg(unix)]
pub mod cluster;
pub mod editions;
pub mod golden;
pub mod ledger;
#[cfg(target_os = "linux")]
pub mod load;
pub mod probes;
pub mod served;
pub mod sim;
