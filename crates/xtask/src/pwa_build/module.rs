//! One wasm module: cargo, the split into what opens first and later, wasm-bindgen, wasm-opt, and its place in the app.

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

/// A part of the app with a memory of its own.
pub struct Module {
    /// Its name in `index.html` and in file names.
    pub name: &'static str,
    package: &'static str,
    /// The script in `pwa/` that runs it in a Web Worker; the app itself has none.
    worker: Option<&'static str>,
    /// What opens later is split off into files that share the first one's memory (the package's feature `split`).
    split: bool,
}

/// The app first, then what opens later.
const MODULES: [Module; 2] = [
    Module { name: "web", package: "web", worker: None, split: true },
    Module { name: "importer", package: "crm-importer", worker: Some("importer-worker.js"), split: false },
];

/// The benchmarks' module: built like the app's own, so that its figures are the app's, and never part of it.
const BENCH: Module = Module { name: "bench", package: "crm-bench", worker: None, split: false };

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

/// The script and the wasm that wasm-bindgen made, and what was split off.
pub struct Built {
    js: Vec<u8>,
    wasm: Vec<u8>,
    later: Option<Later>,
}

/// The script that loads what opens later, and its wasm files by their names in that script.
struct Later {
    js: Vec<u8>,
    parts: Vec<(String, Vec<u8>)>,
}

/// Names by which the script of what opens first and that of what opens later know each other, until they are placed.
const MAIN_JS: &str = "./module.js";
const LATER_JS: &str = "./later.js";

/// Compiles the module; wasm-bindgen and wasm-opt run only when cargo's output differs from the last one.
pub fn build(project: &Project, tools: &Tools, module: &Module, mode: Mode) -> Result<Built> {
    let linked = cargo_build(project, tools, module, mode)?;
    let input = fs::read(&linked).with_context(|| format!("{}", linked.display()))?;
    let key = made_from(project, &input)?;

    let kept = project.target.join("pwa-modules").join(format!("{}-{}", module.name, mode.profile()));
    let stamp = kept.join("made-from");
    if !fs::read_to_string(&stamp).is_ok_and(|found| found == key) {
        // Without the stamp, an interrupted build is never taken for a finished one.
        if kept.exists() {
            fs::remove_dir_all(&kept)?;
        }
        fs::create_dir_all(&kept)?;
        let input = if module.splits(mode) { split(&kept, &input)? } else { input };
        bindgen(module, mode, input, &kept)?;
        if mode == Mode::Release {
            for wasm in wasm_files(&kept)? {
                optimise(tools, &wasm)?;
            }
        }
        fs::write(&stamp, key)?;
    }
    let later = if module.splits(mode) {
        let mut parts = Vec::new();
        for path in wasm_files(&kept)?.into_iter().filter(|path| !path.ends_with("module.wasm")) {
            let name = path.file_name().context("a file has a name")?.to_string_lossy().into_owned();
            parts.push((name, fs::read(path)?));
        }
        Some(Later { js: fs::read(kept.join(LATER_JS))?, parts })
    } else {
        None
    };
    Ok(Built { js: fs::read(kept.join("module.js"))?, wasm: fs::read(kept.join("module.wasm"))?, later })
}

/// In the order of names.
fn wasm_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "wasm"));
    files.sort();
    Ok(files)
}

/// Writes the parts that open later and their script into the folder, and returns what opens first.
fn split(folder: &Path, input: &[u8]) -> Result<Vec<u8>> {
    let main = folder.join("main");
    let mut options = wasm_split_cli_support::Options::new(input);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.main_module = MAIN_JS;
    options.link_name = LATER_JS;
    wasm_split_cli_support::transform(options)
        .map_err(|error| anyhow::anyhow!("{error:#}"))
        .context("splitting the module")?;
    let first = fs::read(&main)?;
    fs::remove_file(&main)?;
    Ok(first)
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
    names.set(&format!("{name}.wasm"), site.add_hashed(name, "wasm", built.wasm));
    match built.later {
        None => names.set(&format!("{name}.js"), site.add_hashed(name, "js", built.js)),
        Some(later) => place_split(name, &built.js, later, site, names)?,
    }
    if let Some(worker) = module.worker {
        let template =
            fs::read_to_string(project.root.join("pwa").join(worker)).with_context(|| format!("pwa/{worker}"))?;
        let script = fill(worker, &template, names)?;
        let url = site.add_hashed(&format!("{name}-worker"), "js", script.into_bytes());
        names.set_module(name, url);
    }
    Ok(())
}

