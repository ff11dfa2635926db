//! What a person does to the book: a new customer, an edit, a move to another grid, archive, a contact.
use super::record::*;
use crate::command::{Ctx, Draft, DraftChange, Patch, Reads, Rejection, Seen};
use crate::ids::Uuid;
use crate::kind::ARCHIVED;
use crate::rules::Code;
use crate::val::{Body, Val};
use serde::{Deserialize, Serialize};

/// What is known of a customer; an absent value is left as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    pub name: Option<String>,
    pub contact: Option<String>,
    pub phone: Option<String>,
    pub grid: Option<Uuid>,
    pub tier: Option<String>,
    pub address: Option<String>,
    /// WGS-84, 1e-7 degrees: latitude, longitude.
    pub point: Option<(i64, i64)>,
    pub point_from: Option<String>,
    pub trade: Option<String>,
    pub town: Option<String>,
    pub unit: Option<String>,
    pub monthly_revenue: Option<i64>,
    pub households: Option<i64>,
    pub earlier_visit: Option<i64>,
    pub note: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// A new customer: name, grid, and whatever else is known (three fields on the spot).
    Create {
        id: Uuid,
        details: Details,
    },
    /// Changes what differs from what is shown; nothing differing is refused as `Nothing`.
    Edit {
        customer: Uuid,
        details: Details,
    },
    Tag {
        customer: Uuid,
        tag: String,
        on: bool,
    },
    Archive {
        customer: Uuid,
        archived: bool,
    },
    AddContact {
        customer: Uuid,
        name: String,
        phone: Option<String>,
        role: Option<String>,
    },
    EditContact {
        customer: Uuid,
        contact: Uuid,
        name: Option<String>,
        phone: Option<String>,
        role: Option<String>,
    },
}

impl Details {
    pub fn patch(&self) -> Body {
        let text = |s: &Option<String>| s.as_ref().map(|s| s.trim().to_owned());
        Patch::new()
            .some(customer::name, text(&self.name))
            .some(customer::contact, text(&self.contact))
            .some(customer::phone, text(&self.phone))
            .some(customer::grid, self.grid)
            .some(customer::tier, text(&self.tier))
            .some(customer::address, text(&self.address))
            .some(customer::lat_e7, self.point.map(|p| p.0))
            .some(customer::lon_e7, self.point.map(|p| p.1))
            .some(customer::point_from, self.point_from.clone())
            .some(customer::trade, text(&self.trade))
            .some(customer::town, text(&self.town))
            .some(customer::unit, text(&self.unit))
            .some(customer::monthly_revenue, self.monthly_revenue)
            .some(customer::households, self.households)
            .some(customer::earlier_visit, self.earlier_visit)
            .some(customer::note, text(&self.note))
            .done()
    }
}

impl Command {
    pub fn reads(&self) -> Reads {
        match self {
            Command::Create { .. } => Reads::none(),
            Command::Edit { customer, .. } | Command::Tag { customer, .. } | Command::Archive { customer, .. } => {
                Reads::row(*customer)
            }
            Command::AddContact { customer, .. } | Command::EditContact { customer, .. } => Reads::root(*customer),
        }
    }

    pub fn decide(&self, seen: &Seen, ctx: &mut Ctx) -> Result<Vec<Draft>, Rejection> {
        match self {
            Command::Create { id, details } => {
                let mut patch = details.patch();
                patch.entry(customer::tier).or_insert_with(|| "C".into());
                patch.entry(customer::source).or_insert_with(|| "field".into());
                patch.insert(customer::owner, ctx.actor.user.into());
                patch.insert(customer::created_at, (ctx.now as i64).into());
                Ok(vec![DraftChange::create(CUSTOMER, *id, patch).into()])
            }
            Command::Edit { customer, details } => {
                let shown = seen.get(*customer)?;
                let patch = differing(details.patch(), &shown.body)?;
                Ok(vec![DraftChange::edit(CUSTOMER, *customer, patch).into()])
            }
            Command::Tag { customer, tag, on } => {
                let shown = seen.get(*customer)?;
                let item = Val::Text(tag.trim().to_owned());
                let key = (customer::tags, Some(item.clone()));
                let patch = match (on, shown.writers.get(&key)) {
                    (true, None) => crate::val::SetPatch { add: vec![item], remove: vec![] },
                    (false, Some(op)) => crate::val::SetPatch { add: vec![], remove: vec![(item, *op)] },
                    _ => return Err(Rejection::of(Code::Nothing)),
                };
                let patch = Body::from([(customer::tags, Val::Set(patch))]);
                Ok(vec![DraftChange::edit(CUSTOMER, *customer, patch).into()])
            }
            Command::Archive { customer, archived } => {
                let shown = seen.get(*customer)?;
                let patch = differing(Body::from([(ARCHIVED, Val::Bool(*archived))]), &shown.body)?;
                Ok(vec![DraftChange::edit(CUSTOMER, *customer, patch).into()])
            }
            Command::AddContact { customer, name, phone, role } => {
                seen.get(*customer)?;
                let patch = Patch::new()
                    .set(contact::customer, *customer)
                    .set(contact::name, name.trim())
                    .some(contact::phone, phone.clone())
                    .some(contact::role, role.clone());
                Ok(vec![DraftChange::create(CONTACT, ctx.ids.mint(), patch.done()).into()])
            }
            Command::EditContact { contact: id, name, phone, role, .. } => {
                let shown = seen.get(*id)?;
                let patch = Patch::new()
                    .some(contact::name, name.clone())
                    .some(contact::phone, phone.clone())
                    .some(contact::role, role.clone());
                let patch = differing(patch.done(), &shown.body)?;
                Ok(vec![DraftChange::edit(CONTACT, *id, patch).into()])
            }
        }
    }
}

/// What of `patch` is not so already. An empty text clears a field that is there.
pub fn differing(mut patch: Body, shown: &Body) -> Result<Body, Rejection> {
    patch.retain(|field, value| match (shown.get(field), &*value) {
        (None, Val::Text(text)) => !text.is_empty(),
        (None, Val::Bool(false)) => false,
        (old, new) => old != Some(new),
    });
    if patch.is_empty() { Err(Rejection::of(Code::Nothing)) } else { Ok(patch) }
}
