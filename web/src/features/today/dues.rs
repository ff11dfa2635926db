//! What is due: promises with the phone at hand, other follow-ups; done at a tap, taken back by Undo.
use super::text::Words;
use crate::components::{Card, Icon, Row, dotted, exception_mark};
use crate::features::customers::CallButton;
use crate::routes::Route;
use crate::state::{use_command, use_toasts};
use crate::words::{use_format, use_words};
use crm_domain::follow_ups::Command;
use crm_domain::today::Due;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct DuesProps {
    pub dues: Vec<Due>,
    pub now: i64,
    /// Promises offer the phone.
    pub promised: bool,
}

#[component]
pub fn Dues(props: &DuesProps) -> Html {
    let w = use_words::<Words>();
    let f = use_format();
    let commands = use_command();
    let toasts = use_toasts();
    let row = |due: &Due| {
        let card = &due.card;
        let (customer, follow_up) = (card.id, due.follow_up);
        let done = {
            let (commands, toasts) = (commands.clone(), toasts.clone());
            Callback::from(move |_: MouseEvent| {
                let (again, toasts) = (commands.clone(), toasts.clone());
                commands.act(Command::Done { customer, follow_up, result: None }, move || {
                    let undo = Callback::from(move |()| again.act(Command::Reopen { customer, follow_up }, || ()));
                    toasts.undo(w.was_done(), undo);
                });
            })
        };
        let late = f.late(due.due, props.now).map(|by| html! { <span class="late">{ w.late(&by) }</span> });
        let detail = dotted([
            late.unwrap_or_else(|| html! { f.due(due.due, props.now) }),
            html! { due.text.clone() },
            exception_mark(due.state),
        ]);
        let contact = html! { if !card.contact.is_empty() && card.contact != card.name { <span class="row-who">{ " · " }{ &card.contact }</span> } };
        html! {
            <Row
                key={follow_up.to_string()}
                to={Route::Customer { id: customer }}
                title={html! { <>{ &card.name }{ contact }</> }}
                {detail}
                end={html! {
                    <>
                        if props.promised && !card.phone.is_empty() { <CallButton {customer} name={card.name.clone()} /> }
                        <button type="button" class="icon-btn" aria-label={w.done_name(&card.name)} title={w.done()} onclick={done}>
                            { Icon::CircleCheck }
                        </button>
                    </>
                }}
            />
        }
    };
    // What is late comes before what has the whole day, though a day without an hour begins at midnight.
    let mut dues: Vec<&Due> = props.dues.iter().collect();
    crm_domain::order::by_key(&mut dues, |due| (f.late(due.due, props.now).is_none(), due.due));
    html! { <Card>{ for dues.into_iter().map(row) }</Card> }
}
