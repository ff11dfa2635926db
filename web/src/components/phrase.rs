//! Small pieces of markup that many rows share.
use crate::routes::Route;
use yew::prelude::*;
use yew_router::prelude::*;

/// Facts of a second line, joined by dots; empty ones are left out.
pub fn dotted(facts: impl IntoIterator<Item = Html>) -> Html {
    let mut line = Vec::new();
    for fact in facts {
        let empty = matches!(&fact, Html::VText(text) if text.text.is_empty()) || fact == Html::default();
        if empty {
            continue;
        }
        if !line.is_empty() {
            line.push(html! { <span class="dot-between" aria-hidden="true">{ " · " }</span> });
        }
        line.push(fact);
    }
    line.into_iter().collect()
}

/// A callback that opens a screen.
pub fn go<E>(navigator: &Navigator, route: Route) -> Callback<E> {
    let navigator = navigator.clone();
    Callback::from(move |_| navigator.push(&route))
}
