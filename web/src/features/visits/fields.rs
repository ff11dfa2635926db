//! Purpose, feedback and notes of a visit: each change is a command of its own, and its mark says how far it has come.
use super::text::VisitWords;
use crate::components::{Chip, Chips, Icon, StateMark, TextArea};
use crate::state::{use_command, use_draft};
use crate::words::{ValueWords, use_words};
use crm_domain::customers::VisitLine;
use crm_domain::ids::Uuid;
use crm_domain::row::State;
use crm_domain::rules::Code;
use crm_domain::visits::Command;
use crm_replica::ports::Failure;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct SectionProps {
    pub label: AttrValue,
    #[prop_or_default]
    pub note: AttrValue,
    /// How far what was entered here has come; none while nothing was.
    #[prop_or_default]
    pub state: Option<State>,
    pub children: Html,
}

/// A field of the visit: its name, the state of what it holds, the chips or the text.
#[component]
pub fn Section(props: &SectionProps) -> Html {
    html! {
        <div class="visit-field">
            <div class="visit-head">
                <h2 class="visit-label">{ &props.label }<span>{ &props.note }</span></h2>
                <span role="status">
                    if let Some(state) = props.state { <StateMark {state} /> }
                </span>
            </div>
            { props.children.clone() }
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub struct FieldProps {
    pub customer: Uuid,
    pub visit: VisitLine,
}

/// What a visit's field is changed to.
enum Entry {
    Purpose(String),
    Feedback(String),
}

/// One tap sets the word, another takes it away.
#[hook]
fn use_enter(customer: Uuid, visit: Uuid) -> Callback<Entry> {
    let commands = use_command();
    Callback::from(move |entry: Entry| {
        let (purpose, feedback) = match entry {
            Entry::Purpose(word) => (Some(word), None),
            Entry::Feedback(word) => (None, Some(word)),
        };
        commands.act(Command::Note { customer, visit, purpose, feedback, notes: None }, || ());
    })
}

fn toggled(word: &str, present: &str) -> String {
    if word == present { String::new() } else { word.to_owned() }
}

fn held(value: &str, state: State) -> Option<State> {
    (!value.is_empty()).then_some(state)
}

#[component]
pub fn Purpose(props: &FieldProps) -> Html {
    let w = use_words::<VisitWords>();
    let values = use_words::<ValueWords>();
    let enter = use_enter(props.customer, props.visit.id);
    let present = props.visit.purpose.clone();
    let chips = ["return", "pitch", "collect", "complaint"].map(|word| {
        let (present, enter) = (present.clone(), enter.clone());
        let on = present == word;
        let onclick = Callback::from(move |_: MouseEvent| enter.emit(Entry::Purpose(toggled(word, &present))));
        html! { <Chip {on} {onclick}>{ values.purpose_of(word) }</Chip> }
    });
    html! {
        <Section label={w.purpose()} state={held(&present, props.visit.state)}>
            <Chips label={w.purpose()}>{ for chips }</Chips>
        </Section>
    }
}

#[component]
pub fn Feedback(props: &FieldProps) -> Html {
    let w = use_words::<VisitWords>();
    let values = use_words::<ValueWords>();
    let enter = use_enter(props.customer, props.visit.id);
    let present = props.visit.feedback.clone();
    let chips = [("good", Icon::Smile), ("fair", Icon::Meh), ("bad", Icon::Frown)].map(|(word, icon)| {
        let (present, enter) = (present.clone(), enter.clone());
        let on = present == word;
        let onclick = Callback::from(move |_: MouseEvent| enter.emit(Entry::Feedback(toggled(word, &present))));
        html! { <Chip {on} {icon} {onclick}>{ values.feedback_of(word) }</Chip> }
    });
    html! {
        <Section label={w.feedback()} state={held(&present, props.visit.state)}>
            <Chips label={w.feedback()}>{ for chips }</Chips>
        </Section>
    }
}

/// Kept as a draft with every letter, and as a command when the field is left.
#[component]
pub fn Notes(props: &FieldProps) -> Html {
    let w = use_words::<VisitWords>();
    let commands = use_command();
    let (customer, visit) = (props.customer, props.visit.id);
    let draft = use_draft(format!("visit/{visit}/notes"), || None::<String>);
    let held_text = props.visit.notes.clone();
    let value = (*draft).clone().unwrap_or_else(|| held_text.clone());
    let oninput = {
        let draft = draft.clone();
        Callback::from(move |text: String| draft.update(|kept| *kept = Some(text)))
    };
    let onblur = {
        let (draft, value) = (draft.clone(), value.clone());
        Callback::from(move |_: FocusEvent| {
            if draft.is_none() {
                return;
            }
            let command = Command::Note { customer, visit, purpose: None, feedback: None, notes: Some(value.clone()) };
            let (draft, told) = (draft.clone(), commands.clone());
            commands.then(command, move |done| settle(done, || draft.forget(), |why| told.tell(why)));
        })
    };
    let state = held(&held_text, props.visit.state).filter(|_| value == held_text);
    html! {
        <div class="visit-field visit-notes">
            <span class="visit-notes-state" role="status">
                if let Some(state) = state { <StateMark {state} /> }
            </span>
            <TextArea id="visit-notes" label={w.notes()} {value} {oninput} {onblur} rows=2 />
        </div>
    }
}

/// Saved, or the same as before: the draft has done its work. Otherwise it stays, and she is told.
pub fn settle(done: Result<(), Failure>, kept: impl FnOnce(), failed: impl FnOnce(Failure)) {
    match done {
        Ok(()) => kept(),
        Err(Failure::Rejected(why)) if why.code == Code::Nothing => kept(),
        Err(why) => failed(why),
    }
}
