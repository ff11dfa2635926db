//! Load on the server's real program, for `cargo xtask bench` (SYNC 4.10, PERFORMANCE P13 to P15): data are prepared
//! straight in the file, everything measured goes over HTTP to a process of its own.
pub mod house;
pub mod pages;
pub mod pull;
pub mod push;
pub mod raw;
pub mod reconnect;
mod server;
mod wire;

/// Milliseconds since a moment.
fn ms(since: std::time::Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}

/// The value below which so many of a hundred lie.
fn percentile(values: &mut [f64], of_hundred: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = (values.len() as f64 * of_hundred / 100.0).ceil() as usize;
    values.get(at.saturating_sub(1)).copied().unwrap_or(f64::NAN)
}
