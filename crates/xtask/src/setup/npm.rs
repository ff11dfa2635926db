//! The packages of `tests/package.json`, and those of the benchmarks' peer, by `npm ci`, only when the lockfile has changed
//! since the last time.

use super::debian;
use crate::content_hash;
use crate::project::Project;
use crate::{process, progress};
use anyhow::{Context, Result};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// The installed packages and the program that runs them.
pub struct Npm {
    pub node: PathBuf,
    /// `tests/node_modules`.
    pub modules: PathBuf,
}

/// Makes sure that Node and the locked packages are there.
pub fn npm(project: &Project) -> Result<Npm> {
    installed(project, "npm packages", "tests")
}

/// Also what the server's benchmarks are measured against.
pub fn peer(project: &Project) -> Result<()> {
    installed(project, "npm packages of the peer", "tests/bench/peer").map(drop)
}

fn installed(project: &Project, what: &str, folder: &str) -> Result<Npm> {
    progress::quiet(what, || {
        let (node, npm) = node_and_npm()?;
        let path = project.root.join(folder);
        let modules = path.join("node_modules");
        let stamp = modules.join(".installed-lock");
        let lock = fs::read(path.join("package-lock.json")).with_context(|| format!("{folder}/package-lock.json"))?;
        let wanted = content_hash::short(&lock);
        let installed = Npm { node, modules };
        if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
            return Ok(("already there".into(), installed));
        }
        progress::notice("npm ci");
        process::output(
            Command::new(npm).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&path),
        )
        .with_context(|| {
            format!("the packages of {folder}/package.json could not be installed; is the npm registry reachable?")
        })?;
        fs::write(&stamp, wanted)?;
        Ok(("installed".into(), installed))
    })
}

fn node_and_npm() -> Result<(PathBuf, PathBuf)> {
    let find = || Some((process::find_program(&["node"])?, process::find_program(&["npm"])?));
    if let Some(found) = find() {
        return Ok(found);
    }
    debian::install("Node.js with npm", &["nodejs", "npm"], "install Node.js 20 or newer, with npm")?;
    find().context("apt-get installed Node.js, but `node` and `npm` are not on the PATH")
}
