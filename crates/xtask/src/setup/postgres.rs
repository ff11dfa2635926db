//! PostgreSQL's programs: the tests of its ledger make a cluster of their own with them and never use the system's.

use super::debian;
use crate::{process, progress};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// Where Debian keeps the programs, one folder per version, off the PATH.
const VERSIONS: &str = "/usr/lib/postgresql";
/// Read by Debian's package when it is installed; otherwise that would make and start a cluster of the system's.
const NO_CLUSTER: &str = "/etc/postgresql-common/createcluster.d/tests.conf";

/// Makes sure that `initdb` is there; returns its path.
pub fn postgres() -> Result<PathBuf> {
    progress::quiet("PostgreSQL", || {
        if let Some(found) = find() {
            return Ok(("already there".into(), found));
        }
        let told = tell_to_make_no_cluster();
        let installed = debian::install(
            "PostgreSQL for the tests",
            &["postgresql"],
            "install PostgreSQL 13 or newer, with initdb on the PATH",
        );
        if told {
            fs::remove_file(NO_CLUSTER).context(NO_CLUSTER)?;
        }
        installed?;
        Ok(("installed".into(), find().context("PostgreSQL was installed, but its `initdb` is not found")?))
    })
}

fn find() -> Option<PathBuf> {
    let versions = fs::read_dir(VERSIONS).into_iter().flatten().flatten();
    let debian = versions.map(|version| version.path().join("bin/initdb")).find(|file| file.is_file());
    debian.or_else(|| process::find_program(&["initdb"]))
}

/// For the time of the installation. Where we may not write there, we may not install either, and a cluster that was
/// made all the same does no harm: nothing here ever uses it.
fn tell_to_make_no_cluster() -> bool {
    let file = Path::new(NO_CLUSTER);
    let told = |folder: &Path| {
        fs::create_dir_all(folder)?;
        fs::write(file, "create_main_cluster = false\n")
    };
    !file.exists() && file.parent().is_some_and(|folder| told(folder).is_ok())
}
