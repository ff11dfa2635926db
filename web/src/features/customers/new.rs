//! A new customer on the spot: name, phone, grid; the place if the person wants it kept.
use super::edit::{GridField, grid_lines};
use super::form::{Errors, Form, errors_of, use_focus_on_wrong};
use super::text::Words;
use crate::components::{Button, ButtonKind, Card, Icon, Page, Row, SectionTitle, TextField, dotted};
use crate::routes::Route;
use crate::state::{
    Whereabouts, use_command, use_door, use_draft, use_position, use_query, use_query_if, use_surroundings, use_toasts,
};
use crate::words::{ValueWords, use_format, use_words};
use crm_domain::customers::{Card as CustomerCard, Command, Details, List, Query, Sort, View, customer};
use crm_domain::grids;
use crm_domain::ids::Uuid;
use crm_replica::ports::LocateError;
use gloo::timers::callback::Timeout;
use yew::prelude::*;
use yew_router::prelude::*;

/// The grid of the customer made last on this device.
const LAST_GRID: &str = "last-grid";

#[component]
pub fn NewScreen() -> Html {
    let w = use_words::<Words>();
    let values = use_words::<ValueWords>();
    let navigator = use_navigator().expect("screens stand inside the router");
    let (door, commands, toasts, surroundings) = (use_door(), use_command(), use_toasts(), use_surroundings());
    let draft = use_draft("new-customer".into(), Form::default);
    let wrong = use_state_eq(Errors::new);
    use_focus_on_wrong(&wrong);
    let saving = use_state_eq(|| false);
    let placing = use_state_eq(|| false);
    let place = use_position(*placing);
    let grids = use_query(grids::Query::All);
    let suggested = use_suggested_grid(place, grids.as_deref());
    let form = Form { grid: draft.grid.or(suggested), ..(*draft).clone() };
    let same = use_same(&form);

    let change = {
        let draft = draft.clone();
        Callback::from(move |form: Form| draft.update(|f| *f = form))
    };
    let typed = |set: fn(&mut Form, String)| {
        let draft = draft.clone();
        Callback::from(move |text: String| draft.update(|form| set(form, text)))
    };
    // Saves, then goes to where `next` says.
    let create = |next: fn(Uuid) -> Route| {
        let (form, draft, wrong) = (form.clone(), draft.clone(), wrong.setter());
        let (commands, toasts, navigator) = (commands.clone(), toasts.clone(), navigator.clone());
        let (door, surroundings, saving) = (door.clone(), surroundings.clone(), saving.clone());
        Callback::from(move |()| {
            // A second tap would make a second customer.
            if *saving {
                return;
            }
            let details = match form.changes(&Form::default(), w) {
                Ok(details) => with_place(details, place),
                Err(errors) => return wrong.set(errors),
            };
            let id = door.new_id();
            if let Some(grid) = form.grid {
                surroundings.keep_setting(LAST_GRID, Some(&grid.to_string()));
            }
            let (draft, wrong, toasts, navigator) = (draft.clone(), wrong.clone(), toasts.clone(), navigator.clone());
            saving.set(true);
            let saving = saving.setter();
            commands.then(Command::Create { id, details }, move |result| {
                saving.set(false);
                match result {
                    Ok(()) => {
                        draft.forget();
                        toasts.say(w.created());
                        navigator.replace(&next(id));
                    }
                    Err(why) => wrong.set(errors_of(why, w.0)),
                }
            });
        })
    };
    let save = create(|id| Route::Customer { id });
    let check_in = create(|customer| Route::CheckInAt { customer });
    let error = |field: u16| wrong.get(&field).cloned();
    let submit = Callback::from(move |event: SubmitEvent| {
        event.prevent_default();
        save.emit(());
    });
    let discard = {
        let draft = draft.clone();
        Callback::from(move |_: MouseEvent| {
            draft.forget();
            draft.start(Form::default());
        })
    };
    html! {
        <Page title={w.new()} back={Some(Route::Customers)}>
            <form class="customer-form" onsubmit={submit} novalidate=true>
                if draft.restored() {
                    <p class="notice customer-restored">
                        { Icon::History }<span>{ w.restored() }</span>
                        <button type="button" class="btn btn-quiet" onclick={discard}>{ w.discard() }</button>
                    </p>
                }
                <Card>
                    <TextField id="name" label={values.name()} required=true value={form.name.clone()} error={error(customer::name)} oninput={typed(|f, t| f.name = t)} />
                    <TextField id="phone" label={values.phone()} kind="tel" hint={w.phone_optional()} value={form.phone.clone()} error={error(customer::phone)} oninput={typed(|f, t| f.phone = t)} />
                    <GridField form={form.clone()} lines={grid_lines(grids.as_deref())} error={error(customer::grid)} {change} />
                    <Place {place} ask={let placing = placing.setter(); Callback::from(move |_: MouseEvent| placing.set(true))} />
                </Card>
                <Same cards={same} />
                <div role="alert">if let Some(whole) = wrong.get(&0) { <p class="notice customer-restored">{ Icon::TriangleAlert }<span>{ whole }</span></p> }</div>
                <div class="card-pad new-buttons">
                    <Button kind={ButtonKind::Primary} submit=true block=true busy={*saving}>{ w.save() }</Button>
                    <Button block=true icon={Icon::MapPin} disabled={*saving} onclick={check_in.reform(|_: MouseEvent| ())}>{ w.check_in_now() }</Button>
                </div>
            </form>
        </Page>
    }
}

