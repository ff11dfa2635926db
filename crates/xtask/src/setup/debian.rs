//! Debian's packages through `apt-get`: installed when we are root, named with the one command otherwise.

use crate::{process, progress};
use anyhow::{Result, bail};
use std::process::Command;

/// Installs the packages, or says how: `purpose` is what they are for, `elsewhere` what helps on a machine without apt.
pub fn install(purpose: &str, packages: &[&str], elsewhere: &str) -> Result<()> {
    let list = packages.join(" ");
    if process::find_program(&["apt-get"]).is_none() {
        bail!("{purpose} is missing here: {elsewhere}");
    }
    if !is_root()? {
        bail!(
            "{purpose} is missing here; this helps: sudo apt-get update && sudo apt-get install -y --no-install-recommends {list}"
        );
    }
    progress::notice(&format!("installing {list} by apt-get"));
    // An old list may still do; a machine whose lists are empty needs the update, and its failure shows in the install.
    let updated = process::output(apt_get().arg("update"));
    let installed = process::output(apt_get().args(["install", "-y", "--no-install-recommends"]).args(packages));
    match (updated, installed) {
        (_, Ok(_)) => Ok(()),
        (Err(update), Err(install)) => bail!("{purpose} could not be installed: {install}\n{update}"),
        (Ok(_), Err(install)) => bail!("{purpose} could not be installed: {install}"),
    }
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn is_root() -> Result<bool> {
    Ok(process::output(Command::new("id").arg("-u"))?.trim() == "0")
}
