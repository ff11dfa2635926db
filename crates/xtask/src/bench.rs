//! `cargo xtask bench`: runs the benchmarks and puts their report into a table.

use crate::project::Project;
use crate::pwa_build::{self, Mode, Tools};
use crate::{process, progress, server_build, setup};
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::Value;
use std::fs;
use std::process::Command;

#[derive(clap::Args)]
pub struct Args {
    /// Only these gates, or groups of them: `P`, `P1,P11`, `L`.
    #[arg(long, value_delimiter = ',', value_name = "IDS")]
    only: Vec<String>,
    /// Customers in the book.
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    customers: u32,
    /// How often each cold start is measured.
    #[arg(long, value_name = "N", default_value_t = 5)]
    repetitions: u32,
    /// How often the whole book is inserted.
    #[arg(long, value_name = "N", default_value_t = 3)]
    inserts: u32,
    /// Growth up to 300,000 customers.
    #[arg(long)]
    large: bool,
    /// The book in the city's 575 buckets instead of one.
    #[arg(long)]
    spread: bool,
}

/// Gates that are read from the built app alone.
const OF_THE_APP: [&str; 2] = ["P10", "P11"];
/// Gates of the server's program, under load.
const OF_THE_SERVER: [&str; 4] = ["P13", "P14", "P15", "L1"];
/// The gate of the simulator.
const OF_THE_SIMULATOR: [&str; 1] = ["P17"];

/// One line of `report.json`. Figures may be absent where there is no reference.
#[derive(Deserialize)]
struct Line {
    id: String,
    name: String,
    work: String,
    ours: Value,
    reference: Value,
    reference_name: Value,
    ratio: Value,
    unit: String,
    n: Value,
    spread: Value,
    gate: Value,
    holds: Value,
}

pub fn run(project: &Project, args: &Args) -> Result<()> {
    let npm = setup::npm(project)?;
    let folder = project.target.join("bench");
    fs::create_dir_all(&folder)?;
    let report = folder.join("report.json");

    let mut node = Command::new(npm.node);
    node.arg("tests/bench/run.mjs")
        .current_dir(&project.root)
        .args(["--customers", &args.customers.to_string()])
        .args(["--repetitions", &args.repetitions.to_string()])
        .args(["--inserts", &args.inserts.to_string()])
        .args((!args.only.is_empty()).then(|| format!("--only={}", args.only.join(","))))
        .args(args.large.then_some("--large"))
        .args(args.spread.then_some("--spread"))
        .env("ZOUFANG_BENCH_REPORT", &report);
    app_and_module(project, args, &mut node)?;
    server_and_simulator(project, args, &mut node)?;
    // What an earlier run left is not this one's report.
    if report.exists() {
        fs::remove_file(&report)?;
    }
    progress::loud("benchmarks", || process::run(&mut node))?;

    let text = fs::read_to_string(&report).context("the benchmarks left no report.json")?;
    let lines: Vec<Line> = serde_json::from_str(&text).context("report.json")?;
    if lines.is_empty() {
        bail!("no benchmark ran");
    }
    let table = table(&lines);
    fs::write(folder.join("report.md"), &table)?;
    println!("\n{table}");
    Ok(())
}

impl Args {
    /// Whether one of these gates was asked for, by its name or its group's letter, or no gate in particular.
    fn wants(&self, gates: &[&str]) -> bool {
        let group = |gate: &str| gate.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
        let named = |gate: &&str| self.only.iter().any(|id| id == gate || *id == group(gate));
        self.only.is_empty() || gates.iter().any(named)
    }

    /// Whether anything but these gates was asked for.
    fn wants_beside(&self, gates: &[&str]) -> bool {
        self.only.is_empty() || self.only.iter().any(|id| !gates.contains(&id.as_str()))
    }
}

/// What the browser's gates need: the built app, the benchmarks' module, a browser.
fn app_and_module(project: &Project, args: &Args, node: &mut Command) -> Result<()> {
    let elsewhere = [&OF_THE_SERVER[..], &OF_THE_SIMULATOR, &["L"]].concat();
    if !args.wants_beside(&elsewhere) {
        return Ok(());
    }
    let tools = Tools::set_up(project)?;
    let module = project.target.join("bench/module");
    node.env("ZOUFANG_PWA_SIZES", project.target.join("pwa-sizes.json")).env("ZOUFANG_BENCH_MODULE", &module);
    if args.wants(&OF_THE_APP) {
        pwa_build::build(project, &tools, Mode::Release)?;
    }
    if args.wants_beside(&[&elsewhere[..], &OF_THE_APP].concat()) {
        progress::loud("wasm module bench", || pwa_build::bench_module(project, &tools, &module))?;
        node.env("CHROMIUM", setup::browser()?.chromium);
    }
    Ok(())
}

