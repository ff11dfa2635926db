//! Changing a customer: only what was changed is sent, what was typed outlives a killed tab.
use super::form::{Errors, Form, errors_of, use_focus_on_wrong};
use super::text::Words;
use crate::components::{
    Button, ButtonKind, Card, Chip, Chips, Empty, Icon, Page, SelectField, Skeleton, TextArea, TextField,
};
use crate::features::grids::open_to;
use crate::routes::Route;
use crate::state::{use_command, use_draft, use_query, use_toasts};
use crate::words::{ValueWords, use_words};
use crm_domain::customers::{Command, Details, Query, View, customer};
use crm_domain::grids;
use crm_domain::ids::Uuid;
use serde::{Deserialize, Serialize};
use yew::prelude::*;
use yew_router::prelude::*;

#[derive(Properties, PartialEq)]
pub struct EditScreenProps {
    pub customer: Uuid,
}

/// What stood there when the form was opened, and what stands there now.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
struct Editing {
    before: Form,
    now: Form,
    begun: bool,
}

#[component]
pub fn EditScreen(props: &EditScreenProps) -> Html {
    let w = use_words::<Words>();
    let customer = props.customer;
    let navigator = use_navigator().expect("screens stand inside the router");
    let (commands, toasts) = (use_command(), use_toasts());
    let view = use_query(Query::Detail { customer });
    let draft = use_draft(format!("edit-customer/{customer}"), Editing::default);
    let wrong = use_state_eq(Errors::new);
    use_focus_on_wrong(&wrong);
    let shown = match view.as_deref() {
        Some(View::Detail(Some(detail))) => Some(Form::of(detail)),
        _ => None,
    };
    let gone = matches!(view.as_deref(), Some(View::Detail(None)));
    // The record fills the form once, unless a draft is there.
    {
        let draft = draft.clone();
        use_effect_with((shown.clone(), draft.loaded()), move |(shown, loaded)| {
            if let Some(shown) = shown.clone().filter(|_| *loaded && !draft.begun) {
                draft.start(Editing { before: shown.clone(), now: shown, begun: true });
            }
        });
    }
    let leave = {
        let navigator = navigator.clone();
        move || navigator.replace(&Route::Customer { id: customer })
    };
    let save = {
        let (draft, wrong, leave) = (draft.clone(), wrong.setter(), leave.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let details = match draft.now.changes(&draft.before, w) {
                Ok(details) if details == Details::default() => {
                    draft.forget();
                    toasts.say(w.nothing_changed());
                    return leave();
                }
                Ok(details) => details,
                Err(errors) => return wrong.set(errors),
            };
            let (draft, wrong, leave, toasts) = (draft.clone(), wrong.clone(), leave.clone(), toasts.clone());
            let locale = w.0;
            commands.then(Command::Edit { customer, details }, move |result| match result {
                Ok(()) => {
                    draft.forget();
                    toasts.say(w.saved());
                    leave();
                }
                Err(why) => wrong.set(errors_of(why, locale)),
            });
        })
    };
    let discard = {
        let (draft, shown) = (draft.clone(), shown.clone());
        Callback::from(move |_: MouseEvent| {
            draft.forget();
            let form = shown.clone().unwrap_or_default();
            draft.start(Editing { before: form.clone(), now: form, begun: true });
        })
    };
    let change = {
        let draft = draft.clone();
        Callback::from(move |form: Form| draft.update(|editing| editing.now = form))
    };
    let body = if gone {
        html! { <Card><Empty icon={Icon::CloudOff} title={w.missing()} text={w.missing_why()} /></Card> }
    } else if draft.begun {
        html! {
            <form id="customer-form" class="customer-form" onsubmit={save} novalidate=true>
                if draft.restored() {
                    <p class="notice customer-restored">
                        { Icon::History }<span>{ w.restored() }</span>
                        <button type="button" class="btn btn-quiet" onclick={discard}>{ w.discard() }</button>
                    </p>
                }
                <Fields form={draft.now.clone()} wrong={(*wrong).clone()} {change} />
                <div role="alert">if let Some(whole) = wrong.get(&0) { <p class="notice customer-restored">{ Icon::TriangleAlert }<span>{ whole }</span></p> }</div>
                <div class="card-pad"><Button kind={ButtonKind::Primary} submit=true block=true>{ w.save() }</Button></div>
            </form>
        }
    } else {
        html! { <Skeleton rows=6 /> }
    };
    html! { <Page title={w.edit_title()} back={Some(Route::Customer { id: customer })}>{ body }</Page> }
}

