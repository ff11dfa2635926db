//! Check-in without a customer named: the nearest planned visit first, ready to be checked in at with one tap; then who is near.
use super::evidence::{Evidence, Help};
use super::fix::{Arrival, Found, Settling, use_arrive, use_fix};
use super::new_here::NewHere;
use super::text::Words;
use crate::components::{Button, ButtonKind, Card, Empty, Icon, Page, Row, SectionTitle, Skeleton, dotted, go};
use crate::routes::Route;
use crate::state::{use_query, use_query_if};
use crate::words::{day_of, use_format, use_words};
use crm_domain::customers::{self, List, Sort, View};
use crm_domain::ids::Uuid;
use crm_domain::today;
use yew::prelude::*;
use yew_router::prelude::*;

/// Who is further than this is not near, metres.
const NEAR_M: u32 = 2_000;
const NEAR_MANY: u32 = 12;
/// From this accuracy on the first candidate stays: it must not change under the thumb.
const SETTLED_M: u32 = 100;

/// Somebody to check in at, with the visit that was planned.
#[derive(Clone, PartialEq)]
struct Candidate {
    card: customers::Card,
    visit: Option<Uuid>,
}

#[derive(Properties, PartialEq)]
pub struct NearestProps {
    pub agreed: bool,
}

#[component]
pub fn Nearest(props: &NearestProps) -> Html {
    let w = use_words::<Words>();
    let navigator = use_navigator().expect("screens stand inside the router");
    let settling = use_fix(props.agreed);
    let (found, near) = (settling.found, settling.found.near());
    let day = use_query(today::Query { day: day_of(settling.now), near });
    let list = List { sort: Sort::Distance, near, within_m: Some(NEAR_M), limit: NEAR_MANY, ..List::default() };
    let around = use_query_if(near.map(|_| customers::Query::List(list)));
    let (busy, arrive) = use_arrive();
    let new = use_state_eq(|| false);
    let held = use_mut_ref(|| None::<Uuid>);

    let planned = day.as_ref().map(|day| planned(day)).unwrap_or_default();
    let nearby: Vec<Candidate> = match (around.as_deref(), near) {
        (Some(View::List(page)), Some(_)) => {
            let others = page.cards.iter().filter(|card| !planned.iter().any(|p| p.card.id == card.id));
            others.map(|card| Candidate { card: card.clone(), visit: None }).collect()
        }
        _ => vec![],
    };
    let first = {
        let all = || planned.iter().chain(&nearby);
        let kept = held.borrow().and_then(|id| all().find(|c| c.card.id == id));
        let first = kept.or_else(|| all().next()).cloned();
        let settled = matches!(found, Found::Fresh(fix) if fix.accuracy_m <= SETTLED_M);
        let answered = planned.iter().all(|p| p.card.distance_m.is_some() || p.card.point.is_none());
        *held.borrow_mut() = first.as_ref().filter(|_| settled && answered).map(|c| c.card.id);
        first
    };
    // In the circle the tap is the check-in; where a reason is asked for, the screen of that customer asks.
    let choose = {
        let navigator = navigator.clone();
        Callback::from(move |(candidate, of): (Candidate, Found)| {
            let customer = candidate.card.id;
            let waits = of == Found::Locating || of.needs_reason(candidate.card.point);
            if waits {
                navigator.push(&Route::CheckInAt { customer });
            } else {
                arrive.emit(Arrival { customer, visit: candidate.visit, found: of, reason: None });
            }
        })
    };
    let open_new = Callback::from({
        let new = new.setter();
        move |_: MouseEvent| new.set(true)
    });
    let close_new = Callback::from({
        let new = new.setter();
        move |()| new.set(false)
    });
    let rest = |candidates: &[Candidate]| -> Vec<Candidate> {
        let other = |c: &&Candidate| first.as_ref().is_none_or(|f| f.card.id != c.card.id);
        candidates.iter().filter(other).cloned().collect()
    };
    let (planned_rest, nearby_rest) = (rest(&planned), rest(&nearby));
    let foot = match &first {
        Some(first) => {
            let onclick = {
                let (choose, first) = (choose.clone(), first.clone());
                Callback::from(move |_: MouseEvent| choose.emit((first.clone(), found)))
            };
            html! { <Button kind={ButtonKind::Primary} block=true {busy} {onclick}>{ w.check_in() }</Button> }
        }
        None => Html::default(),
    };
    let grid = nearby.first().or(first.as_ref()).and_then(|c| c.card.grid);
    html! {
        <Page title={w.check_in()} back={Route::Today} {foot}>
            if let Some(first) = &first {
                <Evidence customer={first.card.clone()} settling={settling.clone()} />
            } else if day.is_none() {
                <Skeleton rows=3 />
            } else {
                <Nobody settling={settling.clone()} searched={around.is_some()} />
            }
            <div class="elsewhere">
                <span>{ w.elsewhere() }</span>
                <Button kind={ButtonKind::Quiet} onclick={go(&navigator, Route::Customers)}>{ w.find_customer() }</Button>
                <Button kind={ButtonKind::Quiet} onclick={open_new}>{ w.new_customer() }</Button>
            </div>
            if !planned_rest.is_empty() {
                <SectionTitle>{ w.planned() }</SectionTitle>
                <Candidates candidates={planned_rest} {found} choose={choose.clone()} />
            }
            if !nearby_rest.is_empty() {
                <SectionTitle>{ w.nearest() }</SectionTitle>
                <Candidates candidates={nearby_rest} {found} {choose} />
            }
            if *new { <NewHere {found} {grid} onclose={close_new} /> }
        </Page>
    }
}