/// The server's program, what puts load on it, its peer; the simulator.
fn server_and_simulator(project: &Project, args: &Args, node: &mut Command) -> Result<()> {
    let program = |name: &str| project.target.join("release").join(name);
    let mut programs = Vec::new();
    if args.wants(&OF_THE_SERVER) {
        setup::peer(project)?;
        let server = progress::loud("server", || server_build::build(project, Mode::Release))?;
        node.env("ZOUFANG_SERVER_BIN", server).env("ZOUFANG_LOAD_BIN", program("load"));
        node.env("ZOUFANG_BENCH_DATA", project.target.join("bench"));
        programs.push("load");
    }
    if args.wants(&OF_THE_SIMULATOR) {
        node.env("ZOUFANG_SIM_BIN", program("sim"));
        programs.push("sim");
    }
    if programs.is_empty() {
        return Ok(());
    }
    let mut cargo = project.cargo();
    cargo.args(["build", "--quiet", "--release", "--package", "tests"]);
    for name in &programs {
        cargo.args(["--bin", name]);
    }
    progress::loud(&programs.join(", "), || process::run(&mut cargo))
}

fn table(lines: &[Line]) -> String {
    let mut table = String::from(
        "| id | what | work | ours | reference | ratio | n | spread | gate | holds |\n|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for line in lines {
        let reference = match (&line.reference, &line.reference_name) {
            (Value::Null, _) => "–".into(),
            (figure, Value::Null) => words(figure),
            (figure, name) => format!("{} ({})", words(figure), words(name)),
        };
        table.push_str(&format!(
            "| {} | {} | {} | {} {} | {reference} | {} | {} | {} | {} | {} |\n",
            line.id,
            line.name,
            line.work,
            words(&line.ours),
            line.unit,
            words(&line.ratio),
            words(&line.n),
            words(&line.spread),
            words(&line.gate),
            words(&line.holds),
        ));
    }
    table
}

/// A figure with four digits that count, a verdict as a word, a dash for nothing.
fn words(value: &Value) -> String {
    match value {
        Value::Null => "–".into(),
        Value::Bool(true) => "yes".into(),
        Value::Bool(false) => "**no**".into(),
        Value::Number(number) => match number.as_f64() {
            Some(figure) if figure.fract() != 0.0 && figure.abs() < 1000.0 => {
                let whole_digits = if figure.abs() < 1.0 { 0 } else { figure.abs().log10() as usize + 1 };
                format!("{figure:.*}", 3usize.saturating_sub(whole_digits).max(1))
            }
            Some(figure) if figure.fract() != 0.0 => format!("{figure:.0}"),
            _ => number.to_string(),
        },
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn figures_are_written_as_a_person_reads_them() {
        for (value, expected) in [
            (json!(null), "–"),
            (json!(false), "**no**"),
            (json!(12), "12"),
            (json!(0.0421), "0.042"),
            (json!(36.27), "36.3"),
            (json!(10729.4), "10729"),
            (json!("≤ 0.2"), "≤ 0.2"),
        ] {
            assert_eq!(words(&value), expected);
        }
    }

    #[test]
    fn gates_are_named_one_by_one_or_by_their_letter() {
        let args = |only: &[&str]| Args {
            only: only.iter().map(|id| (*id).to_owned()).collect(),
            customers: 1,
            repetitions: 1,
            inserts: 1,
            large: false,
            spread: false,
        };
        for (only, server, simulator, beside) in [
            (&[][..], true, true, true),
            (&["P13", "P14"], true, false, false),
            (&["P1", "P17"], false, true, true),
            (&["P"], true, true, true),
            (&["L"], true, false, true),
        ] {
            let args = args(only);
            let found = (args.wants(&OF_THE_SERVER), args.wants(&OF_THE_SIMULATOR), args.wants_beside(&OF_THE_SERVER));
            assert_eq!(found, (server, simulator, beside), "{only:?}");
        }
    }

    #[test]
    fn a_red_gate_stays_in_the_table() -> Result<()> {
        let lines: Vec<Line> = serde_json::from_value(json!([{
            "id": "P5", "name": "one durable edit", "work": "100,000 customers", "ours": 2.5, "reference": 1.5,
            "reference_name": "raw", "ratio": 1.67, "unit": "ms", "n": 5, "spread": 0.1, "gate": "≤ 1.3", "holds": false
        }]))?;
        assert!(table(&lines).ends_with(
            "| P5 | one durable edit | 100,000 customers | 2.50 ms | 1.50 (raw) | 1.67 | 5 | 0.100 | ≤ 1.3 | **no** |\n"
        ));
        Ok(())
    }
}
