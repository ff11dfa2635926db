//! Choosing a grid out of hundreds: a sheet with a search box, the fitting ones by town and name.
use super::text::Words;
use crate::components::{Empty, HalfScreen, Icon, SheetSearch, Skeleton, dotted};
use crate::state::use_query;
use crate::words::use_words;
use crm_domain::grids::{Line, Query};
use crm_domain::ids::Uuid;
use yew::prelude::*;

/// So many are shown; a search narrows the rest down.
const SHOWN: usize = 60;

#[derive(Properties, PartialEq)]
pub struct GridPickerProps {
    pub title: AttrValue,
    /// The one that stands now.
    #[prop_or_default]
    pub current: Option<Uuid>,
    /// Those that are no choice.
    #[prop_or_default]
    pub without: Vec<Uuid>,
    /// A grid and its name. Choosing closes the sheet.
    pub onchoose: Callback<(Uuid, AttrValue)>,
    pub onclose: Callback<()>,
}

#[component]
pub fn GridPicker(props: &GridPickerProps) -> Html {
    let w = use_words::<Words>();
    let text = use_state_eq(String::new);
    let grids = use_query(Query::All);
    let oninput = {
        let text = text.setter();
        Callback::from(move |typed: String| text.set(typed))
    };
    let body = match grids {
        None => html! { <Skeleton rows=5 /> },
        Some(grids) => {
            let open = |g: &&Line| !g.archived && !props.without.contains(&g.id);
            let fitting: Vec<&Line> = grids.0.iter().filter(open).filter(|g| fits(g, &text)).collect();
            if fitting.is_empty() {
                let (title, why) = if text.is_empty() { (w.no_grids(), "") } else { (w.none(), w.none_why()) };
                html! { <Empty icon={Icon::Grid3x3} {title} text={why} /> }
            } else {
                html! {
                    <>
                        <ul class="choices">{ for fitting.iter().take(SHOWN).map(|grid| choice(grid, props, w)) }</ul>
                        if fitting.len() > SHOWN { <p class="grids-more">{ w.more(fitting.len() - SHOWN) }</p> }
                    </>
                }
            }
        }
    };
    html! {
        <HalfScreen title={props.title.clone()} close={w.close()} onclose={props.onclose.clone()}>
            <SheetSearch label={w.search()} hint={w.search_hint()} value={(*text).clone()} {oninput} />
            { body }
        </HalfScreen>
    }
}

fn choice(grid: &Line, props: &GridPickerProps, w: Words) -> Html {
    let on = props.current == Some(grid.id);
    let (id, name) = (grid.id, AttrValue::from(grid.name.clone()));
    let (choose, close) = (props.onchoose.clone(), props.onclose.clone());
    let onclick = Callback::from(move |_: MouseEvent| {
        close.emit(());
        choose.emit((id, name.clone()));
    });
    let held = if grid.customers > 0 {
        html! { w.customers(grid.customers) }
    } else {
        Html::default()
    };
    let lead = if grid.lead_name.is_empty() {
        Html::default()
    } else {
        html! { &grid.lead_name }
    };
    html! {
        <li key={id.to_string()}>
            <button type="button" class="choice" aria-pressed={on.to_string()} {onclick}>
                <span class="row-text">
                    <span class="row-title">{ &grid.name }</span>
                    <span class="row-detail">{ dotted([lead, held]) }</span>
                </span>
                if on { <span class="tag">{ w.chosen() }</span> }
            </button>
        </li>
    }
}

/// Whether every word of `text` is in the grid's name, town, code or lead's name; hyphens and case do not count.
pub fn fits(grid: &Line, text: &str) -> bool {
    let plain = |s: &str| s.to_lowercase().replace(['-', '－', '—', '·'], "");
    let all = plain(&format!("{} {} {} {}", grid.name, grid.town, grid.code, grid.lead_name));
    text.split_whitespace().all(|word| all.contains(&plain(word)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn a_grid_is_found_by_name_town_code_or_lead() {
        let grid = Line {
            id: Uuid::nil(),
            name: "南城-鸿福".into(),
            code: "NC07".into(),
            town: "南城街道".into(),
            lead: None,
            lead_name: "李静".into(),
            customers: 3,
            archived: false,
            open: true,
        };
        for (text, expected) in [
            ("", true),
            ("鸿福", true),
            ("南城鸿福", true),
            ("南城-鸿", true),
            ("街道 李", true),
            ("nc07", true),
            ("东城", false),
            ("鸿福 王", false),
        ] {
            assert_eq!(fits(&grid, text), expected, "{text:?}");
        }
    }
}
