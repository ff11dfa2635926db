//! The import as one screen that fills as far as things are known: the file, what was understood, the preview, the result.
use super::columns::Columns;
use super::done::Done;
use super::faults::FaultWords;
use super::importer::{Heard, Importer};
use super::once::first_answer;
use super::places::Places;
use super::plan::{Plan, to_match};
use super::preview::Preview;
use super::progress::Progress;
use super::start::Start;
use super::text::Words;
use super::work::{Act, Problem, Stage, Whole, Work};
use crate::components::{Button, ButtonKind, Card, Empty, Icon, LinkRow, Page};
use crate::features::grids::open_to;
use crate::routes::Route;
use crate::state::{use_door, use_query};
use crate::words::use_words;
use crm_domain::grids;
use crm_domain::imports::sheet::ImportError;
use crm_domain::imports::{Query, View};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{File, HtmlInputElement};
use yew::prelude::*;

/// Larger files are not even read into memory: the importer refuses them too.
const LARGEST: u64 = 64 << 20;

#[component]
pub fn Import() -> Html {
    let w = use_words::<Words>();
    let door = use_door();
    let work = use_reducer(Work::default);
    let importer: Rc<RefCell<Option<Importer>>> = use_mut_ref(|| None);
    let input = use_node_ref();
    let grids = use_query(grids::Query::All);

    let pick = use_picking(work.dispatcher(), importer.clone());
    // Rows are asked for anew with every choice.
    {
        let (importer, request, to) = (importer.clone(), work.request(), work.dispatcher());
        let wanted = matches!(work.stage, Stage::Sorting(..));
        use_effect_with(work.round, move |_| {
            let (true, Some(request)) = (wanted, request) else { return };
            let asked = importer.borrow().as_ref().is_some_and(|importer| importer.rows(&request));
            if !asked {
                to.dispatch(Act::Failed(Problem::Broken));
            }
        });
    }
    // The rows are looked for in the book once.
    {
        let to = work.dispatcher();
        use_effect_with((work.rows.clone(), door), move |(rows, door)| {
            let (Some(rows), door) = (rows.clone(), door.clone()) else { return };
            spawn_local(async move {
                if let Some(View::Matches(matches)) = first_answer(&door, Query::Match(to_match(&rows))).await {
                    to.dispatch(Act::Matched(matches));
                }
            });
        });
    }
    // Whatever ends the import ends the Worker, and so does leaving the screen.
    {
        let importer = importer.clone();
        use_effect_with(work.needs_importer(), move |needed| {
            if !needed {
                importer.take();
            }
        });
    }
    use_effect_with((), move |()| move || drop(importer.take()));

    let plan = {
        use_memo((work.rows.clone(), work.matches.clone(), grids.clone()), move |(rows, matches, grids)| {
            let (rows, matches) = (rows.as_ref()?, matches.as_ref()?);
            let places = grids.as_ref().map(|all| Places::of(open_to(all))).unwrap_or_default();
            Some(Whole::of(Plan::new(rows, matches, &places)))
        })
    };
    let choose = {
        let input = input.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(input) = input.cast::<HtmlInputElement>() {
                // The same file may be chosen again.
                input.set_value("");
                input.click();
            }
        })
    };
    let onchange = Callback::from(move |event: Event| {
        let files = event.target_dyn_into::<HtmlInputElement>().and_then(|input| input.files());
        if let Some(file) = files.and_then(|files| files.get(0)) {
            pick.emit(file);
        }
    });
    let again = {
        let to = work.dispatcher();
        Callback::from(move |_: MouseEvent| to.dispatch(Act::Again))
    };
    let (body, foot) = match (&work.stage, &*plan) {
        (Stage::Picking, _) => (html! { <Choose {choose} problem={None::<Problem>} /> }, Html::default()),
        (Stage::Failed(problem), _) => (html! { <Choose {choose} problem={problem.clone()} /> }, Html::default()),
        (Stage::Done(batch), Some(plan)) => (
            html! { <Done work={(*work).clone()} batch={*batch} plan={plan.clone()} again={again.clone()} /> },
            Html::default(),
        ),
        (Stage::Ready | Stage::Bringing, Some(plan)) => (
            html! {
                <>
                    <Columns work={(*work).clone()} to={work.dispatcher()} />
                    <Preview work={(*work).clone()} plan={plan.clone()} grids={grids.clone()} />
                </>
            },
            html! { <Start work={(*work).clone()} plan={plan.clone()} to={work.dispatcher()} {grids} cancel={again.clone()} /> },
        ),
        _ => (
            html! {
                <>
                    <Progress work={(*work).clone()} />
                    if work.understood.is_some() { <Columns work={(*work).clone()} to={work.dispatcher()} /> }
                </>
            },
            html! {
                <div class="buttons import-foot">
                    <Button onclick={again}>{ w.cancel() }</Button>
                    if matches!(work.stage, Stage::Unnamed | Stage::Unfit(_)) { <Button onclick={choose}>{ w.another() }</Button> }
                </div>
            },
        ),
    };
    html! {
        <Page title={w.import()} back={Route::Customers} {foot}>
            <input ref={input} class="import-input" type="file" hidden=true accept=".xlsx,.xls,.csv,.txt,.htm,.html" {onchange} />
            { body }
        </Page>
    }
}