/// The place that was asked for becomes the customer's.
fn with_place(details: Details, place: Whereabouts) -> Details {
    match place.point() {
        Some(point) => Details { point: Some(point), point_from: Some("field".into()), ..details },
        None => details,
    }
}

/// The grid of the nearest customer where the place is known, else the one used last, else the only one.
#[hook]
fn use_suggested_grid(place: Whereabouts, grids: Option<&grids::View>) -> Option<Uuid> {
    let surroundings = use_surroundings();
    let nearest = place
        .point()
        .map(|near| Query::List(List { near: Some(near), sort: Sort::Distance, limit: 1, ..List::default() }));
    let nearest = match use_query_if(nearest).as_deref() {
        Some(View::List(page)) => page.cards.first().filter(|c| c.distance_m.is_some()).and_then(|c| c.grid),
        _ => None,
    };
    let last = surroundings.setting(LAST_GRID).and_then(|id| id.parse().ok());
    let held: Vec<Uuid> =
        grids.map(|v| v.0.iter().filter(|g| g.customers > 0).map(|g| g.id).collect()).unwrap_or_default();
    let only = (held.len() == 1).then(|| held[0]);
    nearest.or(last).or(only)
}

/// Who may be the same customer, asked when typing pauses: comparing names goes through the whole book.
#[hook]
fn use_same(form: &Form) -> Vec<CustomerCard> {
    let typed = (form.name.trim().to_owned(), form.phone.trim().to_owned());
    let settled = use_state_eq(|| typed.clone());
    let setter = settled.setter();
    use_effect_with(typed, move |typed| {
        let typed = typed.clone();
        let pause = Timeout::new(350, move || setter.set(typed));
        move || drop(pause)
    });
    let (name, phone) = (*settled).clone();
    let asked = (name.chars().count() >= 2 || phone.len() >= 7).then_some(Query::Same { name, phone });
    let asks = asked.is_some();
    match use_query_if(asked).as_deref() {
        Some(View::Same(cards)) if asks => cards.clone(),
        _ => vec![],
    }
}

#[derive(Properties, PartialEq)]
struct PlaceProps {
    place: Whereabouts,
    ask: Callback<MouseEvent>,
}

#[component]
fn Place(props: &PlaceProps) -> Html {
    let w = use_words::<Words>();
    let f = use_format();
    let said = match props.place {
        Whereabouts::Unasked => {
            return html! {
                <div class="field new-place">
                    <Button icon={Icon::MapPin} onclick={props.ask.clone()}>{ w.place_here() }</Button>
                    <span class="field-hint">{ w.place_why() }</span>
                </div>
            };
        }
        Whereabouts::Locating => w.locating().to_owned(),
        Whereabouts::Found(found) => w.placed(&f.distance(found.accuracy_m)),
        Whereabouts::Failed(LocateError::Denied) => w.denied().to_owned(),
        Whereabouts::Failed(_) => w.unlocated().to_owned(),
    };
    html! { <div class="field new-place" role="status">{ Icon::MapPin }<span>{ said }</span></div> }
}

#[derive(Properties, PartialEq)]
struct SameProps {
    cards: Vec<CustomerCard>,
}

#[component]
fn Same(props: &SameProps) -> Html {
    let w = use_words::<Words>();
    if props.cards.is_empty() {
        return html! { <div role="status" /> };
    }
    html! {
        <div role="status">
            <SectionTitle>{ w.same() }</SectionTitle>
            <Card>
                { for props.cards.iter().map(|card| html! {
                    <Row
                        key={card.id.to_string()}
                        title={html! { &card.name }}
                        detail={dotted([html! { &card.phone }, html! { &card.grid_name }, html! { &card.address }])}
                        end={html! {
                            <Link<Route> to={Route::Customer { id: card.id }} classes="weui-btn weui-btn_default btn">{ w.same_open() }</Link<Route>>
                        }}
                    />
                }) }
            </Card>
        </div>
    }
}
