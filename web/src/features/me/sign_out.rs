//! Signing out: says what becomes of unsent work before it asks, since signing in again needs the network.
use super::text::Words;
use crate::components::{Button, ButtonKind, Dialog};
use crate::state::{SessionAct, use_door, use_session, use_status, use_toasts};
use crate::words::use_words;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct SignOutProps {
    pub onclose: Callback<()>,
}

/// Signs out and says what stayed on the phone. The flag: at work.
#[hook]
pub fn use_sign_out() -> (bool, Callback<MouseEvent>) {
    let w = use_words::<Words>();
    let (door, session, toasts) = (use_door(), use_session(), use_toasts());
    let busy = use_state_eq(|| false);
    let out = {
        let busy = busy.setter();
        let session = session.dispatcher();
        Callback::from(move |_: MouseEvent| {
            busy.set(true);
            let (leaving, session, toasts) = (door.sign_out(), session.clone(), toasts.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let stayed = leaving.await;
                if stayed > 0 {
                    toasts.say(w.signed_out_with(stayed));
                } else {
                    toasts.say(w.signed_out());
                }
                session.dispatch(SessionAct::SignedOut);
            });
        })
    };
    (*busy, out)
}

#[component]
pub fn SignOut(props: &SignOutProps) -> Html {
    let w = use_words::<Words>();
    let status = use_status();
    let (busy, out) = use_sign_out();
    let text = if status.owed() > 0 { w.sign_out_unsent(status.owed()) } else { w.sign_out_all_sent().into() };
    let cancel = props.onclose.reform(|_: MouseEvent| ());
    let actions = html! {
        <>
            <Button disabled={busy} onclick={cancel}>{ w.cancel() }</Button>
            <Button kind={ButtonKind::Danger} {busy} onclick={out}>
                { if busy { w.signing_out() } else { w.sign_out() } }
            </Button>
        </>
    };
    html! { <Dialog title={w.sign_out()} {actions} onclose={props.onclose.clone()}><p>{ text }</p></Dialog> }
}
