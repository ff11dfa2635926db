//! A customer who is not in the book yet, at the door: three fields, then the check-in, which learns the place.
use super::fix::{Arrival, Found, use_arrive};
use super::text::Words;
use crate::components::{Button, ButtonKind, HalfScreen, SelectField, TextField};
use crate::features::grids::open_to;
use crate::routes::Route;
use crate::state::{use_command, use_door, use_draft, use_query, use_query_if, use_session, use_surroundings};
use crate::words::{rejection, use_words};
use crm_domain::customers::{Command, Details, Query, View, customer};
use crm_domain::grids;
use crm_domain::ids::Uuid;
use crm_replica::ports::Failure;
use serde::{Deserialize, Serialize};
use yew::prelude::*;
use yew_router::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Form {
    name: String,
    phone: String,
    /// None: the grid that is proposed.
    grid: Option<Uuid>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Wrong {
    name: Option<AttrValue>,
    phone: Option<AttrValue>,
    grid: Option<AttrValue>,
}

#[derive(Properties, PartialEq)]
pub struct NewHereProps {
    pub found: Found,
    /// The grid of whoever is near.
    #[prop_or_default]
    pub grid: Option<Uuid>,
    pub onclose: Callback<()>,
}

/// The setting of this device that holds the grid of the last new customer.
const LAST_GRID: &str = "last-grid";

#[component]
pub fn NewHere(props: &NewHereProps) -> Html {
    let w = use_words::<Words>();
    let locale = use_session().locale;
    let (door, commands, surroundings) = (use_door(), use_command(), use_surroundings());
    let navigator = use_navigator().expect("screens stand inside the router");
    let (busy, arrive) = use_arrive();
    let form = use_draft("check-in/new".into(), Form::default);
    let wrong = use_state_eq(Wrong::default);
    let grids = use_query(grids::Query::All);
    let written = !form.name.trim().is_empty() || form.phone.len() >= 7;
    let same = use_query_if(written.then(|| Query::Same { name: form.name.clone(), phone: form.phone.clone() }));
    let open = grids.as_ref().map(|all| open_to(all)).unwrap_or_default();
    let last = surroundings.setting(LAST_GRID).and_then(|text| Uuid::parse_str(&text).ok());
    let only = (open.len() == 1).then(|| open[0].id);
    let known = |id: &Uuid| open.iter().any(|grid| grid.id == *id);
    let grid = form.grid.or(props.grid).or(last).or(only).filter(known);

    let save = {
        let (form, wrong, found) = (form.clone(), wrong.setter(), props.found);
        Callback::from(move |_: MouseEvent| {
            let missing = Wrong {
                name: form.name.trim().is_empty().then(|| w.name_missing().into()),
                phone: None,
                grid: grid.is_none().then(|| w.grid_missing().into()),
            };
            let Some(grid) = grid.filter(|_| missing == Wrong::default()) else {
                wrong.set(missing);
                return;
            };
            let id = door.new_id();
            let phone = form.phone.trim();
            let details = Details {
                name: Some(form.name.clone()),
                phone: (!phone.is_empty()).then(|| phone.to_owned()),
                grid: Some(grid),
                ..Details::default()
            };
            surroundings.keep_setting(LAST_GRID, Some(&grid.to_string()));
            let (form, wrong, arrive, told) = (form.clone(), wrong.clone(), arrive.clone(), commands.clone());
            commands.then(Command::Create { id, details }, move |done| match done {
                Ok(()) => {
                    form.forget();
                    arrive.emit(Arrival { customer: id, visit: None, found, reason: None });
                }
                Err(Failure::Rejected(why)) if why.code == crm_domain::rules::Code::PhoneInvalid => {
                    wrong.set(Wrong { phone: Some(rejection(why, locale).into()), ..Wrong::default() });
                }
                Err(Failure::Rejected(why)) if why.field == Some(customer::name) => {
                    wrong.set(Wrong { name: Some(rejection(why, locale).into()), ..Wrong::default() });
                }
                Err(why) => told.tell(why),
            });
        })
    };
    let typed = |change: fn(&mut Form, String)| {
        let (form, wrong) = (form.clone(), wrong.setter());
        Callback::from(move |text: String| {
            wrong.set(Wrong::default());
            form.update(|form| change(form, text));
        })
    };
    let foot = html! {
        <Button kind={ButtonKind::Primary} block=true {busy} onclick={save}>{ w.save_and_check_in() }</Button>
    };
    let options = open.iter().map(|grid| (grid.id.to_string().into(), grid.name.clone().into())).collect::<Vec<_>>();
    html! {
        <HalfScreen title={w.new_title()} close={w.close()} {foot} onclose={props.onclose.clone()}>
            <TextField
                id="new-name"
                label={w.name()}
                value={form.name.clone()}
                oninput={typed(|form, text| form.name = text)}
                error={wrong.name.clone()}
                required=true
                enterkeyhint="next"
            />
            if written && let Some(View::Same(cards)) = same.as_deref() && !cards.is_empty() {
                <div class="same" role="status">
                    <p>{ w.maybe_same() }</p>
                    { for cards.iter().map(|card| {
                        let (navigator, to) = (navigator.clone(), Route::CheckInAt { customer: card.id });
                        let onclick = Callback::from(move |_: MouseEvent| navigator.push(&to));
                        html! {
                            <Button kind={ButtonKind::Quiet} {onclick}>
                                { w.check_in_at(&format!("{} · {}", card.name, card.grid_name)) }
                            </Button>
                        }
                    }) }
                </div>
            }
            <TextField
                id="new-phone"
                label={w.phone()}
                kind="tel"
                inputmode="tel"
                value={form.phone.clone()}
                oninput={typed(|form, text| form.phone = text)}
                error={wrong.phone.clone()}
                enterkeyhint="done"
            />
            <SelectField
                id="new-grid"
                label={w.grid()}
                value={grid.map(|id| id.to_string()).unwrap_or_default()}
                {options}
                none={w.choose()}
                onchange={typed(|form, text| form.grid = Uuid::parse_str(&text).ok())}
                error={wrong.grid.clone()}
                required=true
            />
            if matches!(props.found, Found::Fresh(_)) { <p class="new-learns">{ w.learns() }</p> }
        </HalfScreen>
    }
}
