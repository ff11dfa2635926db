//! For tests only: the storage contract and its model, and what stands around the replica in the simulator.
pub mod storage;
