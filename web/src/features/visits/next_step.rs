//! The next step (6.3): a day and what to do then, or why there is none. Check-out needs one of the two.
use super::text::VisitWords;
use crate::components::{Chip, Chips, DateField, TextField};
use crate::state::Draft;
use crate::words::{Format, ValueWords, days_from, next_weekday, use_format, use_words};
use crm_domain::visits::NextStep;
use serde::{Deserialize, Serialize};
use yew::prelude::*;

const WEDNESDAY: u32 = 3;

/// Which chip is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Choice {
    Tomorrow,
    InThreeDays,
    NextWednesday,
    Picked,
    None,
}

/// As it stands on the screen; kept as a draft until check-out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Next {
    pub choice: Option<Choice>,
    /// Fixed when it was chosen, so that "tomorrow" of yesterday stays that day.
    pub due: Option<i64>,
    /// None: what is proposed.
    pub text: Option<String>,
    pub promised: bool,
    pub reason: String,
}

/// What check-out still lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    Choice,
    Day,
    Reason,
}

impl Missing {
    pub fn words(self, w: VisitWords) -> &'static str {
        match self {
            Missing::Choice => w.next_missing(),
            Missing::Day => w.day_missing(),
            Missing::Reason => w.reason_missing(),
        }
    }
}

impl Next {
    /// As the command takes it. `proposed` stands where nothing else was typed.
    pub fn step(&self, proposed: &str) -> Result<NextStep, Missing> {
        match (self.choice, self.due) {
            (None, _) => Err(Missing::Choice),
            (Some(Choice::None), _) if self.reason.trim().is_empty() => Err(Missing::Reason),
            (Some(Choice::None), _) => Ok(NextStep::None { reason: self.reason.trim().to_owned() }),
            (Some(_), None) => Err(Missing::Day),
            (Some(_), Some(due)) => {
                let typed = self.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
                Ok(NextStep::At { due, text: typed.unwrap_or(proposed).to_owned(), promised: self.promised })
            }
        }
    }
}

/// What to do then, as far as the needs of this visit tell.
pub fn proposed(needs: &[String], w: VisitWords, values: ValueWords) -> String {
    if needs.is_empty() {
        return w.again().to_owned();
    }
    let between = if w.0 == crate::words::Locale::Zh { "、" } else { ", " };
    let said: Vec<String> = needs.iter().map(|need| values.need_of(need)).collect();
    w.follow_up_on(&said.join(between))
}

/// What an event does to the next step.
type Change = Box<dyn FnOnce(&mut Next)>;

#[derive(Properties)]
pub struct NextFieldsProps {
    pub draft: Draft<Next>,
    /// The draft's value when this was drawn; the draft itself always tells the newest, so it cannot be compared.
    pub next: Next,
    pub proposed: AttrValue,
    pub error: Option<Missing>,
    pub now: i64,
    pub changed: Callback<()>,
}

impl PartialEq for NextFieldsProps {
    fn eq(&self, other: &Self) -> bool {
        self.next == other.next
            && self.proposed == other.proposed
            && self.error == other.error
            && days_from(self.now, 0) == days_from(other.now, 0)
    }
}

fn due_of(choice: Choice, now: i64) -> Option<i64> {
    match choice {
        Choice::Tomorrow => Some(days_from(now, 1)),
        Choice::InThreeDays => Some(days_from(now, 3)),
        Choice::NextWednesday => Some(next_weekday(now, WEDNESDAY)),
        Choice::Picked | Choice::None => None,
    }
}

