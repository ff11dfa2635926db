//! The visit (走访中): a timer, and fields that are each kept as soon as they are entered. Leaving the screen keeps it.
use super::check_out::CheckOut;
use super::fields::{Feedback, Notes, Purpose, Section};
use super::need_cards::NeedCards;
use super::text::VisitWords;
use crate::components::{Button, ButtonKind, Card, Empty, Icon, Page, SectionTitle, Skeleton, go};
use crate::features::photos::{Photos, Take};
use crate::routes::Route;
use crate::state::{use_now, use_query};
use crate::words::{use_format, use_words};
use crm_domain::customers::{Detail, EntryKind, PhotoLine, Query, View, VisitLine};
use crm_domain::ids::Uuid;
use yew::prelude::*;
use yew_router::prelude::*;

#[derive(Properties, PartialEq)]
pub struct VisitProps {
    pub customer: Uuid,
    pub visit: Uuid,
}

#[component]
pub fn Visit(props: &VisitProps) -> Html {
    let w = use_words::<VisitWords>();
    let navigator = use_navigator().expect("screens stand inside the router");
    let view = use_query(Query::Detail { customer: props.customer });
    let customer = Route::Customer { id: props.customer };
    let Some(view) = view else {
        return html! { <Page title={w.visit()} back={customer}><Skeleton rows=4 /></Page> };
    };
    let detail = match &*view {
        View::Detail(Some(detail)) => detail,
        _ => return html! { <Gone title={w.gone()} text={w.gone_why()} /> },
    };
    match find(detail, props.visit) {
        Some(visit) if visit.ended_at.is_some() => {
            let photos = photos_of(detail, visit.id);
            html! { <Over name={detail.card.name.clone()} visit={visit.clone()} {photos} {customer} /> }
        }
        Some(visit) if visit.started_at.is_some() => {
            let key = visit.id.to_string();
            html! { <Open {key} detail={(**detail).clone()} visit={visit.clone()} /> }
        }
        Some(_) => {
            let to = Route::CheckInAt { customer: props.customer };
            html! {
                <Page title={detail.card.name.clone()} back={customer}>
                    <Empty icon={Icon::MapPin} title={w.not_begun()}>
                        <Button kind={ButtonKind::Primary} onclick={go(&navigator, to)}>{ w.check_in() }</Button>
                    </Empty>
                </Page>
            }
        }
        None => html! { <Gone title={w.gone()} text={w.gone_why()} /> },
    }
}

fn photos_of(detail: &Detail, visit: Uuid) -> Vec<PhotoLine> {
    detail.photos.iter().filter(|photo| photo.visit == Some(visit)).cloned().collect()
}

/// Begun ones stand in the timeline, others among what is planned.
fn find(detail: &Detail, id: Uuid) -> Option<&VisitLine> {
    let begun = detail.timeline.iter().find_map(|entry| match &entry.kind {
        EntryKind::Visit { visit, .. } if visit.id == id => Some(&**visit),
        _ => None,
    });
    begun.or_else(|| detail.planned.iter().find(|visit| visit.id == id))
}

#[derive(Properties, PartialEq)]
struct OpenProps {
    detail: Detail,
    visit: VisitLine,
}

#[component]
fn Open(props: &OpenProps) -> Html {
    let w = use_words::<VisitWords>();
    let (detail, visit) = (&props.detail, &props.visit);
    let customer = detail.card.id;
    let needs: Vec<_> = detail.needs.iter().filter(|need| need.visit == Some(visit.id)).cloned().collect();
    let back = Some(Route::Customer { id: customer });
    let timer = html! { <Timer since={visit.started_at.unwrap_or(0)} /> };
    html! {
        <CheckOut
            {customer}
            name={detail.card.name.clone()}
            {back}
            visit={visit.clone()}
            needs={needs.iter().map(|need| need.category.clone()).collect::<Vec<_>>()}
            {timer}
            notes={html! {
                <>
                    <Card class="visit-card"><Notes {customer} visit={visit.clone()} /></Card>
                    <p class="visit-kept">{ w.kept() }</p>
                </>
            }}
        >
            <Card class="visit-card">
                <Purpose {customer} visit={visit.clone()} />
                <NeedCards {customer} visit={visit.id} {needs} />
                <Feedback {customer} visit={visit.clone()} />
                <Section label={w.photos()}>
                    <Take {customer} visit={visit.id} name={detail.card.name.clone()} photos={photos_of(detail, visit.id)} />
                </Section>
            </Card>
        </CheckOut>
    }
}

#[derive(Properties, PartialEq)]
struct TimerProps {
    since: i64,
}

/// Redraws each second; nothing else of the screen does.
#[component]
fn Timer(props: &TimerProps) -> Html {
    let w = use_words::<VisitWords>();
    let f = use_format();
    let now = use_now(1_000);
    html! {
        <span class="visit-timer" role="timer">
            <i aria-hidden="true" />{ w.visiting(&f.stopwatch(now - props.since)) }
        </span>
    }
}

#[derive(Properties, PartialEq)]
struct OverProps {
    name: AttrValue,
    visit: VisitLine,
    photos: Vec<PhotoLine>,
    customer: Route,
}

#[component]
fn Over(props: &OverProps) -> Html {
    let w = use_words::<VisitWords>();
    let f = use_format();
    let navigator = use_navigator().expect("screens stand inside the router");
    let span = props.visit.started_at.zip(props.visit.ended_at);
    let text = span.map(|(from, to)| w.over_span(&f.clock(from), &f.clock(to), &f.span(to - from)));
    html! {
        <Page title={props.name.clone()} back={props.customer.clone()}>
            <Empty icon={Icon::CircleCheck} title={w.over()} text={text.unwrap_or_default()}>
                <div class="buttons">
                    <Button onclick={go(&navigator, props.customer.clone())}>{ w.open_customer() }</Button>
                    <Button kind={ButtonKind::Primary} onclick={go(&navigator, Route::Today)}>{ w.to_today() }</Button>
                </div>
            </Empty>
            if !props.photos.is_empty() {
                <SectionTitle>{ w.photos() }</SectionTitle>
                <Card class="card-pad"><Photos name={props.name.clone()} photos={props.photos.clone()} /></Card>
            }
        </Page>
    }
}

#[derive(Properties, PartialEq)]
struct GoneProps {
    title: AttrValue,
    text: AttrValue,
}

#[component]
fn Gone(props: &GoneProps) -> Html {
    let w = use_words::<VisitWords>();
    let navigator = use_navigator().expect("screens stand inside the router");
    html! {
        <Page title={w.visit()} back={Route::Today}>
            <Empty icon={Icon::CloudOff} title={props.title.clone()} text={props.text.clone()}>
                <Button onclick={go(&navigator, Route::Today)}>{ w.to_today() }</Button>
            </Empty>
        </Page>
    }
}