/// The two scripts name each other, so one hash of both is the name of both.
fn place_split(name: &str, js: &[u8], later: Later, site: &mut Site, names: &mut Names) -> Result<()> {
    let mut later_js = String::from_utf8(later.js)?;
    for (part, bytes) in later.parts {
        let url = site.add_hashed(part.trim_end_matches(".wasm"), "wasm", bytes);
        later_js = replaced(&later_js, &format!("./{part}"), &url)?;
    }
    let js = std::str::from_utf8(js)?;
    let hash = content_hash::short(format!("{js}{later_js}").as_bytes());
    let (first, second) = (site.hashed(name, "js", &hash), site.hashed(&format!("{name}-later"), "js", &hash));
    site.add(first.trim_start_matches('/'), replaced(js, &from(LATER_JS), &from(&second))?.into_bytes());
    site.add(second.trim_start_matches('/'), replaced(&later_js, &from(MAIN_JS), &from(&first))?.into_bytes());
    names.preload(&second);
    names.set(&format!("{name}-later.js"), second);
    names.set(&format!("{name}.js"), first);
    Ok(())
}

/// As an import of JavaScript says it. The wasm names its imports too, and keeps those names.
fn from(module: &str) -> String {
    format!("from \"{module}\"")
}

/// A name that is not there would be found only by the person who opens that screen.
fn replaced(script: &str, name: &str, url: &str) -> Result<String> {
    if !script.contains(name) {
        bail!("the script does not name {name}");
    }
    Ok(script.replace(name, url))
}

impl Module {
    fn splits(&self, mode: Mode) -> bool {
        self.split && mode == Mode::Release
    }
}

fn cargo_build(project: &Project, tools: &Tools, module: &Module, mode: Mode) -> Result<PathBuf> {
    let package = project.package(module.package).with_context(|| format!("no package {}", module.package))?;
    let (selection, file) =
        linked(package).with_context(|| format!("{} has neither a binary nor a cdylib", module.package))?;
    let mut cargo = tools.wasm_target.cargo(project, "rustc");
    cargo.args(["--package", module.package, "--profile", mode.profile()]).args(selection);
    if module.splits(mode) {
        // What belongs to what is read from the linker's relocations.
        cargo.args(["--features", "split", "--", "-Clink-arg=--emit-relocs"]);
    }
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

fn bindgen(module: &Module, mode: Mode, input: Vec<u8>, folder: &Path) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_bytes(module.name, input)
        .web(true)?
        .typescript(false)
        .debug(mode == Mode::Dev)
        .keep_debug(mode == Mode::Dev)
        // What opens later calls into the first file by its exports.
        .keep_lld_exports(module.splits(mode))
        .remove_producers_section(true);
    let mut output = bindgen.generate_output().with_context(|| format!("wasm-bindgen on {}", module.package))?;
    let snippets = output.snippets().values().any(|list| !list.is_empty());
    if snippets || !output.local_modules().is_empty() {
        bail!(
            "{} brings JavaScript snippets of its own; declare the functions in an extern block instead",
            module.package
        );
    }
    fs::write(folder.join("module.js"), output.js())?;
    fs::write(folder.join("module.wasm"), output.wasm_mut().emit_wasm())?;
    Ok(())
}

/// Small after compression: rustc has inlined what is worth it, and like functions side by side compress better.
fn optimise(tools: &Tools, wasm: &Path) -> Result<()> {
    let smaller = wasm.with_extension("optimised");
    process::output(
        Command::new(&tools.npm.node)
            .arg(tools.npm.modules.join("binaryen/bin/wasm-opt"))
            .arg("-Oz")
            .args(["--flexible-inline-max-function-size", "0"])
            .args(["--always-inline-max-function-size", "0"])
            .args(["--one-caller-inline-max-function-size", "0"])
            .arg("--reorder-functions-by-name")
            .args(["--strip-debug", "--strip-producers"])
            .args(WASM_FEATURES.map(|feature| format!("--enable-{feature}")))
            .arg(wasm)
            .arg("-o")
            .arg(&smaller),
    )?;
    fs::rename(&smaller, wasm)?;
    Ok(())
}
