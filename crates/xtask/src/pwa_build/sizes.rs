//! How much a phone downloads, in bytes after brotli: first paint (P10), up to a working list (P11), and all that is kept for offline.

use super::shell::Names;
use super::site::Site;
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

/// The gates P10 (the page with its critical styles) and P11 (all files up to a working list).
const LIMITS: [(&str, u64); 2] = [("P10", 14_000), ("P11", 400_000)];

/// Prints the figures beside their limits and leaves them for the benchmarks in `FOLDER-sizes.json`.
pub fn print(folder: &Path, site: &Site, names: &Names) -> Result<()> {
    let of = |path: &str| transferred(folder, path);
    let mut parts = vec![("page", of("index.html")?)];
    // Replica and storage are not needed for a list: the journey `the-list-comes-before-the-book` holds them back.
    for name in ["boot.js", "styles.css", "web.js", "web-later.js", "web.wasm"] {
        let url = names.get(name).with_context(|| format!("{name} was not built"))?;
        parts.push((name, of(url.trim_start_matches('/'))?));
    }
    parts.push(("service worker", of("sw.js")?));
    parts.push(("manifest, icon", of("manifest.webmanifest")? + of("icons/icon.svg")?));

    let paint = parts[0].1;
    let list: u64 = parts.iter().map(|(_, bytes)| bytes).sum();
    let offline = site.files.keys().map(|path| of(path)).sum::<Result<u64>>()?;
    let words: Vec<String> = parts.iter().map(|(name, bytes)| format!("{name} {}", kb(*bytes))).collect();
    for ((gate, limit), (what, bytes)) in LIMITS.into_iter().zip([("first paint", paint), ("first download", list)]) {
        let verdict = if bytes <= limit { "within" } else { "OVER" };
        println!("  {what} ({gate}): {}, {verdict} {}", kb(bytes), kb(limit));
    }
    println!("  ({}; all that is kept for offline: {})", words.join(", "), kb(offline));

    let report = serde_json::json!({ "P10": paint, "P11": list, "offline": offline });
    fs::write(folder.with_file_name("pwa-sizes.json"), report.to_string())?;
    Ok(())
}

/// Bytes on the wire: of the brotli twin where there is one.
fn transferred(folder: &Path, path: &str) -> Result<u64> {
    let twin = folder.join(format!("{path}.br"));
    let file = if twin.is_file() { twin } else { folder.join(path) };
    Ok(fs::metadata(&file).with_context(|| format!("{}", file.display()))?.len())
}

fn kb(bytes: u64) -> String {
    format!("{:.1} KB", bytes as f64 / 1000.0)
}
