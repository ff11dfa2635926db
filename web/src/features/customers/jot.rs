//! Short entries on a customer's page: a note, a follow-up with its date.
use super::text::Words;
use crate::components::{Button, ButtonKind, Chip, Chips, DateField, HalfScreen, TextArea, TextField};
use crate::state::{use_command, use_draft, use_toasts};
use crate::words::{days_from, failure, next_weekday, rejection, use_format, use_words};
use crm_domain::command::Rejection;
use crm_domain::ids::Uuid;
use crm_domain::rules::Code;
use crm_domain::{follow_ups, notes};
use crm_replica::ports::Failure;
use serde::{Deserialize, Serialize};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct NoteSheetProps {
    pub customer: Uuid,
    pub onclose: Callback<()>,
}

#[component]
pub fn NoteSheet(props: &NoteSheetProps) -> Html {
    let w = use_words::<Words>();
    let (commands, toasts) = (use_command(), use_toasts());
    let customer = props.customer;
    let draft = use_draft(format!("note/{customer}"), String::new);
    let wrong = use_state_eq(|| None::<Failure>);
    let save = {
        let (draft, wrong, close) = (draft.clone(), wrong.setter(), props.onclose.clone());
        Callback::from(move |_: MouseEvent| {
            let (text, draft, wrong, close) = ((*draft).clone(), draft.clone(), wrong.clone(), close.clone());
            // What was said of the last try is not said of this one.
            wrong.set(None);
            let toasts = toasts.clone();
            commands.then(notes::Command::Write { customer, text }, move |result| match result {
                Ok(()) => {
                    draft.forget();
                    toasts.say(w.saved());
                    close.emit(());
                }
                Err(why) => wrong.set(Some(why)),
            });
        })
    };
    let oninput = {
        let draft = draft.clone();
        Callback::from(move |text: String| draft.update(|note| *note = text))
    };
    let foot = html! { <Button kind={ButtonKind::Primary} block=true onclick={save}>{ w.save() }</Button> };
    html! {
        <HalfScreen title={w.add_note()} close={w.close()} {foot} onclose={props.onclose.clone()}>
            <TextArea
                id="note"
                label={w.note_text()}
                rows=4
                value={(*draft).clone()}
                hint={w.note_hint()}
                error={wrong.map(|why| failure(why, w.0))}
                {oninput}
            />
        </HalfScreen>
    }
}

#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
struct Step {
    text: String,
    due: Option<i64>,
    promised: bool,
    /// The date is chosen from the calendar rather than by a chip.
    other: bool,
}

#[derive(Properties, PartialEq)]
pub struct FollowUpSheetProps {
    pub customer: Uuid,
    pub now: i64,
    pub onclose: Callback<()>,
}

/// A follow-up cannot lack its date (6.3): chips first, the calendar behind them.
#[component]
pub fn FollowUpSheet(props: &FollowUpSheetProps) -> Html {
    let w = use_words::<Words>();
    let f = use_format();
    let (commands, toasts) = (use_command(), use_toasts());
    let customer = props.customer;
    let draft = use_draft(format!("follow-up/{customer}"), Step::default);
    let wrong = use_state_eq(|| None::<Failure>);
    let save = {
        let (draft, wrong, close) = (draft.clone(), wrong.setter(), props.onclose.clone());
        Callback::from(move |_: MouseEvent| {
            let (step, draft, wrong, close) = ((*draft).clone(), draft.clone(), wrong.clone(), close.clone());
            wrong.set(None);
            let toasts = toasts.clone();
            let command =
                follow_ups::Command::Add { customer, due: step.due, text: step.text, promised: step.promised };
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
    let (no_date, other) = match *wrong {
        Some(Failure::Rejected(no @ Rejection { code: Code::DateMissing, .. })) if draft.due.is_none() => {
            (Some(rejection(no, w.0)), None)
        }
        Some(Failure::Rejected(Rejection { code: Code::DateMissing, .. })) | None => (None, None),
        Some(why) => (None, Some(failure(why, w.0))),
    };
    let days = [
        (w.tomorrow(), days_from(props.now, 1), None),
        (w.in_three_days(), days_from(props.now, 3), Some(f.weekday(days_from(props.now, 3)))),
        (w.next_wednesday(), next_weekday(props.now, 3), Some(f.month_day(next_weekday(props.now, 3)))),
    ];
    let chip = |(name, due, day): (&'static str, i64, Option<String>)| {
        let draft_ = draft.clone();
        let onclick = Callback::from(move |_: MouseEvent| {
            draft_.update(|step| (step.due, step.other) = (Some(due), false));
        });
        let on = draft.due == Some(due) && !draft.other;
        html! { <Chip {on} {onclick}>{ name }{ day.map(|day| format!(" {day}")) }</Chip> }
    };
    let change = |set: fn(&mut Step)| {
        let draft = draft.clone();
        Callback::from(move |_: MouseEvent| draft.update(set))
    };
    let typed = {
        let draft = draft.clone();
        Callback::from(move |text: String| draft.update(|step| step.text = text))
    };
    let dated = {
        let draft = draft.clone();
        Callback::from(move |due: Option<i64>| draft.update(|step| step.due = due))
    };
    let foot = html! { <Button kind={ButtonKind::Primary} block=true onclick={save}>{ w.save() }</Button> };
    html! {
        <HalfScreen title={w.add_follow_up()} close={w.close()} {foot} onclose={props.onclose.clone()}>
            <TextField id="step" label={w.what()} hint={w.what_hint()} value={draft.text.clone()} oninput={typed} />
            <div class="field">
                <span class="field-label" id="step-when">{ w.when() }<span class="field-star" aria-hidden="true">{ "*" }</span></span>
                <Chips label={w.when()}>
                    { for days.map(chip) }
                    <Chip on={draft.other} onclick={change(|step| step.other = !step.other)}>{ w.other_day() }</Chip>
                </Chips>
                <p role="alert" class="field-error">{ no_date }</p>
            </div>
            if draft.other {
                <DateField id="step-day" label={w.other_day()} required=true value={draft.due} onchange={dated} />
            }
            <div class="field">
                <Chip on={draft.promised} onclick={change(|step| step.promised = !step.promised)}>{ w.promised() }</Chip>
            </div>
            <div role="alert">if let Some(other) = other { <p class="notice">{ other }</p> }</div>
        </HalfScreen>
    }
}
