//! Which record is open beside the list: it stands in the address, so Back closes it and a reload finds it.
use crate::routes::Route;
use crm_domain::ids::Uuid;
use std::collections::HashMap;
use yew::prelude::*;
use yew_router::prelude::*;

/// What is open beside a list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Open {
    Nothing,
    New,
    One(Uuid),
}

#[derive(Clone, PartialEq)]
pub struct Chosen {
    pub open: Open,
    pub set: Callback<Open>,
}

const NEW: &str = "new";

#[hook]
pub fn use_chosen(route: Route) -> Chosen {
    let navigator = use_navigator().expect("screens stand inside the router");
    let query = use_location().and_then(|l| l.query::<HashMap<String, String>>().ok()).unwrap_or_default();
    let open = match query.get("open").map(String::as_str) {
        None => Open::Nothing,
        Some(NEW) => Open::New,
        Some(id) => id.parse().map_or(Open::Nothing, Open::One),
    };
    let set = Callback::from(move |next: Open| {
        let word = match next {
            Open::Nothing => return navigator.replace(&route),
            Open::New => NEW.to_owned(),
            Open::One(id) => id.to_string(),
        };
        let query = HashMap::from([("open", word)]);
        // From one record to the next is not a step of its own: Back leaves the list at once.
        let went = match open {
            Open::Nothing => navigator.push_with_query(&route, &query),
            _ => navigator.replace_with_query(&route, &query),
        };
        if went.is_err() {
            navigator.push(&route);
        }
    });
    Chosen { open, set }
}
