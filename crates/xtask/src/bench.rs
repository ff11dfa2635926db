//! `cargo xtask bench`: runs the benchmarks and puts their report into a table.

use crate::project::Project;
use crate::pwa_build::{self, Mode, Tools};
use crate::{process, progress, setup};
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::Value;
use std::fs;
use std::process::Command;

#[derive(clap::Args)]
pub struct Args {
    /// Only these gates, or groups of them: `P`, `P1,P11`.
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
    let tools = Tools::set_up(project)?;
    let of_the_app = |id: &String| OF_THE_APP.contains(&id.as_str());
    let folder = project.target.join("bench");
    fs::create_dir_all(&folder)?;
    let report = folder.join("report.json");
    let module = folder.join("module");

    let mut node = Command::new(tools.node());
    node.arg("tests/bench/run.mjs")
        .current_dir(&project.root)
        .args(["--customers", &args.customers.to_string()])
        .args(["--repetitions", &args.repetitions.to_string()])
        .args(["--inserts", &args.inserts.to_string()])
        .args((!args.only.is_empty()).then(|| format!("--only={}", args.only.join(","))))
        .args(args.large.then_some("--large"))
        .args(args.spread.then_some("--spread"))
        .env("ZOUFANG_PWA_SIZES", project.target.join("pwa-sizes.json"))
        .env("ZOUFANG_BENCH_MODULE", &module)
        .env("ZOUFANG_BENCH_REPORT", &report);
    if args.only.is_empty() || args.only.iter().any(|id| id == "P" || of_the_app(id)) {
        pwa_build::build(project, &tools, Mode::Release)?;
    }
    if args.only.is_empty() || !args.only.iter().all(of_the_app) {
        progress::loud("wasm module bench", || pwa_build::bench_module(project, &tools, &module))?;
        node.env("CHROMIUM", setup::browser()?.chromium);
    }
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
