//! WeUI's button on our greens.
use super::Icon;
use yew::prelude::*;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The one thing to do on the screen.
    Primary,
    #[default]
    Plain,
    /// Cannot be undone.
    Danger,
    /// Text alone, in the colour of links.
    Quiet,
}

impl ButtonKind {
    fn classes(self) -> &'static str {
        match self {
            ButtonKind::Primary => "weui-btn weui-btn_primary btn",
            ButtonKind::Plain => "weui-btn weui-btn_default btn",
            ButtonKind::Danger => "weui-btn weui-btn_warn btn",
            ButtonKind::Quiet => "btn btn-quiet",
        }
    }
}

#[derive(Properties, PartialEq)]
pub struct ButtonProps {
    #[prop_or_default]
    pub kind: ButtonKind,
    #[prop_or_default]
    pub icon: Option<Icon>,
    /// The visible words; without them `label` is needed.
    #[prop_or_default]
    pub children: Html,
    /// The accessible name, where it says more than the words.
    #[prop_or_default]
    pub label: Option<AttrValue>,
    #[prop_or_default]
    pub onclick: Callback<MouseEvent>,
    /// Submits the form around it.
    #[prop_or_default]
    pub submit: bool,
    /// Full width and taller.
    #[prop_or_default]
    pub block: bool,
    /// At work: cannot be pressed again.
    #[prop_or_default]
    pub busy: bool,
    #[prop_or_default]
    pub disabled: bool,
    #[prop_or_default]
    pub class: Classes,
}

#[component]
pub fn Button(props: &ButtonProps) -> Html {
    let class = classes!(props.kind.classes(), props.block.then_some("btn-block"), props.class.clone());
    html! {
        <button
            type={if props.submit { "submit" } else { "button" }}
            {class}
            aria-label={props.label.clone()}
            aria-busy={props.busy.then_some("true")}
            disabled={props.disabled || props.busy}
            onclick={props.onclick.clone()}
        >
            if let Some(icon) = props.icon { { icon } }
            if props.children != Html::default() { <span>{ props.children.clone() }</span> }
        </button>
    }
}