#[component]
pub fn NextFields(props: &NextFieldsProps) -> Html {
    let w = use_words::<VisitWords>();
    let f = use_format();
    let next = &props.next;
    let update = {
        let (draft, changed) = (props.draft.clone(), props.changed.clone());
        Callback::from(move |change: Change| {
            draft.update(change);
            changed.emit(());
        })
    };
    let chip = |choice: Choice, name: &'static str| {
        let (update, now) = (update.clone(), props.now);
        let on = next.choice == Some(choice);
        let onclick = Callback::from(move |_: MouseEvent| {
            update.emit(Box::new(move |next: &mut Next| {
                next.choice = (!on).then_some(choice);
                next.due = next.choice.and_then(|choice| due_of(choice, now));
            }));
        });
        html! { <Chip {on} {onclick}>{ name }{ day(choice, next, props.now, f) }</Chip> }
    };
    let missing = |what: Missing| props.error.filter(|e| *e == what).map(|e| AttrValue::from(e.words(w)));
    html! {
        <>
            <Chips label={w.next()}>
                { chip(Choice::Tomorrow, w.tomorrow()) }
                { chip(Choice::InThreeDays, w.in_three_days()) }
                { chip(Choice::NextWednesday, w.next_wednesday()) }
                { chip(Choice::Picked, w.pick_day()) }
                { chip(Choice::None, w.no_next()) }
            </Chips>
            <p role="alert" class="field-error">{ missing(Missing::Choice) }</p>
            if next.choice == Some(Choice::Picked) {
                <DateField
                    id="next-day"
                    label={w.day()}
                    value={next.due}
                    onchange={update.reform(|due: Option<i64>| -> Change { Box::new(move |next| next.due = due) })}
                    error={missing(Missing::Day)}
                    required=true
                />
            }
            if next.choice == Some(Choice::None) {
                <WhyNone reason={next.reason.clone()} {update} error={missing(Missing::Reason)} />
            } else if next.choice.is_some() {
                <TextField
                    id="next-what"
                    label={w.what()}
                    value={next.text.clone().map_or_else(|| props.proposed.clone(), AttrValue::from)}
                    oninput={update.reform(|text: String| -> Change { Box::new(move |next| next.text = Some(text)) })}
                    enterkeyhint="done"
                />
                <label class="visit-promised">
                    <input
                        type="checkbox"
                        checked={next.promised}
                        onchange={update.reform(|_: Event| -> Change { Box::new(|next| next.promised = !next.promised) })}
                    />
                    <span>{ w.promised() }</span>
                </label>
            }
        </>
    }
}

/// The weekday beside a chip's words; the chip's name stays the same every day, so listeners are not told it.
fn day(choice: Choice, next: &Next, now: i64, f: Format) -> Html {
    let at = match choice {
        Choice::Tomorrow | Choice::InThreeDays => due_of(choice, now),
        Choice::Picked if next.choice == Some(Choice::Picked) => next.due,
        _ => None,
    };
    let said = |at: i64| if choice == Choice::Picked { f.day(at, now) } else { f.weekday(at) };
    at.map(|at| html! { <span class="chip-day" aria-hidden="true">{ said(at) }</span> }).unwrap_or_default()
}

#[derive(Properties, PartialEq)]
struct WhyNoneProps {
    reason: AttrValue,
    update: Callback<Change>,
    error: Option<AttrValue>,
}

#[component]
fn WhyNone(props: &WhyNoneProps) -> Html {
    let w = use_words::<VisitWords>();
    let set = props.update.reform(|reason: String| -> Change { Box::new(move |next| next.reason = reason) });
    let chips = [w.none_done(), w.none_wanted(), w.none_refused()].map(|words| {
        let on = props.reason == words;
        let onclick = set.reform(move |_: MouseEvent| if on { String::new() } else { words.to_owned() });
        html! { <Chip {on} {onclick}>{ words }</Chip> }
    });
    html! {
        <>
            <div class="visit-why"><Chips label={w.why_none()}>{ for chips }</Chips></div>
            <TextField
                id="next-none"
                label={w.why_none()}
                value={props.reason.clone()}
                oninput={set}
                error={props.error.clone()}
                required=true
                enterkeyhint="done"
            />
        </>
    }
}
