//! Sends what another phone of hers exported: for the day when that phone is broken.
use super::text::BringWords;
use crate::components::{Button, ButtonKind, Dialog, TextField};
use crate::state::{use_door, use_toasts};
use crate::words::{refusal, use_format, use_words};
use crm_replica::ports::{AskError, BringError};
use js_sys::Uint8Array;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, HtmlInputElement};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct BringProps {
    pub onclose: Callback<()>,
}

/// What keeps the file from being sent.
#[derive(Clone, Copy, PartialEq)]
enum Wrong {
    NoFile,
    Unreadable,
    Refused(BringError),
}

#[component]
pub fn Bring(props: &BringProps) -> Html {
    let w = use_words::<BringWords>();
    let f = use_format();
    let (door, toasts) = (use_door(), use_toasts());
    let input = use_node_ref();
    let chosen = use_state(|| None::<File>);
    let passphrase = use_state_eq(String::new);
    let wrong = use_state_eq(|| None::<Wrong>);
    let busy = use_state_eq(|| false);
    let pick = {
        let input = input.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(input) = input.cast::<HtmlInputElement>() {
                input.click();
            }
        })
    };
    let onchange = {
        let (chosen, wrong) = (chosen.setter(), wrong.setter());
        Callback::from(move |event: Event| {
            let files = event.target_dyn_into::<HtmlInputElement>().and_then(|input| input.files());
            wrong.set(None);
            chosen.set(files.and_then(|files| files.get(0)));
        })
    };
    // Leaving the browser's file chooser, or choosing the same file, is no wish to leave the dialog around it.
    let oncancel = Callback::from(|event: Event| event.stop_propagation());
    let send = {
        let (chosen, passphrase, wrong, busy) = (chosen.clone(), passphrase.clone(), wrong.setter(), busy.setter());
        let onclose = props.onclose.clone();
        Callback::from(move |_: MouseEvent| {
            let Some(file) = (*chosen).clone() else { return wrong.set(Some(Wrong::NoFile)) };
            busy.set(true);
            let (door, toasts, passphrase) = (door.clone(), toasts.clone(), (*passphrase).clone());
            let (wrong, busy, onclose) = (wrong.clone(), busy.clone(), onclose.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let done = match JsFuture::from(file.array_buffer()).await {
                    Ok(buffer) => {
                        let bytes = Uint8Array::new(&buffer).to_vec();
                        door.bring_unsent(bytes, &passphrase).await.map_err(Wrong::Refused)
                    }
                    Err(_) => Err(Wrong::Unreadable),
                };
                busy.set(false);
                match done {
                    Ok(brought) => {
                        toasts.say(w.brought(brought.ops, brought.held_back));
                        onclose.emit(());
                    }
                    Err(why) => wrong.set(Some(why)),
                }
            });
        })
    };
    let oninput = {
        let (passphrase, wrong) = (passphrase.setter(), wrong.setter());
        Callback::from(move |text: String| {
            wrong.set(None);
            passphrase.set(text);
        })
    };
    let of_file = match *wrong {
        Some(Wrong::NoFile) => Some(w.no_file()),
        Some(Wrong::Unreadable) => Some(w.unreadable()),
        Some(Wrong::Refused(BringError::NotOurs)) => Some(w.not_ours()),
        Some(Wrong::Refused(BringError::OtherPerson)) => Some(w.other_person()),
        Some(Wrong::Refused(BringError::Renamed)) => Some(w.renamed()),
        Some(Wrong::Refused(BringError::Ask(AskError::Refused(code)))) => Some(refusal(code, f.0)),
        Some(Wrong::Refused(BringError::Ask(_))) => Some(w.unreachable()),
        Some(Wrong::Refused(BringError::WrongPassphrase)) | None => None,
    };
    let of_passphrase = matches!(*wrong, Some(Wrong::Refused(BringError::WrongPassphrase)));
    let cancel = props.onclose.reform(|_: MouseEvent| ());
    let actions = html! {
        <>
            <Button disabled={*busy} onclick={cancel}>{ w.cancel() }</Button>
            <Button kind={ButtonKind::Primary} busy={*busy} onclick={send}>
                { if *busy { w.sending() } else { w.send() } }
            </Button>
        </>
    };
    html! {
        <Dialog title={w.title()} {actions} onclose={props.onclose.clone()}>
            <input ref={input} type="file" hidden=true accept=".unsent" aria-label={w.choose()} {onchange} {oncancel} />
            <div class="me-file">
                <Button block=true onclick={pick}>{ w.choose() }</Button>
                if let Some(file) = &*chosen { <p>{ file.name() }</p> }
                if let Some(words) = of_file { <p class="notice" role="alert">{ words }</p> }
            </div>
            <TextField
                id="passphrase-of-file"
                label={w.passphrase()}
                kind="password"
                autocomplete="off"
                value={(*passphrase).clone()}
                {oninput}
                error={of_passphrase.then(|| AttrValue::from(w.wrong_passphrase()))}
            />
        </Dialog>
    }
}
