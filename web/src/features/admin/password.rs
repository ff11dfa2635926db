//! Passwords: set at the server, never kept as a record.
use super::text::Words;
use crate::components::{Button, TextField};
use crate::state::{DoorHandle, use_door, use_session, use_toasts};
use crate::words::{Locale, refusal, use_words};
use crm_domain::ids::Uuid;
use crm_replica::ports::{AskError, RefusalCode};
use gloo::timers::future::TimeoutFuture;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// The server's own limit.
pub const SHORTEST: usize = 8;

/// How long a new person may take to reach the server.
const TRIES: u32 = 20;
const BETWEEN_MS: u32 = 500;

/// Sets the password of somebody who may be on the way to the server still.
pub async fn set_once_known(door: &DoorHandle, person: Uuid, password: String) -> Result<(), AskError> {
    door.sync_now();
    let mut tries = 0;
    loop {
        match door.set_password(person, password.clone(), None).await {
            Err(AskError::Refused(RefusalCode::NotFound)) if tries < TRIES => tries += 1,
            done => return done,
        }
        TimeoutFuture::new(BETWEEN_MS).await;
    }
}

pub fn why_not(error: AskError, w: Words, locale: Locale) -> AttrValue {
    match error {
        AskError::Refused(code) => refusal(code, locale).into(),
        AskError::Unreachable | AskError::Malformed => w.unreachable().into(),
    }
}

#[derive(Properties, PartialEq)]
pub struct PasswordProps {
    pub person: Uuid,
}

/// A field and a button: sets somebody else's password.
#[component]
pub fn Password(props: &PasswordProps) -> Html {
    let w = use_words::<Words>();
    let locale = use_session().locale;
    let (door, toasts) = (use_door(), use_toasts());
    let open = use_state_eq(|| false);
    let value = use_state_eq(String::new);
    let wrong = use_state_eq(|| None::<AttrValue>);
    let busy = use_state_eq(|| false);
    if !*open {
        let open = open.setter();
        return html! { <Button onclick={Callback::from(move |_: MouseEvent| open.set(true))}>{ w.set_password() }</Button> };
    }
    let onsubmit = {
        let (value, wrong, busy, open) = (value.clone(), wrong.setter(), busy.setter(), open.setter());
        let person = props.person;
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let password = (*value).clone();
            if password.len() < SHORTEST {
                return wrong.set(Some(w.password_short().into()));
            }
            let (door, toasts, wrong, busy, open) =
                (door.clone(), toasts.clone(), wrong.clone(), busy.clone(), open.clone());
            let value = value.setter();
            busy.set(true);
            spawn_local(async move {
                match set_once_known(&door, person, password).await {
                    Ok(()) => {
                        toasts.say(w.password_set());
                        value.set(String::new());
                        open.set(false);
                    }
                    Err(error) => wrong.set(Some(why_not(error, w, locale))),
                }
                busy.set(false);
            });
        })
    };
    let oninput = {
        let (value, wrong) = (value.setter(), wrong.setter());
        Callback::from(move |typed: String| {
            wrong.set(None);
            value.set(typed);
        })
    };
    html! {
        <form class="admin-password" {onsubmit}>
            <TextField
                id="admin-new-password"
                label={w.new_password()}
                hint={w.password_hint()}
                value={(*value).clone()}
                {oninput}
                error={(*wrong).clone()}
                autocomplete="new-password"
                required=true
            />
            <div class="admin-pad"><Button submit=true block=true busy={*busy}>{ w.set_password() }</Button></div>
        </form>
    }
}
