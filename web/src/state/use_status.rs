//! How far this copy and the server are apart.
use super::use_door;
use crm_replica::ports::Status;
use std::rc::Rc;
use yew::prelude::*;

/// Whether the first download is still under way: what is empty now may not stay so.
#[hook]
pub fn use_coming() -> bool {
    use_status().is_coming()
}

#[hook]
pub fn use_status() -> Rc<Status> {
    let door = use_door();
    let status = use_state_eq(|| Rc::new(Status::default()));
    let setter = status.setter();
    use_effect_with(door, move |door| {
        let watching = door.status(Box::new(move |status| setter.set(Rc::new(status))));
        move || drop(watching)
    });
    (*status).clone()
}
