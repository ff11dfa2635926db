//! The handles that the context carries: equal when they point to the same thing, so that nothing redraws for them.
use crate::ports::Surroundings;
use crm_replica::ports::{Device, Door};
use std::ops::Deref;
use std::rc::Rc;
use yew::prelude::*;

macro_rules! handle {
    ($(#[$doc:meta])* $name:ident, $port:ident) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name(pub Rc<dyn $port>);

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                std::ptr::addr_eq(Rc::as_ptr(&self.0), Rc::as_ptr(&other.0))
            }
        }

        impl Deref for $name {
            type Target = dyn $port;
            fn deref(&self) -> &Self::Target {
                &*self.0
            }
        }
    };
}
handle!(
    /// The replica.
    DoorHandle,
    Door
);
handle!(
    /// Position and clock.
    DeviceHandle,
    Device
);
handle!(
    /// The browser around the app.
    SurroundingsHandle,
    Surroundings
);

/// What every screen behind sign-in can reach.
#[derive(Clone, PartialEq)]
pub struct Handles {
    pub door: DoorHandle,
    pub device: DeviceHandle,
}

#[hook]
fn use_handles() -> Handles {
    use_context::<Handles>().expect("screens behind sign-in stand inside the app's providers")
}

/// The replica, for what the other hooks do not cover: new ids, `ask`, `subscribe`, `sync_now`, sign-out.
#[hook]
pub fn use_door() -> DoorHandle {
    use_handles().door
}

#[hook]
pub fn use_device() -> DeviceHandle {
    use_handles().device
}

/// Available before sign-in too.
#[hook]
pub fn use_surroundings() -> SurroundingsHandle {
    use_context::<SurroundingsHandle>().expect("the app provides its surroundings")
}
