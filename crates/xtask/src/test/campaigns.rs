//! How many cases each campaign takes in the tests: `tests/campaigns.toml`.

use crate::project::Project;
use anyhow::{Context, Result};
use serde::Deserialize;
use std::fs;

/// The counts of the campaigns that xtask starts; the file may hold more, read by the tests themselves.
#[derive(Deserialize)]
pub struct Campaigns {
    pub sim: Sim,
    pub browser: Browser,
    pub fuzz: Fuzz,
}

/// The sync simulator.
#[derive(Deserialize)]
pub struct Sim {
    pub seeds: u64,
    /// In which each named bug must be caught.
    pub mutant_seeds: u64,
    /// Of a phone, at the effects of a short day.
    pub deaths: u64,
}

/// Real browsers: how often one is killed, and how many cases of eight tabs.
#[derive(Deserialize)]
pub struct Browser {
    pub kills: u64,
    pub tabs: u64,
}

/// The fuzz targets: inputs for each, and the seconds that none may exceed.
#[derive(Deserialize)]
pub struct Fuzz {
    pub runs: u64,
    pub seconds: u64,
}

pub fn read(project: &Project) -> Result<Campaigns> {
    let text = fs::read_to_string(project.root.join("tests/campaigns.toml")).context("tests/campaigns.toml")?;
    toml::from_str(&text).context("tests/campaigns.toml")
}
