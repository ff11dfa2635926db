//! Seeded draws: every grid has a stream of its own, so that one grid's rows do not depend on another's.
use oorandom::Rand64;

pub struct Draw(Rand64);

impl Draw {
    /// Stream `stream` of `seed`.
    pub fn of(seed: u64, stream: u64) -> Self {
        let spread = stream.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut source = Rand64::new_inc(u128::from(seed) << 64 | u128::from(spread), u128::from(stream));
        // Neighbouring streams begin alike; a few steps part them.
        for _ in 0..4 {
            source.rand_u64();
        }
        Self(source)
    }

    /// `0..n`; `n` is at least 1.
    pub fn below(&mut self, n: usize) -> usize {
        self.0.rand_range(0..n as u64) as usize
    }

    /// `from..=to`.
    pub fn between(&mut self, from: i64, to: i64) -> i64 {
        from + self.0.rand_range(0..(to - from + 1) as u64) as i64
    }

    pub fn chance(&mut self, percent: f64) -> bool {
        self.0.rand_float() * 100.0 < percent
    }

    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// Standard normal (Box and Muller 1958).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.0.rand_float()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.0.rand_float()).cos()
    }

    /// A point of the unit disc, evenly; never its very centre, so that it has a direction.
    pub fn in_disc(&mut self) -> (f64, f64) {
        loop {
            let (x, y) = (self.0.rand_float() * 2.0 - 1.0, self.0.rand_float() * 2.0 - 1.0);
            if (1e-6..=1.0).contains(&(x * x + y * y)) {
                return (x, y);
            }
        }
    }

    /// A whole number near `mean`, which it has on average.
    pub fn about(&mut self, mean: f64) -> usize {
        (mean * 2.0 * self.0.rand_float() + self.0.rand_float()) as usize
    }
}
