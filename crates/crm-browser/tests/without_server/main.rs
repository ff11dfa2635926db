//! What needs a browser and no server: storage, keys, the position, what surrounds the app.
#![cfg(target_arch = "wasm32")]
mod keys;
mod position;
mod spare;
mod storage;
mod surroundings;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
