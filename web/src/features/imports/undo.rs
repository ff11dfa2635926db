//! Taking a whole import back, in stretches, with its progress.
use super::once::first_answer;
use super::text::Words;
use crate::components::{Button, Dialog, Icon};
use crate::state::{use_command, use_door, use_toasts};
use crate::words::use_words;
use crm_domain::command::Rejection;
use crm_domain::ids::Uuid;
use crm_domain::imports::{BatchLine, Command, Query, View};
use crm_domain::rules::Code;
use crm_replica::ports::Failure;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// Customers in one command.
const STRETCH: usize = 100;

#[derive(Properties, PartialEq)]
pub struct UndoProps {
    pub batch: Uuid,
    /// Asks first, since the import may be long ago.
    #[prop_or_default]
    pub line: Option<BatchLine>,
    #[prop_or_default]
    pub onundone: Callback<()>,
}

#[component]
pub fn Undo(props: &UndoProps) -> Html {
    let w = use_words::<Words>();
    let (door, commands, toasts) = (use_door(), use_command(), use_toasts());
    let part = use_state_eq(|| None::<(usize, usize)>);
    let asking = use_state_eq(|| false);
    let undo = {
        let (batch, part, undone, asking) = (props.batch, part.setter(), props.onundone.clone(), asking.setter());
        Callback::from(move |_: MouseEvent| {
            let (door, commands, toasts) = (door.clone(), commands.clone(), toasts.clone());
            let (part, undone) = (part.clone(), undone.clone());
            asking.set(false);
            part.set(Some((0, 0)));
            spawn_local(async move {
                let Some(View::Customers(customers)) = first_answer(&door, Query::Customers(batch)).await else {
                    return;
                };
                let all = customers.len();
                let mut done = 0;
                // An import that left nothing behind is marked as undone all the same.
                let stretches: Vec<&[Uuid]> = if all == 0 { vec![&[]] } else { customers.chunks(STRETCH).collect() };
                for stretch in stretches {
                    done += stretch.len();
                    let command = Command::Revert { batch, customers: stretch.to_vec(), last: done == all };
                    match commands.run(command).await {
                        Ok(()) | Err(Failure::Rejected(Rejection { code: Code::Nothing, .. })) => {}
                        Err(why) => {
                            commands.tell(why);
                            return part.set(None);
                        }
                    }
                    part.set(Some((done, all)));
                }
                part.set(None);
                toasts.say(w.undone());
                undone.emit(());
            });
        })
    };
    if let Some((done, all)) = *part {
        return html! { <Button busy=true><span role="status">{ w.undoing(done, all) }</span></Button> };
    }
    let ask = {
        let asking = asking.setter();
        Callback::from(move |on: bool| asking.set(on))
    };
    let onclick = if props.line.is_some() { ask.reform(|_: MouseEvent| true) } else { undo.clone() };
    html! {
        <>
            <Button icon={Icon::Undo2} {onclick}>{ w.undo() }</Button>
            if let Some(line) = props.line.as_ref().filter(|_| *asking) {
                <Dialog
                    title={w.undo_ask()}
                    actions={html! {
                        <>
                            <Button onclick={ask.reform(|_: MouseEvent| false)}>{ w.keep() }</Button>
                            <Button kind={crate::components::ButtonKind::Danger} onclick={undo}>{ w.undo() }</Button>
                        </>
                    }}
                    onclose={ask.reform(|()| false)}
                >
                    { w.undo_why(line.created, line.updated) }
                </Dialog>
            }
        </>
    }
}
