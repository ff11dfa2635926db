//! A list of any length that keeps only the rows in sight in the document. A fixed pool of nodes is filled through
//! web-sys, past Yew's diff: measured at 1.05–1.10 of a hand-written list, where keyed Yew rows cost 1.7–1.9.
mod pool;
#[cfg(test)]
mod tests;

use crate::state::KeptPlaces;
use gloo::events::EventListener;
use pool::{Pool, Window};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};
use yew::prelude::*;

/// Draws the rows of one kind of list. Not equal to the last one (another language, another minute): all are redrawn.
pub trait RowPainter: Clone + PartialEq + 'static {
    type Item: PartialEq + 'static;
    /// The inside of a row, empty: markup of this program's own, never of data.
    fn template(&self) -> String;
    /// Fills a row. Text goes in as text.
    fn paint(&self, row: &Element, item: &Self::Item);
}

#[derive(Properties, PartialEq)]
pub struct VirtualListProps<P: RowPainter> {
    /// Under this name the place is kept.
    pub name: AttrValue,
    /// The accessible name of the list.
    pub label: AttrValue,
    /// What the list shows, as text. A list that shows something else starts at its top.
    pub of: AttrValue,
    pub total: u32,
    /// The window at hand: the place of its first item, and the items.
    pub offset: u32,
    pub items: Rc<Vec<P::Item>>,
    pub painter: P,
    /// Rows in sight are outside the window: ask for the one that starts here.
    pub onwindow: Callback<u32>,
    /// A row was opened by tap or Enter, by its place.
    pub onopen: Callback<u32>,
    /// The row that is open beside the list.
    #[prop_or_default]
    pub selected: Option<u32>,
}

/// How many items a window has: ask with this as the limit.
pub const WINDOW: u32 = 120;

/// Keys: `j`/`k` and the arrows move between rows, Enter opens.
#[component]
pub fn VirtualList<P: RowPainter>(props: &VirtualListProps<P>) -> Html {
    let scroller = use_node_ref();
    let list = use_node_ref();
    let pool = use_mut_ref(|| None::<Pool<P>>);
    let places = use_context::<KeptPlaces>().expect("the app provides the kept places");
    let onwindow = use_mut_ref(|| props.onwindow.clone());
    *onwindow.borrow_mut() = props.onwindow.clone();

    // Listeners live as long as the list.
    {
        let (scroller, list, pool, onwindow) = (scroller.clone(), list.clone(), pool.clone(), onwindow.clone());
        let (places, name) = (places.clone(), props.name.clone());
        use_effect_with((), move |()| {
            let element = scroller.cast::<HtmlElement>().expect("the list is in the document");
            let ul = list.cast::<HtmlElement>().expect("the list is in the document");
            *pool.borrow_mut() = Some(Pool::new(element.clone(), ul));
            let look = {
                let (pool, element) = (pool.clone(), element.clone());
                move || {
                    let wanted = pool.borrow_mut().as_mut().and_then(Pool::arrange);
                    if let Some(first) = wanted {
                        onwindow.borrow().emit(first);
                    }
                    let top = element.scroll_top();
                    if let Some(mut place) = places.get::<Place>(&name) {
                        place.top = top;
                        places.keep(&name, place);
                    }
                }
            };
            let window = gloo::utils::window();
            let resized = EventListener::new(&window, "resize", {
                let look = look.clone();
                move |_| look()
            });
            let scrolled = EventListener::new(&element, "scroll", move |_| look());
            let keys = EventListener::new(&gloo::utils::document(), "keydown", {
                let pool = pool.clone();
                move |event| {
                    if let Some(event) = event.dyn_ref::<KeyboardEvent>()
                        && let Some(step) = step_of(event)
                        && let Some(pool) = pool.borrow_mut().as_mut()
                    {
                        pool.step(step);
                    }
                }
            });
            move || drop((resized, scrolled, keys))
        });
    }

    // Every new answer, painter or selection is laid into the pool.
    {
        let (pool, name, of) = (pool.clone(), props.name.clone(), props.of.clone());
        let window = Window {
            total: props.total,
            offset: props.offset,
            items: props.items.clone(),
            painter: props.painter.clone(),
            selected: props.selected,
        };
        let onwindow = props.onwindow.clone();
        use_effect_with((of, window), move |(of, window)| {
            let wanted = {
                let mut pool = pool.borrow_mut();
                let Some(pool) = pool.as_mut() else { return };
                pool.take(window.clone());
                match places.get::<Place>(&name) {
                    Some(place) if place.of == *of => {
                        if window.total > 0 && !pool.placed {
                            pool.scroll_to(place.top);
                        }
                    }
                    _ => {
                        places.keep(&name, Place { of: of.clone(), top: 0 });
                        pool.scroll_to(0);
                    }
                }
                pool.placed |= window.total > 0;
                pool.arrange()
            };
            if let Some(first) = wanted {
                onwindow.emit(first);
            }
        });
    }

    let onclick = {
        let onopen = props.onopen.clone();
        Callback::from(move |event: MouseEvent| {
            if event.meta_key() || event.ctrl_key() || event.shift_key() {
                return;
            }
            if let Some(at) = event.target_dyn_into::<Element>().and_then(|e| pool::place_of(&e)) {
                event.prevent_default();
                onopen.emit(at);
            }
        })
    };
    html! {
        <div class="vlist" ref={scroller}>
            <ul class="vlist-rows" ref={list} aria-label={&props.label} {onclick}></ul>
        </div>
    }
}

/// Where a list stood, and what it showed.
#[derive(Clone, PartialEq)]
struct Place {
    of: AttrValue,
    top: i32,
}

fn step_of(event: &KeyboardEvent) -> Option<i32> {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return None;
    }
    let focused = gloo::utils::document().active_element();
    let typing = focused.as_ref().is_some_and(|e| matches!(e.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"));
    let in_row = focused.as_ref().is_some_and(|e| pool::place_of(e).is_some());
    match event.key().as_str() {
        "j" if !typing => Some(1),
        "k" if !typing => Some(-1),
        "ArrowDown" if in_row => Some(1),
        "ArrowUp" if in_row => Some(-1),
        _ => None,
    }
}