#[derive(Properties, PartialEq)]
struct FieldsProps {
    form: Form,
    wrong: Errors,
    change: Callback<Form>,
}

#[component]
fn Fields(props: &FieldsProps) -> Html {
    let w = use_words::<Words>();
    let values = use_words::<ValueWords>();
    let grids = use_query(grids::Query::All);
    let form = &props.form;
    let error = |field: u16| props.wrong.get(&field).cloned();
    let typed = |set: fn(&mut Form, String)| {
        let (form, change) = (props.form.clone(), props.change.clone());
        Callback::from(move |text: String| {
            let mut next = form.clone();
            set(&mut next, text);
            change.emit(next);
        })
    };
    html! {
        <>
            <Card>
                <TextField id="name" label={values.name()} required=true value={form.name.clone()} error={error(customer::name)} oninput={typed(|f, t| f.name = t)} />
                <TextField id="contact" label={values.contact()} value={form.contact.clone()} error={error(customer::contact)} oninput={typed(|f, t| f.contact = t)} />
                <TextField id="phone" label={values.phone()} kind="tel" value={form.phone.clone()} error={error(customer::phone)} oninput={typed(|f, t| f.phone = t)} />
                <TextField id="address" label={values.address()} value={form.address.clone()} error={error(customer::address)} oninput={typed(|f, t| f.address = t)} />
                <GridField form={form.clone()} error={error(customer::grid)} lines={grid_lines(grids.as_deref())} change={props.change.clone()} />
                <div class="field">
                    <span class="field-label">{ values.tier() }</span>
                    <Chips label={values.tier()}>
                        { for ["A", "B", "C", "D"].map(|tier| {
                            let onclick = typed(|f, t| f.tier = t).reform(move |_: MouseEvent| tier.to_owned());
                            html! { <Chip on={form.tier == tier} {onclick}>{ w.tier_of(tier) }</Chip> }
                        }) }
                    </Chips>
                </div>
            </Card>
            <h2 class="section-title">{ w.more_fields() }</h2>
            <Card>
                <TextField id="trade" label={values.trade()} value={form.trade.clone()} error={error(customer::trade)} oninput={typed(|f, t| f.trade = t)} />
                <TextField id="town" label={values.town()} value={form.town.clone()} error={error(customer::town)} oninput={typed(|f, t| f.town = t)} />
                <TextField id="unit" label={values.unit()} value={form.unit.clone()} error={error(customer::unit)} oninput={typed(|f, t| f.unit = t)} />
                <TextField id="revenue" label={values.monthly_revenue()} inputmode="decimal" value={form.monthly_revenue.clone()} error={error(customer::monthly_revenue)} oninput={typed(|f, t| f.monthly_revenue = t)} />
                <TextField id="households" label={values.households()} inputmode="numeric" value={form.households.clone()} error={error(customer::households)} oninput={typed(|f, t| f.households = t)} />
                <TextArea id="remarks" label={values.note()} value={form.note.clone()} error={error(customer::note)} oninput={typed(|f, t| f.note = t)} />
            </Card>
        </>
    }
}

/// The grids that this person may put a customer into; by name.
pub fn grid_lines(grids: Option<&grids::View>) -> Vec<(AttrValue, AttrValue)> {
    let lines = grids.map(|all| open_to(all)).unwrap_or_default();
    lines.iter().map(|g| (g.id.to_string().into(), g.name.clone().into())).collect()
}

#[derive(Properties, PartialEq)]
pub struct GridFieldProps {
    pub form: Form,
    pub lines: Vec<(AttrValue, AttrValue)>,
    pub error: Option<AttrValue>,
    pub change: Callback<Form>,
}

#[component]
pub fn GridField(props: &GridFieldProps) -> Html {
    let w = use_words::<Words>();
    let values = use_words::<ValueWords>();
    let onchange = {
        let (form, change) = (props.form.clone(), props.change.clone());
        Callback::from(move |id: String| change.emit(Form { grid: id.parse().ok(), ..form.clone() }))
    };
    html! {
        <SelectField
            id="grid"
            label={values.grid()}
            required=true
            value={props.form.grid.map(|g| g.to_string()).unwrap_or_default()}
            options={props.lines.clone()}
            none={w.choose_grid()}
            error={props.error.clone()}
            {onchange}
        />
    }
}
