//! Runs a wasm test binary in a real browser: wasm-bindgen's own runner, built from the lockfile so that its version is always the library's.

fn main() -> anyhow::Result<()> {
    wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(std::env::args_os())
}
