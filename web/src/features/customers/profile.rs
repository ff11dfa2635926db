//! What is known of a customer besides the book's line.
use super::text::Words;
use crate::components::{Card, SectionTitle};
use crate::words::{ValueWords, use_format, use_words};
use crm_domain::customers::Detail;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct ProfileProps {
    pub detail: Detail,
}

#[component]
pub fn Profile(props: &ProfileProps) -> Html {
    let w = use_words::<Words>();
    let values = use_words::<ValueWords>();
    let f = use_format();
    let detail = &props.detail;
    let lines = [
        (values.contact(), detail.card.contact.clone()),
        (values.trade(), detail.trade.clone()),
        (values.town(), [detail.town.as_str(), &detail.unit].join(" ").trim().to_owned()),
        (values.monthly_revenue(), detail.monthly_revenue.map(|m| f.money(m)).unwrap_or_default()),
        (values.households(), detail.households.map(|n| f.count(n.unsigned_abs())).unwrap_or_default()),
        (values.products(), detail.products.join(w.list_comma())),
        (values.tags(), detail.tags.join(w.list_comma())),
        (w.owner(), detail.owner_name.clone()),
        (values.note(), detail.note.clone()),
    ];
    html! {
        <section aria-label={w.profile()}>
            <SectionTitle>{ w.profile() }</SectionTitle>
            <Card>
                <dl class="profile">
                    { for lines.iter().map(|(name, value)| html! {
                        <div>
                            <dt>{ *name }</dt>
                            <dd class={classes!(value.is_empty().then_some("profile-none"))}>
                                { if value.is_empty() { w.not_filled() } else { value.as_str() } }
                            </dd>
                        </div>
                    }) }
                </dl>
            </Card>
        </section>
    }
}
