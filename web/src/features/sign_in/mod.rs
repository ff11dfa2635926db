//! Before anybody is here: what must be known first (install, another browser), then account and password.
mod form;
mod hints;
mod steps;
mod text;

use crate::ports::{Entered, Entrance, InstallHint, Keeping};
use crate::state::use_surroundings;
use crate::words::use_words;
use std::rc::Rc;
use text::Words;
use yew::prelude::*;

pub use hints::Install;

/// The way in, as a property: equal when it is the same one.
#[derive(Clone)]
pub struct EntranceHandle(pub Rc<dyn Entrance>);

impl PartialEq for EntranceHandle {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::addr_eq(Rc::as_ptr(&self.0), Rc::as_ptr(&other.0))
    }
}

#[derive(Properties, PartialEq)]
pub struct SignInProps {
    pub entrance: EntranceHandle,
    pub enter: Callback<Entered>,
}

impl PartialEq for Entered {
    fn eq(&self, other: &Self) -> bool {
        self.who == other.who && std::ptr::addr_eq(Rc::as_ptr(&self.door), Rc::as_ptr(&other.door))
    }
}

/// What cannot work stops before anything is typed; what had better be done first comes first.
#[component]
pub fn SignIn(props: &SignInProps) -> Html {
    let surroundings = use_surroundings();
    let anyway = use_state_eq(|| false);
    if surroundings.keeping() == Keeping::Impossible {
        return html! { <hints::NoStorage /> };
    }
    let first = matches!(surroundings.install_hint(), InstallHint::IosSteps | InstallHint::InApp);
    if first && !*anyway {
        let anyway = anyway.setter();
        return html! { <hints::InstallFirst go_on={Callback::from(move |()| anyway.set(true))} /> };
    }
    html! { <form::Form entrance={props.entrance.clone()} enter={props.enter.clone()} /> }
}

/// While the copy on this device is looked for. Shows its words only when that takes long.
#[component]
pub fn Opening() -> Html {
    let w = use_words::<Words>();
    html! { <main class="opening"><h1>{ w.app() }</h1><p role="status">{ w.opening() }</p></main> }
}
