//! What waits to be sent: each item with its state and when it was made.
use super::text::SyncWords;
use crate::components::{Card, Row, SectionTitle, StateMark, dotted};
use crate::routes::Route;
use crate::words::{use_format, use_words};
use crm_domain::customers::{CONTACT, CUSTOMER};
use crm_domain::follow_ups::FOLLOW_UP;
use crm_domain::history::INBOX;
use crm_domain::needs::NEED;
use crm_domain::notes::NOTE;
use crm_domain::photos::PHOTO;
use crm_domain::privacy::{CONSENT, REVEAL};
use crm_domain::visits::{CHECK_IN, CHECK_OUT, VISIT};
use crm_replica::ports::Queued;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct QueueProps {
    /// The newest of them.
    pub queue: Vec<Queued>,
    /// All of them.
    pub unsent: u32,
    pub now: i64,
}

fn kind_word(kind: u16, w: SyncWords) -> &'static str {
    match kind {
        CUSTOMER => w.item_customer(),
        CONTACT => w.item_contact(),
        VISIT => w.item_visit(),
        NEED => w.item_need(),
        FOLLOW_UP => w.item_follow_up(),
        CHECK_IN => w.item_check_in(),
        CHECK_OUT => w.item_check_out(),
        NOTE => w.item_note(),
        PHOTO => w.photo(),
        REVEAL => w.item_reveal(),
        CONSENT => w.item_consent(),
        INBOX => w.item_settled(),
        _ => w.item_other(),
    }
}

#[component]
pub fn Queue(props: &QueueProps) -> Html {
    let w = use_words::<SyncWords>();
    let f = use_format();
    if props.queue.is_empty() {
        return Html::default();
    }
    let rows = props.queue.iter().map(|item| {
        let kind = kind_word(item.kind, w);
        let title = if item.label.is_empty() { kind.to_owned() } else { item.label.clone() };
        let when = html! { f.when(item.at_ms as i64, props.now) };
        // What belongs to nobody (a choice about privacy) opens nothing.
        let to = (!item.root.is_nil() && !item.label.is_empty() && item.kind != CONSENT)
            .then_some(Route::Customer { id: item.root });
        let detail = dotted([html! { kind }, when]);
        html! { <Row key={item.n.to_string()} title={html! { title }} {detail} end={html! { <StateMark state={item.state} /> }} {to} /> }
    });
    let more = props.unsent.saturating_sub(props.queue.len() as u32);
    html! {
        <>
            <SectionTitle>{ w.queue() }</SectionTitle>
            <Card class="row-wrap">{ for rows }</Card>
            if more > 0 { <p class="me-note">{ w.queue_more(more) }</p> }
        </>
    }
}
