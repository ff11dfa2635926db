//! Visits (走访): check-in, the visit, check-out.
mod text;

use crate::components::Page;
use crate::routes::Route;
use crate::words::use_words;
use crm_domain::ids::Uuid;
use text::Words;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct CheckInProps {
    pub customer: Option<Uuid>,
}

#[component]
pub fn CheckIn(_: &CheckInProps) -> Html {
    let w = use_words::<Words>();
    html! { <Page title={w.check_in()} back={Route::Today}>{ w.check_in() }</Page> }
}

#[derive(Properties, PartialEq)]
pub struct VisitProps {
    pub customer: Uuid,
    pub visit: Uuid,
}

#[component]
pub fn Visit(_: &VisitProps) -> Html {
    let w = use_words::<Words>();
    html! { <Page title={w.visit()} back={Route::Today}>{ w.visit() }</Page> }
}
