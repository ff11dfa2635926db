//! How far an item has come: a shape and a word.
use crate::words::{StateWords, mark_of, use_words};
use crm_domain::row::State;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct StateMarkProps {
    pub state: State,
}

/// Confirmed and backed up are the rule: where rows are many, only the exceptions are marked.
pub fn exception_mark(state: State) -> Html {
    match state {
        State::Confirmed | State::BackedUp => Html::default(),
        _ => html! { <StateMark {state} /> },
    }
}

#[component]
pub fn StateMark(props: &StateMarkProps) -> Html {
    let w = use_words::<StateWords>();
    let tone = match props.state {
        State::OnPhone | State::Sent | State::Waiting => "state-open",
        State::Confirmed | State::BackedUp => "state-held",
        State::Refused => "state-refused",
    };
    html! { <span class={classes!("state", tone)}>{ mark_of(props.state) }<span>{ w.of(props.state) }</span></span> }
}
