//! The app's files before they are written: path (as in the URL, without the first slash) to bytes.

use super::{Mode, compress};
use crate::content_hash;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Folder of the files whose name carries their hash: the server lets browsers keep these for ever.
const ASSETS: &str = "assets";

/// All files of one build.
pub struct Site {
    mode: Mode,
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Site {
    pub fn new(mode: Mode) -> Self {
        Self { mode, files: BTreeMap::new() }
    }

    /// Adds a file under its fixed name.
    pub fn add(&mut self, path: &str, bytes: Vec<u8>) {
        self.files.insert(path.into(), bytes);
    }

    /// Adds a file under a name with its hash and returns its URL.
    pub fn add_hashed(&mut self, stem: &str, extension: &str, bytes: Vec<u8>) -> String {
        let url = self.hashed(stem, extension, &content_hash::short(&bytes));
        self.files.insert(url.trim_start_matches('/').into(), bytes);
        url
    }

    /// The URL of a file whose content has that hash.
    pub fn hashed(&self, stem: &str, extension: &str, hash: &str) -> String {
        format!("/{ASSETS}/{stem}-{}.{extension}", &hash[..12])
    }

    /// Writes what differs from the folder's content, removes what is no longer part, and returns how many files changed.
    /// Untouched files keep their time, so that cargo sees no reason to build the server again.
    pub fn write(&self, folder: &Path) -> Result<usize> {
        let mut changed = 0;
        let mut kept = Vec::new();
        let mut to_compress = Vec::new();
        for (path, bytes) in &self.files {
            let file = folder.join(path);
            let twin = folder.join(format!("{path}.br"));
            let same = fs::read(&file).is_ok_and(|found| &found == bytes);
            let wants_twin = self.mode == Mode::Release && compress::is_worth_it(path);
            if !same {
                fs::create_dir_all(file.parent().context("a file has a folder")?)?;
                fs::write(&file, bytes).with_context(|| format!("{}", file.display()))?;
                changed += 1;
            }
            if wants_twin && !(same && twin.is_file()) {
                to_compress.push((bytes.as_slice(), twin.clone()));
            }
            kept.push(file);
            if wants_twin {
                kept.push(twin);
            }
        }
        compress::all(to_compress)?;
        for entry in walkdir::WalkDir::new(folder) {
            let entry = entry?;
            if entry.file_type().is_file() && !kept.iter().any(|path| path == entry.path()) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(changed)
    }
}
