//! The one stylesheet: WeUI below, the app's own styles above it, the slices' on top, in cascade layers.

use super::trim;
use crate::project::Project;
use crate::setup::Npm;
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// Everything under `web/src`, in the order of paths, so that the same sources give the same bytes.
pub fn collect(project: &Project, npm: &Npm) -> Result<String> {
    let sources = project.root.join("web/src");
    let weui = fs::read_to_string(npm.modules.join("weui/dist/style/weui.min.css")).context("WeUI's styles")?;
    let (mut app, mut features) = (String::new(), String::new());
    let mut code = String::new();
    for file in files(&sources)? {
        let text = || fs::read_to_string(&file).with_context(|| format!("{}", file.display()));
        match file.extension().and_then(|extension| extension.to_str()) {
            Some("css") if file.starts_with(sources.join("features")) => features.push_str(&text()?),
            Some("css") => app.push_str(&text()?),
            Some("rs") => code.push_str(&text()?),
            _ => {}
        }
    }
    code.push_str(&app);
    code.push_str(&features);
    let weui = trim::to_components_named_in(&weui, &code);
    Ok(format!(
        "@layer weui,app,features;\n@layer weui{{{weui}}}\n@layer app{{{app}}}\n@layer features{{{features}}}\n"
    ))
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_file() {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}
