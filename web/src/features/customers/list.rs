//! The whole book: search first, filters at a tap, any number of rows; it keeps its place.
use super::export;
use super::filter::{Filter, Shown};
use super::filters::{Filters, SearchBox, SortSheet, sort_words};
use super::painter::CardPainter;
use super::text::Words;
use crate::components::{Button, ButtonKind, Empty, Icon, Page, Skeleton, VirtualList, WINDOW, go};
use crate::routes::Route;
use crate::state::{
    Kept, Whereabouts, use_coming, use_door, use_kept, use_now, use_position, use_query, use_surroundings, use_toasts,
};
use crate::words::{StateWords, to_date_input, use_format, use_words};
use crm_domain::customers::{Query, View};
use crm_domain::ids::Uuid;
use crm_replica::ports::LocateError;
use std::rc::Rc;
use yew::prelude::*;
use yew_router::prelude::*;

#[derive(Properties, PartialEq)]
pub struct ListScreenProps {
    /// Stands beside a customer on a wide screen.
    #[prop_or_default]
    pub beside: bool,
    /// The customer that is open beside it.
    #[prop_or_default]
    pub selected: Option<Uuid>,
}

#[component]
pub fn ListScreen(props: &ListScreenProps) -> Html {
    let w = use_words::<Words>();
    let states = use_words::<StateWords>();
    let f = use_format();
    let navigator = use_navigator().expect("screens stand inside the router");
    let filter = use_filter();
    let offset = use_kept("customers/offset", || 0_u32);
    let sorting = use_state_eq(|| false);
    let coming = use_coming();
    let now = use_now(60_000);
    let place = use_position(filter.needs_place());
    let view = use_query(Query::List(filter.list(place, *offset, WINDOW)));
    let view = use_memo(view, |view| match view.as_deref() {
        Some(View::List(page)) => {
            Some((page.total, page.matched, page.offset, page.fuzzy, Rc::new(page.cards.clone())))
        }
        _ => None,
    });
    let change = {
        let (filter, offset) = (filter.clone(), offset.clone());
        Callback::from(move |next: Filter| {
            offset.set(0);
            filter.set(next);
        })
    };

    let body = match &*view {
        None => html! { <Skeleton rows=8 /> },
        Some((0, ..)) if !filter.narrows() && coming => html! { <Skeleton rows=8 /> },
        Some((0, ..)) if !filter.narrows() => html! { <NoBook /> },
        Some((_, 0, ..)) => html! { <NobodyFound clear={change.reform(|_: MouseEvent| Filter::default())} /> },
        Some((_, matched, at, _, cards)) => {
            let painter = CardPainter {
                words: w,
                states,
                format: f,
                now: now - now % 60_000,
                phones: filter.text.chars().any(|c| c.is_ascii_digit()),
            };
            let open = {
                let (cards, at) = (cards.clone(), *at);
                Callback::from(move |place: u32| {
                    if let Some(card) = place.checked_sub(at).and_then(|i| cards.get(i as usize)) {
                        navigator.push(&Route::Customer { id: card.id });
                    }
                })
            };
            let selected = props.selected.and_then(|id| cards.iter().position(|c| c.id == id)).map(|i| i as u32 + at);
            html! {
                <VirtualList<CardPainter>
                    name="customers"
                    label={w.title()}
                    of={filter.key()}
                    total={*matched}
                    offset={*at}
                    items={cards.clone()}
                    {painter}
                    onwindow={let offset = offset.clone(); Callback::from(move |at| offset.set(at))}
                    onopen={open}
                    {selected}
                />
            }
        }
    };
    let sort_open = |open: bool| {
        let sorting = sorting.setter();
        Callback::from(move |()| sorting.set(open))
    };
    let held = view.as_ref().as_ref().map(|(held, ..)| {
        let count = f.count(u64::from(*held));
        if coming { w.coming(&count) } else { w.held(&count) }
    });
    let aside =
        html! { <><span class="page-note">{ held }</span><ImportExport filter={(*filter).clone()} {place} /></> };
    let top = html! {
        <div class="customers-top">
            <SearchBox filter={(*filter).clone()} change={change.clone()} />
            <Filters filter={(*filter).clone()} change={change.clone()} />
            if let Some((_, matched, _, fuzzy, _)) = &*view {
                <div class="customers-line">
                    <span role="status">
                        { if *fuzzy && *matched > 0 { w.fuzzy().into() } else { w.matched(&f.count(u64::from(*matched))) } }
                    </span>
                    <button type="button" class="btn btn-quiet" aria-haspopup="dialog" onclick={sort_open(true).reform(|_: MouseEvent| ())}>
                        { Icon::ArrowUpDown }<span>{ sort_words(w, &filter) }</span>
                    </button>
                </div>
            }
            <PlaceNote {place} asked={filter.needs_place()} />
        </div>
    };
    html! {
        <Page title={w.title()} {aside} {top} still=true beside={props.beside}>
            { body }
            <Link<Route> to={Route::NewCustomer} classes="weui-btn weui-btn_primary btn customers-new">
                { Icon::Plus }<span>{ w.new() }</span>
            </Link<Route>>
            if *sorting { <SortSheet filter={(*filter).clone()} {change} onclose={sort_open(false)} /> }
        </Page>
    }
}

