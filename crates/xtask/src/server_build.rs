//! Builds `zoufang-server` with the app inside.
//! Convention: the environment variable `ZOUFANG_PWA_DIR` is the absolute folder of the built app; release builds embed it, debug builds read it at run time.

use crate::process;
use crate::project::Project;
use crate::pwa_build::Mode;
use anyhow::{Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The server's program.
pub const BINARY: &str = "zoufang-server";
const PWA_DIR: &str = "ZOUFANG_PWA_DIR";

/// Builds the server in the profile that goes with the app's and returns its program.
pub fn build(project: &Project, mode: Mode) -> Result<PathBuf> {
    let mut cargo = cargo(project, "build", mode)?;
    cargo.args(["--package", "crm-server", "--bin", BINARY]);
    let profile = match mode {
        Mode::Release => {
            cargo.arg("--release");
            "release"
        }
        Mode::Dev => "debug",
    };
    process::run(&mut cargo)?;
    Ok(project.target.join(profile).join(BINARY).with_extension(std::env::consts::EXE_EXTENSION))
}

/// The product holds none of the places where the tests let the server die (`crm-server/src/failpoint.rs`).
pub fn has_no_failpoints(program: &Path) -> Result<()> {
    let name = b"ZOUFANG_FAILPOINTS";
    if fs::read(program)?.windows(name.len()).any(|bytes| bytes == name) {
        bail!("{} was built with failpoints", program.display());
    }
    Ok(())
}

/// Cargo with the app's folder made known. Every build of the server names it, so that no two builds alternate.
pub fn cargo(project: &Project, verb: &str, mode: Mode) -> Result<Command> {
    let folder = mode.dir(project);
    fs::create_dir_all(&folder)?;
    let mut cargo = project.cargo();
    cargo.arg(verb).env(PWA_DIR, folder);
    Ok(cargo)
}
