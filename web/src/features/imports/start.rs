//! The foot of the preview: where new customers go, 开始导入, and what keeps it from starting.
use super::grid::{LAST_GRID, first};
use super::plan::Plan;
use super::text::Words;
use super::work::{Act, Stage, Whole, Work};
use crate::components::{Button, ButtonKind, Icon};
use crate::features::grids::{GridPicker, open_to};
use crate::state::{use_command, use_door, use_surroundings};
use crate::words::{use_format, use_words};
use crm_domain::grids;
use crm_domain::ids::Uuid;
use crm_domain::imports::{Command, MAX_LINES};
use crm_replica::ports::Failure;
use gloo::timers::future::TimeoutFuture;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct StartProps {
    pub work: Work,
    pub plan: Whole<Plan>,
    pub to: UseReducerDispatcher<Work>,
    pub grids: Option<Rc<grids::View>>,
    pub cancel: Callback<MouseEvent>,
}

#[component]
pub fn Start(props: &StartProps) -> Html {
    let w = use_words::<Words>();
    let f = use_format();
    let (door, commands, surroundings) = (use_door(), use_command(), use_surroundings());
    let chosen = use_state_eq(|| None::<Uuid>);
    let choosing = use_state_eq(|| false);
    let plan = &props.plan;
    let (new, unplaced) = (plan.new.len(), plan.unplaced());
    let grid = chosen.or_else(|| {
        let all = props.grids.as_ref()?;
        first(&open_to(all), surroundings.setting(LAST_GRID).as_deref())
    });
    let name = props.grids.as_ref().and_then(|all| Some(all.0.iter().find(|g| Some(g.id) == grid)?.name.clone()));
    let all = new + plan.update.len();
    let busy = props.work.stage == Stage::Bringing;
    let stop = match all {
        0 => Some(w.nothing().to_owned()),
        n if n > MAX_LINES => Some(w.too_many(&f.count(MAX_LINES as u64))),
        _ if unplaced > 0 && grid.is_none() => Some(w.grid_missing().to_owned()),
        _ => None,
    };
    let onclick = {
        let (work, plan, to) = (props.work.clone(), plan.clone(), props.to.clone());
        Callback::from(move |_: MouseEvent| {
            let Some(rows) = work.rows.clone() else { return };
            if unplaced > 0
                && let Some(grid) = grid
            {
                surroundings.keep_setting(LAST_GRID, Some(&grid.to_string()));
            }
            let (door, commands, plan, to) = (door.clone(), commands.clone(), plan.clone(), to.clone());
            let file = work.file.to_string();
            to.dispatch(Act::Bringing);
            spawn_local(async move {
                // The screen says so before the work begins.
                TimeoutFuture::new(30).await;
                let batch = door.new_id();
                let command = Command::Bring {
                    file,
                    lines: plan.lines(&rows, grid, || door.new_id()),
                    refused: plan.refused.len() as i64,
                    duplicates: plan.duplicate.len() as i64,
                };
                let mut done = door.command(batch, command.clone().into()).await;
                if done == Err(Failure::NoWriter) {
                    // The same cause: it is done once, whichever of the two arrives.
                    done = door.command(batch, command.into()).await;
                }
                match done {
                    Ok(()) => to.dispatch(Act::Brought(batch)),
                    Err(why) => {
                        commands.tell(why);
                        to.dispatch(Act::NotBrought);
                    }
                }
            });
        })
    };
    let show = {
        let choosing = choosing.setter();
        Callback::from(move |on: bool| choosing.set(on))
    };
    let onchoose = {
        let chosen = chosen.setter();
        Callback::from(move |(grid, _): (Uuid, AttrValue)| chosen.set(Some(grid)))
    };
    html! {
        <div class="import-start">
            if unplaced > 0 {
                <div class="import-grid">
                    <span class="import-grid-text">
                        <span>{ w.grid() }{ " " }<b>{ name.unwrap_or_default() }</b></span>
                        <span class="import-small">{ w.grid_some(unplaced) }</span>
                    </span>
                    <Button icon={Icon::Grid3x3} onclick={show.reform(|_: MouseEvent| true)}>{ w.grid_choose() }</Button>
                </div>
            } else if new > 0 {
                <p class="import-small">{ w.grid_all_placed() }</p>
            }
            <p class="import-small" role="status">
                { match (&stop, busy) {
                    (Some(stop), _) => stop.clone(),
                    (None, true) => format!("{}{}", w.bringing(), w.bringing_why()),
                    (None, false) => w.start_n(&f.count(all as u64)),
                } }
            </p>
            if busy { <progress aria-label={w.bringing()} /> }
            <div class="buttons import-foot">
                <Button onclick={props.cancel.clone()} disabled={busy}>{ w.cancel() }</Button>
                <Button kind={ButtonKind::Primary} {onclick} {busy} disabled={stop.is_some()}>{ w.start() }</Button>
            </div>
            if *choosing {
                <GridPicker title={w.grid_choose()} current={grid} {onchoose} onclose={show.reform(|()| false)} />
            }
        </div>
    }
}
