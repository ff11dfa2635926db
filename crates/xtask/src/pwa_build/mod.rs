//! Builds the installable app into one folder: wasm modules, styles, shell, service worker, compressed twins.
//! The server embeds that folder; its paths are the URLs.

mod compress;
mod module;
mod shell;
mod site;
mod sizes;
mod styles;
mod trim;
mod worker;

use crate::progress;
use crate::project::Project;
use crate::setup::{self, Npm, WasmTarget};
use anyhow::Result;
pub use module::bench as bench_module;
use site::Site;
use std::path::{Path, PathBuf};

/// How the app is built.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Small and compressed: what users get.
    Release,
    /// Quick: no wasm-opt, no brotli, no service worker; the page reloads itself after a rebuild.
    Dev,
}

impl Mode {
    /// Cargo's profile for the wasm modules.
    fn profile(self) -> &'static str {
        match self {
            Mode::Release => "wasm",
            Mode::Dev => "dev",
        }
    }

    /// Each mode has a folder of its own, so that a dev loop costs the next release build nothing.
    pub fn dir(self, project: &Project) -> PathBuf {
        project.target.join(match self {
            Mode::Release => "pwa",
            Mode::Dev => "pwa-dev",
        })
    }
}

/// The tools that a build of the app needs.
pub struct Tools {
    wasm_target: WasmTarget,
    npm: Npm,
}

impl Tools {
    pub fn set_up(project: &Project) -> Result<Self> {
        Ok(Self { wasm_target: setup::wasm_target(project)?, npm: setup::npm(project)? })
    }

    /// The program that runs the scripts of `tests/`.
    pub fn node(&self) -> &Path {
        &self.npm.node
    }

    pub fn wasm_target(&self) -> &WasmTarget {
        &self.wasm_target
    }
}

/// Builds the app and returns its folder. What has not changed since the last build is not done again.
pub fn build(project: &Project, tools: &Tools, mode: Mode) -> Result<PathBuf> {
    let mut site = Site::new(mode);
    let mut names = shell::Names::new(mode);
    for module in module::all(project) {
        let built =
            progress::loud(&format!("wasm module {}", module.name), || module::build(project, tools, &module, mode))?;
        module::place(project, &module, built, &mut site, &mut names)?;
    }
    let folder = progress::quiet("app folder", || {
        let css = styles::collect(project, &tools.npm)?;
        names.set("styles.css", site.add_hashed("app", "css", css.into_bytes()));
        shell::place(project, &mut site, &mut names)?;
        worker::place(project, &mut site, &names)?;
        let folder = mode.dir(project);
        let changed = site.write(&folder)?;
        let outcome = if changed == 0 { "unchanged".into() } else { format!("{changed} files written") };
        Ok((outcome, folder))
    })?;
    if mode == Mode::Release {
        sizes::print(&folder, &site, &names)?;
    }
    Ok(folder)
}
