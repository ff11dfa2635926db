//! The position, afresh each time (no cached fix), and the device's clock.
use crate::clock;
use crm_replica::ports::{Device, LocateError, Located, Subscription, Watching};
use gloo::timers::callback::Timeout;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Geolocation, Position, PositionError, PositionOptions};

/// Without any fix for so long, the screen is told that it is slow. Locating goes on.
const SLOW_MS: u32 = 20_000;
const DENIED: u16 = 1;
const TIMEOUT: u16 = 3;

#[derive(Clone, Copy, Debug, Default)]
pub struct Phone;

impl Device for Phone {
    fn locate(&self, found: Watching) -> Subscription {
        let found: Rc<dyn Fn(Result<Located, LocateError>)> = found.into();
        let geolocation = web_sys::window().and_then(|window| window.navigator().geolocation().ok());
        match geolocation {
            Some(geolocation) => watch(geolocation, found),
            None => {
                found(Err(LocateError::Unavailable));
                Subscription::new(|| {})
            }
        }
    }

    fn now_ms(&self) -> u64 {
        clock::now_ms()
    }

    fn utc_offset_min(&self) -> i32 {
        // JavaScript counts the other way round.
        -(js_sys::Date::new_0().get_timezone_offset() as i32)
    }
}

fn watch(geolocation: Geolocation, found: Rc<dyn Fn(Result<Located, LocateError>)>) -> Subscription {
    let located = Rc::new(Cell::new(false));
    let slow = Rc::new(RefCell::new(Some(Timeout::new(SLOW_MS, {
        let (found, located) = (found.clone(), located.clone());
        move || {
            if !located.get() {
                found(Err(LocateError::Slow));
            }
        }
    }))));
    let fix = Closure::<dyn Fn(Position)>::new({
        let (found, located) = (found.clone(), located.clone());
        move |position: Position| {
            located.set(true);
            found(Ok(located_at(&position)));
        }
    });
    let failed = Closure::<dyn Fn(PositionError)>::new({
        let found = found.clone();
        move |error: PositionError| found(Err(failure(error.code())))
    });
    let options = PositionOptions::new();
    options.set_enable_high_accuracy(true);
    options.set_maximum_age(0);
    let id = geolocation.watch_position_with_error_callback_and_options(
        fix.as_ref().unchecked_ref(),
        Some(failed.as_ref().unchecked_ref()),
        &options,
    );
    let Ok(id) = id else {
        slow.take();
        found(Err(LocateError::Unavailable));
        return Subscription::new(|| {});
    };
    Subscription::new(move || {
        geolocation.clear_watch(id);
        slow.take();
        drop((fix, failed));
    })
}

fn located_at(position: &Position) -> Located {
    let coords = position.coords();
    let e7 = |degrees: f64| (degrees * 1e7).round() as i64;
    Located {
        lat_e7: e7(coords.latitude()),
        lon_e7: e7(coords.longitude()),
        accuracy_m: coords.accuracy().ceil() as u32,
        at_ms: position.timestamp() as u64,
    }
}

/// Codes of the Geolocation API.
fn failure(code: u16) -> LocateError {
    match code {
        DENIED => LocateError::Denied,
        TIMEOUT => LocateError::Slow,
        _ => LocateError::Unavailable,
    }
}