/// The kept filter. An address with `?show=` sets it, and is then the plain address again.
#[hook]
fn use_filter() -> Kept<Filter> {
    let location = use_location();
    let navigator = use_navigator();
    let asked = location.as_ref().and_then(|l| l.query::<Shown>().ok()).and_then(|shown| Filter::of_address(&shown));
    let filter = use_kept("customers/filter", Filter::default);
    {
        let filter = filter.clone();
        use_effect_with(asked, move |asked| {
            if let (Some(asked), Some(navigator)) = (asked, navigator) {
                filter.set(asked.clone());
                navigator.replace(&Route::Customers);
            }
        });
    }
    filter
}

#[derive(Properties, PartialEq)]
struct ImportExportProps {
    filter: Filter,
    place: Whereabouts,
}

#[component]
fn ImportExport(props: &ImportExportProps) -> Html {
    let w = use_words::<Words>();
    let (door, surroundings, toasts) = (use_door(), use_surroundings(), use_toasts());
    let now = use_now(60_000);
    let onclick = {
        let (filter, place) = (props.filter.clone(), props.place);
        Callback::from(move |_: MouseEvent| {
            let (surroundings, toasts) = (surroundings.clone(), toasts.clone());
            export::collect(door.clone(), filter.clone(), place, w, move |csv, rows| {
                let file = format!("{}-{}.csv", w.export_file(), to_date_input(now));
                if surroundings.give_file(&file, "text/csv;charset=utf-8", csv.into_bytes()) {
                    toasts.say(w.exported(rows));
                } else {
                    toasts.fail(w.not_exported());
                }
            });
        })
    };
    html! {
        <>
            <Link<Route> to={Route::Import} classes="icon-btn">
                <span class="unseen">{ w.import() }</span>{ Icon::Upload }
            </Link<Route>>
            <button type="button" class="icon-btn" aria-label={w.export()} {onclick}>{ Icon::Download }</button>
        </>
    }
}

#[derive(Properties, PartialEq)]
struct PlaceNoteProps {
    place: Whereabouts,
    asked: bool,
}

/// Why nearby does not show what it should.
#[component]
fn PlaceNote(props: &PlaceNoteProps) -> Html {
    let w = use_words::<Words>();
    let text = match props.place {
        _ if !props.asked => return Html::default(),
        Whereabouts::Locating => w.locating(),
        Whereabouts::Failed(LocateError::Denied) => w.denied(),
        Whereabouts::Failed(_) => w.unlocated(),
        _ => return Html::default(),
    };
    html! { <p class="customers-note" role="status">{ text }</p> }
}

#[derive(Properties, PartialEq)]
struct NobodyFoundProps {
    clear: Callback<MouseEvent>,
}

#[component]
fn NobodyFound(props: &NobodyFoundProps) -> Html {
    let w = use_words::<Words>();
    html! {
        <Empty icon={Icon::Search} title={w.none()} text={w.none_why()}>
            <Button onclick={props.clear.clone()}>{ w.no_filters() }</Button>
        </Empty>
    }
}

#[component]
fn NoBook() -> Html {
    let w = use_words::<Words>();
    let navigator = use_navigator().expect("screens stand inside the router");
    html! {
        <Empty icon={Icon::Users} title={w.no_book()} text={w.no_book_why()}>
            <Button kind={ButtonKind::Primary} onclick={go(&navigator, Route::Import)}>{ w.import() }</Button>
        </Empty>
    }
}
