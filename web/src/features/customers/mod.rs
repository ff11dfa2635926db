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
mod merging;
mod navigate;
mod new;
mod painter;
mod profile;
mod text;
mod timeline;

use super::later::Later;
use crate::components::{Empty, Icon};
use crate::routes::Route;
use crate::state::use_wide;
use crate::words::use_words;
use text::Words;
use yew::prelude::*;

pub use call::CallButton;
pub use merging::MergeSheet;

#[derive(Properties, PartialEq)]
pub struct CustomersProps {
    pub route: Route,
}

/// On a phone the list or one customer; on a wide screen the list beside what is open.
#[component]
pub fn Customers(props: &CustomersProps) -> Html {
    let wide = use_wide();
    let selected = match &props.route {
        Route::Customer { id } | Route::EditCustomer { id } => Some(*id),
        _ => None,
    };
    let route = props.route.clone();
    let open = (route != Route::Customers).then(|| html! { <Later {route} /> });
    if !wide {
        return open.unwrap_or_else(|| html! { <list::ListScreen /> });
    }
    html! {
        <div class="split">
            <list::ListScreen beside=true {selected} />
            { open.unwrap_or_else(|| html! { <ChooseOne /> }) }
        </div>
    }
}

/// What a route shows besides the list.
pub fn opened(route: &Route) -> Html {
    match route {
        Route::Customer { id } => html! { <detail::DetailScreen key={id.to_string()} customer={*id} /> },
        Route::EditCustomer { id } => html! { <edit::EditScreen key={format!("{id}/edit")} customer={*id} /> },
        Route::NewCustomer => html! { <new::NewScreen key="new" /> },
        _ => Html::default(),
    }
}

#[component]
fn ChooseOne() -> Html {
    let w = use_words::<Words>();
    html! { <main class="choose-one"><Empty icon={Icon::Users} title={w.choose()} /></main> }
}
