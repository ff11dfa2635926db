//! What the person sees while we work: one line per step, with its duration.

use anyhow::Result;
use std::io::Write;
use std::time::{Duration, Instant};

/// A step that prints nothing itself: `· what … outcome (0.1 s)`. The work returns the outcome's words and its value.
pub fn quiet<T>(what: &str, work: impl FnOnce() -> Result<(String, T)>) -> Result<T> {
    print!("· {what} … ");
    flush();
    let started = Instant::now();
    match work() {
        Ok((outcome, value)) => {
            println!("{outcome} ({})", seconds(started.elapsed()));
            Ok(value)
        }
        Err(error) => {
            println!("failed ({})", seconds(started.elapsed()));
            Err(error)
        }
    }
}

/// A step whose programs print by themselves (cargo, tests): a line before and a line after.
pub fn loud<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("▸ {what}");
    flush();
    let started = Instant::now();
    let result = work();
    let outcome = if result.is_ok() { "done" } else { "failed" };
    println!("  {what}: {outcome} ({})", seconds(started.elapsed()));
    result
}

/// Says in the middle of a quiet step that it will take a while, and how long.
pub fn notice(words: &str) {
    print!("{words} … ");
    flush();
}

/// `0.4 s`, `12.3 s`, `3 min 05 s`.
pub fn seconds(duration: Duration) -> String {
    let all = duration.as_secs();
    if all >= 60 { format!("{} min {:02} s", all / 60, all % 60) } else { format!("{:.1} s", duration.as_secs_f64()) }
}

fn flush() {
    // A closed output is no reason to stop working.
    let _ = std::io::stdout().flush();
}
