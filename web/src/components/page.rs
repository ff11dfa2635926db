//! The frame of a screen: header with title, Back and sync state; the part that scrolls; what stays at the foot.
use super::{Icon, SyncChip};
use crate::routes::Route;
use crate::state::KeptPlaces;
use crate::words;
use crate::words::use_words;
use yew::prelude::*;
use yew_router::prelude::*;

words! {
    pub struct Words {
        back => "返回", "Back";
    }
}

/// How many screens were opened since the app started; on the first one Back has nowhere to go.
pub const SCREENS: &str = "screens-opened";

#[derive(Properties, PartialEq)]
pub struct BackButtonProps {
    /// Where to go when there is nothing to go back to.
    pub up: Route,
}

/// Back is the browser's back.
#[component]
pub fn BackButton(props: &BackButtonProps) -> Html {
    let w = use_words::<Words>();
    let places = use_context::<KeptPlaces>();
    let navigator = use_navigator();
    let up = props.up.clone();
    let onclick = Callback::from(move |_: MouseEvent| {
        let Some(navigator) = &navigator else { return };
        let opened = places.as_ref().and_then(|p| p.get::<u32>(SCREENS)).unwrap_or(0);
        if opened > 1 { navigator.back() } else { navigator.replace(&up) }
    });
    html! {
        <button type="button" class="icon-btn page-back" aria-label={w.back()} {onclick}>{ Icon::ChevronLeft }</button>
    }
}

#[derive(Properties, PartialEq)]
pub struct PageProps {
    pub title: AttrValue,
    /// Beside the title, smaller.
    #[prop_or_default]
    pub note: Html,
    /// Shows Back, which leads here when the screen was opened by its address.
    #[prop_or_default]
    pub back: Option<Route>,
    /// At the end of the header; the sync state where nothing else is given.
    #[prop_or_default]
    pub aside: Option<Html>,
    /// Below the header, does not scroll: a search box, chips.
    #[prop_or_default]
    pub top: Html,
    /// Stays in sight at the foot: the screen's main button.
    #[prop_or_default]
    pub foot: Html,
    /// The body does not scroll itself because a list in it does.
    #[prop_or_default]
    pub still: bool,
    /// Stands beside another page on a wide screen, whose `<main>` is the other one.
    #[prop_or_default]
    pub beside: bool,
    #[prop_or_default]
    pub class: Classes,
    pub children: Html,
}

#[component]
pub fn Page(props: &PageProps) -> Html {
    let class = classes!("page", props.class.clone());
    let inside = html! {
        <>
            <header class="page-head">
                if let Some(up) = props.back.clone() { <BackButton {up} /> }
                <h1 class="page-title" tabindex="-1">{ &props.title }</h1>
                if props.note != Html::default() { <span class="page-note">{ props.note.clone() }</span> }
                <div class="page-aside">
                    if let Some(aside) = &props.aside { { aside.clone() } } else { <SyncChip /> }
                </div>
            </header>
            { props.top.clone() }
            // What scrolls must be reached by keyboard even where nothing in it can be.
            <div class={classes!("page-body", props.still.then_some("page-still"))} tabindex={(!props.still).then_some("0")}>
                { props.children.clone() }
            </div>
            if props.foot != Html::default() { <footer class="page-foot">{ props.foot.clone() }</footer> }
        </>
    };
    if props.beside {
        html! { <section {class} aria-label={&props.title}>{ inside }</section> }
    } else {
        html! { <main {class}>{ inside }</main> }
    }
}
