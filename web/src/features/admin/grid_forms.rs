//! A new grid, and one that is there: name, town, code, lead, archived.
use super::text::Words;
use crate::components::{Button, ButtonKind, SelectField, TextField, go};
use crate::routes::Route;
use crate::state::{use_command, use_door, use_query, use_toasts};
use crate::words::use_words;
use crm_domain::grids::{Command, Line, View};
use crm_domain::ids::Uuid;
use crm_domain::people;
use std::rc::Rc;
use yew::prelude::*;
use yew_router::prelude::*;

#[derive(Clone, Default, PartialEq)]
struct Form {
    name: String,
    town: String,
    code: String,
    lead: Option<Uuid>,
}

impl Form {
    fn of(grid: &Line) -> Self {
        Form { name: grid.name.clone(), town: grid.town.clone(), code: grid.code.clone(), lead: grid.lead }
    }

    /// `id` is the grid's own, which may keep its name.
    fn wrong(&self, id: Option<Uuid>, view: &View, w: Words) -> Option<AttrValue> {
        let name = self.name.trim();
        let taken = view.0.iter().any(|g| Some(g.id) != id && !g.archived && g.name == name);
        match (name.is_empty(), taken) {
            (true, _) => Some(w.grid_name_missing().into()),
            (_, true) => Some(w.grid_name_taken().into()),
            _ => None,
        }
    }
}

#[derive(Properties, PartialEq)]
struct FieldsProps {
    form: Form,
    onchange: Callback<Form>,
    wrong: Option<AttrValue>,
}

#[component]
fn Fields(props: &FieldsProps) -> Html {
    let w = use_words::<Words>();
    let people = use_query(people::Query::All);
    let change = |edit: fn(&mut Form, String)| {
        let (form, changed) = (props.form.clone(), props.onchange.clone());
        Callback::from(move |typed: String| {
            let mut form = form.clone();
            edit(&mut form, typed);
            changed.emit(form);
        })
    };
    // Somebody who left stays to be seen where she still leads.
    let may_lead = |p: &&people::Line| p.active || props.form.lead == Some(p.id);
    let options: Vec<(AttrValue, AttrValue)> = people
        .iter()
        .flat_map(|view| view.people.iter().filter(may_lead))
        .map(|p| (p.id.to_string().into(), format!("{} ({})", p.name, p.account).into()))
        .collect();
    let form = &props.form;
    html! {
        <>
            <TextField
                id="grid-name"
                label={w.grid_name()}
                hint={w.grid_name_hint()}
                value={form.name.clone()}
                oninput={change(|form, typed| form.name = typed)}
                error={props.wrong.clone()}
                required=true
            />
            <TextField id="grid-town" label={w.town()} value={form.town.clone()} oninput={change(|form, typed| form.town = typed)} />
            <TextField id="grid-code" label={w.grid_code()} value={form.code.clone()} oninput={change(|form, typed| form.code = typed)} />
            <SelectField
                id="grid-lead"
                label={w.lead()}
                value={form.lead.map(|id| id.to_string()).unwrap_or_default()}
                {options}
                none={form.lead.is_none().then(|| AttrValue::from(w.no_lead()))}
                onchange={change(|form, id| form.lead = id.parse().ok())}
            />
        </>
    }
}

#[derive(Properties, PartialEq)]
pub struct NewGridProps {
    pub view: Rc<View>,
    pub oncreated: Callback<Uuid>,
}

#[component]
pub fn NewGrid(props: &NewGridProps) -> Html {
    let w = use_words::<Words>();
    let (door, commands, toasts) = (use_door(), use_command(), use_toasts());
    let form = use_state_eq(Form::default);
    let wrong = use_state_eq(|| None::<AttrValue>);
    let onsubmit = {
        let (form, wrong, view, created) = (form.clone(), wrong.setter(), props.view.clone(), props.oncreated.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let found = form.wrong(None, &view, w);
            if found.is_some() {
                return wrong.set(found);
            }
            let id = door.new_id();
            let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
            let name = form.name.trim().to_owned();
            let command = Command::Create {
                id,
                name: name.clone(),
                code: some(&form.code),
                town: some(&form.town),
                lead: form.lead,
            };
            let (toasts, created) = (toasts.clone(), created.clone());
            commands.act(command, move || {
                toasts.say(w.grid_created(&name));
                created.emit(id);
            });
        })
    };
    let onchange = {
        let (form, wrong) = (form.setter(), wrong.setter());
        Callback::from(move |next: Form| {
            wrong.set(None);
            form.set(next);
        })
    };
    html! {
        <form class="admin-form" {onsubmit}>
            <Fields form={(*form).clone()} {onchange} wrong={(*wrong).clone()} />
            <div class="admin-pad"><Button kind={ButtonKind::Primary} submit=true block=true>{ w.create() }</Button></div>
        </form>
    }
}

#[derive(Properties, PartialEq)]
pub struct GridFormProps {
    pub grid: Line,
    pub view: Rc<View>,
}

#[component]
pub fn GridForm(props: &GridFormProps) -> Html {
    let w = use_words::<Words>();
    let (commands, toasts) = (use_command(), use_toasts());
    let navigator = use_navigator().expect("screens stand inside the router");
    let grid = &props.grid;
    let id = grid.id;
    let form = use_state_eq(|| Form::of(grid));
    let wrong = use_state_eq(|| None::<AttrValue>);
    let onsubmit = {
        let (form, wrong, view) = (form.clone(), wrong.setter(), props.view.clone());
        let (commands, toasts, was) = (commands.clone(), toasts.clone(), Form::of(grid));
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let found = form.wrong(Some(id), &view, w);
            if found.is_some() {
                return wrong.set(found);
            }
            let changed = |new: &str, old: &str| Some(new.trim().to_owned()).filter(|new| new != old);
            let command = Command::Edit {
                grid: id,
                name: changed(&form.name, &was.name),
                code: changed(&form.code, &was.code),
                town: changed(&form.town, &was.town),
                lead: form.lead.filter(|lead| Some(*lead) != was.lead),
            };
            let toasts = toasts.clone();
            commands.act(command, move || toasts.say(w.saved()));
        })
    };
    let archive = {
        let (archived, name) = (!grid.archived, grid.name.clone());
        Callback::from(move |_: MouseEvent| {
            let (again, told, name) = (commands.clone(), toasts.clone(), name.clone());
            commands.act(Command::Archive { grid: id, archived }, move || {
                let back =
                    Callback::from(move |()| again.act(Command::Archive { grid: id, archived: !archived }, || ()));
                let text = if archived { w.archived_grid(&name) } else { w.unarchived_grid(&name) };
                told.undo(text, back);
            });
        })
    };
    let onchange = {
        let (form, wrong) = (form.setter(), wrong.setter());
        Callback::from(move |next: Form| {
            wrong.set(None);
            form.set(next);
        })
    };
    html! {
        <form class="admin-form" {onsubmit}>
            <Fields form={(*form).clone()} {onchange} wrong={(*wrong).clone()} />
            <div class="admin-pad">
                <Button kind={ButtonKind::Primary} submit=true block=true disabled={*form == Form::of(grid)}>{ w.save() }</Button>
            </div>
            <div class="admin-acts">
                <Button onclick={go(&navigator, Route::Grid { id })}>{ w.open_grid() }</Button>
                <div>
                    <Button onclick={archive}>{ if grid.archived { w.unarchive() } else { w.archive() } }</Button>
                    if !grid.archived { <p class="admin-hint">{ w.archive_why() }</p> }
                </div>
            </div>
        </form>
    }
}
