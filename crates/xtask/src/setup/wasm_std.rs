//! Builds std for the wasm target from Debian's `rust-src` of exactly the compiler in use, where rustup gives nothing.
//! Invariant: nothing is written into the toolchain or the system; the result stands in the target folder, one folder per compiler commit.

use super::wasm_target::{TRIPLE, holds_std, rustc};
use crate::process;
use crate::project::Project;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Suites that may hold a compiler newer than the stable release's, the most likely one first.
const SUITES: [&str; 4] = ["trixie-backports", "forky", "sid", "trixie"];

/// The compiler in use, as `rustc -vV` states it.
pub struct Compiler {
    version: String,
    commit: String,
    sysroot: PathBuf,
}

impl Compiler {
    pub fn ask(project: &Project) -> Result<Self> {
        let said = process::output(rustc().arg("-vV").current_dir(&project.root))?;
        let line = |key: &str| {
            said.lines()
                .find_map(|line| line.strip_prefix(key))
                .map(|value| value.trim().to_owned())
                .with_context(|| format!("`rustc -vV` has no line `{key}`"))
        };
        let sysroot = process::output(rustc().args(["--print", "sysroot"]).current_dir(&project.root))?;
        Ok(Self { version: line("release:")?, commit: line("commit-hash:")?, sysroot: sysroot.trim().into() })
    }
}

/// The folder of an earlier build for this compiler, if there is one.
pub fn built_before(project: &Project, compiler: &Compiler) -> Option<PathBuf> {
    Some(folder(project, compiler)).filter(|folder| holds_std(folder))
}

/// Downloads the sources, builds std, and returns the folder with its `lib*.rlib`.
pub fn build(project: &Project, compiler: &Compiler) -> Result<PathBuf> {
    let finished = folder(project, compiler);
    let work = project.target.join("toolchain").join("building");
    remove_folder(&work)?;
    fs::create_dir_all(&work)?;
    let library = unpack_sources(&work, compiler)?;
    let wrapper = sysroot_with_sources(&work, &library, compiler)?;
    let built = build_std(project, &work, &wrapper)?;
    // Moved into place as a whole, so that an interrupted build is never taken for a finished one.
    let kept = work.join("kept");
    fs::create_dir_all(&kept)?;
    for file in fs::read_dir(&built)? {
        let file = file?;
        let name = file.file_name().to_string_lossy().into_owned();
        if name.starts_with("lib") && name.ends_with(".rlib") && !name.starts_with("libonly_std") {
            fs::copy(file.path(), kept.join(&name))?;
        }
    }
    if !holds_std(&kept) {
        bail!("the build of std left no libstd");
    }
    remove_folder(&finished)?;
    fs::rename(&kept, &finished)?;
    remove_folder(&work)?;
    Ok(finished)
}

fn folder(project: &Project, compiler: &Compiler) -> PathBuf {
    let commit = &compiler.commit[..compiler.commit.len().min(9)];
    project.target.join("toolchain").join(format!("{TRIPLE}-{}-{commit}", compiler.version))
}

/// Returns the folder `library` of the unpacked sources.
fn unpack_sources(work: &Path, compiler: &Compiler) -> Result<PathBuf> {
    if process::find_program(&["apt-get"]).is_none() {
        bail!("this machine has no apt-get");
    }
    let mut tried = Vec::new();
    for suite in SUITES {
        match download(work, suite, &compiler.version) {
            Ok(package) => {
                let sources = work.join("sources");
                process::output(Command::new("dpkg-deb").arg("-x").arg(&package).arg(&sources))?;
                let library = sources.join(format!("usr/src/rustc-{}/library", compiler.version));
                if !library.is_dir() {
                    bail!("Debian's rust-src has no library folder where it was expected");
                }
                return Ok(library);
            }
            Err(error) => tried.push(format!("{suite}: {error:#}")),
        }
    }
    bail!("no suite has rust-src {}: {}", compiler.version, tried.join("; "))
}

/// Downloads `rust-src` of that version from that suite with lists of our own, so the system's stay untouched.
fn download(work: &Path, suite: &str, version: &str) -> Result<PathBuf> {
    let apt = work.join(format!("apt-{suite}"));
    for part in ["parts", "lists/partial", "package"] {
        fs::create_dir_all(apt.join(part))?;
    }
    fs::write(apt.join("parts/suite.sources"), debian_sources(suite)?)?;
    let apt_get = || {
        let mut command = Command::new("apt-get");
        command
            .args(["-o", "Dir::Etc::sourcelist=/dev/null"])
            .arg("-o")
            .arg(format!("Dir::Etc::sourceparts={}", apt.join("parts").display()))
            .arg("-o")
            .arg(format!("Dir::State::lists={}", apt.join("lists").display()))
            .args(["-o", "APT::Sandbox::User=root"])
            .current_dir(apt.join("package"));
        command
    };
    process::output(apt_get().arg("update"))?;
    process::output(apt_get().arg("download").arg(format!("rust-src={version}*")))?;
    fs::read_dir(apt.join("package"))?
        .flatten()
        .map(|file| file.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "deb"))
        .context("apt-get downloaded nothing")
}

