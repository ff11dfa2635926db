//! The slim bar 走访中: a visit that was begun and not ended stays in sight on every screen.
use super::Icon;
use crate::routes::Route;
use crate::state::use_now;
use crate::words;
use crate::words::{use_format, use_words};
use crm_domain::today::OpenVisit;
use yew::prelude::*;
use yew_router::prelude::*;

words! {
    pub struct Words {
        visiting => "走访中", "Visiting";
    }
}

#[derive(Properties, PartialEq)]
pub struct VisitBarProps {
    pub visit: OpenVisit,
}

#[component]
pub fn VisitBar(props: &VisitBarProps) -> Html {
    let w = use_words::<Words>();
    let f = use_format();
    let now = use_now(1_000);
    let visit = &props.visit;
    let to = Route::Visit { customer: visit.customer, visit: visit.visit };
    html! {
        <aside class="visit-aside" aria-label={w.visiting()}><Link<Route> {to} classes="visit-bar">
            { Icon::MapPin }
            <span class="visit-bar-name"><b>{ w.visiting() }</b>{ " · " }{ &visit.name }</span>
            <span class="visit-bar-time" aria-hidden="true">{ f.stopwatch(now - visit.started_at) }</span>
            { Icon::ChevronRight }
        </Link<Route>></aside>
    }
}
