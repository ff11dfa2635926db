//! Dialling: the tap is recorded, then the number is shown and dialled.
use super::text::Words;
use crate::components::{Button, ButtonKind, Icon};
use crate::state::{DoorHandle, use_command, use_door, use_toasts};
use crate::words::use_words;
use crm_domain::customers::{Query, View};
use crm_domain::ids::Uuid;
use crm_domain::privacy::Command;
use crm_replica::ports::Subscription;
use std::cell::RefCell;
use std::rc::Rc;
use yew::prelude::*;

/// Asks once. The answer may come at once or later; the watch ends with it.
pub fn once(door: &DoorHandle, query: Query, answer: impl FnOnce(View) + 'static) {
    let answer = RefCell::new(Some(answer));
    let watching: Rc<RefCell<Option<Subscription>>> = Rc::default();
    let ending = watching.clone();
    let subscription = door.watch(
        query.into(),
        Box::new(move |view| {
            let Some(answer) = answer.take() else { return };
            if let Ok(view) = view.try_into() {
                answer(view);
            }
            // Ended after this call, not within it: the callback is not dropped under its own feet.
            let ended = ending.clone();
            wasm_bindgen_futures::spawn_local(async move { drop(ended.take()) });
        }),
    );
    *watching.borrow_mut() = Some(subscription);
}

#[derive(Properties, PartialEq)]
pub struct CallButtonProps {
    pub customer: Uuid,
    pub name: AttrValue,
    /// On the customer's own page: the whole name of the button, filled.
    #[prop_or_default]
    pub whole: bool,
    /// Told the number once it may be shown.
    #[prop_or_default]
    pub onshown: Callback<AttrValue>,
}

#[component]
pub fn CallButton(props: &CallButtonProps) -> Html {
    let w = use_words::<Words>();
    let (door, commands, toasts) = (use_door(), use_command(), use_toasts());
    let onclick = {
        let (customer, shown) = (props.customer, props.onshown.clone());
        Callback::from(move |_: MouseEvent| {
            let (door, toasts, shown) = (door.clone(), toasts.clone(), shown.clone());
            commands.act(Command::RevealPhone { customer }, move || {
                once(&door, Query::Detail { customer }, move |view| {
                    if let View::Detail(Some(detail)) = view {
                        toasts.say(w.called(&detail.phone));
                        dial(&detail.phone);
                        shown.emit(detail.phone.into());
                    }
                });
            });
        })
    };
    if props.whole {
        return html! { <Button kind={ButtonKind::Plain} icon={Icon::Phone} {onclick}>{ w.call() }</Button> };
    }
    html! { <Button label={w.call_name(&props.name)} {onclick}>{ w.call_short() }</Button> }
}

/// Hands the number to the phone; where nothing dials, the browser says so itself.
fn dial(phone: &str) {
    let digits: String = phone.chars().filter(|c| c.is_ascii_digit() || "+*#,".contains(*c)).collect();
    let gone = gloo::utils::window().location().set_href(&format!("tel:{digits}"));
    debug_assert!(gone.is_ok());
}
