//! Need cards (6.2) of this visit: a chip tapped is a need recorded, tapped again it is withdrawn; each has one sentence.
use super::fields::{Section, settle};
use super::text::VisitWords;
use crate::components::{Chip, Chips, TextField};
use crate::state::{use_command, use_draft};
use crate::words::{ValueWords, use_words};
use crm_domain::customers::NeedLine;
use crm_domain::ids::Uuid;
use crm_domain::needs::Command;
use yew::prelude::*;

const CATEGORIES: [&str; 5] = ["speed", "tariff", "fault", "install", "other"];
/// A fault is wanted today, the rest soon; the customer page can change it.
fn urgency(category: &str) -> i64 {
    if category == "fault" { 3 } else { 2 }
}

#[derive(Properties, PartialEq)]
pub struct NeedCardsProps {
    pub customer: Uuid,
    pub visit: Uuid,
    /// Of this visit.
    pub needs: Vec<NeedLine>,
}

#[component]
pub fn NeedCards(props: &NeedCardsProps) -> Html {
    let w = use_words::<VisitWords>();
    let values = use_words::<ValueWords>();
    let commands = use_command();
    let (customer, visit) = (props.customer, props.visit);
    let chips = CATEGORIES.map(|category| {
        let held = props.needs.iter().find(|need| need.category == category).map(|need| need.id);
        let commands = commands.clone();
        let onclick = Callback::from(move |_: MouseEvent| {
            let command = match held {
                Some(need) => Command::Withdraw { customer, need },
                None => Command::Record {
                    customer,
                    visit: Some(visit),
                    category: category.into(),
                    text: None,
                    urgency: urgency(category),
                },
            };
            commands.act(command, || ());
        });
        html! { <Chip on={held.is_some()} {onclick}>{ values.need_of(category) }</Chip> }
    });
    // In the order of the chips, so that nothing jumps when another is added.
    let mut needs = props.needs.clone();
    crm_domain::order::by_key(&mut needs, |need| (CATEGORIES.iter().position(|c| *c == need.category), need.id));
    html! {
        <Section label={w.need()} state={needs.iter().map(|need| need.state).min()}>
            <Chips label={w.need()}>{ for chips }</Chips>
            { for needs.into_iter().map(|need| {
                let key = need.id.to_string();
                html! { <Sentence {key} {customer} {need} /> }
            }) }
        </Section>
    }
}

#[derive(Properties, PartialEq)]
struct SentenceProps {
    customer: Uuid,
    need: NeedLine,
}

#[component]
fn Sentence(props: &SentenceProps) -> Html {
    let w = use_words::<VisitWords>();
    let values = use_words::<ValueWords>();
    let commands = use_command();
    let (customer, need) = (props.customer, props.need.id);
    let draft = use_draft(format!("need/{need}"), || None::<String>);
    let value = (*draft).clone().unwrap_or_else(|| props.need.text.clone());
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
            let command = Command::Edit { customer, need, text: Some(value.clone()), urgency: None };
            let (draft, told) = (draft.clone(), commands.clone());
            commands.then(command, move |done| settle(done, || draft.forget(), |why| told.tell(why)));
        })
    };
    let label = w.need_text(&values.need_of(&props.need.category));
    html! {
        <TextField id={format!("need-{need}")} {label} {value} {oninput} {onblur} enterkeyhint="done" />
    }
}
