//! `cargo xtask tidy`: what the compiler cannot see, checked from `cargo metadata` and the sources.

mod arrows;
mod sources;

use crate::project::Project;
use anyhow::{Result, bail};

/// Prints every finding, then fails if there was one.
pub fn run(project: &Project) -> Result<()> {
    let files = sources::files(project)?;
    let mut findings = arrows::check(project);
    findings.extend(sources::folders_without_manifest(project)?);
    findings.extend(sources::check(project, &files)?);
    for finding in &findings {
        println!("  {finding}");
    }
    if !findings.is_empty() {
        bail!("tidy: {} findings", findings.len());
    }
    println!("  tidy: {} crates, {} files", project.packages().len(), files.len());
    Ok(())
}