/// Takes a chosen file to the Worker.
#[hook]
fn use_picking(to: UseReducerDispatcher<Work>, importer: Rc<RefCell<Option<Importer>>>) -> Callback<File> {
    let newest = use_memo((), |()| Rc::new(Cell::new(0u32)));
    let newest = (*newest).clone();
    Callback::from(move |file: File| {
        let (to, importer, newest) = (to.clone(), importer.clone(), newest.clone());
        let turn = newest.get() + 1;
        newest.set(turn);
        to.dispatch(Act::Picked(file.name().into()));
        let bytes = file.size() as u64;
        if bytes > LARGEST {
            return to.dispatch(Act::Failed(Problem::File(ImportError::TooLarge { bytes, limit: LARGEST })));
        }
        spawn_local(async move {
            let read = JsFuture::from(file.array_buffer()).await;
            if newest.get() != turn {
                return;
            }
            let Some(bytes) = read.ok().and_then(|bytes| bytes.dyn_into::<js_sys::ArrayBuffer>().ok()) else {
                return to.dispatch(Act::Failed(Problem::Unreadable));
            };
            let heard = {
                let to = to.clone();
                Callback::from(move |heard: Heard| to.dispatch(Act::Heard(heard)))
            };
            let Some(started) = Importer::start(heard) else {
                return to.dispatch(Act::Failed(Problem::NoImporter));
            };
            if !started.open(&bytes) {
                return to.dispatch(Act::Failed(Problem::Broken));
            }
            importer.replace(Some(started));
        });
    })
}

#[derive(Properties, PartialEq)]
struct ChooseProps {
    choose: Callback<MouseEvent>,
    problem: Option<Problem>,
}

/// The first step, and again after a file that could not be used.
#[component]
fn Choose(props: &ChooseProps) -> Html {
    let w = use_words::<Words>();
    let faults = use_words::<FaultWords>();
    html! {
        <>
            if let Some(problem) = &props.problem {
                <div class="notice import-notice" role="alert">{ Icon::TriangleAlert }<span>{ faults.problem(problem) }</span></div>
            }
            <Card>
                <Empty icon={Icon::FileSpreadsheet} title={w.choose_title()} text={w.choose_why()}>
                    <Button kind={ButtonKind::Primary} icon={Icon::Upload} onclick={props.choose.clone()}>{ w.choose() }</Button>
                </Empty>
            </Card>
            <Card><LinkRow to={Route::Imports} icon={Icon::History} title={html! { w.imports() }} /></Card>
        </>
    }
}
