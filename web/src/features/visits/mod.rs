//! Visits (走访): check-in with its evidence, the visit with its cards, check-out with the next step.
mod at_customer;
mod check_out;
mod consent;
mod evidence;
mod fields;
mod fix;
mod nearest;
mod need_cards;
mod new_here;
mod next_step;
mod picture;
mod reasons;
#[cfg(test)]
mod tests;
mod text;
mod visit;

use crm_domain::ids::Uuid;
use yew::prelude::*;

pub use consent::use_answer;
pub use visit::Visit;

#[derive(Properties, PartialEq)]
pub struct CheckInProps {
    /// None: whoever is planned or nearest.
    pub customer: Option<Uuid>,
}

/// Opens already locating: the tap that opened it asked for that. Before the first fix ever, consent is asked.
#[component]
pub fn CheckIn(props: &CheckInProps) -> Html {
    let consent = consent::use_consent();
    let screen = |agreed: bool| match props.customer {
        Some(customer) => html! { <at_customer::AtCustomer key={customer.to_string()} {customer} {agreed} /> },
        None => html! { <nearest::Nearest {agreed} /> },
    };
    match consent {
        consent::Answer::Loading => html! { <consent::Waiting /> },
        consent::Answer::NotAsked => html! { <consent::Ask /> },
        consent::Answer::Agreed => screen(true),
        consent::Answer::Declined => screen(false),
    }
}
