//! A whole grid to another: for leads and above, done by the server step by step, stopped or taken back at a tap.
use super::GridPicker;
use super::text::Words;
use crate::components::{Button, ButtonKind, Dialog, Icon};
use crate::state::{use_command, use_door, use_now, use_query, use_toasts, use_who};
use crate::words::{use_format, use_words};
use crm_domain::bucket::Bucket;
use crm_domain::ids::Uuid;
use crm_domain::people::Role;
use crm_domain::transfers::{Command, Line, Progress, Query};
use yew::prelude::*;

/// How long a finished one is worth a line.
const TOLD_MS: i64 = 7 * 86_400_000;

#[derive(Clone, Properties, PartialEq)]
pub struct TransfersProps {
    pub grid: Uuid,
    pub name: AttrValue,
    /// How many customers there are to move, where the server said so.
    pub customers: Option<u32>,
}

/// The newest transfer from or to this grid, and the button that begins one.
#[component]
pub fn Transfers(props: &TransfersProps) -> Html {
    if use_who().role < Role::Lead {
        Html::default()
    } else {
        html! { <OfGrid ..props.clone() /> }
    }
}

#[component]
fn OfGrid(props: &TransfersProps) -> Html {
    let now = use_now(30_000);
    let grid = props.grid;
    use_desk(grid);
    let newest = use_query(Query::OfGrid(grid)).and_then(|view| view.0.first().cloned());
    let told = newest.filter(|line| line.state == Progress::Open || now - line.at < TOLD_MS);
    let busy = told.as_ref().is_some_and(|line| line.state == Progress::Open);
    html! {
        <div class="grids-transfers">
            if let Some(line) = told { <Told {line} {grid} {now} /> }
            if !busy && props.customers != Some(0) { <Begin ..props.clone() /> }
        </div>
    }
}

/// Transfers lie on the desks of the grids that they empty.
#[hook]
fn use_desk(grid: Uuid) {
    let door = use_door();
    use_effect_with((door, grid), |(door, grid)| door.subscribe(Bucket::GridLead(*grid)));
}

#[derive(Properties, PartialEq)]
struct ToldProps {
    line: Line,
    grid: Uuid,
    now: i64,
}

#[component]
fn Told(props: &ToldProps) -> Html {
    let w = use_words::<Words>();
    let f = use_format();
    let (door, commands, toasts) = (use_door(), use_command(), use_toasts());
    let line = &props.line;
    // Its way back lies there.
    use_desk(line.to);
    let leaves = line.from == props.grid;
    let other = if leaves { &line.to_name } else { &line.from_name };
    let n = line.moved;
    let said = match line.state {
        Progress::Open if leaves => w.going(other, n),
        Progress::Open => w.coming(other, n),
        Progress::Failed => w.failed(&line.by, n),
        _ if leaves => w.gone(&line.by, n, other, &f.when(line.at, props.now)),
        _ => w.come(&line.by, n, other, &f.when(line.at, props.now)),
    };
    let act = match line.state {
        Progress::Open => {
            let transfer = line.id;
            let stop = Callback::from(move |_: MouseEvent| {
                let toasts = toasts.clone();
                commands.act(Command::Stop { transfer }, move || toasts.say(w.stopping()));
            });
            html! { <Button onclick={stop}>{ w.stop() }</Button> }
        }
        _ if n > 0 && !line.taken_back => {
            let (from, to, undone) = (line.to, line.from, line.id);
            let back = Callback::from(move |_: MouseEvent| {
                let toasts = toasts.clone();
                let command = Command::Begin { id: door.new_id(), from, to, undoes: Some(undone) };
                commands.act(command, move || toasts.say(w.going_back()));
            });
            html! { <Button onclick={back}>{ w.take_back() }</Button> }
        }
        _ => Html::default(),
    };
    html! { <div class="grids-told" role="status">{ Icon::ArrowUpDown }<span>{ said }</span>{ act }</div> }
}

#[component]
fn Begin(props: &TransfersProps) -> Html {
    let w = use_words::<Words>();
    let (door, commands, toasts) = (use_door(), use_command(), use_toasts());
    let choosing = use_state_eq(|| false);
    let chosen = use_state_eq(|| None::<(Uuid, AttrValue)>);
    let choose = |on: bool| {
        let choosing = choosing.setter();
        Callback::from(move |()| choosing.set(on))
    };
    let onchoose = {
        let chosen = chosen.setter();
        Callback::from(move |grid: (Uuid, AttrValue)| chosen.set(Some(grid)))
    };
    let leave = {
        let chosen = chosen.setter();
        Callback::from(move |()| chosen.set(None))
    };
    let from = props.grid;
    let asked = (*chosen).clone().map(|(to, name)| {
        let (leave, back) = (leave.clone(), leave.reform(|_: MouseEvent| ()));
        let begin = {
            let leave = leave.clone();
            Callback::from(move |_: MouseEvent| {
                leave.emit(());
                let toasts = toasts.clone();
                let command = Command::Begin { id: door.new_id(), from, to, undoes: None };
                commands.act(command, move || toasts.say(w.begun()));
            })
        };
        html! {
            <Dialog
                title={w.move_all_ask(&props.name, &name)}
                actions={html! {
                    <>
                        <Button onclick={back}>{ w.cancel() }</Button>
                        <Button kind={ButtonKind::Primary} onclick={begin}>{ w.move_all_do() }</Button>
                    </>
                }}
                onclose={leave}
            >
                <p>{ props.customers.map_or(w.move_all_text().into(), |n| w.move_all_so_many(n)) }</p>
            </Dialog>
        }
    });
    html! {
        <>
            <Button kind={ButtonKind::Quiet} icon={Icon::ArrowUpDown} onclick={choose(true).reform(|_: MouseEvent| ())}>
                { w.move_all() }
            </Button>
            if *choosing {
                <GridPicker title={w.move_all()} current={from} without={vec![from]} {onchoose} onclose={choose(false)} />
            }
            { for asked }
        </>
    }
}
