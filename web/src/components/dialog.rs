//! Dialogs on the browser's own `<dialog>`: it holds the focus, Esc closes it, and the focus goes back where it was.
use super::Icon;
use wasm_bindgen::JsCast;
use yew::prelude::*;

/// Opens the element as a modal while the component lives; afterwards the focus returns.
#[hook]
fn use_modal(node: NodeRef) {
    use_effect_with((), move |()| {
        let before = gloo::utils::document().active_element().and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok());
        let dialog = node.cast::<web_sys::HtmlDialogElement>();
        if let Some(dialog) = &dialog
            && !dialog.open()
        {
            // Fails only for a dialog that is open already or not in the page.
            let shown = dialog.show_modal();
            debug_assert!(shown.is_ok());
        }
        move || {
            // While it is open everything else is inert and takes no focus.
            if let Some(dialog) = dialog {
                dialog.close();
            }
            if let Some(before) = before {
                // What had the focus may be gone by now; then the page has it.
                let _ = before.focus();
            }
        }
    });
}

/// A tap on the backdrop reaches the dialog element itself.
fn on_backdrop(close: Callback<()>) -> Callback<MouseEvent> {
    Callback::from(move |event: MouseEvent| {
        if event.target().as_ref() == event.current_target().as_ref() {
            close.emit(());
        }
    })
}

fn on_cancel(close: Callback<()>) -> Callback<Event> {
    Callback::from(move |event: Event| {
        event.prevent_default();
        close.emit(());
    })
}

#[derive(Properties, PartialEq)]
pub struct DialogProps {
    pub title: AttrValue,
    /// What it is about, in sentences.
    pub children: Html,
    /// The buttons; the safest first.
    pub actions: Html,
    pub onclose: Callback<()>,
}

/// A question in the middle of the screen. Only what cannot be undone asks.
#[component]
pub fn Dialog(props: &DialogProps) -> Html {
    let node = use_node_ref();
    use_modal(node.clone());
    html! {
        <dialog ref={node} class="modal modal-middle" aria-label={&props.title} oncancel={on_cancel(props.onclose.clone())}>
            <div class="weui-dialog modal-box">
                <div class="weui-dialog__hd"><h2 class="weui-dialog__title">{ &props.title }</h2></div>
                <div class="weui-dialog__bd">{ props.children.clone() }</div>
                <div class="modal-actions">{ props.actions.clone() }</div>
            </div>
        </dialog>
    }
}

#[derive(Properties, PartialEq)]
pub struct HalfScreenProps {
    pub title: AttrValue,
    /// The accessible name of the closing cross.
    pub close: AttrValue,
    pub children: Html,
    /// Stays in sight at the foot.
    #[prop_or_default]
    pub foot: Html,
    pub onclose: Callback<()>,
}

/// A sheet from below: choices, short forms.
#[component]
pub fn HalfScreen(props: &HalfScreenProps) -> Html {
    let node = use_node_ref();
    use_modal(node.clone());
    let close = props.onclose.clone();
    html! {
        <dialog
            ref={node}
            class="modal modal-below"
            aria-label={&props.title}
            onclick={on_backdrop(close.clone())}
            oncancel={on_cancel(close.clone())}
        >
            <div class="weui-half-screen-dialog modal-box sheet">
                <div class="sheet-head">
                    <h2>{ &props.title }</h2>
                    <button type="button" class="icon-btn" aria-label={&props.close} onclick={close.reform(|_: MouseEvent| ())}>
                        { Icon::X }
                    </button>
                </div>
                <div class="sheet-body">{ props.children.clone() }</div>
                if props.foot != Html::default() { <div class="sheet-foot">{ props.foot.clone() }</div> }
            </div>
        </dialog>
    }
}

#[derive(Properties, PartialEq)]
pub struct WholeScreenProps {
    pub title: AttrValue,
    /// The accessible name of the closing cross.
    pub close: AttrValue,
    pub children: Html,
    pub onclose: Callback<()>,
}

/// Takes all of the screen, to look at one thing.
#[component]
pub fn WholeScreen(props: &WholeScreenProps) -> Html {
    let node = use_node_ref();
    use_modal(node.clone());
    let close = props.onclose.clone();
    html! {
        <dialog ref={node} class="modal modal-whole" aria-label={&props.title} oncancel={on_cancel(close.clone())}>
            <div class="whole-head">
                <h2>{ &props.title }</h2>
                <button type="button" class="icon-btn" aria-label={&props.close} onclick={close.reform(|_: MouseEvent| ())}>
                    { Icon::X }
                </button>
            </div>
            <div class="whole-body">{ props.children.clone() }</div>
        </dialog>
    }
}
