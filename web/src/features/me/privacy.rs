//! The privacy ledger: what she agreed to, and every place that is held of her.
use super::text::LedgerWords;
use crate::components::{Button, ButtonKind, Card, Empty, Icon, Page, Row, SectionTitle, Skeleton, dotted, go};
use crate::features::visits::use_answer;
use crate::routes::Route;
use crate::state::{use_kept, use_now, use_query};
use crate::words::{StateWords, use_format, use_words};
use crm_domain::privacy::{Place, Query};
use yew::prelude::*;
use yew_router::prelude::*;

/// More at a time than this is asked for by a tap.
const SHOWN: usize = 50;

#[component]
pub fn Privacy() -> Html {
    let w = use_words::<LedgerWords>();
    let view = use_query(Query::Ledger);
    let shown = use_kept("privacy/shown", || SHOWN);
    let Some(view) = view else {
        return html! { <Page title={w.privacy()} back={Route::Me}><Skeleton rows=4 /></Page> };
    };
    let more = {
        let shown = shown.clone();
        Callback::from(move |_: MouseEvent| shown.set(*shown + SHOWN))
    };
    let points = [(w.what(), w.what_text()), (w.who(), w.who_text()), (w.long(), w.long_text())];
    html! {
        <Page title={w.privacy()} back={Route::Me}>
            <SectionTitle>{ w.agreed() }</SectionTitle>
            <Consent consent={view.consent} />
            <Card>
                <dl class="ledger-points">
                    { for points.into_iter().map(|(title, text)| html! { <div><dt>{ title }</dt><dd>{ text }</dd></div> }) }
                </dl>
            </Card>
            if view.places.is_empty() {
                <Card><Empty icon={Icon::MapPin} title={w.no_places()} text={w.no_places_why()} /></Card>
            } else {
                <SectionTitle aside={html! { w.places_count(view.places.len()) }}>{ w.places() }</SectionTitle>
                <Places places={view.places.iter().take(*shown).cloned().collect::<Vec<_>>()} />
                if view.places.len() > *shown {
                    <div class="me-out"><Button block=true onclick={more}>{ w.more() }</Button></div>
                }
            }
        </Page>
    }
}

#[derive(Properties, PartialEq)]
struct ConsentProps {
    consent: Option<(i64, bool, i64)>,
}

#[component]
fn Consent(props: &ConsentProps) -> Html {
    let w = use_words::<LedgerWords>();
    let f = use_format();
    let now = use_now(60_000);
    let answer = use_answer();
    let navigator = use_navigator().expect("screens stand inside the router");
    let Some((version, agreed, at)) = props.consent else {
        return html! {
            <Card class="card-pad sync-export">
                <p>{ w.not_asked() }</p>
                <Button onclick={go(&navigator, Route::CheckIn)}>{ w.ask_me() }</Button>
            </Card>
        };
    };
    let when = f.when(at, now);
    let title = if agreed { w.yes_since(&when) } else { w.no_since(&when) };
    let words = if agreed { w.withdraw() } else { w.agree() };
    let onclick = answer.reform(move |_: MouseEvent| !agreed);
    let detail = dotted([html! { w.wording_version(version) }, html! { f.exact(at) }]);
    html! {
        <Card class="row-wrap">
            <Row title={html! { title }} {detail} end={html! { <Button kind={ButtonKind::Plain} {onclick}>{ words }</Button> }} />
        </Card>
    }
}

#[derive(Properties, PartialEq)]
struct PlacesProps {
    places: Vec<Place>,
}

#[component]
fn Places(props: &PlacesProps) -> Html {
    let w = use_words::<LedgerWords>();
    let states = use_words::<StateWords>();
    let f = use_format();
    let row = |(n, place): (usize, &Place)| {
        let event = if place.arrived { w.arrived() } else { w.left() };
        let facts = [html! { event }, html! { f.exact(place.at) }, html! { states.verdict(&place.verdict) }];
        html! { <Row key={n} title={html! { place.label.clone() }} detail={dotted(facts)} /> }
    };
    html! { <Card class="row-wrap">{ for props.places.iter().enumerate().map(row) }</Card> }
}
