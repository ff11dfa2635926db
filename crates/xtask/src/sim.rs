//! `cargo xtask sim`: the sync simulator alone, in release, with its own arguments.

use crate::process;
use crate::project::Project;
use anyhow::Result;

#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub struct Args {
    /// Handed on as they are: `--seeds N`, `--from SEED`, `--mutants`, `--deaths [N]`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    words: Vec<String>,
}

impl Args {
    /// So many seeds.
    pub fn seeds(count: u64) -> Self {
        Self { words: vec!["--seeds".into(), count.to_string()] }
    }

    /// So many deaths of a phone, at the effects of a short day.
    pub fn deaths(count: u64) -> Self {
        Self { words: vec!["--deaths".into(), count.to_string()] }
    }

    /// Every named bug, each looked for in at most so many seeds.
    pub fn mutants(count: u64) -> Self {
        Self { words: vec!["--mutants".into(), "--seeds".into(), count.to_string()] }
    }
}

pub fn run(project: &Project, args: &Args) -> Result<()> {
    process::run(
        project.cargo().args(["run", "--release", "--package", "tests", "--bin", "sim", "--"]).args(&args.words),
    )
}
