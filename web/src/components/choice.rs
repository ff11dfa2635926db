//! A list of choices from below: WeUI's actionsheet.
use super::HalfScreen;
use super::Icon;
use yew::prelude::*;

#[derive(Clone, PartialEq)]
pub struct Choice {
    pub text: AttrValue,
    pub on: bool,
    pub choose: Callback<()>,
}

#[derive(Properties, PartialEq)]
pub struct ActionSheetProps {
    pub title: AttrValue,
    pub close: AttrValue,
    pub choices: Vec<Choice>,
    pub onclose: Callback<()>,
}

/// Choosing closes it.
#[component]
pub fn ActionSheet(props: &ActionSheetProps) -> Html {
    let choices = props.choices.iter().map(|choice| {
        let (choose, close) = (choice.choose.clone(), props.onclose.clone());
        let onclick = Callback::from(move |_: MouseEvent| {
            choose.emit(());
            close.emit(());
        });
        html! {
            <li>
                <button type="button" class="choice" aria-pressed={choice.on.to_string()} {onclick}>
                    <span>{ &choice.text }</span>
                    if choice.on { { Icon::Check } }
                </button>
            </li>
        }
    });
    html! {
        <HalfScreen title={props.title.clone()} close={props.close.clone()} onclose={props.onclose.clone()}>
            <ul class="choices">{ for choices }</ul>
        </HalfScreen>
    }
}
