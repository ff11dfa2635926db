//! Chromium, its driver, and a font that draws Chinese: what the tests in the browser need.

use super::debian;
use crate::{process, progress};
use anyhow::{Context, Result};
use std::path::PathBuf;
use std::process::Command;

/// The browser's programs.
pub struct Browser {
    pub chromium: PathBuf,
    pub chromedriver: PathBuf,
}

/// Makes sure that Chromium, chromedriver and Chinese glyphs are there.
pub fn browser() -> Result<Browser> {
    progress::quiet("browser", || {
        let missing = missing_packages();
        if !missing.is_empty() {
            debian::install(
                "the browser for the tests (Chromium, chromedriver, a Chinese font)",
                &missing,
                "install Chromium or Chrome with a chromedriver of the same version on the PATH, and a Chinese font",
            )?;
        }
        let found = find().context("Chromium was installed, but `chromium` and `chromedriver` are not on the PATH")?;
        let outcome = if missing.is_empty() { "already there" } else { "installed" };
        Ok((outcome.into(), found))
    })
}

fn find() -> Option<Browser> {
    Some(Browser {
        chromium: process::find_program(&["chromium", "chromium-browser", "google-chrome"])?,
        chromedriver: process::find_program(&["chromedriver"])?,
    })
}

fn missing_packages() -> Vec<&'static str> {
    let mut missing = Vec::new();
    if find().is_none() {
        missing.extend(["chromium", "chromium-driver"]);
    }
    if !draws_chinese() {
        missing.push("fonts-wqy-microhei");
    }
    missing
}

/// Where fontconfig is not used (macOS, Windows), the system has Chinese fonts of its own.
fn draws_chinese() -> bool {
    if !cfg!(target_os = "linux") {
        return true;
    }
    process::output(Command::new("fc-list").args([":lang=zh-cn", "file"])).is_ok_and(|fonts| !fonts.trim().is_empty())
}
