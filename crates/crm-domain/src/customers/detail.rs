//! One customer whole: who, what is open, and everything that happened, newest first.
use super::query::{Card, card};
use super::record::{CONTACT, CUSTOMER, Contact, Customer};
use crate::book::Book;
use crate::follow_ups::{FOLLOW_UP, FollowUp};
use crate::history::{CHANGE, Change, VERDICT, Verdict};
use crate::ids::Uuid;
use crate::kind::archived;
use crate::needs::{NEED, Need};
use crate::notes::{NOTE, Note};
use crate::photos::{PHOTO, Photo, Sha};
use crate::privacy::{REVEAL, Reveal};
use crate::query::{Asker, NotLoaded, Rows};
use crate::row::{Shown, State};
use crate::val::Val;
use crate::visits::{CHECK_IN, CHECK_OUT, CheckIn, CheckOut, VISIT, Visit};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Detail {
    pub card: Card,
    /// Unmasked: shown and dialled only on a tap that is recorded.
    pub phone: String,
    pub point_from: String,
    pub trade: String,
    pub town: String,
    pub unit: String,
    pub note: String,
    pub tags: Vec<String>,
    pub products: Vec<String>,
    pub monthly_revenue: Option<i64>,
    pub households: Option<i64>,
    pub owner_name: String,
    /// Customers that were merged into this one, directly or through another, by name.
    pub merged: Vec<MergedLine>,
    pub contacts: Vec<ContactLine>,
    /// Open ones, the earliest first.
    pub follow_ups: Vec<FollowUpLine>,
    /// Open ones, the most urgent first.
    pub needs: Vec<NeedLine>,
    /// Begun and not ended.
    pub open_visit: Option<VisitLine>,
    /// Planned and not begun.
    pub planned: Vec<VisitLine>,
    /// Of all visits, and those taken before a check-in; the earliest first.
    pub photos: Vec<PhotoLine>,
    /// Newest first.
    pub timeline: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContactLine {
    pub id: Uuid,
    pub name: String,
    pub phone: String,
    pub role: String,
    pub state: State,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MergedLine {
    pub id: Uuid,
    pub name: String,
    pub state: State,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FollowUpLine {
    pub id: Uuid,
    pub text: String,
    pub due: i64,
    pub promised: bool,
    pub state: State,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NeedLine {
    pub id: Uuid,
    pub category: String,
    pub text: String,
    pub urgency: i64,
    pub created_at: i64,
    pub visit: Option<Uuid>,
    pub state: State,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VisitLine {
    pub id: Uuid,
    pub by: Option<Uuid>,
    pub planned_for: Option<i64>,
    pub started_at: Option<i64>,
    pub ended_at: Option<i64>,
    pub purpose: String,
    pub feedback: String,
    pub notes: String,
    pub verdict: String,
    pub no_next: String,
    pub state: State,
}

/// A photo, without its bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PhotoLine {
    pub id: Uuid,
    pub visit: Option<Uuid>,
    pub sha: Sha,
    /// When the camera took it, else when it was kept.
    pub at: i64,
    /// Pixels.
    pub size: (u32, u32),
    pub by: String,
    /// Of the event; the picture follows it.
    pub state: State,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    pub id: Uuid,
    pub at: i64,
    pub by: String,
    pub kind: EntryKind,
    pub state: State,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum EntryKind {
    Visit {
        visit: Box<VisitLine>,
        distance_m: Option<i64>,
        accuracy_m: Option<i64>,
        reason: String,
        no_fix: String,
        /// The server's receipt came, and what it flagged.
        receipt: Option<String>,
    },
    Need {
        category: String,
        text: String,
        resolved_at: Option<i64>,
    },
    FollowUp {
        text: String,
        due: i64,
        done_at: Option<i64>,
    },
    Note {
        text: String,
    },
    Reveal,
    /// A photo that belongs to no visit.
    Photo,
    /// A field was changed; `lost` is the value that did not make it, and whose it was.
    Change {
        rec_kind: u16,
        field: u16,
        old: String,
        new: String,
        lost: Option<(String, String)>,
    },
}

pub(super) fn detail(id: Uuid, book: &Book, rows: &dyn Rows, asker: &Asker) -> Result<Option<Box<Detail>>, NotLoaded> {
    let id = book.customers.end_of(id);
    let Some(line) = book.customers.get(id) else { return Ok(None) };
    let family = book.customers.family(id);
    let all = under(&family, rows)?;
    let Some(row) = all.iter().find(|s| s.kind == CUSTOMER && s.id == id) else { return Ok(None) };
    let customer = Customer::of(&row.body);
    let of = |kind: u16| all.iter().filter(move |s| s.kind == kind && !archived(&s.body));

    let contacts = of(CONTACT)
        .map(|s| {
            let row = Contact::of(&s.body);
            ContactLine {
                id: s.id,
                name: row.name.unwrap_or_default(),
                phone: row.phone.unwrap_or_default(),
                role: row.role.unwrap_or_default(),
                state: s.state,
            }
        })
        .collect();
    let mut follow_ups: Vec<FollowUpLine> = of(FOLLOW_UP)
        .map(|s| (s, FollowUp::of(&s.body)))
        .filter(|(_, row)| row.done_at.is_none())
        .map(|(s, row)| FollowUpLine {
            id: s.id,
            text: row.text.unwrap_or_default(),
            due: row.due.unwrap_or(0),
            promised: row.promised.unwrap_or(false),
            state: s.state,
        })
        .collect();
    crate::order::by_key(&mut follow_ups, |f| (f.due, f.id));
    let mut needs: Vec<NeedLine> = of(NEED)
        .map(|s| (s, Need::of(&s.body)))
        .filter(|(_, row)| row.resolved_at.is_none())
        .map(|(s, row)| NeedLine {
            id: s.id,
            category: row.category.unwrap_or_default(),
            text: row.text.unwrap_or_default(),
            urgency: row.urgency.unwrap_or(1),
            created_at: row.created_at.unwrap_or(0),
            visit: row.visit,
            state: s.state,
        })
        .collect();
    crate::order::by_key(&mut needs, |n| (-n.urgency, n.created_at, n.id));
    let visits: Vec<VisitLine> = of(VISIT).map(visit_line).collect();
    let open_visit =
        visits.iter().find(|v| v.started_at.is_some() && v.ended_at.is_none() && v.by == Some(asker.user)).cloned();
    let planned = visits.iter().filter(|v| v.started_at.is_none()).cloned().collect();

    Ok(Some(Box::new(Detail {
        card: card(line, book, None, asker),
        phone: customer.phone.unwrap_or_default(),
        point_from: customer.point_from.unwrap_or_default(),
        trade: customer.trade.unwrap_or_default(),
        town: customer.town.unwrap_or_default(),
        unit: customer.unit.unwrap_or_default(),
        note: customer.note.unwrap_or_default(),
        tags: customer.tags.unwrap_or_default(),
        products: customer.products.unwrap_or_default(),
        monthly_revenue: customer.monthly_revenue,
        households: customer.households,
        owner_name: book.person_name(customer.owner),
        merged: merged(&family[1..], book),
        contacts,
        follow_ups,
        needs,
        open_visit,
        planned,
        photos: photos(&all, book),
        timeline: timeline(&all, visits, book),
    })))
}

/// The rows of all of these; what is not loaded is told at once, for all of them.
fn under(roots: &[Uuid], rows: &dyn Rows) -> Result<Vec<Shown>, NotLoaded> {
    let (mut all, mut missing) = (Vec::new(), Vec::new());
    for root in roots {
        match rows.under(*root) {
            Ok(rows) => all.extend(rows),
            Err(NotLoaded(roots)) => missing.extend(roots),
        }
    }
    if missing.is_empty() { Ok(all) } else { Err(NotLoaded(missing)) }
}

fn merged(ids: &[Uuid], book: &Book) -> Vec<MergedLine> {
    let lines = ids.iter().filter_map(|id| book.customers.get(*id));
    let mut lines: Vec<_> = lines.map(|l| MergedLine { id: l.id, name: l.name.clone(), state: l.state }).collect();
    crate::order::by(&mut lines, |a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    lines
}

fn visit_line(shown: &Shown) -> VisitLine {
    let row = Visit::of(&shown.body);
    VisitLine {
        id: shown.id,
        by: row.by,
        planned_for: row.planned_for,
        started_at: row.started_at,
        ended_at: row.ended_at,
        purpose: row.purpose.unwrap_or_default(),
        feedback: row.feedback.unwrap_or_default(),
        notes: row.notes.unwrap_or_default(),
        verdict: row.verdict.unwrap_or_default(),
        no_next: row.no_next.unwrap_or_default(),
        state: shown.state,
    }
}

fn photos(all: &[Shown], book: &Book) -> Vec<PhotoLine> {
    let mut photos: Vec<PhotoLine> = all
        .iter()
        .filter(|s| s.kind == PHOTO)
        .filter_map(|s| {
            let row = Photo::of(&s.body);
            let pixels = |n: Option<i64>| n.and_then(|n| u32::try_from(n).ok()).unwrap_or(0);
            Some(PhotoLine {
                id: s.id,
                visit: row.visit,
                // None: it was erased.
                sha: row.sha?.try_into().ok()?,
                at: row.taken_at.or(row.at)?,
                size: (pixels(row.width), pixels(row.height)),
                by: book.person_name(row.by),
                state: s.state,
            })
        })
        .collect();
    crate::order::by_key(&mut photos, |p| (p.at, p.id));
    photos
}

fn timeline(all: &[Shown], visits: Vec<VisitLine>, book: &Book) -> Vec<Entry> {
    let receipts: HashMap<Uuid, String> = all
        .iter()
        .filter(|s| s.kind == VERDICT)
        .filter_map(|s| {
            let row = Verdict::of(&s.body);
            Some((row.event?, row.flags.unwrap_or_default()))
        })
        .collect();
    // The proof of a visit, by visit; its state is the visit's weakest part.
    let proofs: HashMap<Uuid, (&Shown, CheckIn)> = all
        .iter()
        .filter(|s| s.kind == CHECK_IN)
        .filter_map(|s| {
            let row = CheckIn::of(&s.body);
            Some((row.visit?, (s, row)))
        })
        .collect();
    let outs: HashMap<Uuid, State> = all
        .iter()
        .filter(|s| s.kind == CHECK_OUT)
        .filter_map(|s| Some((CheckOut::of(&s.body).visit?, s.state)))
        .collect();
    let mut entries: Vec<Entry> = visits
        .into_iter()
        .filter_map(|visit| {
            let at = visit.started_at?;
            let proof = proofs.get(&visit.id);
            let state = [Some(visit.state), proof.map(|p| p.0.state), outs.get(&visit.id).copied()]
                .into_iter()
                .flatten()
                .min()
                .unwrap_or(visit.state);
            let row = proof.map(|p| p.1.clone()).unwrap_or_default();
            let kind = EntryKind::Visit {
                distance_m: row.distance_m,
                accuracy_m: row.accuracy_m,
                reason: row.reason.unwrap_or_default(),
                no_fix: row.no_fix.unwrap_or_default(),
                receipt: proof.and_then(|p| receipts.get(&p.0.id)).cloned(),
                visit: Box::new(visit.clone()),
            };
            Some(Entry { id: visit.id, at, by: book.person_name(visit.by), kind, state })
        })
        .collect();
    entries.extend(all.iter().filter(|s| !archived(&s.body)).filter_map(|s| other(s, book)));
    crate::order::by_key(&mut entries, |e| std::cmp::Reverse((e.at, e.id)));
    entries
}

fn other(shown: &Shown, book: &Book) -> Option<Entry> {
    let (at, by, kind) = match shown.kind {
        NEED => {
            let row = Need::of(&shown.body);
            let kind = EntryKind::Need {
                category: row.category.unwrap_or_default(),
                text: row.text.unwrap_or_default(),
                resolved_at: row.resolved_at,
            };
            (row.created_at?, row.by, kind)
        }
        FOLLOW_UP => {
            let row = FollowUp::of(&shown.body);
            let due = row.due?;
            let kind = EntryKind::FollowUp { text: row.text.unwrap_or_default(), due, done_at: row.done_at };
            (row.done_at?, row.by, kind)
        }
        NOTE => {
            let row = Note::of(&shown.body);
            (row.at?, row.by, EntryKind::Note { text: row.text.unwrap_or_default() })
        }
        PHOTO => {
            let row = Photo::of(&shown.body);
            if row.visit.is_some() || row.sha.is_none_or(|sha| sha.len() != 32) {
                return None;
            }
            (row.at?, row.by, EntryKind::Photo)
        }
        REVEAL => {
            let row = Reveal::of(&shown.body);
            (row.at?, row.by, EntryKind::Reveal)
        }
        CHANGE => {
            let row = Change::of(&shown.body);
            let plain = |bytes: &Option<Vec<u8>>| bytes.as_deref().map(|b| plain(b, book));
            let lost = plain(&row.lost).map(|value| (value, book.person_name(row.loser)));
            let kind = EntryKind::Change {
                rec_kind: row.rec_kind? as u16,
                field: row.field? as u16,
                old: plain(&row.old).unwrap_or_default(),
                new: plain(&row.new).unwrap_or_default(),
                lost,
            };
            (row.at?, row.actor, kind)
        }
        _ => return None,
    };
    Some(Entry { id: shown.id, at, by: book.person_name(by), kind, state: shown.state })
}

/// A value as text: ids of grids and people by their names, sets by their elements.
pub(crate) fn plain(bytes: &[u8], book: &Book) -> String {
    minicbor::decode::<Val>(bytes).map(|v| plain_val(&v, book)).unwrap_or_default()
}

pub(crate) fn plain_val(val: &Val, book: &Book) -> String {
    match val {
        Val::Text(text) => text.clone(),
        Val::Int(n) => n.to_string(),
        Val::Bool(b) => b.to_string(),
        Val::Id(id) => {
            let grid = book.grid_name(Some(*id));
            if grid.is_empty() { book.person_name(Some(*id)) } else { grid }
        }
        Val::List(items) => items.iter().map(|v| plain_val(v, book)).collect::<Vec<_>>().join(", "),
        _ => String::new(),
    }
}
