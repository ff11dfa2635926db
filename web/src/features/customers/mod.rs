//! Customers (客户): the whole book as a list, one customer whole, new and changed ones.
mod brief;
mod call;
mod contacts;
mod detail;
mod edit;
mod export;
mod filter;
mod filters;
mod form;
mod header;
mod jot;
mod list;
mod navigate;
mod new;
mod painter;
mod profile;
mod text;
mod timeline;

use crate::components::{Empty, Icon};
use crate::routes::Route;
use crate::state::use_wide;
use crate::words::use_words;
use text::Words;
use yew::prelude::*;

pub use call::CallButton;

#[derive(Properties, PartialEq)]
pub struct CustomersProps {
    pub route: Route,
}

/// On a phone the list or one customer; on a wide screen the list beside what is open.
#[component]
pub fn Customers(props: &CustomersProps) -> Html {
    let wide = use_wide();
    let open = match &props.route {
        Route::Customer { id } => Some(*id),
        Route::EditCustomer { id } => Some(*id),
        _ => None,
    };
    if !wide {
        return match screen(&props.route) {
            Some(screen) => screen,
            None => html! { <list::ListScreen /> },
        };
    }
    html! {
        <div class="split">
            <list::ListScreen beside=true selected={open} />
            if let Some(screen) = screen(&props.route) { { screen } } else { <ChooseOne /> }
        </div>
    }
}

/// What a route shows besides the list.
fn screen(route: &Route) -> Option<Html> {
    match route {
        Route::Customer { id } => Some(html! { <detail::DetailScreen key={id.to_string()} customer={*id} /> }),
        Route::EditCustomer { id } => Some(html! { <edit::EditScreen key={format!("{id}/edit")} customer={*id} /> }),
        Route::NewCustomer => Some(html! { <new::NewScreen key="new" /> }),
        _ => None,
    }
}

#[component]
fn ChooseOne() -> Html {
    let w = use_words::<Words>();
    html! { <main class="choose-one"><Empty icon={Icon::Users} title={w.choose()} /></main> }
}