/// The machine's own Debian stanza with only the suite swapped, so that its mirror and keys stay in use.
fn debian_sources(suite: &str) -> Result<String> {
    let mut files = vec![PathBuf::from("/etc/apt/sources.list")];
    if let Ok(folder) = fs::read_dir("/etc/apt/sources.list.d") {
        files.extend(folder.flatten().map(|file| file.path()));
    }
    files
        .iter()
        .filter_map(|file| fs::read_to_string(file).ok())
        .find_map(|text| stanza_for_suite(&text, suite))
        .context("no Debian mirror in the machine's apt sources")
}

/// From either format of apt's sources (`deb URL suite …` lines or `URIs:`/`Suites:` stanzas) the first Debian mirror, as a stanza for `suite`.
fn stanza_for_suite(sources: &str, suite: &str) -> Option<String> {
    let stanza = |uri: &str, signed: &str| {
        format!("Types: deb\nURIs: {uri}\nSuites: {suite}\nComponents: main\nSigned-By: {signed}\n")
    };
    const KEYS: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";
    let is_main = |uri: &str| uri.trim_end_matches('/').ends_with("/debian");
    for block in sources.split("\n\n") {
        let value = |key: &str| block.lines().find_map(|line| line.strip_prefix(key)).map(str::trim);
        if let Some(uri) = value("URIs:").and_then(|uris| uris.split(' ').find(|uri| is_main(uri))) {
            return Some(stanza(uri, value("Signed-By:").unwrap_or(KEYS)));
        }
    }
    let uri = sources
        .lines()
        .filter(|line| line.starts_with("deb "))
        .flat_map(str::split_whitespace)
        .find(|word| word.contains("://") && is_main(word))?;
    Some(stanza(uri, KEYS))
}

/// A sysroot of symlinks to the real one with the sources added, and a `rustc` that uses it. Returns the latter.
#[cfg(unix)]
fn sysroot_with_sources(work: &Path, library: &Path, compiler: &Compiler) -> Result<PathBuf> {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let sysroot = work.join("sysroot");
    let rustlib = sysroot.join("lib/rustlib");
    fs::create_dir_all(rustlib.join("src/rust"))?;
    let link_all = |from: &Path, to: &Path, except: &str| -> Result<()> {
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            if entry.file_name() != except {
                symlink(entry.path(), to.join(entry.file_name()))?;
            }
        }
        Ok(())
    };
    link_all(&compiler.sysroot, &sysroot, "lib")?;
    link_all(&compiler.sysroot.join("lib"), &sysroot.join("lib"), "rustlib")?;
    link_all(&compiler.sysroot.join("lib/rustlib"), &rustlib, "src")?;
    symlink(library, rustlib.join("src/rust/library"))?;

    let wrapper = work.join("rustc");
    let real = rustc().get_program().to_string_lossy().into_owned();
    fs::write(&wrapper, format!("#!/bin/sh\nexec '{real}' --sysroot '{}' \"$@\"\n", sysroot.display()))?;
    fs::set_permissions(&wrapper, fs::Permissions::from_mode(0o755))?;
    Ok(wrapper)
}

#[cfg(not(unix))]
fn sysroot_with_sources(_: &Path, _: &Path, _: &Compiler) -> Result<PathBuf> {
    bail!("Debian's sources are of use on Debian only")
}

/// Builds std under an empty library and returns the folder with the `.rlib` files.
fn build_std(project: &Project, work: &Path, wrapper: &Path) -> Result<PathBuf> {
    let empty = work.join("only_std");
    fs::create_dir_all(empty.join("src"))?;
    fs::write(
        empty.join("Cargo.toml"),
        "[package]\nname = \"only_std\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n",
    )?;
    fs::write(empty.join("src/lib.rs"), "")?;
    let target = work.join("target");
    process::output(
        project
            .cargo()
            .current_dir(&empty)
            .args(["build", "--release", "--target", TRIPLE])
            .arg("-Zbuild-std=std,panic_abort,panic_unwind")
            .env("RUSTC", wrapper)
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_TARGET_DIR", &target)
            // Without the bitcode, `lto = "fat"` fails: "Can't find section .llvmbc".
            .env("CARGO_ENCODED_RUSTFLAGS", "-Cembed-bitcode=yes")
            .env_remove("RUSTFLAGS"),
    )?;
    Ok(target.join(TRIPLE).join("release/deps"))
}

fn remove_folder(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::stanza_for_suite;

    #[test]
    fn the_machines_own_mirror_is_kept_and_only_the_suite_swapped() {
        let deb822 = "Types: deb\nURIs: http://mirror.example/debian-security\nSuites: bookworm-security\n\nTypes: deb\nURIs: http://mirror.example/debian\nSuites: bookworm bookworm-updates\nSigned-By: /keys.gpg\n";
        let one_line = "# a comment\ndeb http://mirror.example/debian-security bookworm-security main\ndeb [arch=amd64] http://mirror.example/debian/ bookworm main\n";
        for (sources, uri, keys) in [
            (deb822, "http://mirror.example/debian", "/keys.gpg"),
            (one_line, "http://mirror.example/debian/", "/usr/share/keyrings/debian-archive-keyring.gpg"),
        ] {
            assert_eq!(
                stanza_for_suite(sources, "sid").as_deref(),
                Some(format!("Types: deb\nURIs: {uri}\nSuites: sid\nComponents: main\nSigned-By: {keys}\n").as_str())
            );
        }
    }

    #[test]
    fn sources_without_debian_give_no_stanza() {
        assert_eq!(stanza_for_suite("deb http://mirror.example/other stable main", "sid"), None);
    }
}
