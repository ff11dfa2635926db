//! `cargo xtask <verb>`: the project's own commands, one file per verb.
//! Whatever a verb needs that is missing on this machine is set up by it (`setup/`), so no verb has a manual step before it.

mod bench;
mod content_hash;
mod dev;
mod dist;
mod floors;
mod fuzz;
mod process;
mod progress;
mod project;
mod pwa_build;
mod run;
mod server_build;
mod setup;
mod sim;
mod test;
mod tidy;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Builds, runs and checks Zoufang (走访).
#[derive(Parser)]
#[command(bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Build the app and the server in release and start them on 127.0.0.1.
    Run(run::Args),
    /// Run every check: format, lints, tidy, tests, simulation, browser tests, journeys.
    Test(test::Args),
    /// Run the benchmarks; writes target/bench/report.json and report.md.
    Bench(bench::Args),
    /// Rebuild and reload while editing.
    Dev(dev::Args),
    /// Build the deployable: one server binary with the app inside.
    Dist,
    /// Run the sync simulator alone.
    Sim(sim::Args),
    /// Fuzz every decoder, for ten minutes each unless told otherwise.
    Fuzz(fuzz::Args),
    /// Check the arrows between crates and the house rules.
    Tidy,
}

fn main() -> ExitCode {
    let done = project::Project::find().and_then(|project| match Cli::parse().verb {
        Verb::Run(args) => run::run(&project, &args),
        Verb::Test(args) => test::run(&project, &args),
        Verb::Bench(args) => bench::run(&project, &args),
        Verb::Dev(args) => dev::run(&project, &args),
        Verb::Dist => dist::run(&project),
        Verb::Sim(args) => sim::run(&project, &args),
        Verb::Fuzz(args) => fuzz::run(&project, &args),
        Verb::Tidy => tidy::run(&project),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
