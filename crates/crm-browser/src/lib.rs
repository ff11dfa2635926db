//! The browser behind the replica's ports: IndexedDB, sealing, keys, fetch, tabs, position. It performs what the replica
//! asks for and tells it what came of it. No rule of the business lives here, and no screen.
mod bindings;
mod clock;
mod device;
mod device_label;
pub mod download;
pub mod environment;
pub mod export;
mod host;
pub mod idb;
#[cfg_attr(feature = "split", allow(unsafe_code, reason = "calls into another wasm file, written by the macro"))]
mod json;
pub mod mark;
pub mod net;
mod porch;
pub mod random;
mod reply;
pub mod seal;
pub mod settings;
pub mod sign;
pub mod spare;
pub mod tabs;
mod turns;
mod webcrypto;

pub use device::Phone;
pub use host::{Gone, Host, Person, Resumed};
pub use json::Missing;
pub use porch::{House, Newcomer, Porch, last_here};
