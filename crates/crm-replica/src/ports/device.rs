//! What a device offers to screens: the position.
use super::door::Subscription;

/// A position fix, WGS-84.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Located {
    pub lat_e7: i64,
    pub lon_e7: i64,
    pub accuracy_m: u32,
    /// Device time of the fix, milliseconds.
    pub at_ms: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocateError {
    /// The person, or a policy, said no.
    Denied,
    /// No satellites, no network position.
    Unavailable,
    /// Nothing within the time given.
    Slow,
}

/// What [`Device::locate`] calls back with, again and again while the fix settles.
pub type Watching = Box<dyn Fn(Result<Located, LocateError>)>;

pub trait Device {
    /// Starts locating afresh (no cached fix) and goes on until the subscription is dropped.
    fn locate(&self, found: Watching) -> Subscription;
    /// Device clock, milliseconds.
    fn now_ms(&self) -> u64;
    /// Minutes east of UTC.
    fn utc_offset_min(&self) -> i32;
}
