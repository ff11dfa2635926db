//! One customer whole: what to do, what to know before going in, what happened, what is known.
use super::brief::Brief;
use super::contacts::Contacts;
use super::header::Header;
use super::jot::{FollowUpSheet, NoteSheet};
use super::merging::Merging;
use super::profile::Profile;
use super::text::Words;
use super::timeline::Timeline;
use crate::components::{Button, ButtonKind, Icon, Page, Skeleton, go};
use crate::features::board::Elsewhere;
use crate::routes::Route;
use crate::state::{use_now, use_query};
use crate::words::use_words;
use crm_domain::customers::{Query, View};
use crm_domain::ids::Uuid;
use yew::prelude::*;
use yew_router::prelude::*;

#[derive(Properties, PartialEq)]
pub struct DetailScreenProps {
    pub customer: Uuid,
}

#[derive(Clone, Copy, PartialEq)]
enum Sheet {
    Note,
    FollowUp,
}

#[component]
pub fn DetailScreen(props: &DetailScreenProps) -> Html {
    let w = use_words::<Words>();
    let customer = props.customer;
    let navigator = use_navigator().expect("screens stand inside the router");
    let now = use_now(60_000);
    let view = use_query(Query::Detail { customer });
    let shown = match view.as_deref() {
        Some(View::Detail(Some(detail))) => Some(detail.card.id),
        _ => None,
    };
    // An address of one that was merged is the address of the one that it is.
    {
        let navigator = navigator.clone();
        use_effect_with((customer, shown), move |(asked, shown)| {
            if let Some(id) = shown.filter(|id| id != asked) {
                navigator.replace(&Route::Customer { id });
            }
        });
    }
    let sheet = use_state_eq(|| None::<Sheet>);
    let show = {
        let sheet = sheet.setter();
        Callback::from(move |which: Option<Sheet>| sheet.set(which))
    };
    let detail = match view.as_deref() {
        None => return page(w, html! { <><Skeleton rows=2 /><Skeleton rows=4 /></> }, Html::default()),
        Some(View::Detail(Some(detail))) => detail,
        Some(_) => return page(w, html! { <Elsewhere {customer} /> }, Html::default()),
    };
    let begin = match &detail.open_visit {
        Some(visit) => html! {
            <Button kind={ButtonKind::Primary} icon={Icon::MapPin} onclick={go(&navigator, Route::Visit { customer, visit: visit.id })}>
                { w.go_on() }
            </Button>
        },
        None => html! {
            <Button kind={ButtonKind::Primary} icon={Icon::MapPin} onclick={go(&navigator, Route::CheckInAt { customer })}>
                { w.check_in() }
            </Button>
        },
    };
    let open = |which: Sheet| show.reform(move |_: MouseEvent| Some(which));
    let foot = html! {
        <div class="buttons customer-foot">
            <Button icon={Icon::StickyNote} onclick={open(Sheet::Note)}>{ w.add_note() }</Button>
            <Button icon={Icon::CalendarClock} onclick={open(Sheet::FollowUp)}>{ w.add_follow_up() }</Button>
            { begin }
        </div>
    };
    let close = show.reform(|()| None);
    let body = html! {
        <div class="customer">
            <Header detail={(**detail).clone()} />
            <Brief detail={(**detail).clone()} {now} />
            <Timeline
                {customer}
                name={detail.card.name.clone()}
                entries={detail.timeline.clone()}
                photos={detail.photos.clone()}
                {now}
            />
            <Profile detail={(**detail).clone()} />
            <Contacts {customer} contacts={detail.contacts.clone()} />
            <Merging detail={(**detail).clone()} />
            if *sheet == Some(Sheet::Note) { <NoteSheet {customer} onclose={close.clone()} /> }
            if *sheet == Some(Sheet::FollowUp) { <FollowUpSheet {customer} {now} onclose={close} /> }
        </div>
    };
    page(w, body, foot)
}

fn page(w: Words, body: Html, foot: Html) -> Html {
    html! { <Page title={w.title()} back={Some(Route::Customers)} {foot}>{ body }</Page> }
}
