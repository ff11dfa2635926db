//! Why a check-in stands outside the circle, or without a position: a chip, or a chip and a few words.
use super::text::Words;
use crate::components::{Card, Chip, Chips, TextField};
use crate::words::use_words;
use yew::prelude::*;

/// What was chosen and typed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reason {
    pub chip: Option<Chosen>,
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    Moved,
    BadFix,
    Gone,
    Other,
}

impl Chosen {
    const ALL: [Chosen; 4] = [Chosen::Moved, Chosen::BadFix, Chosen::Gone, Chosen::Other];

    fn word(self, w: Words) -> &'static str {
        match self {
            Chosen::Moved => w.reason_moved(),
            Chosen::BadFix => w.reason_bad_fix(),
            Chosen::Gone => w.reason_gone(),
            Chosen::Other => w.reason_other(),
        }
    }
}

impl Reason {
    /// As the record keeps it; none while it says nothing.
    pub fn sentence(&self, w: Words) -> Option<String> {
        let text = self.text.trim();
        match (self.chip, text.is_empty()) {
            (None, true) | (Some(Chosen::Other), true) => None,
            (None | Some(Chosen::Other), false) => Some(text.to_owned()),
            (Some(chip), true) => Some(chip.word(w).to_owned()),
            (Some(chip), false) => Some(format!("{} · {text}", chip.word(w))),
        }
    }

    /// What is still missing, in words.
    pub fn missing(&self, w: Words) -> Option<&'static str> {
        match (self.sentence(w), self.chip) {
            (Some(_), _) => None,
            (None, Some(Chosen::Other)) => Some(w.reason_text_needed()),
            (None, _) => Some(w.reason_needed()),
        }
    }
}

#[derive(Properties, PartialEq)]
pub struct ReasonsProps {
    pub reason: Reason,
    pub onchange: Callback<Reason>,
    /// She tried to go on without.
    pub error: Option<AttrValue>,
    pub required: bool,
}

#[component]
pub fn Reasons(props: &ReasonsProps) -> Html {
    let w = use_words::<Words>();
    let chips = Chosen::ALL.into_iter().map(|chip| {
        let on = props.reason.chip == Some(chip);
        let (reason, onchange) = (props.reason.clone(), props.onchange.clone());
        let onclick = Callback::from(move |_: MouseEvent| {
            onchange.emit(Reason { chip: (!on).then_some(chip), ..reason.clone() });
        });
        html! { <Chip {on} {onclick}>{ chip.word(w) }</Chip> }
    });
    let oninput = {
        let (reason, onchange) = (props.reason.clone(), props.onchange.clone());
        Callback::from(move |text: String| onchange.emit(Reason { text, ..reason.clone() }))
    };
    html! {
        <Card class="reasons">
            <h3 class="visit-label">{ w.give_reason() }</h3>
            <Chips label={w.give_reason()}>{ for chips }</Chips>
            if props.reason.chip.is_some() {
                <TextField
                    id="reason"
                    label={w.reason_text()}
                    value={props.reason.text.clone()}
                    {oninput}
                    enterkeyhint="done"
                />
            }
            <p role="alert" class="field-error">{ props.error.clone() }</p>
            if props.required && props.error.is_none() { <p class="field-hint">{ w.reason_needed() }</p> }
        </Card>
    }
}
