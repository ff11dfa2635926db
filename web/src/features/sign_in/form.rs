//! Account and password; each error its own sentence, what was typed stays.
use super::text::Words;
use super::{Before, EntranceHandle, hints};
use crate::components::{Button, ButtonKind, Icon, TextField};
use crate::ports::Entered;
use crate::state::{SessionAct, use_session, use_surroundings};
use crate::words::{Format, Locale, refusal, use_format, use_words};
use crm_replica::ports::{RefusalCode, SignInError};
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;
use yew::prelude::*;

/// A clock further off than this is told: check-in times are judged by it.
const CLOCK_OFF_MS: i64 = 5 * 60_000;

#[derive(Properties, PartialEq)]
pub struct FormProps {
    pub before: Before,
    pub entrance: EntranceHandle,
    pub enter: Callback<Entered>,
}

#[derive(Clone, PartialEq, Default)]
struct Wrong {
    account: Option<AttrValue>,
    password: Option<AttrValue>,
    /// About neither field.
    whole: Option<AttrValue>,
}

#[component]
pub fn Form(props: &FormProps) -> Html {
    let w = use_words::<Words>();
    let f = use_format();
    let surroundings = use_surroundings();
    let session = use_session();
    let account = use_state_eq(|| match &props.before {
        Before::Known { account } => account.clone(),
        _ => String::new(),
    });
    let password = use_state_eq(String::new);
    let wrong = use_state_eq(Wrong::default);
    let busy = use_state_eq(|| false);
    let (account_node, password_node) = (use_node_ref(), use_node_ref());

    let since = use_cleared_since(&props.before, &props.entrance);
    // The first wrong field gets the focus.
    {
        let nodes = (account_node.clone(), password_node.clone());
        use_effect_with((*wrong).clone(), move |wrong| {
            let node =
                if wrong.account.is_some() { Some(nodes.0) } else { wrong.password.is_some().then_some(nodes.1) };
            if let Some(field) = node.and_then(|n| n.cast::<HtmlElement>()) {
                // A field that cannot take the focus still shows its error.
                let _ = field.focus();
            }
        });
    }
    let onsubmit = {
        let (account, password, busy, wrong) = (account.clone(), password.clone(), busy.clone(), wrong.setter());
        let (entrance, enter) = (props.entrance.0.clone(), props.enter.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let missing = Wrong {
                account: account.trim().is_empty().then(|| w.account_missing().into()),
                password: password.is_empty().then(|| w.password_missing().into()),
                whole: None,
            };
            if missing != Wrong::default() || *busy {
                wrong.set(missing);
                return;
            }
            busy.set(true);
            wrong.set(Wrong::default());
            let answer = entrance.sign_in(account.trim().to_owned(), (*password).clone());
            let (busy, wrong, enter) = (busy.setter(), wrong.clone(), enter.clone());
            spawn_local(async move {
                match answer.await {
                    Ok(entered) => enter.emit(entered),
                    Err(why) => wrong.set(worded(why, w, f)),
                }
                busy.set(false);
            });
        })
    };
    let clock = props.entrance.0.clock_error_ms().filter(|off| off.abs() >= CLOCK_OFF_MS);
    let other = if session.locale == Locale::Zh { Locale::En } else { Locale::Zh };
    let switch = {
        let session = session.dispatcher();
        Callback::from(move |_: MouseEvent| session.dispatch(SessionAct::Locale(other)))
    };
    html! {
        <main class="sign-in">
            <div class="sign-in-brand">
                <img src="/icons/icon.svg" alt="" width="72" height="72" />
                <h1>{ w.app() }</h1>
                <p>{ w.slogan() }</p>
            </div>
            { told(&props.before, since, w, f) }
            if let Some(off) = clock { <Notice text={w.clock(&f.span(off.abs()))} /> }
            <form class="sign-in-form card" {onsubmit} novalidate=true>
                <TextField
                    id="account"
                    label={w.account()}
                    value={(*account).clone()}
                    oninput={let account = account.setter(); Callback::from(move |text| account.set(text))}
                    error={wrong.account.clone()}
                    autocomplete="username"
                    enterkeyhint="next"
                    node={account_node}
                />
                <TextField
                    id="password"
                    label={w.password()}
                    kind="password"
                    value={(*password).clone()}
                    oninput={let password = password.setter(); Callback::from(move |text| password.set(text))}
                    error={wrong.password.clone()}
                    autocomplete="current-password"
                    enterkeyhint="done"
                    node={password_node}
                />
                <div role="alert">
                    if let Some(whole) = &wrong.whole { <Notice text={whole.clone()} /> }
                </div>
                <Button kind={ButtonKind::Primary} submit=true block=true busy={*busy}>
                    { if *busy { w.signing_in() } else { w.sign_in() } }
                </Button>
            </form>
            <hints::InstallOffer />
            <p class="sign-in-note">{ w.private() }</p>
            <footer class="sign-in-foot">
                <span>{ w.server(&surroundings.server()) }</span>
                <button type="button" class="btn btn-quiet" lang={other.tag()} onclick={switch}>
                    { Icon::Languages }<span>{ w.language() }</span>
                </button>
            </footer>
        </main>
    }
}

