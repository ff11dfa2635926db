//! A customer that this device does not hold: shown from the server's answer while its grid comes down.
use super::text::Words;
use crate::components::{Card, Empty, Icon, Row, SectionTitle, Skeleton};
use crate::state::{use_door, use_now};
use crate::words::{ValueWords, use_format, use_words};
use crm_domain::bucket::Bucket;
use crm_domain::customers::{Detail, Query, View};
use crm_domain::ids::Uuid;
use crm_replica::ports::{AskError, RefusalCode};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct ElsewhereProps {
    pub customer: Uuid,
}

/// Stands in the place of a customer's page while `customers::Query::Detail` answers none here. It asks the server and
/// makes the device hold the customer's grid; the page's own query answers once that has arrived.
#[component]
pub fn Elsewhere(props: &ElsewhereProps) -> Html {
    let w = use_words::<Words>();
    let door = use_door();
    let answer = use_state_eq(|| None::<Result<Option<Rc<Detail>>, AskError>>);
    {
        let answer = answer.setter();
        use_effect_with((door, props.customer), move |(door, customer)| {
            let (door, customer) = (door.clone(), *customer);
            wasm_bindgen_futures::spawn_local(async move {
                let said = door.ask(Query::Detail { customer }.into()).await;
                let detail = said.and_then(|view| match View::try_from(view) {
                    Ok(View::Detail(detail)) => Ok(detail.map(|d| Rc::from(*d))),
                    _ => Err(AskError::Malformed),
                });
                if let Ok(Some(detail)) = &detail
                    && let Some(grid) = detail.card.grid
                {
                    door.subscribe(Bucket::Grid(grid));
                }
                answer.set(Some(detail));
            });
        });
    }
    match &*answer {
        None => html! {
            <>
                <div class="notice notice-line" role="status">{ Icon::Download }<span>{ w.looking() }</span></div>
                <Skeleton rows=4 />
            </>
        },
        Some(Ok(Some(detail))) => html! { <Summary detail={detail.clone()} /> },
        Some(Ok(None) | Err(AskError::Refused(RefusalCode::NotFound | RefusalCode::NotAllowed))) => {
            html! { <Card><Empty icon={Icon::Search} title={w.gone()} text={w.gone_why()} /></Card> }
        }
        Some(Err(_)) => html! {
            <Card><div role="status"><Empty icon={Icon::CloudOff} title={w.unreachable()} text={w.looking_why()} /></div></Card>
        },
    }
}

#[derive(Properties, PartialEq)]
struct SummaryProps {
    detail: Rc<Detail>,
}

/// What to know of the customer, to read only.
#[component]
fn Summary(props: &SummaryProps) -> Html {
    let w = use_words::<Words>();
    let values = use_words::<ValueWords>();
    let f = use_format();
    let now = use_now(60_000);
    let detail = &props.detail;
    let card = &detail.card;
    let facts = [
        (w.grid_of(), &card.grid_name),
        (w.address(), &card.address),
        (w.contact(), &card.contact),
        (w.owner(), &detail.owner_name),
        (w.note(), &detail.note),
    ];
    html! {
        <>
            <div class="notice notice-line" role="status">{ Icon::Download }<span>{ w.from_server() }</span></div>
            <Card class="row-wrap">
                <Row title={html! { &card.name }} end={html! { <span class="tag">{ &card.tier }</span> }} />
                { for facts.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| html! {
                    <Row title={html! { value }} detail={html! { name }} />
                }) }
            </Card>
            if !detail.follow_ups.is_empty() {
                <SectionTitle>{ w.open_steps() }</SectionTitle>
                <Card class="row-wrap">
                    { for detail.follow_ups.iter().map(|step| html! {
                        <Row key={step.id.to_string()} title={html! { &step.text }} detail={html! { f.due(step.due, now) }} />
                    }) }
                </Card>
            }
            if !detail.needs.is_empty() {
                <SectionTitle>{ w.open_needs() }</SectionTitle>
                <Card class="row-wrap">
                    { for detail.needs.iter().map(|need| html! {
                        <Row key={need.id.to_string()} title={html! { &need.text }} detail={html! { values.need_of(&need.category) }} />
                    }) }
                </Card>
            }
        </>
    }
}
