//! Needs attention (待处理).
mod text;

use crate::components::Page;
use crate::words::use_words;
use text::Words;
use yew::prelude::*;

#[component]
pub fn Attention() -> Html {
    let w = use_words::<Words>();
    html! { <Page title={w.title()}>{ w.title() }</Page> }
}
