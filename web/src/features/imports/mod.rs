//! Imports: a spreadsheet becomes customers.
mod text;

use crate::components::Page;
use crate::routes::Route;
use crate::words::use_words;
use text::Words;
use yew::prelude::*;

#[component]
pub fn Imports() -> Html {
    let w = use_words::<Words>();
    html! { <Page title={w.imports()} back={Route::Me}>{ w.imports() }</Page> }
}

#[component]
pub fn Import() -> Html {
    let w = use_words::<Words>();
    html! { <Page title={w.import()} back={Route::Customers}>{ w.import() }</Page> }
}
