//! The screens that open after the list: all that only these reach is split off into a wasm file of its own.
use super::{admin, attention, board, customers, imports, me, visits, waiting};
use crate::routes::Route;
use yew::prelude::*;

/// Why a screen could not be had: its code did not arrive.
#[cfg(feature = "split")]
pub type Missing = wasm_split_helpers::SplitLoaderError;
#[cfg(not(feature = "split"))]
pub type Missing = std::convert::Infallible;

/// The screen of such a route. Waits for the code where it is not there yet.
#[cfg(feature = "split")]
#[wasm_split_helpers::wasm_split(rest, fallible, preload(fetch))]
pub fn screen(route: Route) -> Result<Html, Missing> {
    Ok(draw(route))
}

#[cfg(not(feature = "split"))]
pub async fn screen(route: Route) -> Result<Html, Missing> {
    Ok(draw(route))
}

#[cfg(not(feature = "split"))]
pub async fn fetch() -> Result<(), Missing> {
    Ok(())
}

fn draw(route: Route) -> Html {
    match route {
        Route::NewCustomer | Route::Customer { .. } | Route::EditCustomer { .. } => customers::opened(&route),
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
        Route::Locked => html! { <me::Locked /> },
        Route::Waiting => html! { <waiting::Waiting /> },
        Route::Devices => html! { <admin::Devices /> },
        // These stand in the first file.
        Route::Today | Route::Customers | Route::SignIn | Route::Install | Route::NotFound => Html::default(),
    }
}
