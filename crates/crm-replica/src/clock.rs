//! Time as ops carry it: a hybrid logical clock (SYNC 2.5), and what is known of the server's time.

/// The moment of a step, from the device's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    pub device_ms: u64,
}

/// 48 bits of milliseconds, 16 of counter. Never goes back, and runs ahead of the server's newest time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hlc(pub u64);

impl Hlc {
    /// The next reading: later than the clock, than the newest server time, than any reading before.
    pub fn next(self, device_ms: u64, server_ms: u64) -> Hlc {
        Hlc((device_ms.max(server_ms) << 16).max(self.0 + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_set_back_never_gives_an_earlier_reading() {
        let first = Hlc::default().next(2_000, 0);
        let second = first.next(1_000, 0);
        let third = second.next(1_000, 5_000);
        assert!(first < second && second < third);
        assert_eq!([first, second, third].map(|hlc| hlc.0 >> 16), [2_000, 2_000, 5_000]);
    }
}
