//! Where things are: the project's root, cargo's target folder, and the workspace as cargo sees it.

use anyhow::{Context, Result};
use cargo_metadata::{Metadata, MetadataCommand, Package};
use std::path::PathBuf;
use std::process::Command;

/// The project that this command was started in.
pub struct Project {
    /// The folder with the workspace's `Cargo.toml`.
    pub root: PathBuf,
    /// Cargo's target folder, wherever the user's settings put it.
    pub target: PathBuf,
    /// The workspace's members and their direct dependencies.
    pub metadata: Metadata,
}

impl Project {
    /// Asks cargo, without the network and without resolving dependencies.
    pub fn find() -> Result<Self> {
        // Asked when it runs, not when it was compiled: a target folder may serve several clones, and clones are moved.
        let here = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from("."), PathBuf::from);
        let metadata = MetadataCommand::new()
            .current_dir(here)
            .no_deps()
            .exec()
            .context("cargo metadata does not understand the workspace")?;
        Ok(Self {
            root: metadata.workspace_root.clone().into(),
            target: metadata.target_directory.clone().into(),
            metadata,
        })
    }

    /// The cargo that started this command, in the project's root.
    pub fn cargo(&self) -> Command {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.current_dir(&self.root);
        command
    }

    /// The packages of the workspace.
    pub fn packages(&self) -> Vec<&Package> {
        self.metadata.workspace_packages()
    }

    /// The workspace's package of that name.
    pub fn package(&self, name: &str) -> Option<&Package> {
        self.packages().into_iter().find(|package| package.name.as_str() == name)
    }
}
