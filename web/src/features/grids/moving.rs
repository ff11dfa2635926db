//! Moving a customer to another grid: for leads and above, undone at a tap.
use super::GridPicker;
use super::text::Words;
use crate::components::{Button, ButtonKind, Icon};
use crate::state::{use_command, use_toasts, use_who};
use crate::words::use_words;
use crm_domain::customers::{Command, Details};
use crm_domain::ids::Uuid;
use crm_domain::people::Role;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct MoveCustomerProps {
    pub customer: Uuid,
    pub grid: Option<Uuid>,
}

/// The button 转到其他网格 with its sheet; nothing for those who may not move customers.
#[component]
pub fn MoveCustomer(props: &MoveCustomerProps) -> Html {
    let w = use_words::<Words>();
    let who = use_who();
    let commands = use_command();
    let toasts = use_toasts();
    let open = use_state_eq(|| false);
    if who.role < Role::Lead {
        return Html::default();
    }
    let (customer, before) = (props.customer, props.grid);
    let to_grid =
        move |grid: Uuid| Command::Edit { customer, details: Details { grid: Some(grid), ..Details::default() } };
    let onchoose = Callback::from(move |(grid, name): (Uuid, AttrValue)| {
        let (again, told) = (commands.clone(), toasts.clone());
        commands.act(to_grid(grid), move || match before {
            Some(before) => {
                let said = told.clone();
                let undo = Callback::from(move |()| {
                    let said = said.clone();
                    again.act(to_grid(before), move || said.say(w.back_again()));
                });
                told.undo(w.moved(&name), undo);
            }
            None => told.say(w.moved(&name)),
        });
    });
    let (show, hide) = (open.setter(), open.setter());
    html! {
        <>
            <Button kind={ButtonKind::Quiet} icon={Icon::Grid3x3} onclick={Callback::from(move |_: MouseEvent| show.set(true))}>
                { w.move_on() }
            </Button>
            if *open {
                <GridPicker
                    title={w.move_on()}
                    current={props.grid}
                    without={Vec::from_iter(props.grid)}
                    {onchoose}
                    onclose={Callback::from(move |()| hide.set(false))}
                />
            }
        </>
    }
}
