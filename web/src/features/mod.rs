//! The screens, slice by slice, under the rooms' names of `crm-domain`. A slice is reached only through its `mod.rs`.
pub mod admin;
pub mod attention;
pub mod board;
pub mod customers;
pub mod grids;
pub mod imports;
pub mod me;
pub mod sign_in;
pub mod today;
pub mod visits;

use crate::routes::Route;
use yew::prelude::*;

/// The screen of a route. `board_first`: the board stands at `/` (overseers with a wide screen).
pub fn screen(route: Route, board_first: bool) -> Html {
    match route {
        Route::Today if board_first => html! { <board::Board /> },
        Route::Today | Route::SignIn | Route::NotFound => html! { <today::Today /> },
        Route::Customers | Route::NewCustomer | Route::Customer { .. } | Route::EditCustomer { .. } => {
            html! { <customers::Customers {route} /> }
        }
        Route::CheckIn => html! { <visits::CheckIn customer={None} /> },
        Route::CheckInAt { customer } => html! { <visits::CheckIn customer={Some(customer)} /> },
        Route::Visit { customer, visit } => html! { <visits::Visit {customer} {visit} /> },
        Route::Attention => html! { <attention::Attention /> },
        Route::Me => html! { <me::Me /> },
        Route::Sync => html! { <me::Sync /> },
        Route::Attendance => html! { <me::Attendance /> },
        Route::Privacy => html! { <me::Privacy /> },
        Route::Settings => html! { <me::Settings /> },
        Route::Imports => html! { <imports::Imports /> },
        Route::Import => html! { <imports::Import /> },
        Route::Board => html! { <board::Board /> },
        Route::Grid { id } => html! { <board::GridPage key={id.to_string()} grid={id} /> },
        Route::People => html! { <admin::People /> },
        Route::Grids => html! { <admin::Grids /> },
        Route::Devices => html! { <admin::Devices /> },
        Route::Install => html! { <sign_in::Install /> },
    }
}
