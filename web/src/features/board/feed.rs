//! 刚刚发生: who checked in and out where, newest first. An item opens the customer.
use super::text::Words;
use crate::components::dotted;
use crate::routes::Route;
use crate::state::use_door;
use crate::words::{StateWords, use_format, use_words};
use crm_domain::board::{FeedItem, View};
use crm_domain::bucket::Bucket;
use std::rc::Rc;
use yew::prelude::*;
use yew_router::prelude::*;

#[derive(Properties, PartialEq)]
pub struct FeedProps {
    pub view: Rc<View>,
    pub now: i64,
}

#[component]
pub fn Feed(props: &FeedProps) -> Html {
    let w = use_words::<Words>();
    if props.view.feed.is_empty() {
        return html! { <p class="feed-empty">{ w.feed_empty() }</p> };
    }
    html! {
        <ol class="feed">
            { for props.view.feed.iter().map(|item| html! {
                <News key={item.event.map(|e| e.to_string()).unwrap_or_default()} item={item.clone()} />
            }) }
        </ol>
    }
}

#[derive(Properties, PartialEq)]
struct NewsProps {
    item: FeedItem,
}

#[component]
fn News(props: &NewsProps) -> Html {
    let w = use_words::<Words>();
    let states = use_words::<StateWords>();
    let f = use_format();
    let door = use_door();
    let navigator = use_navigator().expect("screens stand inside the router");
    let item = &props.item;
    let by = if item.by.is_empty() { w.someone() } else { &item.by };
    let said = if item.arrived { w.arrived(by, &item.label) } else { w.left(by, &item.label) };
    let verdict = (!item.verdict.is_empty()).then(|| {
        let class = (item.verdict == "outside").then_some("late");
        html! { <span {class}>{ states.verdict(&item.verdict) }</span> }
    });
    let dwelt = item.dwell_ms.map(|ms| html! { w.dwelt(&f.span(ms)) });
    let grid = (!item.grid_name.is_empty()).then(|| html! { &item.grid_name });
    let text = html! {
        <>
            <time class="feed-time">{ f.clock(item.at) }</time>
            <span class="feed-text">
                <span class="feed-said">{ said }</span>
                <span class="feed-more">{ dotted([verdict, dwelt, grid].into_iter().flatten()) }</span>
            </span>
        </>
    };
    let Some(customer) = item.customer else { return html! { <li class="feed-item">{ text }</li> } };
    let route = Route::Customer { id: customer };
    let href = route.to_path();
    let grid = item.grid;
    let onclick = Callback::from(move |event: MouseEvent| {
        if event.meta_key() || event.ctrl_key() || event.shift_key() {
            return;
        }
        event.prevent_default();
        // From now on this device holds the customer's grid, so that the page has something to show.
        if let Some(grid) = grid {
            door.subscribe(Bucket::Grid(grid));
        }
        navigator.push(&route);
    });
    html! { <li><a class="feed-item" {href} data-row="" {onclick}>{ text }</a></li> }
}
