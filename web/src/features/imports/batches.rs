//! The imports there were, each with its way back.
use super::text::Words;
use super::undo::Undo;
use crate::components::{Button, ButtonKind, Card, Empty, Icon, Page, Row, Skeleton, dotted, go};
use crate::routes::Route;
use crate::state::{use_now, use_query};
use crate::words::{Format, use_format, use_words};
use crm_domain::imports::{BatchLine, Query, View};
use yew::prelude::*;
use yew_router::prelude::*;

#[component]
pub fn Imports() -> Html {
    let w = use_words::<Words>();
    let f = use_format();
    let now = use_now(60_000);
    let navigator = use_navigator().expect("screens stand inside the router");
    let view = use_query(Query::Batches);
    let open = go(&navigator, Route::Import);
    let body = match view.as_deref() {
        Some(View::Batches(lines)) if lines.is_empty() => html! {
            <Card>
                <Empty icon={Icon::FileSpreadsheet} title={w.no_imports()} text={w.no_imports_why()}>
                    <Button kind={ButtonKind::Primary} onclick={open}>{ w.import() }</Button>
                </Empty>
            </Card>
        },
        Some(View::Batches(lines)) => html! {
            <>
                <div class="buttons import-after"><Button kind={ButtonKind::Primary} onclick={open}>{ w.import() }</Button></div>
                <Card class="row-wrap">{ for lines.iter().map(|line| batch(line, now, w, f)) }</Card>
            </>
        },
        _ => html! { <Skeleton /> },
    };
    html! { <Page title={w.imports()} back={Route::Me}>{ body }</Page> }
}

fn batch(line: &BatchLine, now: i64, w: Words, f: Format) -> Html {
    let facts = [f.when(line.at, now), w.counts(line.created, line.updated, line.refused)];
    let end = match line.reverted_at {
        Some(at) => html! { <span class="tag">{ w.undone_at(&f.when(at, now)) }</span> },
        None => html! { <Undo batch={line.id} line={line.clone()} /> },
    };
    html! {
        <Row
            key={line.id.to_string()}
            title={html! { &line.file }}
            detail={dotted(facts.map(|fact| html! { fact }))}
            {end}
        />
    }
}
