//! Chips: a choice at one tap.
use super::Icon;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct ChipsProps {
    /// Names the group for those who do not see it.
    pub label: AttrValue,
    /// One line that scrolls sideways, instead of wrapping.
    #[prop_or_default]
    pub scroll: bool,
    pub children: Html,
}

#[component]
pub fn Chips(props: &ChipsProps) -> Html {
    html! {
        <div class={classes!("chips", props.scroll.then_some("chips-scroll"))} role="group" aria-label={&props.label}>
            { props.children.clone() }
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub struct ChipProps {
    pub children: Html,
    #[prop_or_default]
    pub on: bool,
    pub onclick: Callback<MouseEvent>,
    /// Shows that a tap opens a choice.
    #[prop_or_default]
    pub opens: bool,
    /// Shows that a tap takes it away.
    #[prop_or_default]
    pub removable: bool,
    #[prop_or_default]
    pub icon: Option<Icon>,
    #[prop_or_default]
    pub label: Option<AttrValue>,
}

#[component]
pub fn Chip(props: &ChipProps) -> Html {
    html! {
        <button
            type="button"
            class={classes!("chip", props.on.then_some("chip-on"))}
            aria-pressed={(!props.opens).then(|| props.on.to_string())}
            aria-haspopup={props.opens.then_some("dialog")}
            aria-label={props.label.clone()}
            onclick={props.onclick.clone()}
        >
            if let Some(icon) = props.icon { { icon } }
            <span>{ props.children.clone() }</span>
            if props.opens { { Icon::ChevronDown } }
            if props.removable && props.on { { Icon::X } }
        </button>
    }
}
