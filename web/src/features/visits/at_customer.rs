//! Check-in at one customer: the evidence, a reason where the rule asks for one, and on. Nothing is forbidden.
use super::evidence::Evidence;
use super::fix::{Arrival, Found, Settling, use_arrive, use_fix};
use super::new_here::NewHere;
use super::reasons::{Reason, Reasons};
use super::text::Words;
use crate::components::{Button, ButtonKind, Card, Empty, Icon, Page, Skeleton, go};
use crate::features::photos::Take;
use crate::routes::Route;
use crate::state::{use_query, use_who};
use crate::words::{day_of, use_words};
use crm_domain::customers::{Detail, PhotoLine, Query, View, VisitLine};
use crm_domain::ids::Uuid;
use std::rc::Rc;
use yew::prelude::*;
use yew_router::prelude::*;

#[derive(Properties, PartialEq)]
pub struct AtCustomerProps {
    pub customer: Uuid,
    /// She agreed to being located.
    pub agreed: bool,
}

#[component]
pub fn AtCustomer(props: &AtCustomerProps) -> Html {
    let w = use_words::<Words>();
    let settling = use_fix(props.agreed);
    let view = use_query(Query::Detail { customer: props.customer });
    match view.as_deref() {
        Some(View::Detail(Some(detail))) => {
            let detail: Rc<Detail> = Rc::new((**detail).clone());
            html! { <Door {detail} {settling} /> }
        }
        Some(View::Detail(None)) => html! { <NotHere /> },
        _ => html! { <Page title={w.check_in()} back={Route::CheckIn}><Skeleton rows=3 /></Page> },
    }
}

/// Mine, for today or overdue: the latest of them.
fn planned(detail: &Detail, user: Uuid, now: i64) -> Option<&VisitLine> {
    let end = day_of(now).1;
    let mine = detail.planned.iter().filter(|v| v.by == Some(user) && v.planned_for.is_some_and(|day| day < end));
    mine.max_by_key(|v| v.planned_for)
}

/// Today's photos that belong to no visit.
fn before(detail: &Detail, now: i64) -> Vec<PhotoLine> {
    let (from, to) = day_of(now);
    let today = |photo: &&PhotoLine| photo.visit.is_none() && (from..to).contains(&photo.at);
    detail.photos.iter().filter(today).cloned().collect()
}

#[derive(Properties, PartialEq)]
struct DoorProps {
    detail: Rc<Detail>,
    settling: Settling,
}

#[component]
fn Door(props: &DoorProps) -> Html {
    let w = use_words::<Words>();
    let who = use_who();
    let navigator = use_navigator().expect("screens stand inside the router");
    let (busy, arrive) = use_arrive();
    let reason = use_state_eq(Reason::default);
    let asked = use_state_eq(|| false);
    let new = use_state_eq(|| false);
    let error = use_state_eq(|| None::<AttrValue>);
    let card = &props.detail.card;
    let found = props.settling.found;
    let needed = found.needs_reason(card.point);
    let shown = *asked || (needed && found != Found::Locating);

    if let Some(visit) = &props.detail.open_visit {
        let to = Route::Visit { customer: card.id, visit: visit.id };
        return html! {
            <Page title={w.check_in()} back={Route::CheckIn}>
                <Empty icon={Icon::MapPin} title={w.under_way()} text={card.name.clone()}>
                    <Button kind={ButtonKind::Primary} onclick={go(&navigator, to)}>{ w.go_on() }</Button>
                </Empty>
            </Page>
        };
    }
    let onclick = {
        let visit = planned(&props.detail, who.user, props.settling.now).map(|v| v.id);
        let (customer, reason, error, asked) = (card.id, (*reason).clone(), error.setter(), asked.setter());
        Callback::from(move |_: MouseEvent| {
            let missing = needed.then(|| reason.missing(w)).flatten();
            match missing {
                Some(missing) => {
                    asked.set(true);
                    error.set(Some(missing.into()));
                }
                None => arrive.emit(Arrival { customer, visit, found, reason: reason.sentence(w) }),
            }
        })
    };
    let onchange = {
        let (reason, error) = (reason.setter(), error.setter());
        Callback::from(move |changed: Reason| {
            error.set(None);
            reason.set(changed);
        })
    };
    let explain = {
        let (asked, now) = (asked.setter(), *asked);
        Callback::from(move |_: MouseEvent| asked.set(!now))
    };
    let open_new = Callback::from({
        let new = new.setter();
        move |_: MouseEvent| new.set(true)
    });
    let close_new = Callback::from({
        let new = new.setter();
        move |()| new.set(false)
    });
    let foot = html! {
        <Button kind={ButtonKind::Primary} block=true {busy} {onclick}>{ w.check_in() }</Button>
    };
    html! {
        <Page title={w.check_in()} back={Route::CheckIn} {foot}>
            <Evidence customer={card.clone()} settling={props.settling.clone()} />
            if shown {
                <Reasons reason={(*reason).clone()} {onchange} error={(*error).clone()} required={needed} />
            }
            <Card class="card-pad">
                <Take customer={card.id} name={card.name.clone()} photos={before(&props.detail, props.settling.now)} />
            </Card>
            <div class="elsewhere">
                <span>{ w.elsewhere() }</span>
                <Button kind={ButtonKind::Quiet} onclick={go(&navigator, Route::CheckIn)}>{ w.other_customer() }</Button>
                <Button kind={ButtonKind::Quiet} onclick={open_new}>{ w.new_customer() }</Button>
                if !(needed && found != Found::Locating) {
                    <Button kind={ButtonKind::Quiet} onclick={explain}>{ w.give_reason() }</Button>
                }
            </div>
            if *new { <NewHere {found} grid={card.grid} onclose={close_new} /> }
        </Page>
    }
}

#[component]
fn NotHere() -> Html {
    let w = use_words::<Words>();
    let navigator = use_navigator().expect("screens stand inside the router");
    html! {
        <Page title={w.check_in()} back={Route::CheckIn}>
            <Empty icon={Icon::CloudOff} title={w.gone()} text={w.gone_why()}>
                <Button onclick={go(&navigator, Route::CheckIn)}>{ w.other_customer() }</Button>
            </Empty>
        </Page>
    }
}
