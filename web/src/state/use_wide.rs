//! Whether there is room for a list and a detail side by side.
use gloo::events::EventListener;
use yew::prelude::*;

/// From 960 CSS pixels on (UX 2). Follows the window.
#[hook]
pub fn use_wide() -> bool {
    let query = use_memo((), |()| gloo::utils::window().match_media("(min-width: 960px)").ok().flatten());
    let wide = use_state_eq(|| query.as_ref().as_ref().is_some_and(|q| q.matches()));
    let setter = wide.setter();
    use_effect_with(query, move |query| {
        let listening = query.as_ref().clone().map(|query| {
            let now = query.clone();
            EventListener::new(&query, "change", move |_| setter.set(now.matches()))
        });
        move || drop(listening)
    });
    *wide
}
