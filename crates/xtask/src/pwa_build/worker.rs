//! The service worker: the template of `pwa/sw.js` with the list of all files to keep on the phone.

use super::shell::{Names, fill};
use super::site::Site;
use crate::content_hash;
use crate::project::Project;
use anyhow::{Context, Result};
use std::fs;

/// Files of the folder that no page asks for.
const NOT_KEPT: [&str; 2] = ["csp.txt", "build.txt"];

/// Adds `sw.js` and `build.txt`. The build's id is the hash of all files, so the same sources give the same id.
pub fn place(project: &Project, site: &mut Site, names: &Names) -> Result<()> {
    let template = fs::read_to_string(project.root.join("pwa/sw.js")).context("pwa/sw.js")?;
    let list = precache(site);
    let files = serde_json::to_string(&list)?;
    let build = content_hash::short(format!("{template}{files}").as_bytes());
    let mut own = names.clone();
    own.set("files", files);
    own.set("build", build.clone());
    site.add("sw.js", fill("sw.js", &template, &own)?.into_bytes());
    site.add("build.txt", build.into_bytes());
    Ok(())
}

/// Each URL path with the hash of its content; `index.html` is known by its address.
fn precache(site: &Site) -> Vec<(String, String)> {
    site.files
        .iter()
        .filter(|(path, _)| !NOT_KEPT.contains(&path.as_str()))
        .map(|(path, bytes)| {
            let url = if path == "index.html" { "/".into() } else { format!("/{path}") };
            (url, content_hash::short(bytes))
        })
        .collect()
}
