//! The supervisor's board (今日看板, 8.17) and the page of one grid; what of a customer the server shows before it is held.
mod away;
mod feed;
mod grid;
mod keys;
mod painter;
mod people;
mod rows;
mod text;
mod tiles;

pub use away::Elsewhere;
pub use grid::GridPage;

use crate::components::{Away, Card, Empty, Icon, Page, SectionTitle, Skeleton};
use crate::state::{use_asked, use_kept, use_now, use_wide};
use crate::words::{day_of, use_format, use_words};
use crm_domain::board::{Query, View};
use keys::use_row_keys;
use text::Words;
use web_sys::HtmlInputElement;
use yew::prelude::*;

#[component]
pub fn Board() -> Html {
    let w = use_words::<Words>();
    let f = use_format();
    let now = use_now(30_000);
    let wide = use_wide();
    let numbers = use_asked(Query { day: day_of(now), grids: vec![] });
    let text = use_kept("board/search", String::new);
    let search = use_node_ref();
    {
        let text = text.clone();
        use_row_keys(search.clone(), Callback::from(move |()| text.set(String::new())));
    }
    let body = match &numbers.view {
        None => html! { <div class="board-main"><Skeleton rows=2 /><Skeleton rows=6 /></div> },
        Some(view) => html! {
            <>
                <div class="board-main">
                    <Line view={view.clone()} {now} />
                    <Away why={numbers.away} local={w.local()} again={numbers.again.clone()} />
                    <tiles::Tiles view={view.clone()} />
                    <SearchBox
                        node={search}
                        label={w.search()}
                        hint={w.search_hint()}
                        value={(*text).clone()}
                        onchange={{ let text = text.clone(); Callback::from(move |typed: String| text.set(typed)) }}
                    />
                    { grids(view, &text, now, w) }
                    if !view.people.is_empty() {
                        <SectionTitle>{ w.people() }</SectionTitle>
                        <people::PeopleTable view={view.clone()} {now} />
                    }
                </div>
                <aside class="board-feed" aria-labelledby="board-feed">
                    <h2 id="board-feed" class="board-feed-title">{ w.feed() }</h2>
                    <feed::Feed view={view.clone()} {now} />
                </aside>
            </>
        },
    };
    html! {
        <Page title={w.title()} note={html! { f.long_day(now) }} still={wide}>
            <div class="board wide">{ body }</div>
        </Page>
    }
}

fn grids(view: &std::rc::Rc<View>, text: &str, now: i64, w: Words) -> Html {
    let rows = rows::fitting(view, text);
    match (rows.is_empty(), text.trim().is_empty()) {
        (true, true) => {
            html! { <Card><Empty icon={Icon::LayoutDashboard} title={w.quiet()} text={w.quiet_why()} /></Card> }
        }
        (true, false) => {
            html! { <Card><Empty icon={Icon::Search} title={w.none_found()} text={w.none_found_why()} /></Card> }
        }
        _ => html! { <rows::GridTable rows={rows} {now} /> },
    }
}

#[derive(Properties, PartialEq)]
struct LineProps {
    view: std::rc::Rc<View>,
    now: i64,
}

/// How much of the world the numbers are about, and how fresh they are.
#[component]
fn Line(props: &LineProps) -> Html {
    let w = use_words::<Words>();
    let f = use_format();
    let as_of = f.exact(props.view.as_of);
    let clock = as_of.split_once(' ').map_or("", |(_, clock)| clock);
    html! { <p class="board-line">{ w.grids_in_all(props.view.grids) }{ " · " }{ w.as_of(clock) }</p> }
}

#[derive(Properties, PartialEq)]
struct SearchBoxProps {
    node: NodeRef,
    label: AttrValue,
    hint: AttrValue,
    value: AttrValue,
    onchange: Callback<String>,
}

#[component]
fn SearchBox(props: &SearchBoxProps) -> Html {
    let changed = props.onchange.clone();
    let oninput = Callback::from(move |event: InputEvent| {
        if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
            changed.emit(input.value());
        }
    });
    html! {
        <div class="board-search">
            <input
                ref={props.node.clone()}
                class="weui-input field-input"
                type="search"
                aria-label={&props.label}
                placeholder={&props.hint}
                aria-keyshortcuts="/"
                autocomplete="off"
                enterkeyhint="search"
                value={&props.value}
                {oninput}
            />
        </div>
    }
}
