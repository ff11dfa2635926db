//! What needs a server, which the test plays by answering `fetch`.
#![cfg(target_arch = "wasm32")]
mod fake_server;
mod host;
mod network;
mod photos;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
