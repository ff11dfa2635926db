//! What a machine needs before the project can be built or tested.
//! Every step is idempotent, prints one line, costs nothing when all is there, and names the one command that helps where it cannot go on.

mod browser;
mod debian;
mod npm;
mod postgres;
mod wasm_std;
mod wasm_target;

pub use browser::{Browser, browser};
pub use npm::{Npm, npm, peer};
pub use postgres::postgres;
pub use wasm_target::{WasmTarget, wasm_target};
