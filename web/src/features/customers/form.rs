//! The values of a customer's form, as typed: what differs goes into the command, what is wrong is tied to its field.
use super::text::Words;
use crate::words::{Locale, failure, rejection};
use crm_domain::command::Rejection;
use crm_domain::customers::{Detail, Details, customer};
use crm_domain::ids::Uuid;
use crm_domain::rules::Code;
use crm_domain::written;
use crm_replica::ports::Failure;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

/// Everything as text. Money in yuan.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Form {
    pub name: String,
    pub contact: String,
    pub phone: String,
    pub grid: Option<Uuid>,
    pub tier: String,
    pub address: String,
    pub trade: String,
    pub town: String,
    pub unit: String,
    pub monthly_revenue: String,
    pub households: String,
    pub note: String,
}

/// By field number; 0 is about none of them.
pub type Errors = BTreeMap<u16, AttrValue>;

impl Form {
    pub fn of(detail: &Detail) -> Self {
        let card = &detail.card;
        Self {
            name: card.name.clone(),
            contact: card.contact.clone(),
            phone: detail.phone.clone(),
            grid: card.grid,
            tier: card.tier.clone(),
            address: card.address.clone(),
            trade: detail.trade.clone(),
            town: detail.town.clone(),
            unit: detail.unit.clone(),
            monthly_revenue: detail.monthly_revenue.map(yuan).unwrap_or_default(),
            households: detail.households.map(|n| n.to_string()).unwrap_or_default(),
            note: detail.note.clone(),
        }
    }

    /// What is different from `before`, so that a colleague's change of another field is never written over.
    /// Fails with the fields that cannot be read.
    pub fn changes(&self, before: &Form, w: Words) -> Result<Details, Errors> {
        let text = |now: &String, then: &String| (now.trim() != then.trim()).then(|| now.trim().to_owned());
        let mut wrong = Errors::new();
        let changed = |now: &str, then: &str| now.trim() != then.trim() && !now.trim().is_empty();
        let mut monthly_revenue = None;
        if changed(&self.monthly_revenue, &before.monthly_revenue) {
            match written::money(&self.monthly_revenue, 0) {
                Ok(minor) => monthly_revenue = Some(minor),
                Err(_) => {
                    wrong.insert(customer::monthly_revenue, w.money_wrong().into());
                }
            }
        }
        let mut households = None;
        if changed(&self.households, &before.households) {
            match written::count(&self.households) {
                Ok(count) => households = Some(i64::from(count)),
                Err(_) => {
                    wrong.insert(customer::households, w.households_wrong().into());
                }
            }
        }
        if self.name.trim().is_empty() {
            wrong.insert(customer::name, rejection(Rejection::of(Code::NameMissing), w.0).into());
        }
        if self.grid.is_none() {
            wrong.insert(customer::grid, w.grid_missing().into());
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        Ok(Details {
            name: text(&self.name, &before.name),
            contact: text(&self.contact, &before.contact),
            phone: text(&self.phone, &before.phone),
            grid: self.grid.filter(|_| self.grid != before.grid),
            tier: text(&self.tier, &before.tier),
            address: text(&self.address, &before.address),
            trade: text(&self.trade, &before.trade),
            town: text(&self.town, &before.town),
            unit: text(&self.unit, &before.unit),
            monthly_revenue,
            households,
            note: text(&self.note, &before.note),
            ..Details::default()
        })
    }
}

fn yuan(minor: i64) -> String {
    match minor % 100 {
        0 => (minor / 100).to_string(),
        fen => format!("{}.{:02}", minor / 100, fen.abs()),
    }
}

/// A failure's wording at the field that it is about.
pub fn errors_of(why: Failure, locale: Locale) -> Errors {
    let field = match why {
        Failure::Rejected(Rejection { field: Some(field), .. }) => field,
        Failure::Rejected(Rejection { code: Code::NameMissing, .. }) => customer::name,
        Failure::Rejected(Rejection { code: Code::PhoneInvalid, .. }) => customer::phone,
        _ => 0,
    };
    let words = match why {
        Failure::Rejected(no) => rejection(no, locale),
        other => failure(other, locale),
    };
    Errors::from([(field, words.into())])
}

/// The first field that is wrong gets the focus and comes into sight.
#[hook]
pub fn use_focus_on_wrong(wrong: &Errors) {
    use_effect_with(wrong.clone(), |wrong| {
        let field = gloo::utils::document().query_selector("form [aria-invalid]").ok().flatten();
        if let Some(field) = field.filter(|_| !wrong.is_empty()).and_then(|f| f.dyn_into::<HtmlElement>().ok()) {
            // A field that cannot take the focus still shows its error.
            let _ = field.focus();
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    fn form() -> Form {
        Form {
            name: "明珠酒店".into(),
            grid: Some(Uuid::from_u128(1)),
            monthly_revenue: "52300".into(),
            ..Form::default()
        }
    }

    #[wasm_bindgen_test]
    fn only_what_was_changed_is_sent() {
        let w = Words::from(Locale::Zh);
        let before = form();
        assert_eq!(before.changes(&before, w), Ok(Details::default()));
        let now = Form { name: " 明珠大酒店 ".into(), monthly_revenue: "5.3万".into(), ..form() };
        let expected =
            Details { name: Some("明珠大酒店".into()), monthly_revenue: Some(5_300_000), ..Details::default() };
        assert_eq!(now.changes(&before, w), Ok(expected));
    }

    #[wasm_bindgen_test]
    fn what_cannot_be_read_is_told_at_its_field() {
        let w = Words::from(Locale::Zh);
        let now =
            Form { name: " ".into(), households: "很多".into(), monthly_revenue: "x".into(), grid: None, ..form() };
        let wrong = now.changes(&form(), w).map_err(|e| e.into_keys().collect::<Vec<_>>());
        assert_eq!(wrong, Err(vec![customer::name, customer::grid, customer::monthly_revenue, customer::households]));
    }

    #[wasm_bindgen_test]
    fn money_is_typed_in_yuan() {
        for (minor, expected) in [(5_230_000, "52300"), (5_230_050, "52300.50"), (0, "0")] {
            assert_eq!(yuan(minor), expected);
        }
    }
}
