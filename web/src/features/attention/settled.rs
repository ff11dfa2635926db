//! An item that was settled: what was chosen, and the way back.
use super::item::{ItemProps, label, title};
use super::text::Words;
use crate::components::{Button, ButtonKind, Row, dotted};
use crate::state::use_command;
use crate::words::{ValueWords, use_words};
use yew::prelude::*;

#[component]
pub fn SettledItem(props: &ItemProps) -> Html {
    let w = use_words::<Words>();
    let values = use_words::<ValueWords>();
    let commands = use_command();
    let item = &props.item;
    let waited = item.what == "waiting";
    let chosen = match item.resolved.as_str() {
        "mine" if waited => w.let_through(),
        _ if waited => w.not_let_through(),
        "mine" => w.chose_mine(),
        "both" => w.chose_both(),
        "again" => w.chose_again(),
        "same" => w.chose_same(),
        "theirs" if item.field != 0 => w.chose_theirs(),
        _ => w.chose_seen(),
    };
    let name = label(item, w);
    let reopen = item.reopen();
    let onclick = Callback::from(move |_: MouseEvent| commands.act(reopen.clone(), || ()));
    // What was handed in again is a change of its own by now; what waited was decided by others.
    let end = if waited || matches!(item.resolved.as_str(), "again" | "same") {
        Html::default()
    } else {
        html! { <Button kind={ButtonKind::Quiet} label={w.again_of(&name)} {onclick}>{ w.again() }</Button> }
    };
    let about = if waited {
        html! { w.waited() }
    } else if item.field == 0 {
        html! { title(item, w) }
    } else {
        html! { values.field_of(item.rec_kind, item.field) }
    };
    html! {
        <Row
            title={html! { name.clone() }}
            detail={dotted([about, html! { chosen }])}
            {end}
        />
    }
}
