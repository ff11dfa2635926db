//! One person: name, role, grids, password, devices, and whether she may sign in.
use super::devices::DeviceLines;
use super::password::Password;
use super::text::Words;
use crate::components::{Button, ButtonKind, Icon, SectionTitle, SelectField, TextField};
use crate::features::grids::GridPicker;
use crate::state::{use_command, use_toasts, use_who};
use crate::words::{ValueWords, use_words};
use crm_domain::ids::Uuid;
use crm_domain::people::{Command, Given, Line, Role, View};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct PersonFormProps {
    pub person: Line,
    pub view: Rc<View>,
}

fn edit(person: Uuid, name: Option<String>, active: Option<bool>) -> Command {
    Command::Edit { person, name, active }
}

#[component]
pub fn PersonForm(props: &PersonFormProps) -> Html {
    let w = use_words::<Words>();
    let values = use_words::<ValueWords>();
    let (commands, toasts, who) = (use_command(), use_toasts(), use_who());
    let person = &props.person;
    let id = person.id;
    let name = use_state_eq(|| person.name.clone());
    let wrong = use_state_eq(|| None::<AttrValue>);
    let others = props.view.people.iter().any(|p| p.id != id && p.active && p.role == Role::Administrator);
    let last = person.role == Role::Administrator && person.active && !others;
    let roles: Vec<(AttrValue, AttrValue)> =
        Role::ALL.into_iter().map(|role| (role.word().into(), values.role_of(role).into())).collect();

    let save_name = {
        let (name, commands, toasts, wrong) = (name.clone(), commands.clone(), toasts.clone(), wrong.setter());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let text = name.trim().to_owned();
            if text.is_empty() {
                return wrong.set(Some(w.name_missing().into()));
            }
            let toasts = toasts.clone();
            commands.act(edit(id, Some(text), None), move || toasts.say(w.saved()));
        })
    };
    let set_role = {
        let (commands, toasts, held) = (commands.clone(), toasts.clone(), person.grids.clone());
        Callback::from(move |word: String| {
            let (toasts, Some(role)) = (toasts.clone(), Role::from_word(&word)) else { return };
            let grids = held.iter().filter(|given| given.desks.is_empty()).map(|given| given.grid).collect();
            let desks = held.iter().flat_map(|given| given.desks.clone()).collect();
            commands.act(Command::SetRole { person: id, role, grids, desks }, move || toasts.say(w.saved()));
        })
    };
    let set_active = {
        let shown = person.name.clone();
        let active = !person.active;
        Callback::from(move |_: MouseEvent| {
            let (again, told, shown) = (commands.clone(), toasts.clone(), shown.clone());
            commands.act(edit(id, None, Some(active)), move || {
                let back = Callback::from(move |()| again.act(edit(id, None, Some(!active)), || ()));
                let text = if active { w.activated(&shown) } else { w.deactivated(&shown) };
                told.undo(text, back);
            });
        })
    };
    html! {
        <div class="admin-form">
            <form class="admin-name" onsubmit={save_name}>
                <TextField
                    id="person-name"
                    label={w.name()}
                    value={(*name).clone()}
                    oninput={{
                        let (name, wrong) = (name.setter(), wrong.setter());
                        Callback::from(move |typed: String| { wrong.set(None); name.set(typed) })
                    }}
                    error={(*wrong).clone()}
                    required=true
                />
                if name.trim() != person.name { <div class="admin-pad"><Button submit=true>{ w.save() }</Button></div> }
            </form>
            <p class="admin-fact"><span>{ w.account() }</span><b>{ &person.account }</b></p>
            if last {
                <p class="admin-fact"><span>{ w.role() }</span><b>{ values.role_of(person.role) }</b></p>
                <p class="notice admin-notice">{ Icon::Info }<span>{ w.last_administrator() }</span></p>
            } else {
                <SelectField id="person-role" label={w.role()} value={person.role.word()} options={roles} onchange={set_role} />
            }

            <SectionTitle>{ w.held_grids() }</SectionTitle>
            if person.role >= Role::Supervisor {
                <p class="admin-hint">{ w.role_has_all() }</p>
            } else {
                <HeldGrids person={person.clone()} />
            }

            <SectionTitle>{ w.devices_of() }</SectionTitle>
            <DeviceLines devices={Vec::from_iter(props.view.devices.iter().filter(|d| d.user == Some(id)).cloned())} />

            <div class="admin-acts">
                if who.user == id { <p class="admin-hint">{ w.own_password() }</p> } else { <Password person={id} /> }
                if !last {
                    if person.active {
                        <div>
                            <Button kind={ButtonKind::Danger} onclick={set_active}>{ w.deactivate() }</Button>
                            <p class="admin-hint">{ w.deactivate_why() }</p>
                        </div>
                    } else {
                        <Button kind={ButtonKind::Primary} onclick={set_active}>{ w.activate() }</Button>
                    }
                }
            </div>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct HeldGridsProps {
    person: Line,
}

/// The grids of a manager or lead, given and taken at a tap.
#[component]
fn HeldGrids(props: &HeldGridsProps) -> Html {
    let w = use_words::<Words>();
    let (commands, toasts) = (use_command(), use_toasts());
    let open = use_state_eq(|| false);
    let person = &props.person;
    let (id, role) = (person.id, person.role);
    let give = move |grid: Uuid| Command::GiveGrid { person: id, grid, role };
    let onchoose = {
        let (commands, toasts) = (commands.clone(), toasts.clone());
        Callback::from(move |(grid, name): (Uuid, AttrValue)| {
            let toasts = toasts.clone();
            commands.act(give(grid), move || toasts.say(w.given(&name)));
        })
    };
    let held = person.grids.iter().map(|given: &Given| {
        let (commands, toasts, given) = (commands.clone(), toasts.clone(), given.clone());
        let (label, name) = (w.take_grid(&given.name), given.name.clone());
        let onclick = Callback::from(move |_: MouseEvent| {
            let (again, told, given) = (commands.clone(), toasts.clone(), given.clone());
            commands.act(Command::TakeGrid { grants: given.grants.clone() }, move || {
                let back = Callback::from(move |()| again.act(give(given.grid), || ()));
                told.undo(w.taken(&given.name), back);
            });
        });
        html! {
            <li key={name.clone()}>
                <span>{ name }</span>
                <button type="button" class="icon-btn" aria-label={label} {onclick}>{ Icon::X }</button>
            </li>
        }
    });
    let show = {
        let open = open.setter();
        Callback::from(move |on: bool| open.set(on))
    };
    html! {
        <div class="admin-grids">
            <ul>{ for held }</ul>
            <Button icon={Icon::Plus} onclick={show.reform(|_: MouseEvent| true)}>{ w.give_grid() }</Button>
            if *open {
                <GridPicker
                    title={w.give_grid()}
                    without={Vec::from_iter(person.grids.iter().map(|g| g.grid))}
                    {onchoose}
                    onclose={show.reform(|()| false)}
                />
            }
        </div>
    }
}
