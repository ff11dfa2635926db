//! The head of a customer's page: the whole name, tier and grid, and what a hand wants first.
use super::call::CallButton;
use super::navigate::Navigate;
use super::text::Words;
use crate::components::{Button, Card, Icon, dotted, exception_mark, go};
use crate::features::grids::MoveCustomer;
use crate::routes::Route;
use crate::words::use_words;
use crm_domain::customers::Detail;
use yew::prelude::*;
use yew_router::prelude::*;

/// Characters that fit two lines of a narrow phone.
const SHORT: usize = 22;

#[derive(Properties, PartialEq)]
pub struct HeaderProps {
    pub detail: Detail,
}

#[component]
pub fn Header(props: &HeaderProps) -> Html {
    let w = use_words::<Words>();
    let navigator = use_navigator().expect("screens stand inside the router");
    let detail = &props.detail;
    let card = &detail.card;
    let whole = use_state_eq(|| false);
    let navigating = use_state_eq(|| false);
    let shown = use_state_eq(|| None::<AttrValue>);
    let toggle = {
        let whole = whole.clone();
        Callback::from(move |_: MouseEvent| whole.set(!*whole))
    };
    let set_navigating = |on: bool| {
        let navigating = navigating.setter();
        Callback::from(move |()| navigating.set(on))
    };
    let phone = match &*shown {
        Some(phone) => html! { <b class="customer-phone">{ phone }</b> },
        None => html! { &card.phone },
    };
    html! {
        <Card class="customer-head">
            <div class="customer-name">
                <h2>
                    if card.name.chars().count() > SHORT {
                        // Two lines; the whole name at a tap.
                        <button
                            type="button"
                            class={classes!("customer-title", whole.then_some("customer-title-whole"))}
                            aria-expanded={whole.to_string()}
                            onclick={toggle}
                        >
                            { &card.name }
                        </button>
                    } else {
                        <span class="customer-title">{ &card.name }</span>
                    }
                </h2>
                <span class={classes!("tag", (card.tier == "A").then_some("tag-a"))}>{ w.tier_of(&card.tier) }</span>
            </div>
            <p class="customer-facts">
                { dotted([html! { &card.grid_name }, html! { &card.contact }, phone, exception_mark(card.state)]) }
            </p>
            if !card.address.is_empty() { <p class="customer-facts">{ &card.address }</p> }
            <div class="buttons customer-actions">
                if !card.phone.is_empty() {
                    <CallButton
                        customer={card.id}
                        name={card.name.clone()}
                        whole=true
                        onshown={let shown = shown.setter(); Callback::from(move |phone| shown.set(Some(phone)))}
                    />
                }
                <Button icon={Icon::Navigation} onclick={set_navigating(true).reform(|_: MouseEvent| ())}>{ w.navigate() }</Button>
                <Button icon={Icon::Pencil} onclick={go(&navigator, Route::EditCustomer { id: card.id })}>{ w.edit() }</Button>
                <MoveCustomer customer={card.id} grid={card.grid} />
            </div>
            if *navigating {
                <Navigate
                    name={card.name.clone()}
                    address={card.address.clone()}
                    point={card.point}
                    onclose={set_navigating(false)}
                />
            }
        </Card>
    }
}
