//! Where toasts are shown and read out.
use super::Icon;
use crate::state::{Teller, ToastAct, Toasts};
use crate::words;
use crate::words::use_words;
use gloo::timers::callback::Timeout;
use yew::prelude::*;

words! {
    pub struct Words {
        undo => "撤销", "Undo";
        dismiss => "知道了", "OK";
    }
}

/// Long enough to read and to reach Undo.
const SHOWN_MS: u32 = 6_000;

#[derive(Properties, PartialEq)]
pub struct ToastShelfProps {
    pub toasts: Toasts,
    pub teller: Teller,
}

/// The live region stands there from the start, or what comes into it is not read out.
#[component]
pub fn ToastShelf(props: &ToastShelfProps) -> Html {
    let w = use_words::<Words>();
    let shown = props.toasts.shown.clone();
    {
        let teller = props.teller.clone();
        let ends = shown.as_ref().filter(|t| !t.failed).map(|t| t.id);
        use_effect_with(ends, move |ends| {
            let timer = ends.map(|id| Timeout::new(SHOWN_MS, move || teller.0.dispatch(ToastAct::End(id))));
            move || drop(timer)
        });
    }
    let body = shown.as_ref().map(|toast| {
        let id = toast.id;
        let end = props.teller.clone();
        let dismiss = Callback::from(move |_: MouseEvent| end.0.dispatch(ToastAct::End(id)));
        let undo = toast.undo.clone().map(|undo| {
            let end = props.teller.clone();
            Callback::from(move |_: MouseEvent| {
                end.0.dispatch(ToastAct::End(id));
                undo.emit(());
            })
        });
        html! {
            <div key={id} class={classes!("toast", toast.failed.then_some("toast-failed"))}>
                { if toast.failed { Icon::TriangleAlert } else { Icon::Check } }
                <span class="toast-text">{ &toast.text }</span>
                if let Some(onclick) = undo {
                    <button type="button" class="toast-btn" {onclick}>{ w.undo() }</button>
                } else if toast.failed {
                    <button type="button" class="toast-btn" onclick={dismiss}>{ w.dismiss() }</button>
                }
            </div>
        }
    });
    let (said, alarmed) = match &shown {
        Some(toast) if toast.failed => (None, body),
        _ => (body, None),
    };
    html! {
        <div class="toast-shelf">
            <div role="status">{ said }</div>
            <div role="alert">{ alarmed }</div>
        </div>
    }
}
