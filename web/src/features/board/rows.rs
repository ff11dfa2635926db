//! Grids × numbers: a table whose rows open the grid.
use super::text::Words;
use crate::routes::Route;
use crate::words::{use_format, use_words};
use crm_domain::board::{GridRow, View};
use yew::prelude::*;
use yew_router::prelude::*;

/// The grids whose name or lead has every word of `text`.
pub fn fitting(view: &View, text: &str) -> Vec<GridRow> {
    let fits = |row: &&GridRow| {
        let all = format!("{} {}", row.name, row.lead).to_lowercase();
        text.split_whitespace().all(|word| all.contains(&word.to_lowercase()))
    };
    view.rows.iter().filter(fits).cloned().collect()
}

#[derive(Properties, PartialEq)]
pub struct GridTableProps {
    pub rows: Vec<GridRow>,
    pub now: i64,
}

#[component]
pub fn GridTable(props: &GridTableProps) -> Html {
    let w = use_words::<Words>();
    html! {
        <div class="card board-card">
            <table class="board-table">
                <caption class="unseen">{ w.grids() }</caption>
                <thead>
                    <tr>
                        <th scope="col">{ w.grid() }</th>
                        <th scope="col" class="board-roomy">{ w.lead() }</th>
                        <th scope="col">{ w.visits_of_planned() }</th>
                        <th scope="col" class="board-roomy board-number">{ w.inside() }</th>
                        <th scope="col" class="board-roomy board-number">{ w.needs_short() }</th>
                        <th scope="col" class="board-number">{ w.overdue_short() }</th>
                        <th scope="col" class="board-roomy">{ w.last() }</th>
                    </tr>
                </thead>
                <tbody>
                    { for props.rows.iter().map(|row| html! {
                        <GridLine key={row.grid.map(|g| g.to_string()).unwrap_or_default()} row={row.clone()} now={props.now} />
                    }) }
                </tbody>
            </table>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct GridLineProps {
    row: GridRow,
    now: i64,
}

#[component]
fn GridLine(props: &GridLineProps) -> Html {
    let w = use_words::<Words>();
    let f = use_format();
    let navigator = use_navigator().expect("screens stand inside the router");
    let row = &props.row;
    let route = row.grid.map(|id| Route::Grid { id });
    let onclick = {
        let route = route.clone();
        Callback::from(move |event: MouseEvent| {
            let Some(route) = &route else { return };
            if !(event.meta_key() || event.ctrl_key() || event.shift_key()) {
                event.prevent_default();
                navigator.push(route);
            }
        })
    };
    let planned = row.visits + row.planned;
    let behind = (row.visits * 2 < planned).then_some("bar-low");
    let lead = match row.people {
        0 => row.lead.clone(),
        n if row.lead.is_empty() => w.people_out(n),
        n => format!("{} · {}", row.lead, w.people_out(n)),
    };
    html! {
        <tr {onclick} class={route.is_some().then_some("board-opens")}>
            <th scope="row">
                if let Some(route) = route {
                    <a href={route.to_path()} data-row="">{ &row.name }</a>
                } else {
                    { w.no_grid() }
                }
                <span class="board-narrow board-second">{ &lead }</span>
            </th>
            <td class="board-roomy">{ &lead }</td>
            <td>
                <span class="board-done">
                    <progress class={classes!("bar", behind)} max={planned.max(1).to_string()} value={row.visits.to_string()} aria-hidden="true" />
                    <span>{ w.visited_of(row.visits, planned) }</span>
                </span>
            </td>
            <td class="board-roomy board-number">{ f.percent(u64::from(row.inside), u64::from(row.visits)) }</td>
            <td class="board-roomy board-number">{ row.needs }</td>
            <td class={classes!("board-number", (row.overdue > 0).then_some("late"))}>{ row.overdue }</td>
            <td class="board-roomy">{ row.last_at.map(|at| f.when(at, props.now)).unwrap_or_else(|| "–".into()) }</td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn a_search_meets_name_and_lead() {
        let row = |name: &str, lead: &str| GridRow { name: name.into(), lead: lead.into(), ..GridRow::default() };
        let view = View {
            as_of: 0,
            grids: 2,
            customers: 0,
            visits: 0,
            inside: 0,
            needs: 0,
            overdue: 0,
            rows: vec![row("南城-鸿福", "李静"), row("Dongcheng", "")],
            people: vec![],
            feed: vec![],
        };
        for (text, expected) in [("", 2), ("鸿福", 1), ("李静 南城", 1), ("dong", 1), ("李静 dong", 0)] {
            assert_eq!(fitting(&view, text).len(), expected, "{text:?}");
        }
    }
}
