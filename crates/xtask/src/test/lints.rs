//! Clippy as the compiler of the workspace's own crates, every warning an error.

use crate::process;
use crate::project::Project;
use anyhow::{Result, bail};
use std::path::Path;
use std::process::Command;

/// How clippy takes its arguments apart.
const WARNINGS_ARE_ERRORS: &str = "-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__";

/// Whatever this cargo builds of the workspace is linted. Fails where the toolchain has no clippy.
pub fn by_clippy(project: &Project, cargo: &mut Command) -> Result<()> {
    let sysroot = process::output(Command::new("rustc").args(["--print", "sysroot"]).current_dir(&project.root))?;
    let driver = Path::new(sysroot.trim()).join("bin/clippy-driver").with_extension(std::env::consts::EXE_EXTENSION);
    if !driver.is_file() {
        bail!("this toolchain has no clippy: rustup component add clippy");
    }
    cargo.env("RUSTC_WORKSPACE_WRAPPER", driver).env("CLIPPY_ARGS", WARNINGS_ARE_ERRORS);
    Ok(())
}
