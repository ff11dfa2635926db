//! The standard library for `wasm32-unknown-unknown`: the toolchain's own, else rustup's, else built from Debian's sources.

use super::wasm_std;
use crate::project::Project;
use crate::{process, progress};
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

pub const TRIPLE: &str = "wasm32-unknown-unknown";

/// How long rustup may take: without a network it can wait far longer than a person would.
const RUSTUP_LIMIT: Duration = Duration::from_secs(120);

/// What a build for the phone has to add to plain cargo.
pub struct WasmTarget {
    /// Our own build of std, where the toolchain has none. Never given beside the toolchain's: two are an error (E0464).
    std_folder: Option<PathBuf>,
}

impl WasmTarget {
    /// Cargo for the phone's target, with SIMD (the baseline has it) and our std where needed.
    pub fn cargo(&self, project: &Project, verb: &str) -> Command {
        let mut flags = vec!["-Ctarget-feature=+simd128".to_owned()];
        if let Some(folder) = &self.std_folder {
            flags.push(format!("-L{}", folder.display()));
        }
        let mut command = project.cargo();
        command
            .args([verb, "--target", TRIPLE])
            // Encoded flags survive spaces in paths and come before a user's RUSTFLAGS, which would silently drop ours.
            .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
        command
    }
}

/// Makes sure that the target's std is there, and says which way it took.
pub fn wasm_target(project: &Project) -> Result<WasmTarget> {
    progress::quiet("wasm target", || {
        if in_toolchain(project)? {
            return Ok(("already there".into(), WasmTarget { std_folder: None }));
        }
        let compiler = wasm_std::Compiler::ask(project)?;
        if let Some(folder) = wasm_std::built_before(project, &compiler) {
            let target = WasmTarget { std_folder: Some(folder) };
            return Ok(("already built from Debian's rust-src".into(), target));
        }
        let rustup = match by_rustup(project) {
            Ok(()) => return Ok(("installed by rustup".into(), WasmTarget { std_folder: None })),
            Err(error) => error,
        };
        progress::notice("no answer from rustup, building std from Debian's rust-src (a minute)");
        match wasm_std::build(project, &compiler) {
            Ok(folder) => Ok(("built from Debian's rust-src".into(), WasmTarget { std_folder: Some(folder) })),
            Err(debian) => bail!(
                "the Rust target {TRIPLE} is missing and could not be installed.\n  by rustup: {rustup:#}\n  from Debian's rust-src: {debian:#}\nThis helps: rustup target add {TRIPLE}"
            ),
        }
    })
}

fn by_rustup(project: &Project) -> Result<()> {
    process::run_within(
        Command::new("rustup").args(["target", "add", TRIPLE]).current_dir(&project.root),
        RUSTUP_LIMIT,
    )?;
    if !in_toolchain(project)? {
        bail!("rustup installed {TRIPLE} for another toolchain than the one in use");
    }
    Ok(())
}

/// Whether the toolchain in use has the target's `libstd-*.rlib`.
fn in_toolchain(project: &Project) -> Result<bool> {
    let folder =
        process::output(rustc().args(["--print", "target-libdir", "--target", TRIPLE]).current_dir(&project.root))?;
    Ok(holds_std(Path::new(folder.trim())))
}

/// Whether the folder holds a `libstd-*.rlib`.
pub fn holds_std(folder: &Path) -> bool {
    std::fs::read_dir(folder).is_ok_and(|files| {
        files.flatten().any(|file| {
            let name = file.file_name().to_string_lossy().into_owned();
            name.starts_with("libstd-") && name.ends_with(".rlib")
        })
    })
}

/// The compiler that cargo will use.
pub fn rustc() -> Command {
    Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
}
