//! Unsent work as a file, sealed with a passphrase: for a phone that is about to leave her hand.
use super::text::SyncWords;
use crate::components::{Button, ButtonKind, Dialog, TextField};
use crate::state::{use_device, use_door, use_surroundings, use_toasts};
use crate::words::{to_date_input, use_words};
use yew::prelude::*;

const SHORTEST: usize = 8;

#[derive(Properties, PartialEq)]
pub struct ExportProps {
    pub onclose: Callback<()>,
}

#[derive(Clone, Copy, PartialEq)]
enum Wrong {
    Short,
    Differs,
}

#[component]
pub fn Export(props: &ExportProps) -> Html {
    let w = use_words::<SyncWords>();
    let (door, device, surroundings, toasts) = (use_door(), use_device(), use_surroundings(), use_toasts());
    let passphrase = use_state_eq(String::new);
    let again = use_state_eq(String::new);
    let wrong = use_state_eq(|| None::<Wrong>);
    let busy = use_state_eq(|| false);
    let make = {
        let (passphrase, again, wrong, busy) = (passphrase.clone(), again.clone(), wrong.setter(), busy.setter());
        let onclose = props.onclose.clone();
        Callback::from(move |_: MouseEvent| {
            if passphrase.chars().count() < SHORTEST {
                return wrong.set(Some(Wrong::Short));
            }
            if *passphrase != *again {
                return wrong.set(Some(Wrong::Differs));
            }
            busy.set(true);
            let name = format!("zoufang-{}.unsent", to_date_input(device.now_ms() as i64));
            let making = door.export_unsent(&passphrase);
            let (surroundings, toasts, onclose) = (surroundings.clone(), toasts.clone(), onclose.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let file = making.await;
                let given = file.is_some_and(|file| surroundings.give_file(&name, "application/octet-stream", file));
                if given {
                    toasts.say(w.exported(&name))
                } else {
                    toasts.fail(w.not_exported())
                }
                onclose.emit(());
            });
        })
    };
    let typed = |value: UseStateSetter<String>| {
        let wrong = wrong.setter();
        Callback::from(move |text: String| {
            wrong.set(None);
            value.set(text);
        })
    };
    let error =
        |which: Wrong, words: &'static str| wrong.filter(|found| *found == which).map(|_| AttrValue::from(words));
    let cancel = props.onclose.reform(|_: MouseEvent| ());
    let actions = html! {
        <>
            <Button disabled={*busy} onclick={cancel}>{ w.cancel() }</Button>
            <Button kind={ButtonKind::Primary} busy={*busy} onclick={make}>
                { if *busy { w.making() } else { w.make_file() } }
            </Button>
        </>
    };
    html! {
        <Dialog title={w.export_title()} {actions} onclose={props.onclose.clone()}>
            <TextField
                id="passphrase"
                label={w.passphrase()}
                kind="password"
                autocomplete="new-password"
                hint={AttrValue::from(w.passphrase_hint())}
                value={(*passphrase).clone()}
                oninput={typed(passphrase.setter())}
                error={error(Wrong::Short, w.passphrase_short())}
            />
            <TextField
                id="passphrase-again"
                label={w.passphrase_again()}
                kind="password"
                autocomplete="new-password"
                value={(*again).clone()}
                oninput={typed(again.setter())}
                error={error(Wrong::Differs, w.passphrase_differs())}
            />
        </Dialog>
    }
}
