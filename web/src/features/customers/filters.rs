//! Above the list: the search box, the chips, and the sheets that they open.
use super::filter::Filter;
use super::text::Words;
use crate::components::{ActionSheet, Chip, Chips, Choice, HalfScreen, Icon};
use crate::state::use_query;
use crate::words::use_words;
use crm_domain::customers::Sort;
use crm_domain::grids;
use gloo::events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, KeyboardEvent};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct FilterProps {
    pub filter: Filter,
    pub change: Callback<Filter>,
}

/// `/` goes there from anywhere on the screen, Esc empties it.
#[component]
pub fn SearchBox(props: &FilterProps) -> Html {
    let w = use_words::<Words>();
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            let listening = EventListener::new_with_options(
                &gloo::utils::document(),
                "keydown",
                gloo::events::EventListenerOptions::enable_prevent_default(),
                move |event| {
                    if slash_outside_fields(event)
                        && let Some(input) = node.cast::<HtmlInputElement>()
                        && input.focus().is_ok()
                    {
                        event.prevent_default();
                    }
                },
            );
            move || drop(listening)
        });
    }
    let set = {
        let (filter, change) = (props.filter.clone(), props.change.clone());
        Callback::from(move |text: String| change.emit(Filter { text, ..filter.clone() }))
    };
    let oninput = {
        let set = set.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                set.emit(input.value());
            }
        })
    };
    let onkeydown = {
        let set = set.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                set.emit(String::new());
            }
        })
    };
    let clear = {
        let node = node.clone();
        Callback::from(move |_: MouseEvent| {
            set.emit(String::new());
            if let Some(input) = node.cast::<HtmlInputElement>() {
                // The box is emptied either way.
                let _ = input.focus();
            }
        })
    };
    html! {
        <div class="search" role="search">
            { Icon::Search }
            <input
                ref={node}
                type="search"
                enterkeyhint="search"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                aria-label={w.search()}
                placeholder={w.search_hint()}
                value={props.filter.text.clone()}
                {oninput}
                {onkeydown}
            />
            if !props.filter.text.is_empty() {
                <button type="button" class="icon-btn" aria-label={w.clear()} onclick={clear}>{ Icon::X }</button>
            }
        </div>
    }
}

