//! The fix that a check-in stands on: how it settles, what the domain's rule makes of it, and the position of the command.
use crate::routes::Route;
use crate::state::{DeviceHandle, use_command, use_device, use_door, use_status};
use crm_domain::geo::{self, Point, Verdict};
use crm_domain::ids::Uuid;
use crm_domain::visits::{Command, Fix, Position, RADIUS_M};
use crm_replica::ports::{LocateError, Located, Status, Subscription};
use gloo::timers::callback::Timeout;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use yew::prelude::*;
use yew_router::prelude::*;

/// Why there is no position to judge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// She said "not now" to us.
    Declined,
    /// She, or the browser's settings, said no.
    Denied,
    Unavailable,
    Slow,
    /// The newest fix is too old to be this check-in's.
    Stale,
}

/// How far locating has come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Found {
    Locating,
    Fresh(Located),
    Trouble(Trouble),
}

impl Found {
    pub fn of(newest: Option<Result<Located, LocateError>>, asked: bool, now: i64) -> Self {
        match newest {
            _ if !asked => Found::Trouble(Trouble::Declined),
            None => Found::Locating,
            Some(Ok(fix)) if geo::is_fresh(now - fix.at_ms as i64) => Found::Fresh(fix),
            Some(Ok(_)) => Found::Trouble(Trouble::Stale),
            Some(Err(why)) => Found::Trouble(trouble(why)),
        }
    }

    /// WGS-84, 1e-7 degrees.
    pub fn near(self) -> Option<(i64, i64)> {
        match self {
            Found::Fresh(fix) => Some((fix.lat_e7, fix.lon_e7)),
            _ => None,
        }
    }

    /// What the command will find, by the same rule: the verdict, and the metres to the customer where both are known.
    pub fn judge(self, customer: Option<(i64, i64)>) -> (Verdict, Option<f64>) {
        let (Found::Fresh(fix), Some(at)) = (self, customer) else { return (Verdict::Unknown, None) };
        let distance = geo::distance_m(point(at), point((fix.lat_e7, fix.lon_e7)));
        (geo::verdict(distance, f64::from(fix.accuracy_m), f64::from(RADIUS_M)), Some(distance))
    }

    /// Whether the command will ask for a reason.
    pub fn needs_reason(self, customer: Option<(i64, i64)>) -> bool {
        customer.is_some() && matches!(self.judge(customer).0, Verdict::Outside | Verdict::Unknown)
    }

    /// As the command takes it, at this moment of the device's clock.
    pub fn position(self, device: &DeviceHandle, status: &Status) -> Position {
        let device_ms = device.now_ms();
        let (fix, no_fix) = match self {
            Found::Fresh(fix) => {
                let age_ms = device_ms.saturating_sub(fix.at_ms);
                let Located { lat_e7, lon_e7, accuracy_m, .. } = fix;
                (Some(Fix { lat_e7, lon_e7, accuracy_m, age_ms }), None)
            }
            Found::Locating => (None, Some("slow")),
            Found::Trouble(Trouble::Slow) => (None, Some("slow")),
            Found::Trouble(Trouble::Declined | Trouble::Denied) => (None, Some("denied")),
            Found::Trouble(Trouble::Unavailable) => (None, Some("unavailable")),
            Found::Trouble(Trouble::Stale) => (None, Some("stale")),
        };
        Position {
            fix,
            no_fix: no_fix.map(str::to_owned),
            device_ms,
            // The record counts from the server's clock to the device's, the status the other way round.
            clock_offset_ms: -status.clock_offset_ms,
            utc_offset_min: device.utc_offset_min(),
            last_contact_ms: status.last_contact_ms,
        }
    }
}

fn point((lat, lon): (i64, i64)) -> Point {
    Point { lat_e7: lat as i32, lon_e7: lon as i32 }
}

fn trouble(why: LocateError) -> Trouble {
    match why {
        LocateError::Denied => Trouble::Denied,
        LocateError::Unavailable => Trouble::Unavailable,
        LocateError::Slow => Trouble::Slow,
    }
}

/// A fix that settles under her eyes.
#[derive(Clone, PartialEq)]
pub struct Settling {
    pub found: Found,
    /// Accuracy of the first fix, metres.
    pub first_m: Option<u32>,
    /// Since locating began, milliseconds.
    pub spent_ms: i64,
    pub now: i64,
    /// Starts afresh.
    pub retry: Callback<MouseEvent>,
}

