//! Where the person is, asked for only by a screen that she opened for it or by a tap.
use super::use_device;
use crm_replica::ports::{LocateError, Located};
use yew::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Whereabouts {
    /// Not asked.
    Unasked,
    Locating,
    Found(Located),
    Failed(LocateError),
}

impl Whereabouts {
    /// WGS-84, 1e-7 degrees.
    pub fn point(self) -> Option<(i64, i64)> {
        match self {
            Whereabouts::Found(found) => Some((found.lat_e7, found.lon_e7)),
            _ => None,
        }
    }
}

/// Locates while `asked`, and goes on while the fix settles; a failure after a fix keeps the fix.
#[hook]
pub fn use_position(asked: bool) -> Whereabouts {
    let device = use_device();
    let place = use_state_eq(|| None::<Result<Located, LocateError>>);
    let setter = place.setter();
    use_effect_with((device, asked), move |(device, asked)| {
        let had = std::cell::Cell::new(false);
        let locating = asked.then(|| {
            device.locate(Box::new(move |found| {
                if found.is_ok() || !had.get() {
                    had.set(found.is_ok());
                    setter.set(Some(found));
                }
            }))
        });
        move || drop(locating)
    });
    match *place {
        Some(Ok(found)) => Whereabouts::Found(found),
        Some(Err(why)) => Whereabouts::Failed(why),
        None if asked => Whereabouts::Locating,
        None => Whereabouts::Unasked,
    }
}
