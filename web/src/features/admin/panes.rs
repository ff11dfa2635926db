//! The frame of the three screens: a list with a search box, and what is open of it: beside it on a wide screen, over it
//! on a phone.
use super::text::Words;
use crate::components::{Button, ButtonKind, Empty, HalfScreen, Icon, Page};
use crate::routes::Route;
use crate::state::{use_who, use_wide};
use crate::words::use_words;
use crm_domain::people::Role;
use web_sys::HtmlInputElement;
use yew::prelude::*;
use yew_router::prelude::*;

#[derive(Properties, PartialEq)]
pub struct PanesProps {
    pub route: Route,
    pub title: AttrValue,
    #[prop_or_default]
    pub note: AttrValue,
    pub search: AttrValue,
    pub hint: AttrValue,
    pub text: AttrValue,
    pub ontext: Callback<String>,
    /// The words of the button that makes a new one, for those who may.
    #[prop_or_default]
    pub new: Option<AttrValue>,
    #[prop_or_default]
    pub onnew: Callback<()>,
    /// What is open, under its name.
    #[prop_or_default]
    pub open: Option<(AttrValue, Html)>,
    #[prop_or_default]
    pub onclose: Callback<()>,
    /// Whether anything can be opened beside the list.
    #[prop_or(true)]
    pub opens: bool,
    pub children: Html,
}

#[component]
pub fn Panes(props: &PanesProps) -> Html {
    let w = use_words::<Words>();
    let wide = use_wide();
    let typed = props.ontext.clone();
    let oninput = Callback::from(move |event: InputEvent| {
        if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
            typed.emit(input.value());
        }
    });
    let top = html! {
        <div class="admin-top">
            <Places route={props.route.clone()} />
            <div class="admin-search">
                <input
                    class="weui-input field-input"
                    type="search"
                    aria-label={&props.search}
                    placeholder={&props.hint}
                    autocomplete="off"
                    enterkeyhint="search"
                    value={&props.text}
                    {oninput}
                />
                if let Some(new) = &props.new {
                    <Button kind={ButtonKind::Primary} icon={Icon::Plus} onclick={props.onnew.reform(|_: MouseEvent| ())}>{ new }</Button>
                }
            </div>
        </div>
    };
    let beside = wide && props.opens;
    html! {
        <Page title={&props.title} note={html! { &props.note }} back={Route::Me} {top} still={beside}>
            if beside {
                <div class="admin-panes wide">
                    <div class="admin-list">{ props.children.clone() }</div>
                    if let Some((name, body)) = &props.open {
                        <section class="admin-open" aria-label={name}>
                            <div class="admin-open-head">
                                <h2>{ name }</h2>
                                <button type="button" class="icon-btn" aria-label={w.close()} onclick={props.onclose.reform(|_: MouseEvent| ())}>
                                    { Icon::X }
                                </button>
                            </div>
                            { body.clone() }
                        </section>
                    } else {
                        <div class="admin-open admin-none"><Empty icon={Icon::ListFilter} title={w.choose_one()} /></div>
                    }
                </div>
            } else {
                { props.children.clone() }
                if let Some((name, body)) = &props.open {
                    <HalfScreen title={name} close={w.close()} onclose={props.onclose.clone()}>{ body.clone() }</HalfScreen>
                }
            }
        </Page>
    }
}

#[derive(Properties, PartialEq)]
struct PlacesProps {
    route: Route,
}

/// The three places of administration; others than administrators have the grids alone.
#[component]
fn Places(props: &PlacesProps) -> Html {
    let w = use_words::<Words>();
    let navigator = use_navigator().expect("screens stand inside the router");
    if use_who().role != Role::Administrator {
        return Html::default();
    }
    let places = [(Route::People, w.people()), (Route::Devices, w.devices()), (Route::Grids, w.grids())];
    html! {
        <nav class="admin-places" aria-label={w.administration()}>
            { for places.into_iter().map(|(route, name)| {
                let current = (route == props.route).then_some("page");
                let href = route.to_path();
                let navigator = navigator.clone();
                let onclick = Callback::from(move |event: MouseEvent| {
                    if !(event.meta_key() || event.ctrl_key() || event.shift_key()) {
                        event.prevent_default();
                        navigator.replace(&route);
                    }
                });
                html! { <a {href} aria-current={current} {onclick}>{ name }</a> }
            }) }
        </nav>
    }
}

#[derive(Properties, PartialEq)]
pub struct LineProps {
    pub title: Html,
    #[prop_or_default]
    pub detail: Html,
    #[prop_or_default]
    pub end: Html,
    #[prop_or_default]
    pub on: bool,
    pub onclick: Callback<MouseEvent>,
}

/// A row that opens its record.
#[component]
pub fn Line(props: &LineProps) -> Html {
    html! {
        <button type="button" class={classes!("row", "row-link", "row-button", "admin-line", props.on.then_some("admin-on"))} aria-pressed={props.on.to_string()} onclick={props.onclick.clone()}>
            <span class="row-text">
                <span class="row-title">{ props.title.clone() }</span>
                if props.detail != Html::default() { <span class="row-detail">{ props.detail.clone() }</span> }
            </span>
            { props.end.clone() }
            <span class="row-arrow">{ Icon::ChevronRight }</span>
        </button>
    }
}

/// Whether every word of `text` is somewhere in `all`, case aside.
pub fn has_all(all: &str, text: &str) -> bool {
    let all = all.to_lowercase();
    text.split_whitespace().all(|word| all.contains(&word.to_lowercase()))
}
