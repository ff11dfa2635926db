//! One wasm module: cargo, wasm-bindgen, wasm-opt, and its place in the app.

use super::shell::{Names, fill};
use super::site::Site;
use super::{Mode, Tools};
use crate::content_hash;
use crate::process;
use crate::project::Project;
use anyhow::{Context, Result, bail};
use cargo_metadata::{Package, TargetKind};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use wasm_bindgen_cli_support::Bindgen;

/// What rustc emits and the baseline (Chrome 111, iOS 16.4) knows. `--all-features` gives what Chromium refuses.
const WASM_FEATURES: [&str; 7] =
    ["bulk-memory", "sign-ext", "mutable-globals", "nontrapping-float-to-int", "reference-types", "multivalue", "simd"];

/// A part of the app that is its own wasm file, since one module cannot be split.
pub struct Module {
    /// Its name in `index.html` and in file names.
    pub name: &'static str,
    package: &'static str,
    /// The script in `pwa/` that runs it in a Web Worker; the app itself has none.
    worker: Option<&'static str>,
}

/// The app first, then what opens later.
const MODULES: [Module; 2] = [
    Module { name: "web", package: "web", worker: None },
    Module { name: "importer", package: "crm-importer", worker: Some("importer-worker.js") },
];

/// The benchmarks' module: built like the app's own, so that its figures are the app's, and never part of it.
const BENCH: Module = Module { name: "bench", package: "crm-bench", worker: None };

/// Builds the benchmarks' module and writes `bench.js` and `bench.wasm` into the folder.
pub fn bench(project: &Project, tools: &Tools, folder: &Path) -> Result<()> {
    let built = build(project, tools, &BENCH, Mode::Release)?;
    fs::create_dir_all(folder)?;
    fs::write(folder.join("bench.js"), built.js)?;
    fs::write(folder.join("bench.wasm"), built.wasm)?;
    Ok(())
}

/// The modules whose package exists and has something to link.
pub fn all(project: &Project) -> Vec<Module> {
    MODULES
        .into_iter()
        .filter(|module| project.package(module.package).is_some_and(|package| linked(package).is_some()))
        .collect()
}

/// The script and the wasm that wasm-bindgen made.
pub struct Built {
    js: Vec<u8>,
    wasm: Vec<u8>,
}

/// Compiles the module; wasm-bindgen and wasm-opt run only when cargo's output differs from the last one.
pub fn build(project: &Project, tools: &Tools, module: &Module, mode: Mode) -> Result<Built> {
    let linked = cargo_build(project, tools, module, mode)?;
    let input = fs::read(&linked).with_context(|| format!("{}", linked.display()))?;
    let key = made_from(project, &input)?;

    let kept = project.target.join("pwa-modules").join(format!("{}-{}", module.name, mode.profile()));
    let stamp = kept.join("made-from");
    let (js, wasm) = (kept.join("module.js"), kept.join("module.wasm"));
    if !fs::read_to_string(&stamp).is_ok_and(|found| found == key) {
        fs::create_dir_all(&kept)?;
        // Without the stamp, an interrupted build is never taken for a finished one.
        if stamp.exists() {
            fs::remove_file(&stamp)?;
        }
        bindgen(module, mode, input, &js, &wasm)?;
        if mode == Mode::Release {
            optimise(tools, &wasm)?;
        }
        fs::write(&stamp, key)?;
    }
    Ok(Built { js: fs::read(js)?, wasm: fs::read(wasm)? })
}

/// What the result depends on: the wasm, the tools' versions, and this recipe.
fn made_from(project: &Project, input: &[u8]) -> Result<String> {
    let npm_lock = fs::read(project.root.join("tests/package-lock.json"))?;
    let bindgen = project
        .package("xtask")
        .and_then(|xtask| xtask.dependencies.iter().find(|dependency| dependency.name == "wasm-bindgen-cli-support"))
        .context("xtask depends on wasm-bindgen-cli-support")?;
    let recipe = include_bytes!("module.rs");
    Ok(format!(
        "{} {} {} {}",
        content_hash::short(input),
        bindgen.req,
        content_hash::short(&npm_lock),
        content_hash::short(recipe)
    ))
}

/// Adds the module's files to the app, with the script that runs it in a worker, and makes their URLs known.
pub fn place(project: &Project, module: &Module, built: Built, site: &mut Site, names: &mut Names) -> Result<()> {
    let name = module.name;
    names.set(&format!("{name}.js"), site.add_hashed(name, "js", built.js));
    names.set(&format!("{name}.wasm"), site.add_hashed(name, "wasm", built.wasm));
    if let Some(worker) = module.worker {
        let template =
            fs::read_to_string(project.root.join("pwa").join(worker)).with_context(|| format!("pwa/{worker}"))?;
        let script = fill(worker, &template, names)?;
        let url = site.add_hashed(&format!("{name}-worker"), "js", script.into_bytes());
        names.set_module(name, url);
    }
    Ok(())
}

fn cargo_build(project: &Project, tools: &Tools, module: &Module, mode: Mode) -> Result<PathBuf> {
    let package = project.package(module.package).with_context(|| format!("no package {}", module.package))?;
    let (selection, file) =
        linked(package).with_context(|| format!("{} has neither a binary nor a cdylib", module.package))?;
    let mut cargo = tools.wasm_target.cargo(project, "build");
    cargo.args(["--package", module.package, "--profile", mode.profile()]).args(selection);
    process::run(&mut cargo)?;
    let profile = if mode == Mode::Dev { "debug" } else { mode.profile() };
    Ok(project.target.join("wasm32-unknown-unknown").join(profile).join(file))
}

/// Cargo's arguments for the package's binary or cdylib, and the name of the file that comes out.
fn linked(package: &Package) -> Option<(Vec<String>, String)> {
    let of_kind = |kind: TargetKind| package.targets.iter().find(|target| target.kind.contains(&kind));
    if let Some(library) = of_kind(TargetKind::CDyLib) {
        return Some((vec!["--lib".into()], format!("{}.wasm", library.name.replace('-', "_"))));
    }
    let binary = of_kind(TargetKind::Bin)?;
    Some((vec!["--bin".into(), binary.name.clone()], format!("{}.wasm", binary.name)))
}

fn bindgen(module: &Module, mode: Mode, input: Vec<u8>, js: &Path, wasm: &Path) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_bytes(module.name, input)
        .web(true)?
        .typescript(false)
        .debug(mode == Mode::Dev)
        .keep_debug(mode == Mode::Dev)
        .remove_name_section(mode == Mode::Release)
        .remove_producers_section(true);
    let mut output = bindgen.generate_output().with_context(|| format!("wasm-bindgen on {}", module.package))?;
    let snippets = output.snippets().values().any(|list| !list.is_empty());
    if snippets || !output.local_modules().is_empty() {
        bail!(
            "{} brings JavaScript snippets of its own; declare the functions in an extern block instead",
            module.package
        );
    }
    fs::write(js, output.js())?;
    fs::write(wasm, output.wasm_mut().emit_wasm())?;
    Ok(())
}

fn optimise(tools: &Tools, wasm: &Path) -> Result<()> {
    let smaller = wasm.with_extension("optimised");
    process::output(
        Command::new(&tools.npm.node)
            .arg(tools.npm.modules.join("binaryen/bin/wasm-opt"))
            .arg("-Oz")
            .args(WASM_FEATURES.map(|feature| format!("--enable-{feature}")))
            .arg(wasm)
            .arg("-o")
            .arg(&smaller),
    )?;
    fs::rename(&smaller, wasm)?;
    Ok(())
}
