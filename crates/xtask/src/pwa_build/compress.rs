//! Brotli twins (`.br`) at the highest quality, on all cores; the server sends them as they are.

use anyhow::{Result, anyhow};
use std::path::PathBuf;
use std::sync::Mutex;
use std::{fs, thread};

/// Pictures are compressed already, the rest gains.
pub fn is_worth_it(path: &str) -> bool {
    ["html", "js", "css", "wasm", "svg", "webmanifest"].iter().any(|extension| path.ends_with(&format!(".{extension}")))
}

/// Compresses each input into its file. A file is written whole or not at all.
pub fn all(mut work: Vec<(&[u8], PathBuf)>) -> Result<()> {
    // Taken from the end: the largest first, so that no core waits for one long rest.
    work.sort_by_key(|(bytes, _)| bytes.len());
    let queue = Mutex::new(work);
    let next = || match queue.lock() {
        Ok(mut queue) => queue.pop(),
        Err(poisoned) => poisoned.into_inner().pop(),
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..cores)
            .map(|_| {
                scope.spawn(|| -> Result<()> {
                    while let Some((bytes, file)) = next() {
                        let unfinished = file.with_extension("unfinished");
                        fs::write(&unfinished, brotli(bytes)?)?;
                        fs::rename(&unfinished, &file)?;
                    }
                    Ok(())
                })
            })
            .collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().map_err(|_| anyhow!("a compression thread panicked"))?)
    })
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let params =
        brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 24, size_hint: bytes.len(), ..Default::default() };
    let mut compressed = Vec::new();
    let mut rest = bytes;
    brotli::BrotliCompress(&mut rest, &mut compressed, &params)?;
    Ok(compressed)
}
