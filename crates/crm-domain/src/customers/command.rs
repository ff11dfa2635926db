//! What a person does to the book: a new customer, an edit, a move to another grid, archive, a contact.
use super::record::*;
use crate::command::{Ctx, Draft, DraftChange, Patch, Reads, Rejection, Seen};
use crate::ids::Uuid;
use crate::kind::{ARCHIVED, SAME_AS, same_as};
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
    /// `from` is `into` really: what belongs to it is shown there, and what `into` does not say is taken over.
    Merge {
        from: Uuid,
        into: Uuid,
    },
    /// Takes a merge back, with what it took over where that still stands.
    Separate {
        customer: Uuid,
        from: Uuid,
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
            Command::Merge { from, into } => Reads { rows: vec![*from, *into], roots: vec![] },
            Command::Separate { customer, from } => Reads { rows: vec![*customer, *from], roots: vec![] },
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
            Command::Merge { from, into } => merge(*from, *into, seen),
            Command::Separate { customer, from } => separate(*customer, *from, seen),
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

/// What a merge takes over where the other says nothing.
const TAKEN_OVER: [u16; 12] = [
    customer::contact,
    customer::phone,
    customer::address,
    customer::lat_e7,
    customer::lon_e7,
    customer::point_from,
    customer::trade,
    customer::sector,
    customer::town,
    customer::unit,
    customer::monthly_revenue,
    customer::households,
];

/// One op, so that a merge is whole or not at all, and what it took over is known by its writer.
fn merge(from: Uuid, into: Uuid, seen: &Seen) -> Result<Vec<Draft>, Rejection> {
    let gone = seen.get(from)?;
    if from == into || same_as(&gone.body) == Some(into) {
        return Err(Rejection::of(Code::Nothing));
    }
    if same_as(&gone.body).is_some() {
        return Err(Rejection::of(Code::MergedAlready));
    }
    let taken = merged_into(&gone.body, into, seen)?;
    let goes = DraftChange::edit(CUSTOMER, from, Body::from([(SAME_AS, into.into())]));
    Ok(vec![Draft::of([Some(goes), taken].into_iter().flatten().collect())])
}

/// What of `gone` is taken over by `into`, which says nothing there. It must not be merged itself.
pub(crate) fn merged_into(gone: &Body, into: Uuid, seen: &Seen) -> Result<Option<DraftChange>, Rejection> {
    let stays = seen.get(into)?;
    if same_as(&stays.body).is_some() {
        return Err(Rejection::of(Code::MergedAlready));
    }
    // Half a point would be another place.
    let lacks = |field: &u16| match *field {
        customer::lat_e7 | customer::lon_e7 | customer::point_from => !stays.body.contains_key(&customer::lat_e7),
        field => stays.body.get(&field).is_none_or(|v| *v == Val::Text(String::new())),
    };
    let taken: Body = TAKEN_OVER
        .into_iter()
        .filter(lacks)
        .filter_map(|field| Some((field, gone.get(&field)?.clone())))
        .filter(|(_, value)| *value != Val::Text(String::new()))
        .collect();
    Ok((!taken.is_empty()).then(|| DraftChange::edit(CUSTOMER, into, taken).yielding()))
}

fn separate(customer: Uuid, from: Uuid, seen: &Seen) -> Result<Vec<Draft>, Rejection> {
    let (merged, stays) = (seen.get(customer)?, seen.get(from)?);
    if same_as(&merged.body) != Some(from) {
        return Err(Rejection::of(Code::Nothing));
    }
    let merge = merged.writers.get(&(SAME_AS, None));
    let taken: Body = TAKEN_OVER
        .into_iter()
        .filter(|field| merge.is_some() && stays.writers.get(&(*field, None)) == merge)
        .map(|field| (field, Val::Null))
        .collect();
    let mut changes = vec![DraftChange::edit(CUSTOMER, customer, Body::from([(SAME_AS, Val::Null)]))];
    if !taken.is_empty() {
        changes.push(DraftChange::edit(CUSTOMER, from, taken).yielding());
    }
    Ok(vec![Draft::of(changes)])
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
