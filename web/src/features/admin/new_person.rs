//! A new person: the record by a command, then the first password at the server.
use super::password::{SHORTEST, set_once_known};
use super::text::Words;
use crate::components::{Button, ButtonKind, SelectField, TextField};
use crate::state::{use_command, use_door, use_toasts};
use crate::words::{ValueWords, use_words};
use crm_domain::ids::Uuid;
use crm_domain::people::{Command, Role, View, account_name};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct NewPersonProps {
    pub view: Rc<View>,
    pub oncreated: Callback<Uuid>,
}

#[derive(Clone, PartialEq)]
struct Form {
    name: String,
    account: String,
    role: Role,
    password: String,
}

#[derive(Clone, Default, PartialEq)]
struct Wrong {
    name: Option<AttrValue>,
    account: Option<AttrValue>,
    password: Option<AttrValue>,
}

impl Form {
    fn wrong(&self, view: &View, w: Words) -> Wrong {
        let account = self.account.trim().to_ascii_lowercase();
        let taken = view.people.iter().any(|p| p.account == account);
        Wrong {
            name: self.name.trim().is_empty().then(|| w.name_missing().into()),
            account: match (account_name(&account), taken) {
                (false, _) => Some(w.account_bad().into()),
                (true, true) => Some(w.account_taken().into()),
                _ => None,
            },
            password: (self.password.len() < SHORTEST).then(|| w.password_short().into()),
        }
    }
}

#[component]
pub fn NewPerson(props: &NewPersonProps) -> Html {
    let w = use_words::<Words>();
    let values = use_words::<ValueWords>();
    let (door, commands, toasts) = (use_door(), use_command(), use_toasts());
    let form = use_state_eq(|| Form {
        name: String::new(),
        account: String::new(),
        role: Role::Manager,
        password: String::new(),
    });
    let wrong = use_state_eq(Wrong::default);
    let busy = use_state_eq(|| false);
    let change = |edit: fn(&mut Form, String)| {
        let (form, wrong) = (form.clone(), wrong.setter());
        Callback::from(move |typed: String| {
            let mut next = (*form).clone();
            edit(&mut next, typed);
            wrong.set(Wrong::default());
            form.set(next);
        })
    };
    let onsubmit = {
        let (form, wrong, busy) = (form.clone(), wrong.setter(), busy.setter());
        let (view, created) = (props.view.clone(), props.oncreated.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let found = form.wrong(&view, w);
            if found != Wrong::default() {
                return wrong.set(found);
            }
            let (form, busy, created) = ((*form).clone(), busy.clone(), created.clone());
            let (door, commands, toasts) = (door.clone(), commands.clone(), toasts.clone());
            busy.set(true);
            spawn_local(async move {
                let id = door.new_id();
                let name = form.name.trim().to_owned();
                let command = Command::Create { id, name: form.name, account: form.account, role: form.role };
                match commands.run(command).await {
                    Err(why) => commands.tell(why),
                    Ok(()) => {
                        match set_once_known(&door, id, form.password).await {
                            Ok(()) => toasts.say(w.created(&name)),
                            Err(_) => toasts.fail(w.created_no_password(&name)),
                        }
                        created.emit(id);
                    }
                }
                busy.set(false);
            });
        })
    };
    let roles: Vec<(AttrValue, AttrValue)> =
        Role::ALL.into_iter().map(|role| (role.word().into(), values.role_of(role).into())).collect();
    html! {
        <form class="admin-form" {onsubmit}>
            <TextField
                id="admin-name"
                label={w.name()}
                value={form.name.clone()}
                oninput={change(|form, typed| form.name = typed)}
                error={wrong.name.clone()}
                required=true
            />
            <TextField
                id="admin-account"
                label={w.account()}
                hint={w.account_hint()}
                value={form.account.clone()}
                oninput={change(|form, typed| form.account = typed)}
                error={wrong.account.clone()}
                required=true
            />
            <SelectField
                id="admin-role"
                label={w.role()}
                value={form.role.word()}
                options={roles}
                onchange={change(|form, word| form.role = Role::from_word(&word).unwrap_or(form.role))}
            />
            <TextField
                id="admin-password"
                label={w.password()}
                hint={w.password_hint()}
                value={form.password.clone()}
                oninput={change(|form, typed| form.password = typed)}
                error={wrong.password.clone()}
                autocomplete="new-password"
                required=true
            />
            <div class="admin-pad">
                <Button kind={ButtonKind::Primary} submit=true block=true busy={*busy}>
                    { if *busy { w.creating() } else { w.create() } }
                </Button>
            </div>
        </form>
    }
}