#[derive(Properties, PartialEq)]
struct NoticeProps {
    text: AttrValue,
}

#[component]
fn Notice(props: &NoticeProps) -> Html {
    html! { <p class="notice">{ Icon::TriangleAlert }<span>{ &props.text }</span></p> }
}

/// A phone on which nobody seems to have been: whether the server knows better, and since when.
#[hook]
fn use_cleared_since(before: &Before, entrance: &EntranceHandle) -> Option<u64> {
    let since = use_state_eq(|| None);
    {
        let since = since.setter();
        let asked = (*before == Before::Nothing).then(|| entrance.clone());
        use_effect_with(asked, move |asked| {
            if let Some(entrance) = asked {
                let answer = entrance.0.cleared_since();
                spawn_local(async move { since.set(answer.await) });
            }
        });
    }
    *since
}

/// What happened to this phone since it was last used.
fn told(before: &Before, since: Option<u64>, w: Words, f: Format) -> Html {
    let text = match (before, since) {
        (Before::Nothing, Some(ms)) => w.cleared_since(&f.exact(ms as i64)),
        (Before::Cleared { unsent: 0, spared: 0, .. }, _) => w.cleared().to_owned(),
        (Before::Cleared { unsent, spared, .. }, _) if spared >= unsent => w.cleared_spared(*spared),
        (Before::Cleared { unsent, last_contact_ms, spared }, _) => {
            let when = last_contact_ms.map_or_else(|| "–".into(), |ms| f.exact(ms as i64));
            w.cleared_unsent(*unsent - *spared, &when)
        }
        (Before::Wiped, _) => w.wiped().to_owned(),
        _ => return Html::default(),
    };
    html! { <Notice {text} /> }
}

fn worded(why: SignInError, w: Words, f: Format) -> Wrong {
    let whole = |text: AttrValue| Wrong { whole: Some(text), ..Wrong::default() };
    match why {
        SignInError::Unreachable => whole(w.offline().into()),
        SignInError::Refused { code: RefusalCode::WrongPassword, .. } => {
            Wrong { password: Some(w.wrong().into()), ..Wrong::default() }
        }
        SignInError::Refused { code: RefusalCode::Locked, retry_ms } => {
            let wait = retry_ms.map_or_else(|| w.locked_some_time().into(), |ms| f.span((ms as i64).max(60_000)));
            whole(w.locked(&wait).into())
        }
        SignInError::Refused { code, .. } => whole(refusal(code, f.0).into()),
        SignInError::NoStorage => whole(w.no_storage_why().into()),
        SignInError::Malformed => whole(w.strange().into()),
    }
}
