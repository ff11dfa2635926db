//! The day in five numbers.
use super::text::Words;
use crate::words::{use_format, use_words};
use crm_domain::board::View;
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct TilesProps {
    pub view: Rc<View>,
    /// Without the number of grids: the page is of one.
    #[prop_or_default]
    pub one_grid: bool,
}

#[component]
pub fn Tiles(props: &TilesProps) -> Html {
    let w = use_words::<Words>();
    let f = use_format();
    let view = &props.view;
    let count = |n: u32| f.count(u64::from(n));
    let busy = view.rows.iter().filter(|row| row.visits > 0).count() as u32;
    let late = (view.overdue > 0).then_some("tile-late");
    html! {
        <>
            <h2 class="unseen">{ w.numbers() }</h2>
            <dl class={classes!("tiles", props.one_grid.then_some("tiles-four"))}>
                { tile(w.visits(), count(view.visits), None, None) }
                { tile(w.inside(), f.percent(u64::from(view.inside), u64::from(view.visits)), None, None) }
                { tile(w.needs(), count(view.needs), None, None) }
                { tile(w.overdue(), count(view.overdue), None, late) }
                if !props.one_grid { { tile(w.grids(), count(busy), Some(w.of_grids(view.grids)), None) } }
            </dl>
        </>
    }
}

fn tile(label: &'static str, value: String, beside: Option<String>, class: Option<&'static str>) -> Html {
    html! {
        <div class={classes!("tile", class)}>
            <dt>{ label }</dt>
            <dd>{ value }if let Some(beside) = beside { <small>{ beside }</small> }</dd>
        </div>
    }
}
