//! Bringing rows in and taking the whole import back.
use super::record::*;
use crate::command::{Ctx, Draft, DraftChange, Patch, Reads, Rejection, Seen};
use crate::customers::{CUSTOMER, Customer, Details, customer, differing};
use crate::ids::Uuid;
use crate::kind::ARCHIVED;
use crate::rules::Code;
use crate::val::{Body, Val, decode_body, encode_body};
use serde::{Deserialize, Serialize};

/// One row of the file, decided upon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// A new customer's id, or the one that it updates.
    pub customer: Uuid,
    pub new: bool,
    pub details: Details,
}

/// A file may bring so many customers at once.
pub const MAX_LINES: usize = 20_000;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// The whole import, in one transaction: the batch, whose id is the command's cause, and one op per row.
    Bring { file: String, lines: Vec<Line>, refused: i64, duplicates: i64 },
    /// Takes a stretch of an import back: what it made is archived, what it changed gets its old values where
    /// nobody has written since.
    Revert { batch: Uuid, customers: Vec<Uuid>, last: bool },
}

impl Command {
    pub fn reads(&self) -> Reads {
        match self {
            Command::Bring { lines, .. } => {
                Reads { rows: lines.iter().filter(|l| !l.new).map(|l| l.customer).collect(), roots: vec![] }
            }
            Command::Revert { batch, customers, .. } => Reads { rows: vec![*batch], roots: customers.clone() },
        }
    }

    pub fn decide(&self, seen: &Seen, ctx: &mut Ctx) -> Result<Vec<Draft>, Rejection> {
        match self {
            Command::Bring { lines, .. } if lines.len() > MAX_LINES => Err(Rejection::of(Code::TooLarge)),
            Command::Bring { file, lines, refused, duplicates } => {
                let id = ctx.cause;
                let rows: Vec<(bool, Draft)> = lines
                    .iter()
                    .filter_map(|line| row(id, line, seen, ctx).transpose().map(|d| d.map(|d| (line.new, d))))
                    .collect::<Result<_, _>>()?;
                if rows.is_empty() {
                    return Err(Rejection::of(Code::Nothing));
                }
                let created = rows.iter().filter(|(new, _)| *new).count() as i64;
                let patch = Patch::new()
                    .set(batch::file, file.as_str())
                    .set(batch::at, ctx.now as i64)
                    .set(batch::by, ctx.actor.user)
                    .set(batch::created, created)
                    .set(batch::updated, rows.len() as i64 - created)
                    .set(batch::refused, *refused)
                    .set(batch::duplicates, *duplicates);
                let first = DraftChange::create(BATCH, id, patch.done()).into();
                Ok(std::iter::once(first).chain(rows.into_iter().map(|(_, draft)| draft)).collect())
            }
            Command::Revert { batch, customers, last } => {
                let mut drafts = Vec::new();
                for id in customers {
                    drafts.extend(revert(*batch, *id, seen)?);
                }
                if *last {
                    seen.get(*batch)?;
                    let patch = Patch::new().set(batch::reverted_at, ctx.now as i64);
                    drafts.push(DraftChange::edit(BATCH, *batch, patch.done()).into());
                }
                if drafts.is_empty() { Err(Rejection::of(Code::Nothing)) } else { Ok(drafts) }
            }
        }
    }
}

/// None: the customer is so already.
fn row(batch: Uuid, line: &Line, seen: &Seen, ctx: &mut Ctx) -> Result<Option<Draft>, Rejection> {
    let mut patch = line.details.patch();
    if line.new {
        patch.entry(customer::tier).or_insert_with(|| "C".into());
        patch.insert(customer::source, "import".into());
        patch.insert(customer::import, batch.into());
        patch.insert(customer::owner, ctx.actor.user.into());
        patch.insert(customer::created_at, (ctx.now as i64).into());
        return Ok(Some(DraftChange::create(CUSTOMER, line.customer, patch).into()));
    }
    let shown = seen.get(line.customer)?;
    let Ok(patch) = differing(patch, &shown.body) else { return Ok(None) };
    let before: Body = patch.keys().map(|f| (*f, shown.body.get(f).cloned().unwrap_or(Val::Null))).collect();
    let kept = Patch::new()
        .set(replaced::customer, line.customer)
        .set(replaced::batch, batch)
        .set(replaced::before, encode_body(&before));
    Ok(Some(Draft::of(vec![
        DraftChange::edit(CUSTOMER, line.customer, patch),
        DraftChange::create(REPLACED, ctx.ids.mint(), kept.done()),
    ])))
}

fn revert(batch: Uuid, id: Uuid, seen: &Seen) -> Result<Option<Draft>, Rejection> {
    let shown = seen.get(id)?;
    if Customer::of(&shown.body).import == Some(batch) {
        let patch = Body::from([(ARCHIVED, Val::Bool(true))]);
        return Ok(differing(patch, &shown.body).ok().map(|p| DraftChange::edit(CUSTOMER, id, p).yielding().into()));
    }
    let old = seen.children(id, REPLACED).map(|c| Replaced::of(&c.body)).find(|r| r.batch == Some(batch));
    let Some(before) = old.and_then(|r| r.before) else { return Ok(None) };
    let before = decode_body(&before).map_err(|_| Rejection::of(Code::Malformed))?;
    // Only what this import's op still is the writer of comes back (`yields` decides it against others on the server).
    Ok(differing(before, &shown.body).ok().map(|p| DraftChange::edit(CUSTOMER, id, p).yielding().into()))
}
