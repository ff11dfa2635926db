//! Me (我的): sync, privacy, settings.
mod text;

use crate::components::Page;
use crate::routes::Route;
use crate::words::use_words;
use text::Words;
use yew::prelude::*;

#[component]
pub fn Me() -> Html {
    let w = use_words::<Words>();
    html! { <Page title={w.me()}>{ w.me() }</Page> }
}

#[component]
pub fn Sync() -> Html {
    let w = use_words::<Words>();
    html! { <Page title={w.sync()} back={Route::Me}>{ w.sync() }</Page> }
}

#[component]
pub fn Privacy() -> Html {
    let w = use_words::<Words>();
    html! { <Page title={w.privacy()} back={Route::Me}>{ w.privacy() }</Page> }
}

#[component]
pub fn Settings() -> Html {
    let w = use_words::<Words>();
    html! { <Page title={w.settings()} back={Route::Me}>{ w.settings() }</Page> }
}
