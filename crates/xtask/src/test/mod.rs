//! `cargo xtask test`: every check there is, on two cores, from a bare machine.
//!
//! Chose: host tests in cargo's dev profile, app, server and simulator in release.
//! Because: journeys then test what is shipped, embedded files included; the simulator needs release for its seeds anyway and shares the crates; and afterwards `cargo xtask run` has nothing left to build.
//! Would change if: a release build of the server took longer than a debug server's slower journeys.
//!
//! Chose: clippy compiles what the host's tests run.
//! Because: linting apart compiles every dependency once more, four minutes on a bare machine.
//! Would change if: the tests became slower by more than that, since clippy leaves out the compiler's first optimisations.

mod campaigns;
mod checks;
mod lints;
mod phone;

use crate::project::Project;
use crate::pwa_build::{self, Mode, Tools};
use crate::{floors, fuzz, process, server_build, setup, sim, tidy};
use anyhow::{Context, Result};
use checks::Checks;
use floors::Place;
use std::path::{Path, PathBuf};
use std::process::Command;

#[derive(clap::Args)]
pub struct Args {
    /// Only the checks whose name contains one of these words (what a check needs must be named too).
    #[arg(long, value_delimiter = ',', value_name = "WORDS")]
    only: Vec<String>,
}

pub fn run(project: &Project, args: &Args) -> Result<()> {
    let mut checks = Checks::new(&args.only);
    checks.run("format", || process::run(project.cargo().args(["fmt", "--all", "--check"])));
    checks.run("tidy", || tidy::run(project));

    let tools = checks.always("set-up", || Tools::set_up(project));
    let browser = checks.always("set-up of the browser", setup::browser);
    checks.always("set-up of PostgreSQL", setup::postgres);

    checks.run("lints on the host", || host_lints(project));
    checks.needing("lints for the phone", tools.as_ref(), |tools| phone::lints(project, tools));
    checks.run("tests on the host", || host_tests(project));
    checks.run("simulation", || sim::run(project, &sim::Args::seeds(campaigns::read(project)?.sim.seeds)));
    checks.run("deaths", || sim::run(project, &sim::Args::deaths(campaigns::read(project)?.sim.deaths)));
    checks.run("mutation gate", || sim::run(project, &sim::Args::mutants(campaigns::read(project)?.sim.mutant_seeds)));
    checks.run("fuzzing", || {
        let campaign = campaigns::read(project)?.fuzz;
        fuzz::run(project, &fuzz::Args::of_the_tests(campaign.runs, campaign.seconds))
    });
    checks.needing("tests in the browser", tools.as_ref().zip(browser.as_ref()), |(tools, browser)| {
        phone::tests(project, tools, browser)
    });
    let app = checks.needing("app", tools.as_ref(), |tools| pwa_build::build(project, tools, Mode::Release));
    let server = checks.needing("server", app, |_| {
        let program = server_build::build(project, Mode::Release)?;
        server_build::has_no_failpoints(&program)?;
        Ok(program)
    });
    let all = tools.as_ref().zip(browser.as_ref()).zip(server.as_ref());
    let node = all.map(|((tools, browser), server)| Node { project, tools, browser, server });
    checks.needing("journeys", node.as_ref(), Node::journeys);
    checks.needing("journeys on PostgreSQL", node.as_ref(), Node::journeys_on_postgres);
    checks.needing("kills", node.as_ref(), Node::kills);
    checks.needing("tabs", node.as_ref(), Node::tabs);
    checks.finish()
}

/// Builds what the host's tests need with clippy in the compiler's place: linted and built in one go.
fn host_lints(project: &Project) -> Result<()> {
    process::run(host_tests_of(project)?.arg("--no-run"))
}

/// Unit, property, story and document tests.
fn host_tests(project: &Project) -> Result<()> {
    process::run(&mut host_tests_of(project)?)
}

/// A crate of the phone joins where it has tests that need no browser.
fn host_tests_of(project: &Project) -> Result<Command> {
    let mut cargo = server_build::cargo(project, "test", Mode::Release)?;
    lints::by_clippy(project, &mut cargo)?;
    // The browser's test runner has no tests, and its HTTP client would unpack what the server's tests want packed.
    cargo.args(["--workspace", "--no-fail-fast", "--exclude", phone::RUNNER]);
    for name in floors::in_places(&[Place::Phone]) {
        let package = project.package(name).with_context(|| format!("no package {name}"))?;
        if !phone::sources_contain(package, "#[test]")? {
            cargo.args(["--exclude", name]);
        }
    }
    Ok(cargo)
}

/// What node drives: a real browser and the real server.
struct Node<'a> {
    project: &'a Project,
    tools: &'a Tools,
    browser: &'a setup::Browser,
    server: &'a Path,
}

impl Node<'_> {
    fn journeys(&self) -> Result<()> {
        let pictures: PathBuf = self.project.target.join("journeys");
        std::fs::create_dir_all(&pictures)?;
        process::run(self.script("tests/journeys/run.mjs").env("ZOUFANG_JOURNEYS_DIR", pictures))
    }

    /// Those that ask most of the store: rights, a grid that moves. By command, all of them.
    fn journeys_on_postgres(&self) -> Result<()> {
        process::run(self.project.cargo().args(["build", "--release", "--package", "tests", "--bin", "cluster"]))?;
        let program = self.project.target.join("release/cluster");
        let chosen = ["a-lead-decides", "a-whole-grid-moves"];
        process::run(self.script("tests/journeys/run.mjs").args(chosen).env("ZOUFANG_CLUSTER_BIN", program))
    }

    fn kills(&self) -> Result<()> {
        let kills = campaigns::read(self.project)?.browser.kills;
        process::run(self.script("tests/campaigns/kills.mjs").args(["--kills", &kills.to_string()]))
    }

    fn tabs(&self) -> Result<()> {
        let seeds = campaigns::read(self.project)?.browser.tabs;
        process::run(self.script("tests/campaigns/tabs.mjs").args(["--seeds", &seeds.to_string()]))
    }

    fn script(&self, file: &str) -> Command {
        let mut node = Command::new(self.tools.node());
        node.arg(file).current_dir(&self.project.root);
        node.env("ZOUFANG_SERVER_BIN", self.server).env("CHROMIUM", &self.browser.chromium);
        node
    }
}
