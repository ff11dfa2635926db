//! The phone's crates: linted for their own target, tested in a real browser.

use super::lints;
use crate::floors::{self, Place};
use crate::process;
use crate::project::Project;
use crate::pwa_build::Tools;
use crate::setup::Browser;
use anyhow::{Result, bail};
use cargo_metadata::Package;
use std::fs;
use walkdir::WalkDir;

pub const RUNNER: &str = "wasm-test-runner";

/// Clippy for the phone's target.
pub fn lints(project: &Project, tools: &Tools) -> Result<()> {
    let mut cargo = tools.wasm_target().cargo(project, "clippy");
    for name in floors::in_places(&[Place::Phone, Place::Both]) {
        cargo.args(["--package", name]);
    }
    process::run(cargo.args(["--all-targets", "--", "-D", "warnings"]))
}

/// `#[wasm_bindgen_test]`s in Chromium, crate by crate.
pub fn tests(project: &Project, tools: &Tools, browser: &Browser) -> Result<()> {
    let mut packages = Vec::new();
    for name in floors::in_places(&[Place::Phone, Place::Both]) {
        let Some(package) = project.package(name) else { continue };
        if sources_contain(package, concat!("#[wasm_bindgen", "_test]"))? {
            packages.push(package.name.as_str());
        }
    }
    if packages.is_empty() {
        bail!("no crate has a test that runs in the browser");
    }
    let mut runner = project.cargo();
    lints::by_clippy(project, &mut runner)?;
    process::run(runner.args(["build", "--package", RUNNER]))?;
    let runner = project.target.join("debug").join(RUNNER).with_extension(std::env::consts::EXE_EXTENSION);
    for package in packages {
        process::run(
            tools
                .wasm_target()
                .cargo(project, "test")
                .args(["--package", package])
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", &runner)
                .env("CHROMEDRIVER", &browser.chromedriver)
                // Seconds: for one test binary, and for the driver to start.
                .env("WASM_BINDGEN_TEST_TIMEOUT", "180")
                .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60"),
        )?;
    }
    Ok(())
}

/// Whether a Rust source of the package contains the words.
pub fn sources_contain(package: &Package, words: &str) -> Result<bool> {
    let Some(folder) = package.manifest_path.parent() else {
        return Ok(false);
    };
    for part in ["src", "tests"] {
        for entry in WalkDir::new(folder.join(part)).into_iter().flatten() {
            let path = entry.path();
            let is_rust = path.extension().is_some_and(|extension| extension == "rs");
            if is_rust && fs::read_to_string(path)?.contains(words) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}
