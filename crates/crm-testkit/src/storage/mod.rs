//! What storage must do, once for all: the contract is stamped onto the model (which the simulator uses) and onto real
//! IndexedDB in Chromium, so that the simulator proves things about the storage that phones have.
pub mod contract;
mod model;

pub use contract::Disk;
pub use model::{Machine, Tab};