/// Locates while `asked`. A failure after a fix keeps the fix; it grows stale by itself.
#[hook]
pub fn use_fix(asked: bool) -> Settling {
    let device = use_device();
    let now = crate::state::use_now(1_000);
    let attempt = use_state_eq(|| 0_u32);
    let began = use_state_eq(|| device.now_ms() as i64);
    let newest = use_state_eq(|| None::<Result<Located, LocateError>>);
    let first = use_state_eq(|| None::<u32>);
    {
        let (newest, first, began) = (newest.setter(), first.setter(), began.setter());
        use_effect_with((device, asked, *attempt), move |(device, asked, _)| {
            newest.set(None);
            first.set(None);
            began.set(device.now_ms() as i64);
            let had = Cell::new(false);
            let locating = asked.then(|| {
                device.locate(Box::new(move |found| {
                    if let Ok(fix) = found
                        && !had.replace(true)
                    {
                        first.set(Some(fix.accuracy_m));
                    }
                    if found.is_ok() || !had.get() {
                        newest.set(Some(found));
                    }
                }))
            });
            move || drop(locating)
        });
    }
    // The ticking clock may lag behind the fix by its second.
    let now = newest.and_then(Result::ok).map_or(now, |fix| now.max(fix.at_ms as i64));
    let retry = {
        let attempt = attempt.clone();
        Callback::from(move |_: MouseEvent| attempt.set(*attempt + 1))
    };
    Settling { found: Found::of(*newest, asked, now), first_m: *first, spent_ms: now - *began, now, retry }
}

/// A check-in that is about to be done.
pub struct Arrival {
    pub customer: Uuid,
    /// The visit that was planned; none opens a new one.
    pub visit: Option<Uuid>,
    pub found: Found,
    pub reason: Option<String>,
}

/// Checks in and opens the visit in the place of the present screen. The flag: at work.
#[hook]
pub fn use_arrive() -> (bool, Callback<Arrival>) {
    let (door, device, status, commands) = (use_door(), use_device(), use_status(), use_command());
    let navigator = use_navigator().expect("screens stand inside the router");
    let busy = use_state_eq(|| false);
    let arrive = {
        let busy = busy.clone();
        Callback::from(move |arrival: Arrival| {
            if *busy {
                return;
            }
            busy.set(true);
            let Arrival { customer, visit, found, reason } = arrival;
            let visit = visit.unwrap_or_else(|| door.new_id());
            let command = Command::CheckIn { visit, customer, position: found.position(&device, &status), reason };
            let (navigator, busy, told) = (navigator.clone(), busy.setter(), commands.clone());
            commands.then(command, move |done| match done {
                Ok(()) => navigator.replace(&Route::Visit { customer, visit }),
                Err(why) => {
                    busy.set(false);
                    told.tell(why);
                }
            });
        })
    };
    (*busy, arrive)
}

/// Good enough to stop looking, metres.
const GOOD_M: u32 = 50;
/// Check-out waits for a fix so long at most, milliseconds.
const QUICK_MS: u32 = 3_000;

/// Locating for check-out; dropping it gives up.
pub struct Quick {
    _locating: Option<Subscription>,
    _limit: Option<Timeout>,
}

/// A quick fix for check-out: calls back once, with the best there was within three seconds.
pub fn quick_fix(device: &DeviceHandle, agreed: bool, done: impl FnOnce(Found) + 'static) -> Quick {
    if !agreed {
        done(Found::Trouble(Trouble::Declined));
        return Quick { _locating: None, _limit: None };
    }
    let done = Rc::new(RefCell::new(Some(done)));
    let finish = move |found: Found| {
        // Taken out first: what is called may look here again.
        let done = done.borrow_mut().take();
        if let Some(done) = done {
            done(found);
        }
    };
    let best = Rc::new(Cell::new(None::<Located>));
    let locating = {
        let (finish, best) = (finish.clone(), best.clone());
        device.locate(Box::new(move |found| match found {
            Ok(fix) => {
                if best.get().is_none_or(|b| fix.accuracy_m <= b.accuracy_m) {
                    best.set(Some(fix));
                }
                if fix.accuracy_m <= GOOD_M {
                    finish(Found::Fresh(fix));
                }
            }
            Err(why) if best.get().is_none() => finish(Found::Trouble(trouble(why))),
            Err(_) => (),
        }))
    };
    let limit = Timeout::new(QUICK_MS, move || finish(best.get().map_or(Found::Trouble(Trouble::Slow), Found::Fresh)));
    Quick { _locating: Some(locating), _limit: Some(limit) }
}
