//! What the import did, with the way back and the refused rows.
use super::faults::FaultWords;
use super::plan::Plan;
use super::preview::why;
use super::text::Words;
use super::undo::Undo;
use super::work::{Whole, Work};
use crate::components::{Button, ButtonKind, Card, Figure, Icon, go};
use crate::routes::Route;
use crate::state::{use_query, use_surroundings};
use crate::words::{use_format, use_words};
use crm_domain::ids::Uuid;
use crm_domain::imports::{Query, View, refused_csv};
use yew::prelude::*;
use yew_router::prelude::*;

#[derive(Properties, PartialEq)]
pub struct DoneProps {
    pub work: Work,
    pub batch: Uuid,
    pub plan: Whole<Plan>,
    pub again: Callback<MouseEvent>,
}

#[component]
pub fn Done(props: &DoneProps) -> Html {
    let w = use_words::<Words>();
    let f = use_format();
    let faults = use_words::<FaultWords>();
    let navigator = use_navigator().expect("screens stand inside the router");
    let surroundings = use_surroundings();
    let undone = use_state_eq(|| false);
    let plan = &props.plan;
    // What really changed is known by the book: an update that changes nothing is none.
    let batches = use_query(Query::Batches);
    let line = match batches.as_deref() {
        Some(View::Batches(lines)) => lines.iter().find(|line| line.id == props.batch),
        _ => None,
    };
    let (created, updated) = line.map_or((plan.new.len() as i64, plan.update.len() as i64), |l| (l.created, l.updated));
    let count = |n: usize| f.count(n as u64);
    let download = {
        let work = props.work.clone();
        Callback::from(move |_: MouseEvent| {
            let Some(rows) = &work.rows else { return };
            let bytes = refused_csv(rows, w.reason(), |refusal| why(refusal, &work, w, faults));
            let stem = work.file.rsplit_once('.').map_or(&*work.file, |(stem, _)| stem).to_owned();
            surroundings.give_file(&w.refused_file(&stem), "text/csv;charset=utf-8", bytes);
        })
    };
    let undone_now = *undone;
    html! {
        <>
            <div class="import-done" role="status">
                { if undone_now { Icon::Undo2 } else { Icon::CircleCheck } }
                <h2>{ if undone_now { w.undone() } else { w.done() } }</h2>
                <p class="import-small">{ &props.work.file }</p>
            </div>
            <Card class="figures">
                <Figure value={html! { count(created as usize) }} label={w.new()} />
                <Figure value={html! { count(updated as usize) }} label={w.update()} />
                <Figure value={html! { count(plan.duplicate.len()) }} label={w.duplicate()} />
                <Figure value={html! { count(plan.refused.len()) }} label={w.refused()} />
            </Card>
            <div class="buttons import-after">
                if !undone_now {
                    <Undo batch={props.batch} onundone={{ let undone = undone.setter(); Callback::from(move |()| undone.set(true)) }} />
                }
                if !plan.refused.is_empty() { <Button icon={Icon::Download} onclick={download}>{ w.download_refused() }</Button> }
                <Button kind={ButtonKind::Primary} onclick={go(&navigator, Route::Customers)}>{ w.to_customers() }</Button>
            </div>
            <div class="import-again"><Button kind={ButtonKind::Quiet} onclick={props.again.clone()}>{ w.another() }</Button></div>
        </>
    }
}
