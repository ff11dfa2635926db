//! Attendance (考勤): each day's first check-in, last check-out and time with customers. Today's comes from this copy, so
//! it is whole without the network; past days come from what the server has confirmed.
use super::text::LedgerWords;
use crate::components::{Card, Empty, Figure, Icon, Page, Row, SectionTitle, Skeleton, dotted};
use crate::routes::Route;
use crate::state::{use_now, use_query};
use crate::words::{StateWords, day_of, use_format, use_words};
use crm_domain::privacy::{self, Place};
use crm_domain::today::{Query, Stop};
use std::collections::BTreeMap;
use yew::prelude::*;

/// One day's work, milliseconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Day {
    pub first_in: Option<i64>,
    pub last_out: Option<i64>,
    pub dwell_ms: i64,
    pub visits: usize,
}

/// The day so far. While a visit is open there is no last check-out.
pub fn today(stops: &[Stop]) -> Day {
    let begun = || stops.iter().filter(|stop| stop.started_at.is_some());
    let open = begun().any(|stop| stop.ended_at.is_none());
    let spans = begun().filter_map(|stop| Some(stop.ended_at? - stop.started_at?));
    Day {
        first_in: begun().filter_map(|stop| stop.started_at).min(),
        last_out: begun().filter_map(|stop| stop.ended_at).max().filter(|_| !open),
        dwell_ms: spans.sum(),
        visits: begun().count(),
    }
}

/// Days before `today`, the newest first, each under the start of its local day.
fn past(places: &[Place], today: i64) -> Vec<(i64, Day)> {
    let mut days: BTreeMap<i64, Day> = BTreeMap::new();
    for place in places.iter().filter(|place| place.at < today) {
        let day = days.entry(day_of(place.at).0).or_default();
        if place.arrived {
            day.first_in = Some(day.first_in.map_or(place.at, |at| at.min(place.at)));
            day.visits += 1;
        } else {
            day.last_out = Some(day.last_out.map_or(place.at, |at| at.max(place.at)));
            day.dwell_ms += place.dwell_ms.unwrap_or(0);
        }
    }
    days.into_iter().rev().collect()
}

#[component]
pub fn Attendance() -> Html {
    let w = use_words::<LedgerWords>();
    let f = use_format();
    let now = use_now(60_000);
    let day = use_query(Query { day: day_of(now), near: None });
    let ledger = use_query(privacy::Query::Ledger);
    let (Some(day), Some(ledger)) = (day, ledger) else {
        return html! { <Page title={w.attendance()} back={Route::Me}><Skeleton rows=4 /></Page> };
    };
    let so_far = today(&day.visits);
    let days = past(&ledger.places, day_of(now).0);
    let clock = |at: Option<i64>| at.map_or("–".to_owned(), |at| f.clock(at));
    let stops: Vec<Stop> = day.visits.iter().filter(|stop| stop.started_at.is_some()).cloned().collect();
    html! {
        <Page title={w.attendance()} back={Route::Me}>
            if so_far.visits == 0 && days.is_empty() {
                <Empty icon={Icon::CalendarClock} title={w.empty()} text={w.empty_why()} />
            } else {
                <SectionTitle>{ format!("{} · {}", w.today(), f.long_day(now)) }</SectionTitle>
                <Card class="figures attendance-figures">
                    <Figure value={html! { clock(so_far.first_in) }} label={w.first_in()} />
                    <Figure value={html! { clock(so_far.last_out) }} label={w.last_out()} />
                    <Figure value={html! { f.span(so_far.dwell_ms) }} label={w.dwell()} />
                    <Figure value={html! { so_far.visits }} label={w.visits()} />
                </Card>
                if !stops.is_empty() { <Stops {stops} /> }
                if !days.is_empty() {
                    <SectionTitle>{ w.past() }</SectionTitle>
                    <Past {days} />
                    <p class="me-note">{ w.server_confirms() }</p>
                }
            }
        </Page>
    }
}

#[derive(Properties, PartialEq)]
struct PastProps {
    days: Vec<(i64, Day)>,
}

