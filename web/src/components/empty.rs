//! What will be here, and the first step towards it.
use super::Icon;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct EmptyProps {
    pub icon: Icon,
    pub title: AttrValue,
    #[prop_or_default]
    pub text: AttrValue,
    /// The first step: a button or a link.
    #[prop_or_default]
    pub children: Html,
}

#[component]
pub fn Empty(props: &EmptyProps) -> Html {
    html! {
        <div class="empty">
            { props.icon }
            <p class="empty-title">{ &props.title }</p>
            if !props.text.is_empty() { <p>{ &props.text }</p> }
            { props.children.clone() }
        </div>
    }
}