fn slash_outside_fields(event: &Event) -> bool {
    let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return false };
    let focused = gloo::utils::document().active_element();
    let typing = focused.is_some_and(|e| matches!(e.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"));
    event.key() == "/" && !typing
}

#[derive(Clone, Copy, PartialEq)]
enum Sheet {
    Grid,
    Tier,
}

#[component]
pub fn Filters(props: &FilterProps) -> Html {
    let w = use_words::<Words>();
    let grids = use_query(grids::Query::All);
    let sheet = use_state_eq(|| None::<Sheet>);
    let filter = &props.filter;
    let toggled = |toggle: fn(&mut Filter)| {
        let (mut next, change) = (filter.clone(), props.change.clone());
        toggle(&mut next);
        Callback::from(move |_: MouseEvent| change.emit(next.clone()))
    };
    let show = {
        let sheet = sheet.setter();
        Callback::from(move |which: Option<Sheet>| sheet.set(which))
    };
    let open = |which: Sheet| show.reform(move |_: MouseEvent| Some(which));
    let held: Vec<grids::Line> = grids
        .as_ref()
        .map(|v| {
            v.0.iter().filter(|g| !g.archived && (g.customers > 0 || filter.grid == Some(g.id))).cloned().collect()
        })
        .unwrap_or_default();
    let grid_name = filter.grid.and_then(|id| held.iter().find(|g| g.id == id)).map(|g| g.name.clone());
    let tiers = match filter.tiers.as_slice() {
        [] => w.tier().to_owned(),
        tiers => w.tier_of(&tiers.join("")),
    };
    let close = show.reform(|()| None);
    html! {
        <>
            <Chips label={w.filters()} scroll=true>
                if held.len() > 1 || filter.grid.is_some() {
                    <Chip on={filter.grid.is_some()} opens=true onclick={open(Sheet::Grid)}>
                        { grid_name.unwrap_or_else(|| w.all_grids().into()) }
                    </Chip>
                }
                <Chip on={!filter.tiers.is_empty()} opens=true onclick={open(Sheet::Tier)}>{ tiers }</Chip>
                <Chip on={filter.overdue} removable=true onclick={toggled(|f| f.overdue = !f.overdue)}>{ w.overdue() }</Chip>
                <Chip on={filter.nearby} removable=true onclick={toggled(toggle_nearby)}>{ w.nearby() }</Chip>
                <Chip on={filter.neglected} removable=true onclick={toggled(|f| f.neglected = !f.neglected)}>
                    { w.neglected() }
                </Chip>
            </Chips>
            if *sheet == Some(Sheet::Grid) {
                <ActionSheet
                    title={w.all_grids()}
                    close={w.close()}
                    choices={grid_choices(w, props, &held)}
                    onclose={close.clone()}
                />
            }
            if *sheet == Some(Sheet::Tier) {
                <HalfScreen title={w.tier()} close={w.close()} onclose={close}>
                    <div class="card-pad">
                        <Chips label={w.tier()}>
                            { for ["A", "B", "C", "D"].map(|tier| tier_chip(w, props, tier)) }
                        </Chips>
                    </div>
                </HalfScreen>
            }
        </>
    }
}

fn toggle_nearby(filter: &mut Filter) {
    filter.nearby = !filter.nearby;
    filter.sort = if filter.nearby { Sort::Distance } else { Sort::default() };
}

fn grid_choices(w: Words, props: &FilterProps, held: &[grids::Line]) -> Vec<Choice> {
    let choose = |grid| {
        let (filter, change) = (props.filter.clone(), props.change.clone());
        Callback::from(move |()| change.emit(Filter { grid, ..filter.clone() }))
    };
    let all = Choice { text: w.all_grids().into(), on: props.filter.grid.is_none(), choose: choose(None) };
    let one = |g: &grids::Line| Choice {
        text: format!("{} ({})", g.name, g.customers).into(),
        on: props.filter.grid == Some(g.id),
        choose: choose(Some(g.id)),
    };
    std::iter::once(all).chain(held.iter().map(one)).collect()
}

fn tier_chip(w: Words, props: &FilterProps, tier: &'static str) -> Html {
    let onclick = {
        let (filter, change) = (props.filter.clone(), props.change.clone());
        Callback::from(move |_: MouseEvent| {
            let mut next = filter.clone();
            next.toggle_tier(tier);
            change.emit(next);
        })
    };
    let on = props.filter.tiers.iter().any(|t| t == tier);
    html! { <Chip {on} {onclick}>{ w.tier_of(tier) }</Chip> }
}

#[derive(Properties, PartialEq)]
pub struct SortSheetProps {
    pub filter: Filter,
    pub change: Callback<Filter>,
    pub onclose: Callback<()>,
}

#[component]
pub fn SortSheet(props: &SortSheetProps) -> Html {
    let w = use_words::<Words>();
    let choices = [
        (Sort::Next, w.sort_next()),
        (Sort::Distance, w.sort_distance()),
        (Sort::LastVisit, w.sort_last()),
        (Sort::Name, w.sort_name()),
    ]
    .map(|(sort, text)| {
        let (filter, change) = (props.filter.clone(), props.change.clone());
        let choose = Callback::from(move |()| change.emit(Filter { sort, ..filter.clone() }));
        Choice { text: text.into(), on: props.filter.sort == sort, choose }
    });
    html! { <ActionSheet title={w.sort()} close={w.close()} choices={choices.to_vec()} onclose={props.onclose.clone()} /> }
}

/// What the list is ordered by. A search is ordered by fit, unless by distance.
pub fn sort_words(w: Words, filter: &Filter) -> &'static str {
    match filter.sort {
        Sort::Distance => w.sort_distance(),
        _ if !filter.text.is_empty() => w.sort_fit(),
        Sort::Next => w.sort_next(),
        Sort::Name => w.sort_name(),
        Sort::LastVisit => w.sort_last(),
    }
}
