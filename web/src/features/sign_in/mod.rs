//! Before anybody is here: what must be known first (install, another browser), then account and password.
mod form;
mod hints;
mod steps;
mod text;

use crate::components::{Button, ButtonKind};
use crate::ports::{Entered, Entrance, InstallHint, Resumed};
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

/// What was found before the sign-in, and is told there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Before {
    Nothing,
    /// Somebody used this device; her account stands in the form.
    Known {
        account: String,
    },
    /// The system cleared the storage.
    Cleared {
        unsent: u32,
        last_contact_ms: Option<u64>,
        spared: u32,
    },
    /// The device was revoked or reported lost.
    Wiped,
    NoStorage,
    Broken,
    /// Her copy is here, and the code that opens it is not yet.
    Unfetched,
}

impl Before {
    pub fn of(resumed: &Resumed) -> Self {
        match resumed {
            Resumed::Open(_) | Resumed::Nobody { last_account: None } => Before::Nothing,
            Resumed::Nobody { last_account: Some(account) } => Before::Known { account: account.clone() },
            Resumed::Cleared { unsent, last_contact_ms, spared } => {
                Before::Cleared { unsent: *unsent, last_contact_ms: *last_contact_ms, spared: *spared }
            }
            Resumed::NoStorage => Before::NoStorage,
            Resumed::Broken => Before::Broken,
            Resumed::Unfetched => Before::Unfetched,
        }
    }
}

#[derive(Properties, PartialEq)]
pub struct SignInProps {
    pub before: Before,
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
    let w = use_words::<Words>();
    let surroundings = use_surroundings();
    let anyway = use_state_eq(|| false);
    match props.before {
        Before::NoStorage => return html! { <hints::Stop title={w.no_storage()} why={w.no_storage_why()} /> },
        Before::Broken => return html! { <hints::Stop title={w.broken()} why={w.broken_why()} /> },
        Before::Unfetched => {
            // An installed app has no button of the browser's for it.
            let again = Callback::from(|_: MouseEvent| {
                // A page that cannot be loaded anew stays as it is.
                let _ = gloo::utils::window().location().reload();
            });
            return html! {
                <hints::Stop title={w.unfetched()} why={w.unfetched_why()}>
                    <Button kind={ButtonKind::Primary} block=true onclick={again}>{ w.try_again() }</Button>
                </hints::Stop>
            };
        }
        _ => {}
    }
    let first = matches!(surroundings.install_hint(), InstallHint::IosSteps | InstallHint::InApp);
    if first && !*anyway {
        let anyway = anyway.setter();
        return html! { <hints::InstallFirst go_on={Callback::from(move |()| anyway.set(true))} /> };
    }
    html! { <form::Form before={props.before.clone()} entrance={props.entrance.clone()} enter={props.enter.clone()} /> }
}

/// While the copy on this device is looked for. Shows its words only when that takes long.
#[component]
pub fn Opening() -> Html {
    let w = use_words::<Words>();
    html! { <main class="opening"><h1>{ w.app() }</h1><p role="status">{ w.opening() }</p></main> }
}
