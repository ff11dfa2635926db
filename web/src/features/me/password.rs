//! One's own password, changed at the server.
use super::text::SettingWords;
use crate::components::{Button, ButtonKind, HalfScreen, Icon, TextField};
use crate::state::{use_door, use_session, use_toasts, use_who};
use crate::words::{refusal, use_words};
use crm_replica::ports::{AskError, RefusalCode};
use yew::prelude::*;

const SHORTEST: usize = 8;

#[derive(Properties, PartialEq)]
pub struct PasswordProps {
    pub onclose: Callback<()>,
}

#[derive(Clone, Default, PartialEq)]
struct Form {
    old: String,
    new: String,
    again: String,
}

#[derive(Clone, Default, PartialEq)]
struct Wrong {
    old: Option<AttrValue>,
    new: Option<AttrValue>,
    again: Option<AttrValue>,
    whole: Option<AttrValue>,
}

#[component]
pub fn Password(props: &PasswordProps) -> Html {
    let w = use_words::<SettingWords>();
    let (door, toasts, who) = (use_door(), use_toasts(), use_who());
    let locale = use_session().locale;
    let form = use_state_eq(Form::default);
    let wrong = use_state_eq(Wrong::default);
    let busy = use_state_eq(|| false);
    let onsubmit = {
        let (form, wrong, busy) = (form.clone(), wrong.setter(), busy.clone());
        let onclose = props.onclose.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let found = Wrong {
                old: form.old.is_empty().then(|| w.old_missing().into()),
                new: (form.new.chars().count() < SHORTEST).then(|| w.too_short().into()),
                again: (form.again != form.new).then(|| w.differs().into()),
                whole: None,
            };
            if found != Wrong::default() || *busy {
                return wrong.set(found);
            }
            wrong.set(Wrong::default());
            busy.set(true);
            let changing = door.set_password(who.user, form.new.clone(), Some(form.old.clone()));
            let (toasts, onclose, wrong, busy) = (toasts.clone(), onclose.clone(), wrong.clone(), busy.setter());
            wasm_bindgen_futures::spawn_local(async move {
                let whole = |text: &'static str| Wrong { whole: Some(text.into()), ..Wrong::default() };
                match changing.await {
                    Ok(()) => {
                        toasts.say(w.changed());
                        return onclose.emit(());
                    }
                    Err(AskError::Refused(code @ RefusalCode::WrongPassword)) => {
                        wrong.set(Wrong { old: Some(refusal(code, locale).into()), ..Wrong::default() });
                    }
                    Err(AskError::Refused(code @ RefusalCode::WeakPassword)) => {
                        wrong.set(Wrong { new: Some(refusal(code, locale).into()), ..Wrong::default() });
                    }
                    Err(AskError::Refused(code)) => wrong.set(whole(refusal(code, locale))),
                    Err(AskError::Unreachable) => wrong.set(whole(w.unreachable())),
                    Err(AskError::Malformed) => wrong.set(whole(w.strange())),
                }
                busy.set(false);
            });
        })
    };
    let typed = |change: fn(&mut Form, String)| {
        let form = form.clone();
        Callback::from(move |text: String| {
            let mut next = (*form).clone();
            change(&mut next, text);
            form.set(next);
        })
    };
    html! {
        <HalfScreen title={w.password()} close={w.close()} onclose={props.onclose.clone()}>
            <form {onsubmit} novalidate=true>
                <TextField
                    id="old-password"
                    label={w.old()}
                    kind="password"
                    autocomplete="current-password"
                    value={form.old.clone()}
                    oninput={typed(|form, text| form.old = text)}
                    error={wrong.old.clone()}
                />
                <TextField
                    id="new-password"
                    label={w.new_password()}
                    kind="password"
                    autocomplete="new-password"
                    hint={AttrValue::from(w.new_hint())}
                    value={form.new.clone()}
                    oninput={typed(|form, text| form.new = text)}
                    error={wrong.new.clone()}
                />
                <TextField
                    id="new-password-again"
                    label={w.again()}
                    kind="password"
                    autocomplete="new-password"
                    value={form.again.clone()}
                    oninput={typed(|form, text| form.again = text)}
                    error={wrong.again.clone()}
                />
                <div class="password-foot">
                    <div role="alert">
                        if let Some(whole) = &wrong.whole {
                            <p class="notice">{ Icon::TriangleAlert }<span>{ whole }</span></p>
                        }
                    </div>
                    <Button kind={ButtonKind::Primary} submit=true block=true busy={*busy}>
                        { if *busy { w.changing() } else { w.change() } }
                    </Button>
                </div>
            </form>
        </HalfScreen>
    }
}
