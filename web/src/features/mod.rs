//! The screens, slice by slice, under the rooms' names of `crm-domain`. A slice is reached only through its `mod.rs`.
pub mod admin;
pub mod attention;
pub mod board;
pub mod customers;
pub mod grids;
pub mod imports;
mod later;
pub mod me;
pub mod photos;
#[allow(unsafe_code, reason = "a call into another wasm file, written by the macro")]
mod rest;
pub mod sign_in;
pub mod today;
pub mod visits;
pub mod waiting;

pub use later::fetched;

use crate::routes::Route;
use yew::prelude::*;

/// The screen of a route. `board_first`: the board stands at `/` (overseers with a wide screen).
pub fn screen(route: Route, board_first: bool) -> Html {
    match route {
        Route::Today if board_first => html! { <later::Later route={Route::Board} /> },
        Route::Today | Route::SignIn | Route::NotFound => html! { <today::Today /> },
        Route::Customers | Route::NewCustomer | Route::Customer { .. } | Route::EditCustomer { .. } => {
            html! { <customers::Customers {route} /> }
        }
        Route::Install => html! { <sign_in::Install /> },
        route => html! { <later::Later {route} /> },
    }
}
