//! One grid: its numbers of today and its customers. Opening it makes this device hold it.
use super::SearchBox;
use super::painter::CustomerRow;
use super::text::Words;
use super::tiles::Tiles;
use crate::components::{Away, Card, Empty, Icon, Page, Skeleton, VirtualList, WINDOW};
use crate::features::grids::Transfers;
use crate::routes::Route;
use crate::state::{use_asked, use_door, use_now, use_query, use_status};
use crate::words::{day_of, use_format, use_words};
use crm_domain::board::Query;
use crm_domain::bucket::Bucket;
use crm_domain::ids::Uuid;
use crm_domain::{customers, grids};
use crm_replica::ports::SyncState;
use std::rc::Rc;
use yew::prelude::*;
use yew_router::prelude::*;

#[derive(Properties, PartialEq)]
pub struct GridPageProps {
    pub grid: Uuid,
}

#[component]
pub fn GridPage(props: &GridPageProps) -> Html {
    let w = use_words::<Words>();
    let f = use_format();
    let now = use_now(30_000);
    let door = use_door();
    let id = props.grid;
    use_effect_with((door, id), |(door, id)| door.subscribe(Bucket::Grid(*id)));

    let numbers = use_asked(Query { day: day_of(now), grids: vec![id] });
    let lines = use_query(grids::Query::All);
    let line = lines.and_then(|all| all.0.iter().find(|g| g.id == id).cloned());
    let (title, lead) = line.map(|l| (l.name, l.lead_name)).unwrap_or_default();

    let text = use_state_eq(String::new);
    let search = use_node_ref();
    let typed = {
        let text = text.setter();
        Callback::from(move |typed: String| text.set(typed))
    };
    {
        let typed = typed.clone();
        super::use_row_keys(search.clone(), Callback::from(move |()| typed.emit(String::new())));
    }
    let at_server = numbers.view.as_ref().filter(|_| numbers.away.is_none()).map(|view| view.customers);
    html! {
        <Page title={title.clone()} note={html! { lead }} back={Route::Board} still=true>
            <div class="grid-page wide">
                <Away why={numbers.away} local={w.local()} again={numbers.again.clone()} />
                if let Some(view) = numbers.view { <Tiles {view} one_grid=true /> } else { <Skeleton rows=1 /> }
                <Transfers grid={id} name={title.clone()} customers={at_server} />
                <SearchBox node={search} label={w.find_customer()} hint={w.find_hint()} value={(*text).clone()} onchange={typed} />
                <CustomersOf grid={id} text={(*text).clone()} {at_server} painter={CustomerRow { words: w, format: f, now }} />
            </div>
        </Page>
    }
}

#[derive(Properties, PartialEq)]
struct CustomersOfProps {
    grid: Uuid,
    text: String,
    /// How many customers the server knows in this grid, where it answered.
    at_server: Option<u32>,
    painter: CustomerRow,
}

/// The grid's customers as they are held here, or why none are.
#[component]
fn CustomersOf(props: &CustomersOfProps) -> Html {
    let w = use_words::<Words>();
    let status = use_status();
    let navigator = use_navigator().expect("screens stand inside the router");
    let offset = use_state_eq(|| 0u32);
    let asked = customers::List {
        text: props.text.clone(),
        grid: Some(props.grid),
        offset: *offset,
        limit: WINDOW,
        ..customers::List::default()
    };
    let page = match use_query(customers::Query::List(asked)).as_deref() {
        Some(customers::View::List(page)) => page.clone(),
        _ => return html! { <Skeleton rows=6 /> },
    };
    if page.matched == 0 {
        let offline = matches!(status.sync, SyncState::Offline | SyncState::SignInAgain | SyncState::Refused(_));
        let (icon, title, why) = match props.at_server {
            _ if !props.text.trim().is_empty() => (Icon::Search, w.no_match(), w.none_found_why()),
            Some(0) => (Icon::Users, w.no_customers(), ""),
            _ if offline => (Icon::CloudOff, w.not_here(), w.not_here_why()),
            _ => (Icon::Download, w.fetching(), w.fetching_why()),
        };
        return html! { <Card><div role="status"><Empty {icon} {title} text={why} /></div></Card> };
    }
    let cards = Rc::new(page.cards);
    let onopen = {
        let (cards, first) = (cards.clone(), page.offset);
        Callback::from(move |at: u32| {
            if let Some(card) = at.checked_sub(first).and_then(|i| cards.get(i as usize)) {
                navigator.push(&Route::Customer { id: card.id });
            }
        })
    };
    html! {
        <VirtualList<CustomerRow>
            name={format!("grid/{}", props.grid)}
            label={w.customers()}
            of={props.text.clone()}
            total={page.matched}
            offset={page.offset}
            items={cards}
            painter={props.painter.clone()}
            onwindow={{ let offset = offset.setter(); Callback::from(move |first: u32| offset.set(first)) }}
            {onopen}
        />
    }
}
