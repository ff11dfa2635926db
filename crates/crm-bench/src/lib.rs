//! The measured side of `cargo xtask bench`: the app's own floors without screens, called by the page in `tests/bench`.
//! Never shipped. Built as the app is (profile `wasm`, wasm-opt), so that the figures are the app's.
mod clock;
mod data;
mod measure;
mod objects;
mod phone;
mod server;
