//! Repeated failures to sign in cost a growing wait, per account and address.
use std::collections::HashMap;
use std::net::IpAddr;

/// So many failures are free.
const FREE: u32 = 5;
const FIRST_MS: u64 = 30_000;
const LONGEST_MS: u64 = 60 * 60_000;
/// Failures are forgotten after so long without another.
const FORGOTTEN_MS: u64 = 24 * 60 * 60_000;
/// Entries that are kept; beyond it the oldest go.
const KEPT: usize = 10_000;

#[derive(Default)]
pub struct Lockout {
    tried: HashMap<(String, IpAddr), Tried>,
}

#[derive(Clone, Copy)]
struct Tried {
    failures: u32,
    last: u64,
    until: u64,
}

impl Lockout {
    /// Milliseconds to wait before this account may be tried from there; 0: now.
    pub fn wait(&self, account: &str, from: IpAddr, now: u64) -> u64 {
        let tried = self.tried.get(&(account.to_owned(), from));
        tried.map_or(0, |t| t.until.saturating_sub(now))
    }

    pub fn failed(&mut self, account: &str, from: IpAddr, now: u64) {
        self.tried.retain(|_, t| now.saturating_sub(t.last) < FORGOTTEN_MS);
        if self.tried.len() >= KEPT
            && let Some(oldest) = self.tried.iter().min_by_key(|(_, t)| t.last).map(|(k, _)| k.clone())
        {
            self.tried.remove(&oldest);
        }
        let entry = self.tried.entry((account.to_owned(), from)).or_insert(Tried { failures: 0, last: now, until: 0 });
        entry.failures += 1;
        entry.last = now;
        if let Some(beyond) = entry.failures.checked_sub(FREE) {
            let wait = FIRST_MS.checked_shl(beyond.min(16)).unwrap_or(LONGEST_MS).min(LONGEST_MS);
            entry.until = now + wait;
        }
    }

    pub fn succeeded(&mut self, account: &str, from: IpAddr) {
        self.tried.remove(&(account.to_owned(), from));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_grows_with_each_failure_and_ends_with_a_success() {
        let here = IpAddr::from([127, 0, 0, 1]);
        let mut lockout = Lockout::default();
        let waits: Vec<u64> = (0..8)
            .map(|_| {
                lockout.failed("li", here, 1_000);
                lockout.wait("li", here, 1_000)
            })
            .collect();
        assert_eq!(waits, [0, 0, 0, 0, 30_000, 60_000, 120_000, 240_000]);
        assert_eq!(lockout.wait("li", IpAddr::from([10, 0, 0, 1]), 1_000), 0, "from elsewhere nothing was tried");
        lockout.succeeded("li", here);
        assert_eq!(lockout.wait("li", here, 1_000), 0);
    }

    #[test]
    fn the_wait_never_exceeds_an_hour_and_memory_stays_bounded() {
        let here = IpAddr::from([127, 0, 0, 1]);
        let mut lockout = Lockout::default();
        (0..100).for_each(|_| lockout.failed("li", here, 0));
        assert_eq!(lockout.wait("li", here, 0), LONGEST_MS);
        (0..KEPT + 50).for_each(|i| lockout.failed(&format!("nobody-{i}"), here, 1));
        assert!(lockout.tried.len() <= KEPT);
    }
}
