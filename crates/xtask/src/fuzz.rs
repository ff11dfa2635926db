//! `cargo xtask fuzz`: libFuzzer over every decoder (`tests/fuzz`), on plain stable Rust.
//!
//! Chose: libFuzzer itself, its targets laid out as cargo-fuzz has them, built here with the coverage flags that
//! `cargo fuzz -s none` gives.
//! Because: then nothing has to be installed but a C++ compiler, and whoever has cargo-fuzz can use it.
//! Would change if: the flags left stable, or the sanitizers came to it.

use crate::process;
use crate::project::Project;
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::Command;

/// Every target, and what it begins with.
const TARGETS: [(&str, &[&str]); 6] = [
    ("op", &["tests/fuzz/seeds/op"]),
    ("messages", &["tests/fuzz/seeds/messages"]),
    ("questions", &["tests/fuzz/seeds/questions"]),
    ("stored", &["tests/fuzz/seeds/stored"]),
    ("answers", &["tests/fuzz/seeds/answers"]),
    ("sheet", &["tests/fixtures/sheets/hostile", "tests/fixtures/sheets/constructed"]),
];

const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing \
    -Cllvm-args=-simplifycfg-branch-fold-threshold=0 -Ccodegen-units=1";

#[derive(clap::Args)]
pub struct Args {
    /// Seconds for each target.
    #[arg(long, default_value_t = 600)]
    seconds: u64,
    /// Inputs for each target, at most; all that fit into the seconds where it is not given.
    #[arg(long)]
    runs: Option<u64>,
    /// Only this target.
    #[arg(long)]
    target: Option<String>,
    /// Begins with this number instead of a new one each time.
    #[arg(long)]
    seed: Option<u32>,
}

impl Args {
    /// The same inputs each time; the seconds are only a bound for a machine that is busy.
    pub fn of_the_tests(runs: u64, seconds: u64) -> Self {
        Self { seconds, runs: Some(runs), target: None, seed: Some(1) }
    }
}

pub fn run(project: &Project, args: &Args) -> Result<()> {
    let host = process::output(Command::new("rustc").arg("-vV"))?;
    let host = host.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc does not say its host")?;
    let built = project.target.join("fuzz");
    // With `--target` the flags do not reach build scripts and macros.
    process::run(
        project
            .cargo()
            .args(["build", "--release", "--manifest-path", "tests/fuzz/Cargo.toml", "--target", host])
            .env("CARGO_TARGET_DIR", &built)
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .env("RUSTFLAGS", COVERAGE),
    )
    .context("the fuzz targets need a C++ compiler (g++ or clang++) for libFuzzer")?;
    let wanted = |name: &str| args.target.as_deref().is_none_or(|target| target == name);
    if !TARGETS.iter().any(|(name, _)| wanted(name)) {
        bail!("no such target; there are {}", TARGETS.map(|(name, _)| name).join(", "));
    }
    let mut failed = Vec::new();
    for (name, begins) in TARGETS.iter().filter(|(name, _)| wanted(name)) {
        let program = built.join(host).join("release").join(name);
        if let Err(error) = one(project, args, name, begins, &program, &built) {
            failed.push(format!("{name}: {error:#}"));
        }
    }
    if !failed.is_empty() {
        bail!("{}", failed.join("\n"));
    }
    Ok(())
}

fn one(project: &Project, args: &Args, name: &str, begins: &[&str], program: &Path, built: &Path) -> Result<()> {
    // A campaign by command goes on with what it found before; the tests begin anew each time.
    let corpus = built.join(if args.runs.is_some() { "corpus-of-the-tests" } else { "corpus" }).join(name);
    if args.runs.is_some() && corpus.exists() {
        std::fs::remove_dir_all(&corpus)?;
    }
    let artifacts = built.join("findings");
    std::fs::create_dir_all(&corpus)?;
    std::fs::create_dir_all(&artifacts)?;
    let mut fuzz = Command::new(program);
    fuzz.current_dir(&project.root).arg(&corpus).args(begins);
    fuzz.arg(format!("-max_total_time={}", args.seconds));
    fuzz.arg(format!("-artifact_prefix={}/{name}-", artifacts.display()));
    fuzz.args(["-timeout=20", "-rss_limit_mb=1024", "-print_final_stats=1", "-verbosity=0"]);
    fuzz.args(args.runs.map(|runs| format!("-runs={runs}")));
    fuzz.args(args.seed.map(|seed| format!("-seed={seed}")));
    if name == "sheet" {
        // Packages are never short.
        fuzz.arg("-max_len=65536");
    }
    process::run(&mut fuzz)
}
