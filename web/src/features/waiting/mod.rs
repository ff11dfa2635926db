//! What waits at the server for somebody's decision: leads see their grids' desks, offline too; supervisors and
//! administrators ask the server for all of theirs.
mod item;
mod text;

use crate::components::{Away, Card, Empty, Icon, Page, Row, SectionTitle, Skeleton, dotted};
use crate::routes::Route;
use crate::state::{use_asked, use_now, use_query, use_who};
use crate::words::{use_format, use_words};
use crm_domain::people::Role;
use crm_domain::waiting::{Query, Settled, View};
use std::rc::Rc;
use text::Words;
use yew::prelude::*;

#[component]
pub fn Waiting() -> Html {
    if use_who().role >= Role::Supervisor {
        html! { <Served /> }
    } else {
        html! { <Held /> }
    }
}

#[component]
fn Held() -> Html {
    let view = use_query(Query::All);
    html! { <Desks {view} /> }
}

#[component]
fn Served() -> Html {
    let asked = use_asked(Query::All);
    let held = use_query(Query::All);
    let w = use_words::<Words>();
    let missing = html! { <Away why={asked.away} local={w.local()} again={asked.again.clone()} /> };
    // What was decided here and has not reached the server yet.
    let view = asked.view.map(|view| match held {
        Some(held) => Rc::new(View { decided: [&view.decided[..], &held.decided].concat(), ..(*view).clone() }),
        None => view,
    });
    html! { <Desks {view} {missing} /> }
}

#[derive(Properties, PartialEq)]
struct DesksProps {
    view: Option<Rc<View>>,
    #[prop_or_default]
    missing: Html,
}

#[component]
fn Desks(props: &DesksProps) -> Html {
    let w = use_words::<Words>();
    let now = use_now(60_000);
    let Some(view) = &props.view else {
        return html! { <Page title={w.title()} back={Route::Me}>{ props.missing.clone() }<Skeleton rows=3 /></Page> };
    };
    let open = view.undecided().count();
    let note = if open == 0 {
        Html::default()
    } else {
        html! { w.items(open) }
    };
    html! {
        <Page title={w.title()} back={Route::Me} {note}>
            { props.missing.clone() }
            if view.open.is_empty() { <Empty icon={Icon::Hourglass} title={w.empty()} text={w.empty_why()} /> }
            <ul class="waiting">
                { for view.open.iter().map(|item| {
                    let key = item.id.to_string();
                    html! { <li {key}><item::OpenItem item={item.clone()} decided={view.decision(item)} {now} /></li> }
                }) }
            </ul>
            if !view.settled.is_empty() {
                <SectionTitle>{ w.settled() }</SectionTitle>
                <Card>
                    { for view.settled.iter().map(|settled| {
                        let key = settled.id.to_string();
                        html! { <SettledRow {key} settled={settled.clone()} {now} /> }
                    }) }
                </Card>
            }
        </Page>
    }
}

#[derive(Properties, PartialEq)]
struct SettledProps {
    settled: Settled,
    now: i64,
}

#[component]
fn SettledRow(props: &SettledProps) -> Html {
    let w = use_words::<Words>();
    let f = use_format();
    let Settled { actor, label, how, by, at, .. } = &props.settled;
    let how = match how.as_str() {
        "allowed" => w.was_allowed(),
        "refused" => w.was_refused(),
        _ => w.has_arrived(),
    };
    let title = if label.is_empty() { w.a_change() } else { label.as_str() };
    let words = [actor.as_str(), how, by.as_str(), &f.when(*at, props.now)].map(|word| html! { word.to_owned() });
    html! { <Row title={html! { title.to_owned() }} detail={dotted(words)} /> }
}
