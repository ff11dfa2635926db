//! What a check-in will prove: the picture, the distance with its error, the verdict, or why there is none and what to do.
use super::consent::use_answer;
use super::fix::{Found, Settling, Trouble};
use super::picture::Picture;
use super::text::Words;
use crate::components::{Button, Icon, dotted};
use crate::words::{Format, StateWords, use_format, use_words};
use crm_domain::customers::Card as Customer;
use crm_domain::geo::Verdict;
use yew::prelude::*;

/// A fix better than this, metres, teaches the customer's place (the command's own rule).
const TEACHES_M: u32 = 50;

#[derive(Properties, PartialEq)]
pub struct EvidenceProps {
    pub customer: Customer,
    pub settling: Settling,
}

#[component]
pub fn Evidence(props: &EvidenceProps) -> Html {
    let w = use_words::<Words>();
    let states = use_words::<StateWords>();
    let f = use_format();
    let customer = &props.customer;
    let found = props.settling.found;
    let (verdict, distance) = found.judge(customer.point);
    let address = if customer.address.is_empty() { w.no_address() } else { customer.address.as_str() };
    // A verdict is said once there is something to judge or nothing more to wait for.
    let judged = found != Found::Locating;
    html! {
        <section class="evidence" aria-label={customer.name.clone()}>
            <Picture customer={customer.point} {found} />
            <h2 class="evidence-name">{ &customer.name }</h2>
            <p class="evidence-where">{ dotted([html! { address }, html! { w.tier(&customer.tier) }]) }</p>
            <p class="evidence-distance">
                if let Some(metres) = distance {
                    <span class="unseen">{ w.customer_away() }</span>
                    <b>{ f.distance(metres.round() as u32) }</b>
                } else if found == Found::Locating {
                    <span>{ w.locating() }</span>
                } else {
                    <b aria-hidden="true">{ "–" }</b>
                }
            </p>
            <p class="evidence-error">{ error_line(&props.settling, w, f) }</p>
            <p class="evidence-verdict" role="status">
                if judged {
                    <span class={classes!("verdict", tone(verdict))}>
                        <i class="verdict-shape" aria-hidden="true" />
                        { said(verdict, states) }
                    </span>
                    if customer.point.is_none() { <span class="evidence-learns">{ learns(found, w) }</span> }
                }
            </p>
            if let Found::Trouble(trouble) = found { <Help {trouble} retry={props.settling.retry.clone()} /> }
        </section>
    }
}

/// 误差 ±65 米 → ±12 米 · 3 秒
fn error_line(settling: &Settling, w: Words, f: Format) -> Html {
    let seconds = settling.spent_ms / 1_000;
    match settling.found {
        Found::Fresh(fix) => {
            let accuracy = f.distance(fix.accuracy_m);
            let error = match settling.first_m.filter(|first| *first != fix.accuracy_m) {
                Some(first) => w.settling(&f.distance(first), &accuracy),
                None => w.error_of(&accuracy),
            };
            let age = (settling.now - fix.at_ms as i64) / 1_000;
            dotted([html! { error }, html! { w.aged(age.max(0)) }])
        }
        Found::Locating => html! { w.seconds(seconds.max(0)) },
        Found::Trouble(_) => Html::default(),
    }
}

fn learns(found: Found, w: Words) -> &'static str {
    match found {
        Found::Fresh(fix) if fix.accuracy_m <= TEACHES_M => w.no_point(),
        Found::Fresh(_) | Found::Locating => w.no_point_coarse(),
        Found::Trouble(_) => w.no_point_unlocated(),
    }
}

fn said(verdict: Verdict, w: StateWords) -> &'static str {
    match verdict {
        Verdict::Inside => w.inside(),
        Verdict::Edge => w.edge(),
        Verdict::Outside => w.outside(),
        Verdict::Unknown => w.unknown(),
    }
}

fn tone(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Inside => "verdict-inside",
        Verdict::Edge => "verdict-edge",
        Verdict::Outside => "verdict-outside",
        Verdict::Unknown => "verdict-unknown",
    }
}

#[derive(Properties, PartialEq)]
pub struct HelpProps {
    pub trouble: Trouble,
    pub retry: Callback<MouseEvent>,
}

/// What is the matter with the position, what holds all the same, and the way on.
#[component]
pub fn Help(props: &HelpProps) -> Html {
    let w = use_words::<Words>();
    let answer = use_answer();
    let (text, how) = match props.trouble {
        Trouble::Declined => (w.declined(), None),
        Trouble::Denied => (w.denied(), Some(w.denied_how())),
        Trouble::Unavailable => (w.unavailable(), None),
        Trouble::Slow => (w.slow(), None),
        Trouble::Stale => (w.stale(), None),
    };
    let button = match props.trouble {
        Trouble::Declined => {
            html! { <Button onclick={answer.reform(|_: MouseEvent| true)}>{ w.declined_change() }</Button> }
        }
        _ => html! { <Button icon={Icon::RefreshCw} onclick={props.retry.clone()}>{ w.retry() }</Button> },
    };
    html! {
        <div class="help" role="status">
            <p class="notice">{ Icon::TriangleAlert }<span>{ text }</span></p>
            if let Some(how) = how { <p class="help-how">{ how }</p> }
            { button }
        </div>
    }
}
