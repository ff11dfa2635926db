//! The list of checks: a heading and the time of each, all of them run, the failed ones listed at the end.

use crate::progress::seconds;
use anyhow::{Result, bail};
use std::time::Instant;

/// What has been run so far.
pub struct Checks {
    only: Vec<String>,
    started: Instant,
    passed: Vec<String>,
    failed: Vec<String>,
    skipped: Vec<String>,
}

impl Checks {
    /// With `only` empty, every check runs.
    pub fn new(only: &[String]) -> Self {
        Self {
            only: only.to_vec(),
            started: Instant::now(),
            passed: Vec::new(),
            failed: Vec::new(),
            skipped: Vec::new(),
        }
    }

    /// Runs one check; its failure is kept for the end, so that one run shows everything that is wrong.
    pub fn run<T>(&mut self, name: &str, check: impl FnOnce() -> Result<T>) -> Option<T> {
        let wanted = self.only.is_empty() || self.only.iter().any(|word| name.contains(word.as_str()));
        if !wanted {
            return None;
        }
        self.always(name, check)
    }

    /// Runs a check that others stand on, even when only some were asked for.
    pub fn always<T>(&mut self, name: &str, check: impl FnOnce() -> Result<T>) -> Option<T> {
        println!("\n━━ {name}");
        let started = Instant::now();
        match check() {
            Ok(value) => {
                println!("━━ {name}: passed ({})", seconds(started.elapsed()));
                self.passed.push(name.into());
                Some(value)
            }
            Err(error) => {
                println!("━━ {name}: FAILED ({})", seconds(started.elapsed()));
                self.failed.push(format!("{name}: {error:#}"));
                None
            }
        }
    }

    /// Runs a check that needs what an earlier one gave; without that it cannot say anything.
    pub fn needing<N, T>(&mut self, name: &str, need: Option<N>, check: impl FnOnce(N) -> Result<T>) -> Option<T> {
        if let Some(need) = need {
            return self.run(name, || check(need));
        }
        self.skipped.push(name.into());
        None
    }

    /// Prints the sum; an error if anything failed or a needed thing was missing.
    pub fn finish(self) -> Result<()> {
        println!("\n━━ all checks ({})", seconds(self.started.elapsed()));
        for failure in &self.failed {
            println!("  FAILED {failure}");
        }
        if !self.failed.is_empty() {
            for name in &self.skipped {
                println!("  not run {name}: what it needs has failed");
            }
        }
        println!("checks: {} passed, {} failed", self.passed.len(), self.failed.len());
        if !self.failed.is_empty() {
            bail!("{} of the checks failed", self.failed.len());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::anyhow;

    #[test]
    fn a_failed_check_stops_what_needs_it_and_fails_the_whole() {
        let mut checks = Checks::new(&[]);
        let built = checks.run("build", || Err::<u8, _>(anyhow!("broken")));
        let mut used = false;
        checks.needing("use", built, |_| {
            used = true;
            Ok(())
        });
        assert_eq!(checks.run("other", || Ok(1)), Some(1));
        assert!(!used);
        assert!(checks.finish().is_err());
    }

    #[test]
    fn only_the_named_checks_run() {
        let mut checks = Checks::new(&["journ".into()]);
        assert_eq!(checks.run("lints", || Ok(1)), None);
        assert_eq!(checks.run("journeys", || Ok(1)), Some(1));
        assert!(checks.finish().is_ok());
    }
}
