//! Says that the server's answer is missing, what stands there instead, and asks again at a tap.
use super::{Button, Icon};
use crate::state::use_session;
use crate::words;
use crate::words::{refusal, use_words};
use crm_replica::ports::AskError;
use yew::prelude::*;

words! {
    pub struct Words {
        refused => "服务器没有回答这个问题：", "The server did not answer: ";
        again => "再试一次", "Try again";
    }
}

#[derive(Properties, PartialEq)]
pub struct AwayProps {
    /// None: the answer is there.
    pub why: Option<AskError>,
    /// What stands there while the server is out of reach.
    pub local: AttrValue,
    pub again: Callback<()>,
}

#[component]
pub fn Away(props: &AwayProps) -> Html {
    let w = use_words::<Words>();
    let locale = use_session().locale;
    let said = match props.why {
        None => return Html::default(),
        Some(AskError::Refused(code)) => format!("{}{}", w.refused(), refusal(code, locale)).into(),
        Some(AskError::Unreachable | AskError::Malformed) => props.local.clone(),
    };
    html! {
        <div class="notice notice-line" role="status">
            { Icon::CloudOff }
            <span>{ said }</span>
            <Button onclick={props.again.reform(|_: MouseEvent| ())}>{ w.again() }</Button>
        </div>
    }
}
