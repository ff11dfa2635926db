//! The desk's keys on a screen of rows: `/` searches, `j` and `k` move, Enter opens (a row is a link), Esc clears.
use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, KeyboardEvent};
use yew::prelude::*;

/// Rows are the links that carry this attribute.
const ROW: &str = ".page [data-row]";

/// `search` is the screen's search box; `clear` empties it.
#[hook]
pub fn use_row_keys(search: NodeRef, clear: Callback<()>) {
    let newest = use_mut_ref(|| clear.clone());
    *newest.borrow_mut() = clear;
    use_effect_with((), move |()| {
        let options = EventListenerOptions::enable_prevent_default();
        let listening = EventListener::new_with_options(&gloo::utils::document(), "keydown", options, move |event| {
            let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
            let document = gloo::utils::document();
            let sheet_open = document.query_selector("dialog[open]").ok().flatten().is_some();
            if sheet_open || event.ctrl_key() || event.meta_key() || event.alt_key() || event.is_composing() {
                return;
            }
            let focused = document.active_element();
            let typing =
                focused.as_ref().is_some_and(|e| matches!(e.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"));
            let box_ = search.cast::<HtmlInputElement>();
            let in_search = box_.as_ref().is_some_and(|b| focused.as_ref() == Some(b.as_ref()));
            match event.key().as_str() {
                "/" if !typing => {
                    if let Some(input) = box_ {
                        event.prevent_default();
                        focus(&input);
                    }
                }
                "Escape" if in_search => {
                    newest.borrow().emit(());
                    step(None, 0);
                }
                "Enter" | "ArrowDown" if in_search => step(None, 0),
                "j" if !typing => step(focused, 1),
                "k" if !typing => step(focused, -1),
                _ => {}
            }
        });
        move || drop(listening)
    });
}

fn focus(element: &HtmlElement) {
    // What cannot take the focus leaves it where it was.
    let _ = element.focus();
}

/// Moves the focus to the row `by` places on; to the first where none has it.
fn step(focused: Option<Element>, by: i32) {
    let Ok(found) = gloo::utils::document().query_selector_all(ROW) else { return };
    let rows: Vec<HtmlElement> =
        (0..found.length()).filter_map(|i| found.item(i)?.dyn_into::<HtmlElement>().ok()).collect();
    let at = focused.and_then(|f| rows.iter().position(|row| *row.unchecked_ref::<Element>() == f));
    let next = match at {
        Some(at) => at.saturating_add_signed(by as isize).min(rows.len().saturating_sub(1)),
        None => 0,
    };
    if let Some(row) = rows.get(next) {
        focus(row);
        row.scroll_into_view_with_bool(false);
    }
}
