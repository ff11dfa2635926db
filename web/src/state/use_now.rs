//! The time of day, as often as a screen must say it anew.
use super::use_device;
use yew::prelude::*;

/// Device clock, milliseconds; the screen redraws every `every_ms`.
#[hook]
pub fn use_now(every_ms: u32) -> i64 {
    let device = use_device();
    let now = use_state_eq(|| device.now_ms() as i64);
    let setter = now.setter();
    use_effect_with((device, every_ms), move |(device, every_ms)| {
        let device = device.clone();
        let ticking = gloo::timers::callback::Interval::new(*every_ms, move || setter.set(device.now_ms() as i64));
        move || drop(ticking)
    });
    *now
}
