//! The people at a customer.
use super::text::Words;
use crate::components::{
    Button, ButtonKind, Card, HalfScreen, Icon, Row, SectionTitle, TextField, dotted, exception_mark,
};
use crate::state::{use_command, use_draft, use_toasts};
use crate::words::{Locale, ValueWords, failure, rejection, use_words};
use crm_domain::customers::{Command, ContactLine, contact};
use crm_domain::ids::Uuid;
use crm_domain::written::mask_phone;
use crm_replica::ports::Failure;
use serde::{Deserialize, Serialize};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct ContactsProps {
    pub customer: Uuid,
    pub contacts: Vec<ContactLine>,
}

#[component]
pub fn Contacts(props: &ContactsProps) -> Html {
    let w = use_words::<Words>();
    let adding = use_state_eq(|| false);
    let set = |on: bool| {
        let adding = adding.setter();
        Callback::from(move |()| adding.set(on))
    };
    let aside = html! {
        <button type="button" onclick={set(true).reform(|_: MouseEvent| ())}>{ w.add_contact() }</button>
    };
    html! {
        <section aria-label={w.contacts()}>
            <SectionTitle {aside}>{ w.contacts() }</SectionTitle>
            <Card>
                if props.contacts.is_empty() { <p class="card-pad timeline-none">{ w.no_contacts() }</p> }
                { for props.contacts.iter().map(|line| html! {
                    <Row
                        key={line.id.to_string()}
                        lead={html! { <span class="row-icon">{ Icon::CircleUserRound }</span> }}
                        title={html! { &line.name }}
                        detail={dotted([
                            html! { &line.role },
                            html! { mask_phone(&line.phone) },
                            exception_mark(line.state),
                        ])}
                    />
                }) }
            </Card>
            if *adding { <ContactSheet customer={props.customer} onclose={set(false)} /> }
        </section>
    }
}

#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
struct Form {
    name: String,
    role: String,
    phone: String,
}

#[derive(Properties, PartialEq)]
struct ContactSheetProps {
    customer: Uuid,
    onclose: Callback<()>,
}

#[component]
fn ContactSheet(props: &ContactSheetProps) -> Html {
    let w = use_words::<Words>();
    let values = use_words::<ValueWords>();
    let (commands, toasts) = (use_command(), use_toasts());
    let customer = props.customer;
    let draft = use_draft(format!("add-contact/{customer}"), Form::default);
    let wrong = use_state_eq(|| None::<Failure>);
    let save = {
        let (draft, wrong, close) = (draft.clone(), wrong.setter(), props.onclose.clone());
        Callback::from(move |_: MouseEvent| {
            let (form, draft, wrong, close) = (&*draft, draft.clone(), wrong.clone(), close.clone());
            let toasts = toasts.clone();
            let given = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
            let command = Command::AddContact {
                customer,
                name: form.name.clone(),
                phone: given(&form.phone),
                role: given(&form.role),
            };
            commands.then(command, move |result| match result {
                Ok(()) => {
                    draft.forget();
                    toasts.say(w.saved());
                    close.emit(());
                }
                Err(why) => wrong.set(Some(why)),
            });
        })
    };
    let typed = |set: fn(&mut Form, String)| {
        let draft = draft.clone();
        Callback::from(move |text: String| draft.update(|form| set(form, text)))
    };
    let (name_error, phone_error, other) = errors(*wrong, w.0);
    let foot = html! { <Button kind={ButtonKind::Primary} block=true onclick={save}>{ w.save() }</Button> };
    html! {
        <HalfScreen title={w.add_contact()} close={w.close()} {foot} onclose={props.onclose.clone()}>
            <TextField id="contact-name" label={w.contact_name()} required=true value={draft.name.clone()} error={name_error} oninput={typed(|f, t| f.name = t)} />
            <TextField id="contact-role" label={w.contact_role()} value={draft.role.clone()} oninput={typed(|f, t| f.role = t)} />
            <TextField id="contact-phone" label={values.phone()} kind="tel" value={draft.phone.clone()} error={phone_error} oninput={typed(|f, t| f.phone = t)} />
            <div role="alert">if let Some(other) = other { <p class="notice">{ other }</p> }</div>
        </HalfScreen>
    }
}

/// The wording at the name, at the phone, or at neither.
fn errors(wrong: Option<Failure>, locale: Locale) -> (Option<AttrValue>, Option<AttrValue>, Option<AttrValue>) {
    use crm_domain::rules::Code;
    match wrong {
        None => (None, None, None),
        Some(Failure::Rejected(no)) if no.code == Code::NameMissing => (Some(rejection(no, locale).into()), None, None),
        Some(Failure::Rejected(no)) if no.code == Code::PhoneInvalid || no.field == Some(contact::phone) => {
            (None, Some(rejection(no, locale).into()), None)
        }
        Some(why) => (None, None, Some(failure(why, locale).into())),
    }
}
