//! The visits of the day in their order: done, under way, to come.
use super::text::Words;
use crate::components::{Button, ButtonKind, Card, Icon, Row, dotted, exception_mark, go};
use crate::routes::Route;
use crate::words::{StateWords, use_format, use_words};
use crm_domain::today::Stop;
use yew::prelude::*;
use yew_router::prelude::*;

#[derive(Properties, PartialEq)]
pub struct StopsProps {
    pub stops: Vec<Stop>,
    pub now: i64,
}

#[component]
pub fn Stops(props: &StopsProps) -> Html {
    let w = use_words::<Words>();
    let states = use_words::<StateWords>();
    let f = use_format();
    let navigator = use_navigator().expect("screens stand inside the router");
    // The first one to come is the next thing to do: its button alone is filled.
    let next = props.stops.iter().position(|s| s.started_at.is_none());
    let row = |(i, stop): (usize, &Stop)| {
        let name = stop.card.as_ref().map_or(&stop.label, |card| &card.name);
        let (done, open) = (stop.ended_at.is_some(), stop.started_at.is_some() && stop.ended_at.is_none());
        let lead = match done {
            true => html! { <span class="ring ring-done">{ Icon::Check }</span> },
            false => html! { <span class="ring">{ i + 1 }</span> },
        };
        let facts = match (stop.started_at, stop.ended_at) {
            (Some(from), Some(to)) => {
                vec![html! { format!("{}–{}", f.clock(from), f.clock(to)) }, html! { states.verdict(&stop.verdict) }]
            }
            (Some(from), None) => vec![
                html! { <span class="today-open">{ w.visiting() }</span> },
                html! { f.clock(from) },
                html! { states.verdict(&stop.verdict) },
            ],
            _ => planned(stop, w, f),
        };
        let mark = exception_mark(stop.state);
        let to = match (stop.customer, open) {
            (Some(customer), true) => Some(Route::Visit { customer, visit: stop.visit }),
            (Some(id), false) if stop.card.is_some() => Some(Route::Customer { id }),
            _ => None,
        };
        let end = match stop.customer.filter(|_| stop.started_at.is_none()) {
            Some(customer) => {
                let kind = if next == Some(i) { ButtonKind::Primary } else { ButtonKind::Plain };
                let onclick = go(&navigator, Route::CheckInAt { customer });
                html! { <Button {kind} label={w.check_in_at(name)} {onclick}>{ w.check_in() }</Button> }
            }
            None => Html::default(),
        };
        let detail = dotted(facts.into_iter().chain([mark]));
        html! { <Row key={stop.visit.to_string()} {lead} title={html! { name.clone() }} {detail} {end} {to} /> }
    };
    html! { <Card>{ for props.stops.iter().enumerate().map(row) }</Card> }
}

fn planned(stop: &Stop, w: Words, f: crate::words::Format) -> Vec<Html> {
    let Some(card) = &stop.card else { return vec![html! { w.gone() }] };
    let address = if card.address.is_empty() { w.no_address().to_owned() } else { card.address.clone() };
    let distance = card.distance_m.map(|m| html! { f.distance(m) }).unwrap_or_default();
    vec![distance, html! { address }]
}
