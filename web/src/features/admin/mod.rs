//! Administration: people, grids, devices.
mod text;

use crate::components::Page;
use crate::routes::Route;
use crate::words::use_words;
use text::Words;
use yew::prelude::*;

#[component]
pub fn People() -> Html {
    let w = use_words::<Words>();
    html! { <Page title={w.people()} back={Route::Me}>{ w.people() }</Page> }
}

#[component]
pub fn Grids() -> Html {
    let w = use_words::<Words>();
    html! { <Page title={w.grids()} back={Route::Me}>{ w.grids() }</Page> }
}

#[component]
pub fn Devices() -> Html {
    let w = use_words::<Words>();
    html! { <Page title={w.devices()} back={Route::Me}>{ w.devices() }</Page> }
}