/// To come today, the nearest first; without a position in their order.
fn planned(day: &today::View) -> Vec<Candidate> {
    let to_come = day.visits.iter().filter(|stop| stop.started_at.is_none());
    let mut planned: Vec<Candidate> =
        to_come.filter_map(|stop| Some(Candidate { card: stop.card.clone()?, visit: Some(stop.visit) })).collect();
    crm_domain::order::by_key(&mut planned, |c| c.card.distance_m.unwrap_or(u32::MAX));
    planned
}

#[derive(Properties, PartialEq)]
struct NobodyProps {
    settling: Settling,
    searched: bool,
}

#[component]
fn Nobody(props: &NobodyProps) -> Html {
    let w = use_words::<Words>();
    match props.settling.found {
        Found::Trouble(trouble) => html! {
            <>
                <Empty icon={Icon::Compass} title={w.none_unlocated()} text={w.none_why()} />
                <div class="evidence"><Help {trouble} retry={props.settling.retry.clone()} /></div>
            </>
        },
        Found::Fresh(_) if props.searched => {
            html! { <Empty icon={Icon::Compass} title={w.none()} text={w.none_why()} /> }
        }
        _ => html! { <div class="evidence" role="status">{ w.locating() }</div> },
    }
}

#[derive(Properties, PartialEq)]
struct CandidatesProps {
    candidates: Vec<Candidate>,
    found: Found,
    choose: Callback<(Candidate, Found)>,
}

#[component]
fn Candidates(props: &CandidatesProps) -> Html {
    let w = use_words::<Words>();
    let f = use_format();
    let row = |candidate: &Candidate| {
        let card = &candidate.card;
        let address = if card.address.is_empty() { w.no_address() } else { card.address.as_str() };
        let distance = card.distance_m.map(|m| html! { f.distance(m) }).unwrap_or_default();
        let onclick = {
            let (choose, candidate, found) = (props.choose.clone(), candidate.clone(), props.found);
            Callback::from(move |_: MouseEvent| choose.emit((candidate.clone(), found)))
        };
        html! {
            <Row
                key={card.id.to_string()}
                title={html! { card.name.clone() }}
                detail={dotted([distance, html! { address }])}
                end={html! { <Button label={w.check_in_at(&card.name)} {onclick}>{ w.check_in() }</Button> }}
                to={Route::CheckInAt { customer: card.id }}
            />
        }
    };
    html! { <Card>{ for props.candidates.iter().map(row) }</Card> }
}
