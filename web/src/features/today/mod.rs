//! Today (今日): the next thing to do first, a promise to a customer before any task of our own (1.4).
mod dues;
mod stops;
mod text;

use crate::components::{
    Button, ButtonKind, Card, Empty, Figure, Icon, LinkRow, Page, Row, SectionTitle, Skeleton, go,
};
use crate::routes::Route;
use crate::state::{Whereabouts, use_coming, use_kept, use_now, use_position, use_query};
use crate::words::{day_of, use_format, use_words};
use crm_domain::today::{Query, View};
use crm_replica::ports::LocateError;
use text::Words;
use yew::prelude::*;
use yew_router::prelude::*;

#[component]
pub fn Today() -> Html {
    let w = use_words::<Words>();
    let f = use_format();
    let now = use_now(30_000);
    let coming = use_coming();
    let near_asked = use_kept("today/near", || false);
    let place = use_position(*near_asked);
    let view = use_query(Query { day: day_of(now), near: place.point() });
    let body = match view {
        None => html! { <><Skeleton rows=2 /><Skeleton rows=4 /></> },
        Some(view) if view.customers == 0 && coming => html! { <><Skeleton rows=2 /><Skeleton rows=4 /></> },
        Some(view) if view.customers == 0 => html! { <NoBook /> },
        Some(view) => {
            let locate = Callback::from(move |_: MouseEvent| near_asked.set(true));
            html! { <Day {view} {now} {place} {locate} /> }
        }
    };
    html! { <Page title={w.title()} note={html! { f.long_day(now) }}>{ body }</Page> }
}

#[derive(Properties, PartialEq)]
struct DayProps {
    view: std::rc::Rc<View>,
    now: i64,
    place: Whereabouts,
    locate: Callback<MouseEvent>,
}

#[component]
fn Day(props: &DayProps) -> Html {
    let w = use_words::<Words>();
    let f = use_format();
    let view = &props.view;
    let made = &view.made;
    html! {
        <div class="today">
            if view.promises.is_empty() && view.due.is_empty() && view.visits.is_empty() {
                <NothingPlanned neglected={view.neglected} />
            }
            if !view.promises.is_empty() {
                <SectionTitle>{ w.promises() }</SectionTitle>
                <dues::Dues dues={view.promises.clone()} now={props.now} promised=true />
            }
            if !view.visits.is_empty() {
                <SectionTitle>
                    { w.visits(view.visits.iter().filter(|v| v.ended_at.is_some()).count(), view.visits.len()) }
                </SectionTitle>
                <stops::Stops stops={view.visits.clone()} now={props.now} />
            }
            if !view.due.is_empty() {
                <SectionTitle>{ w.due() }</SectionTitle>
                <dues::Dues dues={view.due.clone()} now={props.now} promised=false />
            }
            <Card class="today-rest">
                <LinkRow
                    to={Route::Customers}
                    query={show("neglected")}
                    title={html! { w.neglected() }}
                    detail={html! { w.neglected_why() }}
                    value={html! { <b>{ f.count(u64::from(view.neglected)) }</b> }}
                />
                { nearby(view, props, w) }
            </Card>
            <h2 class="unseen">{ w.numbers() }</h2>
            <Card class="figures">
                <Figure value={html! { made.visits }} label={w.n_visits()} />
                <Figure value={html! { made.needs }} label={w.n_needs()} />
                <Figure value={html! { made.follow_ups }} label={w.n_due()} />
                <Figure value={html! { made.new_customers }} label={w.n_new()} />
            </Card>
        </div>
    }
}

fn show(what: &'static str) -> Option<(AttrValue, AttrValue)> {
    Some(("show".into(), what.into()))
}

/// The position is asked for by a tap on this row, never before.
fn nearby(view: &View, props: &DayProps, w: Words) -> Html {
    match (props.place, view.nearby) {
        (Whereabouts::Found(_), Some(n)) => html! {
            <LinkRow
                to={Route::Customers}
                query={show("nearby")}
                title={html! { w.nearby() }}
                detail={html! { w.nearby_why() }}
                value={html! { <b>{ n }</b> }}
            />
        },
        (Whereabouts::Failed(why), _) => {
            let why = if why == LocateError::Denied { w.denied() } else { w.unlocated() };
            html! { <div class="row-wrap"><Row title={html! { w.nearby() }} detail={html! { <span role="status">{ why }</span> }} /></div> }
        }
        (Whereabouts::Unasked, _) => html! {
            <button type="button" class="row row-link row-button" onclick={props.locate.clone()}>
                <span class="row-text">
                    <span class="row-title">{ w.nearby() }</span>
                    <span class="row-detail">{ w.nearby_ask() }</span>
                </span>
                <span class="row-icon">{ Icon::MapPin }</span>
            </button>
        },
        _ => {
            html! { <Row title={html! { w.nearby() }} detail={html! { <span role="status">{ w.locating() }</span> }} /> }
        }
    }
}

#[derive(Properties, PartialEq)]
struct NothingPlannedProps {
    neglected: u32,
}

#[component]
fn NothingPlanned(props: &NothingPlannedProps) -> Html {
    let w = use_words::<Words>();
    let navigator = use_navigator().expect("screens stand inside the router");
    let text = if props.neglected > 0 { w.empty_why(props.neglected) } else { w.free().into() };
    html! {
        <Card>
            <Empty icon={Icon::CalendarDays} title={w.empty()} {text}>
                <Button kind={ButtonKind::Primary} onclick={go(&navigator, Route::Customers)}>{ w.pick() }</Button>
            </Empty>
        </Card>
    }
}

#[component]
fn NoBook() -> Html {
    let w = use_words::<Words>();
    let navigator = use_navigator().expect("screens stand inside the router");
    html! {
        <Card>
            <Empty icon={Icon::Users} title={w.no_book()} text={w.no_book_why()}>
                <div class="buttons">
                    <Button kind={ButtonKind::Primary} onclick={go(&navigator, Route::Import)}>{ w.import() }</Button>
                    <Button onclick={go(&navigator, Route::NewCustomer)}>{ w.new() }</Button>
                </div>
            </Empty>
        </Card>
    }
}
