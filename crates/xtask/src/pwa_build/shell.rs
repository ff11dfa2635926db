//! The page that paints before wasm has arrived, its boot script, and the hashes that a strict content policy needs.

use super::Mode;
use super::site::Site;
use crate::project::Project;
use anyhow::{Context, Result, bail};
use base64::Engine;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;

/// What stands for `{{…}}` in the templates of `pwa/`.
#[derive(Clone)]
pub struct Names {
    values: BTreeMap<String, String>,
    /// Lines of the page's head: how the app finds the workers' scripts, and what to fetch early.
    modules: Vec<String>,
}

impl Names {
    pub fn new(mode: Mode) -> Self {
        let dev = (mode == Mode::Dev).to_string();
        Self { values: BTreeMap::from([("dev".into(), dev)]), modules: Vec::new() }
    }

    pub fn set(&mut self, name: &str, value: String) {
        self.values.insert(name.into(), value);
    }

    /// Makes a worker's script known to the app as `<meta name="module:NAME">`.
    pub fn set_module(&mut self, name: &str, url: String) {
        self.modules.push(format!(r#"<meta name="module:{name}" content="{url}">"#));
    }

    /// Lets the browser fetch a script before another one asks for it.
    pub fn preload(&mut self, url: &str) {
        self.modules.push(format!(r#"<link rel="modulepreload" href="{url}">"#));
    }

    /// The value, if it has been set.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }
}

/// Puts the values into the template. A name without a value is an error that says where.
pub fn fill(file: &str, template: &str, names: &Names) -> Result<String> {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}").with_context(|| format!("pwa/{file}: `{{{{` without its end"))?;
        let Some(value) = names.get(name) else {
            bail!("pwa/{file}: nothing is known by the name `{name}`");
        };
        filled.push_str(before);
        filled.push_str(value);
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

/// Adds index.html, the boot script, manifest, icons, and `csp.txt`: one source per line that the policy's `style-src` must name.
pub fn place(project: &Project, site: &mut Site, names: &mut Names) -> Result<()> {
    let pwa = project.root.join("pwa");
    let read = |file: &str| fs::read_to_string(pwa.join(file)).with_context(|| format!("pwa/{file}"));

    let boot = fill("boot.js", &read("boot.js")?, names)?;
    names.set("boot.js", site.add_hashed("boot", "js", boot.into_bytes()));
    let css = without_comments(&read("shell.css")?);
    let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(&css));
    names.set("shell.css", css);
    names.set("modules", names.modules.join("\n"));
    site.add("index.html", fill("index.html", &read("index.html")?, names)?.into_bytes());
    site.add("csp.txt", format!("'sha256-{hash}'\n").into_bytes());
    site.add("manifest.webmanifest", read("manifest.webmanifest")?.into_bytes());
    for entry in fs::read_dir(pwa.join("icons"))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // The maskable drawing is only the source of the pictures made from it.
        if name != "maskable.svg" {
            site.add(&format!("icons/{name}"), fs::read(entry.path())?);
        }
    }
    Ok(())
}

/// The styles without comments, blank lines and indentation.
fn without_comments(css: &str) -> String {
    let mut rest = css;
    let mut kept = String::new();
    while let Some((before, after)) = rest.split_once("/*") {
        kept.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    let lines = kept.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_gets_its_values_and_an_unknown_name_is_an_error() {
        let mut names = Names::new(Mode::Release);
        names.set("a.js", "/assets/a-1.js".into());
        let filled = fill("t", "import '{{a.js}}'; const dev = {{dev}};", &names);
        assert_eq!(filled.ok().as_deref(), Some("import '/assets/a-1.js'; const dev = false;"));
        for broken in ["{{b.js}}", "{{a.js"] {
            assert!(fill("t", broken, &names).is_err(), "{broken}");
        }
    }

    #[test]
    fn styles_lose_their_comments_and_nothing_else() {
        assert_eq!(without_comments("/* why */\na {\n  b: c;\n}\n\n/* end"), "a {\nb: c;\n}");
    }
}
