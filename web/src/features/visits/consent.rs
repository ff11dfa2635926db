//! Before the first fix ever: in plain words what is recorded, who sees it, how long. The answer is kept with its wording.
use super::text::Words;
use crate::components::{Button, ButtonKind, Card, Icon, Page, Skeleton};
use crate::routes::Route;
use crate::state::{use_command, use_query};
use crate::words::use_words;
use crm_domain::privacy::{Command, Query};
use yew::prelude::*;

/// Raised whenever the meaning of the words below changes; then everybody is asked anew.
pub const VERSION: i64 = 1;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Loading,
    NotAsked,
    Agreed,
    Declined,
}

/// The newest answer to the present wording.
#[hook]
pub fn use_consent() -> Answer {
    match use_query(Query::Ledger).map(|ledger| ledger.consent) {
        None => Answer::Loading,
        Some(Some((VERSION, true, _))) => Answer::Agreed,
        Some(Some((VERSION, false, _))) => Answer::Declined,
        Some(_) => Answer::NotAsked,
    }
}

/// Asks the answer to be kept, with the words that were shown.
#[hook]
pub fn use_answer() -> Callback<bool> {
    let w = use_words::<Words>();
    let commands = use_command();
    Callback::from(move |agreed: bool| {
        let command = Command::Consent { version: VERSION, wording: wording(w), agreed };
        commands.act(command, || ());
    })
}

fn points(w: Words) -> [(Icon, &'static str, &'static str); 3] {
    [
        (Icon::MapPin, w.consent_what(), w.consent_what_text()),
        (Icon::Eye, w.consent_who(), w.consent_who_text()),
        (Icon::Clock, w.consent_long(), w.consent_long_text()),
    ]
}

fn wording(w: Words) -> String {
    let lines = points(w).map(|(_, title, text)| format!("{title}\n{text}\n"));
    format!("{}\n{}{}", w.consent_title(), lines.concat(), w.consent_free())
}

#[component]
pub fn Waiting() -> Html {
    let w = use_words::<Words>();
    html! { <Page title={w.check_in()} back={Route::Today}><Skeleton rows=2 /></Page> }
}

#[component]
pub fn Ask() -> Html {
    let w = use_words::<Words>();
    let answer = use_answer();
    let (yes, no) = (answer.reform(|_: MouseEvent| true), answer.reform(|_: MouseEvent| false));
    let foot = html! {
        <div class="visits-foot">
            <Button block=true onclick={no}>{ w.not_now() }</Button>
            <Button kind={ButtonKind::Primary} block=true onclick={yes}>{ w.agree() }</Button>
        </div>
    };
    html! {
        <Page title={w.check_in()} back={Route::Today} {foot}>
            // In large type it scrolls, so it takes the focus from which the keyboard scrolls.
            <div class="consent" role="region" aria-label={w.consent_title()} tabindex="0">
                <h2>{ w.consent_title() }</h2>
                <Card>
                    <dl>
                        { for points(w).into_iter().map(|(icon, title, text)| html! {
                            <div class="consent-point">
                                { icon }
                                <dt>{ title }</dt>
                                <dd>{ text }</dd>
                            </div>
                        }) }
                    </dl>
                </Card>
                <p>{ w.consent_free() }</p>
            </div>
        </Page>
    }
}
