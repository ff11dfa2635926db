//! For tests only: the storage contract, and the model of it that the simulator in `tests/` runs on.
pub mod storage;
