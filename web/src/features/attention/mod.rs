//! Needs attention (待处理): what was refused, lost or waits; each item with what happened, both values, and the way on.
mod item;
mod settled;
mod text;

use crate::components::{Card, Empty, Icon, LinkRow, Page, SectionTitle, Skeleton};
use crate::routes::Route;
use crate::state::{use_now, use_query, use_query_if, use_status, use_who};
use crate::words::{HOUR_MS, use_format, use_words};
use crm_domain::history::Query;
use crm_domain::people::Role;
use crm_domain::waiting;
use text::Words;
use yew::prelude::*;

/// Unsent for longer than this is worth a word; before, it is what the street is like.
const TOO_LONG_MS: i64 = HOUR_MS;

#[component]
pub fn Attention() -> Html {
    let w = use_words::<Words>();
    let view = use_query(Query::Standing);
    let unsent = use_unsent();
    let desk = use_desk();
    let Some(view) = view else {
        return html! { <Page title={w.title()}><Skeleton rows=3 /></Page> };
    };
    let nothing = view.open.is_empty() && unsent == Html::default() && desk == Html::default();
    let note = if view.open.is_empty() {
        Html::default()
    } else {
        html! { w.items(view.open.len()) }
    };
    html! {
        <Page title={w.title()} {note}>
            if nothing { <Empty icon={Icon::Inbox} title={w.empty()} text={w.empty_why()} /> }
            { desk }
            <ul class="attention">
                { for view.open.iter().map(|item| {
                    let key = item.id.to_string();
                    html! { <li {key}><item::OpenItem item={item.clone()} /></li> }
                }) }
            </ul>
            { unsent }
            if !view.settled.is_empty() {
                <SectionTitle>{ w.settled() }</SectionTitle>
                <Card>
                    { for view.settled.iter().map(|item| {
                        let key = item.id.to_string();
                        html! { <settled::SettledItem {key} item={item.clone()} /> }
                    }) }
                </Card>
            }
        </Page>
    }
}

/// What waits for a lead's own decision, as far as it is held here.
#[hook]
fn use_desk() -> Html {
    let w = use_words::<Words>();
    let leads = use_who().role >= Role::Lead;
    let view = use_query_if(leads.then_some(waiting::Query::All));
    let open = view.map_or(0, |view| view.undecided().count());
    match open {
        0 => Html::default(),
        n => html! {
            <Card>
                <LinkRow to={Route::Waiting} icon={Icon::Hourglass} title={html! { w.to_decide(n) }} detail={html! { w.to_decide_why() }} />
            </Card>
        },
    }
}

/// What has been on this phone alone for too long; the sync page says more.
#[hook]
fn use_unsent() -> Html {
    let w = use_words::<Words>();
    let f = use_format();
    let status = use_status();
    let now = use_now(60_000);
    match status.oldest_unsent_ms.map(|ms| ms as i64).filter(|oldest| now - oldest > TOO_LONG_MS) {
        Some(oldest) if status.unsent > 0 => html! {
            <Card class="attention-unsent">
                <LinkRow
                    to={Route::Sync}
                    icon={Icon::Smartphone}
                    title={html! { w.unsent(status.unsent) }}
                    detail={html! { w.unsent_since(&f.when(oldest, now)) }}
                />
            </Card>
        },
        _ => Html::default(),
    }
}
