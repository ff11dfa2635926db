//! The sources themselves: words that must not be there, features known where none may be, files too big to keep.

use crate::floors::FEATURELESS;
use crate::process;
use crate::project::Project;
use anyhow::{Context, Result};
use std::fs;
use std::process::Command;

/// A file larger than this does not belong into the repository.
const LARGEST: u64 = 2_000_000;

/// Words with the reason against them, put together here so that this file is not a finding itself.
const FORBIDDEN: [(&str, &str); 11] = [
    (concat!("todo", "!("), "unfinished"),
    (concat!("unimplemented", "!("), "unfinished"),
    (concat!("FIX", "ME"), "unfinished"),
    (concat!("/ro", "ot/"), "a path of one machine"),
    (concat!("/wo", "rk/"), "a path of one machine"),
    (concat!("registry.", "npmjs"), "a registry's address"),
    (concat!("static.", "crates.io"), "a registry's address"),
    (concat!("index.", "crates.io"), "a registry's address"),
    (concat!("deb.", "debian.org"), "a registry's address"),
    (concat!("files.", "pythonhosted"), "a registry's address"),
    (concat!("arti", "factory"), "a registry's address"),
];

/// What git tracks, and what it would track if added, as paths from the root.
pub fn files(project: &Project) -> Result<Vec<String>> {
    let list = process::output(
        Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"])
            .current_dir(&project.root),
    )?;
    Ok(list
        .split('\0')
        // A file removed but not yet committed is still listed.
        .filter(|path| !path.is_empty() && project.root.join(path).is_file())
        .map(str::to_owned)
        .collect())
}

/// Findings in the files.
pub fn check(project: &Project, files: &[String]) -> Result<Vec<String>> {
    let slices = slices(project)?;
    let mut findings = Vec::new();
    for path in files {
        let file = project.root.join(path);
        let size = fs::metadata(&file)?.len();
        if size > LARGEST {
            findings.push(format!("{path}: {:.1} MB is too big to keep", size as f64 / 1e6));
            continue;
        }
        let bytes = fs::read(&file).with_context(|| path.clone())?;
        if let Ok(text) = std::str::from_utf8(&bytes) {
            findings.extend(in_text(path, text, &slices));
        }
    }
    Ok(findings)
}

/// Cargo's glob takes every folder under `crates/` for a member.
pub fn folders_without_manifest(project: &Project) -> Result<Vec<String>> {
    let mut findings = Vec::new();
    for entry in fs::read_dir(project.root.join("crates"))? {
        let entry = entry?;
        if entry.file_type()?.is_dir() && !entry.path().join("Cargo.toml").is_file() {
            let name = entry.file_name().to_string_lossy().into_owned();
            findings.push(format!("crates/{name}: no Cargo.toml"));
        }
    }
    Ok(findings)
}

/// Slices that every floor may name: who someone is and where she may act is what the carrying itself turns on.
const IDENTITY: [&str; 2] = ["people", "grids"];

/// The feature slices: folders of the domain that judge commands.
fn slices(project: &Project) -> Result<Vec<String>> {
    let mut slices = Vec::new();
    for entry in fs::read_dir(project.root.join("crates/crm-domain/src"))? {
        let entry = entry?;
        if entry.path().join("command.rs").is_file() || entry.path().join("command").is_dir() {
            slices.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    slices.retain(|slice| !IDENTITY.contains(&slice.as_str()));
    Ok(slices)
}

fn in_text(path: &str, text: &str, slices: &[String]) -> Vec<String> {
    let mut findings = Vec::new();
    let featureless =
        FEATURELESS.iter().any(|name| path.starts_with(&format!("crates/{name}/src/")) && !path.ends_with("tests.rs"));
    let unwired = path.starts_with("web/src/") && path != "web/src/main.rs";
    for (number, line) in text.lines().enumerate() {
        let mut found = |what: &str| findings.push(format!("{path}:{}: {what}", number + 1));
        for (word, reason) in FORBIDDEN {
            // The lockfile names where crates come from in its own standard form.
            if line.contains(word) && path != "Cargo.lock" {
                found(&format!("`{word}`: {reason}"));
            }
        }
        if featureless {
            for slice in slices.iter().filter(|slice| line.contains(&format!("domain::{slice}"))) {
                found(&format!("knows the feature `{slice}` by name"));
            }
        }
        if unwired && line.contains("crm_browser") {
            found("crm-browser is wired in web/src/main.rs only");
        }
        if path.starts_with("crates/crm-replica/src/") && [".await", "async fn"].iter().any(|word| line.contains(word))
        {
            found("the replica is a state machine without async");
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_must_not_stand_in_a_file_is_found_with_its_line() {
        let slices = ["visits".to_owned()];
        for (path, text, expected) in [
            ("a.rs", "fn a() {}\n", None),
            ("a.rs", concat!("fn a() {\n  todo", "!()\n}"), Some("a.rs:2: ")),
            ("README.md", concat!("see /ro", "ot/x"), Some("README.md:1: ")),
            ("Cargo.lock", concat!("static.", "crates.io"), None),
            ("crates/crm-replica/src/a.rs", "use crm_domain::visits::Visit;", Some("crates/crm-replica/src/a.rs:1: ")),
            ("crates/crm-replica/src/tests.rs", "use crm_domain::visits::Visit;", None),
            ("web/src/a.rs", "use crm_domain::visits::Visit;", None),
            ("web/src/a.rs", "use crm_browser::open;", Some("web/src/a.rs:1: ")),
            ("web/src/main.rs", "use crm_browser::open;", None),
        ] {
            let findings = in_text(path, text, &slices);
            match expected {
                Some(start) => assert!(findings.len() == 1 && findings[0].starts_with(start), "{path}: {findings:?}"),
                None => assert!(findings.is_empty(), "{path}: {findings:?}"),
            }
        }
    }
}