/// Nothing in it can be opened, so the list itself takes the focus from which the keyboard scrolls.
#[component]
fn Past(props: &PastProps) -> Html {
    let w = use_words::<LedgerWords>();
    let f = use_format();
    let clock = |at: Option<i64>| at.map_or("–".to_owned(), |at| f.clock(at));
    let row = |(start, day): &(i64, Day)| {
        let line = w.day_line(&clock(day.first_in), &clock(day.last_out), day.visits);
        html! {
            <Row
                key={start.to_string()}
                title={html! { f.long_day(*start) }}
                detail={html! { line }}
                end={html! { <span class="row-value">{ f.span(day.dwell_ms) }</span> }}
            />
        }
    };
    html! {
        <div class="row-wrap" role="region" aria-label={w.past()} tabindex="0">
            <Card>{ for props.days.iter().map(row) }</Card>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct StopsProps {
    stops: Vec<Stop>,
}

#[component]
fn Stops(props: &StopsProps) -> Html {
    let w = use_words::<LedgerWords>();
    let states = use_words::<StateWords>();
    let f = use_format();
    let row = |stop: &Stop| {
        let from = stop.started_at.map(|at| f.clock(at)).unwrap_or_default();
        let to = stop.ended_at.map_or(w.open().to_owned(), |at| f.clock(at));
        let span = stop.started_at.zip(stop.ended_at).map(|(from, to)| f.span(to - from)).unwrap_or_default();
        let name = stop.card.as_ref().map_or(&stop.label, |card| &card.name);
        html! {
            <Row
                key={stop.visit.to_string()}
                title={html! { name.clone() }}
                detail={dotted([html! { format!("{from}–{to}") }, html! { states.verdict(&stop.verdict) }])}
                end={html! { <span class="row-value">{ span }</span> }}
            />
        }
    };
    html! { <Card>{ for props.stops.iter().map(row) }</Card> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{DAY_MS, HOUR_MS, from_date_input};
    use crm_domain::ids::Uuid;
    use crm_domain::row::State;
    use wasm_bindgen_test::wasm_bindgen_test;

    fn stop(from: Option<i64>, to: Option<i64>) -> Stop {
        Stop {
            visit: Uuid::nil(),
            planned_for: None,
            started_at: from,
            ended_at: to,
            verdict: String::new(),
            label: String::new(),
            customer: None,
            card: None,
            state: State::Confirmed,
        }
    }

    #[wasm_bindgen_test]
    fn while_a_visit_is_open_the_day_has_no_last_check_out() {
        let (a, b, c) = (stop(Some(10), Some(40)), stop(Some(50), Some(70)), stop(Some(80), None));
        let planned = stop(None, None);
        for (stops, first_in, last_out, dwell_ms, visits) in [
            (vec![planned.clone()], None, None, 0, 0),
            (vec![a.clone(), b.clone(), planned], Some(10), Some(70), 50, 2),
            (vec![a, b, c], Some(10), None, 50, 3),
        ] {
            assert_eq!(today(&stops), Day { first_in, last_out, dwell_ms, visits });
        }
    }

    #[wasm_bindgen_test]
    fn past_days_are_grouped_by_local_day_and_leave_today_out() {
        let start = from_date_input("2026-11-25").unwrap_or_default();
        let place = |at: i64, arrived: bool| Place {
            at,
            label: String::new(),
            verdict: "inside".into(),
            arrived,
            dwell_ms: (!arrived).then_some(HOUR_MS),
        };
        let before = start - DAY_MS;
        let places = [
            place(start + HOUR_MS, true),
            place(before + 15 * HOUR_MS, false),
            place(before + 14 * HOUR_MS, true),
            place(before + 10 * HOUR_MS, false),
            place(before + 9 * HOUR_MS, true),
        ];
        let expected = Day {
            first_in: Some(before + 9 * HOUR_MS),
            last_out: Some(before + 15 * HOUR_MS),
            dwell_ms: 2 * HOUR_MS,
            visits: 2,
        };
        assert_eq!(past(&places, start), vec![(before, expected)]);
    }
}
