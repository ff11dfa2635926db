//! Writes what a judgement means: records, moves with all that belongs to them, news, and what it lets through.
use super::judge::{Applied, Asked, Judgement};
use super::store::{Rec, StoreError};
use super::waiting::Need;
use super::work::Work;
use super::{administration, chain, news};
use crate::failpoint::{Point, reached};
use crm_domain::bucket::Bucket;
use crm_domain::history::VERDICT;
use crm_domain::ids::Uuid;
use crm_domain::kind::{Class, SAME_AS, same_as};
use crm_domain::mutants::{self, Mutant};
use crm_domain::op::Op;
use crm_domain::registry;
use crm_domain::rules::{Code, Why};
use crm_protocol::Outcome;

pub use super::event::{event, is_purged};

type Result<T> = std::result::Result<T, StoreError>;

/// An event is an op of its own.
pub fn is_event(op: &Op) -> bool {
    let event = |kind| registry::kind(kind).is_some_and(|k| k.class == Class::B);
    matches!(op.changes.as_slice(), [change] if change.new && event(change.kind))
}

pub fn settle(work: &mut Work, asked: &Asked, judgement: Judgement) -> Result<Outcome> {
    match judgement {
        Judgement::Apply(applied) => apply(work, asked, &applied),
        Judgement::Reject(code, depends_on) => {
            for change in asked.op.changes.iter().filter(|c| c.new && code != Code::Exists) {
                if work.rec(change.rec)?.is_none() {
                    work.tx.put_refused(change.rec, Some(asked.id))?;
                    reached(Point::RefusedPut);
                    work.arrived.push(Need::Record(change.rec));
                }
            }
            news::held_back(work, asked, "refused", code as u16)?;
            Ok(Outcome::Rejected { code: code as u16, depends_on })
        }
        Judgement::Wait(why, need, desk) => {
            super::waiting::park(work, asked, why, need, desk)?;
            if why == Why::UnknownKind {
                chain::hold_place(work, asked)?;
            }
            news::held_back(work, asked, "waiting", why as u16)?;
            Ok(Outcome::Waiting(why as u16))
        }
    }
}

/// After an op that waited has been settled.
pub fn through(work: &mut Work, asked: &Asked, stands: bool) -> Result<()> {
    work.arrived.push(Need::Op(asked.id));
    news::waited(work, asked, stands)?;
    news::off_desk(work, asked, stands)
}

fn apply(work: &mut Work, asked: &Asked, applied: &[Applied]) -> Result<Outcome> {
    let mut ordinal = 0;
    let mut told = 0;
    let mut outcome = Outcome::Applied;
    for one in applied {
        let created = one.before.is_none();
        if one.before.as_ref().is_none_or(|(rec, held)| *held != one.merged.after || rec.bucket != one.after.bucket) {
            work.put(one.after.clone())?;
        }
        for (field, op) in &one.merged.dominated {
            work.tx.put_dominated(one.after.id, *field, *op)?;
        }
        if created {
            work.tx.put_refused(one.after.id, None)?;
            work.arrived.push(Need::Record(one.after.id));
        }
        rehome(work, asked, one)?;
        alias(work, asked, one)?;
        news::changes(work, asked, one, &mut ordinal)?;
        for lost in &one.merged.lost {
            if lost.of == asked.id {
                outcome = Outcome::Merged;
            }
            news::lost(work, asked, one, lost, told)?;
            told += 1;
        }
        for field in &one.merged.yielded {
            outcome = Outcome::Merged;
            news::yielded(work, asked, one, *field, told)?;
            told += 1;
        }
        administration::applied(work, asked, one)?;
    }
    Ok(outcome)
}

/// What belongs to a record goes where it goes, and so does what was merged into it.
fn rehome(work: &mut Work, asked: &Asked, one: &Applied) -> Result<()> {
    let after = &one.after;
    let from = one.before.as_ref().map(|(rec, _)| rec.bucket);
    if after.id != after.root || from == Some(after.bucket) {
        return Ok(());
    }
    moved(work, asked, after.id, from, after.bucket)
}

/// Where a root lived is remembered for ops that come late.
fn moved(work: &mut Work, asked: &Asked, root: Uuid, from: Option<Bucket>, to: Bucket) -> Result<()> {
    if let Some(from) = from {
        if work.tx.home_at(root, i64::MAX as u64)?.is_none() {
            work.tx.put_home(root, from, 0)?;
        }
        work.tx.put_home(root, to, asked.at)?;
        reached(Point::HomePut);
    }
    take_along(work, root, to)?;
    for id in work.tx.merged_into(root)? {
        if mutants::is(Mutant::MergedStay) {
            break;
        }
        let Some(mut rec) = work.rec(id)?.cloned().filter(|rec| rec.bucket != to) else { continue };
        let from = std::mem::replace(&mut rec.bucket, to);
        work.put(rec)?;
        moved(work, asked, id, Some(from), to)?;
    }
    Ok(())
}

/// Who was merged into whom stands beside the rows: what it moves, it moves with.
fn alias(work: &mut Work, asked: &Asked, one: &Applied) -> Result<()> {
    let after = &one.merged.after;
    let before = one.before.as_ref().and_then(|(_, held)| same_as(&held.body));
    let into = same_as(&after.body);
    if before != into {
        return work.tx.put_merged(one.after.id, into);
    }
    let touched = one.before.as_ref().is_some_and(|(_, held)| held.body != after.body);
    match after.stamps.get(&(SAME_AS, None)) {
        Some(merge) if into.is_some() && touched => news::edited_behind(work, asked, one, merge.op),
        _ => Ok(()),
    }
}

/// Children and orphans of `root` into its bucket. What was written in another's name stays with whoever's device it
/// came from.
fn take_along(work: &mut Work, root: Uuid, bucket: Bucket) -> Result<()> {
    for mut child in work.under(root)? {
        if mutants::is(Mutant::ChildrenStay) {
            break;
        }
        if child.id != root && child.bucket != bucket && !is_foreign(work, &child)? {
            let orphan = matches!(child.bucket, Bucket::User(_));
            child.bucket = bucket;
            if orphan && child.kind == VERDICT {
                super::event::came_home(work, &mut child)?;
            }
            work.put(child)?;
        }
    }
    Ok(())
}

fn is_foreign(work: &Work, rec: &Rec) -> Result<bool> {
    let Bucket::User(owner) = rec.bucket else { return Ok(false) };
    Ok(work.tx.op_by_id(rec.by.op)?.is_some_and(|op| op.actor != owner))
}
