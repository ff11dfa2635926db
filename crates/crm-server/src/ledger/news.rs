//! Rows that the server writes for people to read: what was changed, and what became of ops that did not simply hold
//! (SYNC 2.3). Their ids are hashed from the op that caused them.
use super::judge::{Applied, Asked, body_of};
use super::store::{Rec, StoreError};
use super::waiting::Decisions;
use super::work::Work;
use crm_domain::bucket::{Bucket, Grants, Verb};
use crm_domain::history::{CHANGE, Change, INBOX, Inbox, inbox};
use crm_domain::ids::{OpId, Uuid, derived_id};
use crm_domain::kind::Policy;
use crm_domain::merge::{Held, Lost, Stamp};
use crm_domain::mutants::{self, Mutant};
use crm_domain::registry;
use crm_domain::rules::{Code, Why};
use crm_domain::val::{Body, Val, encode};
use crm_domain::waiting::{WAITING, Waiting};

type Result<T> = std::result::Result<T, StoreError>;

/// The id of a row that the server writes because of `op`.
pub fn row_id(at: u64, op: OpId, what: &str, ordinal: u32) -> Uuid {
    derived_id(at, &[what.as_bytes(), &op.to_be_bytes(), &ordinal.to_be_bytes()])
}

/// A row all of whose fields one op wrote.
pub fn row(id: Uuid, kind: u16, root: Uuid, bucket: Bucket, body: Body, stamp: Stamp) -> Rec {
    let mut held = Held { body, ..Held::default() };
    for (field, value) in &held.body {
        held.stamps.insert((*field, None), stamp);
        if let Val::List(items) = value
            && registry::kind(kind).is_some_and(|k| k.policy(*field) == Policy::Set)
        {
            held.stamps.extend(items.iter().map(|item| ((*field, Some(item.clone())), stamp)));
        }
    }
    Rec::of(id, kind, root, bucket, &held)
}

/// What a person would call a record: its field `name`, where its kind has one.
pub fn label(rec: &Rec) -> Result<String> {
    let Some(field) = registry::kind(rec.kind).and_then(|k| k.fields.iter().find(|f| f.name == "name")) else {
        return Ok(String::new());
    };
    Ok(body_of(rec)?.get(&field.number).and_then(Val::text).unwrap_or_default().to_owned())
}

/// One row per field of a record that an edit changed, or would have changed.
pub fn changes(work: &mut Work, asked: &Asked, applied: &Applied, ordinal: &mut u32) -> Result<()> {
    let Some((_, before)) = &applied.before else { return Ok(()) };
    let rec = &applied.after;
    if registry::kind(rec.kind).is_none_or(|k| k.class != crm_domain::kind::Class::A) {
        return Ok(());
    }
    for field in asked.op.changes[applied.change].patch.keys() {
        let old = before.body.get(field).cloned().unwrap_or(Val::Null);
        let new = applied.merged.after.body.get(field).cloned().unwrap_or(Val::Null);
        let lost = applied.merged.lost.iter().find(|l| l.field == *field);
        if old == new && lost.is_none() {
            continue;
        }
        let loser = match lost {
            Some(lost) => author(work, asked, lost.of)?.map(|a| a.user),
            None => None,
        };
        let body = Change {
            customer: Some(rec.root),
            rec: Some(rec.id),
            rec_kind: Some(i64::from(rec.kind)),
            field: Some(i64::from(*field)),
            actor: Some(asked.op.actor),
            at: Some(asked.at as i64),
            old: Some(encode(&old)),
            new: Some(encode(&new)),
            lost: lost.map(|l| encode(&l.value)),
            loser,
        };
        let id = row_id(asked.at, asked.id, "change", *ordinal);
        *ordinal += 1;
        work.put(row(id, CHANGE, rec.root, rec.bucket, body.into_body(), asked.stamp()))?;
    }
    Ok(())
}

struct Author {
    user: Uuid,
    at: u64,
    bytes: Vec<u8>,
}

/// Who wrote an op; none where that is not known (demo data, server rows of an empty actor).
fn author(work: &Work, asked: &Asked, op: OpId) -> Result<Option<Author>> {
    if op == asked.id {
        return Ok(Some(Author { user: asked.op.actor, at: asked.at, bytes: asked.bytes.to_vec() }));
    }
    let Some(rec) = work.tx.op_by_id(op)?.filter(|o| !o.actor.is_nil()) else { return Ok(None) };
    let bytes = work.tx.op_body(rec.cause, rec.part)?.unwrap_or_default();
    Ok(Some(Author { user: rec.actor, at: rec.at, bytes }))
}

/// Tells whoever wrote the value that lost: the author of this op, or of the one that it overwrote.
pub fn lost(work: &mut Work, asked: &Asked, applied: &Applied, lost: &Lost, ordinal: u32) -> Result<()> {
    if mutants::is(Mutant::LossUntold) {
        return Ok(());
    }
    let Some(loser) = author(work, asked, lost.of)? else { return Ok(()) };
    let winner = author(work, asked, lost.winner)?;
    let stands = applied.merged.after.body.get(&lost.field).cloned().unwrap_or(Val::Null);
    let item = Inbox {
        what: Some("lost".into()),
        field: Some(i64::from(lost.field)),
        mine: Some(encode(&lost.value)),
        theirs: Some(encode(&stands)),
        other: winner.as_ref().map(|w| w.user),
        other_at: winner.as_ref().map(|w| w.at as i64),
        mine_at: Some(loser.at as i64),
        op: Some(loser.bytes),
        ..Inbox::default()
    };
    tell(work, asked, loser.user, Some(&applied.after), item, "lost", ordinal)
}

/// A yielding patch found that somebody had written since.
pub fn yielded(work: &mut Work, asked: &Asked, applied: &Applied, field: u16, ordinal: u32) -> Result<()> {
    let mine = asked.op.changes[applied.change].patch.get(&field).cloned().unwrap_or(Val::Null);
    let stands = applied.merged.after.body.get(&field).cloned().unwrap_or(Val::Null);
    let item = Inbox {
        what: Some("yielded".into()),
        field: Some(i64::from(field)),
        mine: Some(encode(&mine)),
        theirs: Some(encode(&stands)),
        mine_at: Some(asked.at as i64),
        op: Some(asked.bytes.to_vec()),
        ..Inbox::default()
    };
    tell(work, asked, asked.op.actor, Some(&applied.after), item, "yielded", ordinal)
}

/// A record that was merged into another has been edited: to whoever merged it, who may want to take that over.
pub fn edited_behind(work: &mut Work, asked: &Asked, applied: &Applied, merge: OpId) -> Result<()> {
    let Some(merger) = author(work, asked, merge)?.filter(|merger| merger.user != asked.op.actor) else {
        return Ok(());
    };
    let patch = &asked.op.changes[applied.change].patch;
    let Some((field, value)) = patch.iter().next() else { return Ok(()) };
    let item = Inbox {
        what: Some("edited_behind".into()),
        field: Some(i64::from(*field)),
        theirs: Some(encode(value)),
        other: Some(asked.op.actor),
        other_at: Some(asked.at as i64),
        ..Inbox::default()
    };
    tell(work, asked, merger.user, Some(&applied.after), item, "edited_behind", applied.change as u32)
}

/// An op that was refused or waits, to its author.
pub fn held_back(work: &mut Work, asked: &Asked, what: &'static str, code: u16) -> Result<()> {
    let change = asked.op.changes.first();
    let rec = match change {
        Some(change) => work.rec(change.rec)?.cloned(),
        None => None,
    };
    // What was purged is not brought back by what was written of it.
    let purged = what == "refused" && code == Code::Purged as u16;
    let item = Inbox {
        what: Some(what.into()),
        code: Some(i64::from(code)),
        rec: change.map(|c| c.rec),
        rec_kind: change.map(|c| i64::from(c.kind)),
        mine_at: Some(asked.at as i64),
        op: Some(asked.bytes.to_vec()).filter(|_| !purged),
        ..Inbox::default()
    };
    tell(work, asked, asked.op.actor, rec.as_ref(), item, what, 0)
}

fn tell(
    work: &mut Work,
    asked: &Asked,
    user: Uuid,
    rec: Option<&Rec>,
    item: Inbox,
    what: &str,
    ordinal: u32,
) -> Result<()> {
    let named = asked.op.changes.first().and_then(|c| {
        let kind = registry::kind(c.kind)?;
        Some(kind.root_of(c.rec, &c.patch))
    });
    let root = rec.map(|r| r.root).or(named);
    let of = match root {
        Some(root) => work.rec(root)?.cloned(),
        None => None,
    };
    // Whoever may not read the record is told nothing of what stands there, and its name only where she could read it at
    // the op's own time.
    let about = rec.or(of.as_ref());
    let now = about.map_or(Ok(true), |rec| sees(work, user, rec.bucket, work.now))?;
    let named_to_her = now || user == asked.op.actor && about.map_or(Ok(true), |rec| saw(work, asked, rec))?;
    let item = if now { item } else { Inbox { theirs: None, other: None, other_at: None, ..item } };
    let root = if named_to_her { root } else { named };
    let label = of.as_ref().filter(|_| named_to_her).map(label).transpose()?;
    let own = item.op.is_some() && user == asked.op.actor;
    let label = label.filter(|l| !l.is_empty()).or_else(|| own_name(asked).filter(|_| own));
    let item = Inbox {
        rec: item.rec.or(rec.map(|r| r.id)),
        rec_kind: item.rec_kind.or(rec.map(|r| i64::from(r.kind))),
        root,
        at: Some(work.now as i64),
        label,
        ..item
    };
    let id = row_id(asked.at, asked.id, what, ordinal);
    work.put(row(id, INBOX, id, Bucket::User(user), item.into_body(), asked.stamp()))
}

fn sees(work: &Work, user: Uuid, bucket: Bucket, at: u64) -> Result<bool> {
    Ok(bucket == Bucket::User(user) || Grants(work.tx.grants_at(user, at)?).allow(bucket, Verb::Read))
}

/// Whether the op's author could read the record at the op's time, where it lived then or where it lives.
fn saw(work: &Work, asked: &Asked, rec: &Rec) -> Result<bool> {
    let at = asked.permitted_at;
    let then = work.tx.home_at(rec.root, at)?.unwrap_or(rec.bucket);
    Ok(sees(work, asked.op.actor, then, at)? || sees(work, asked.op.actor, rec.bucket, at)?)
}

/// A refused create is in no row: its name stands in the op.
fn own_name(asked: &Asked) -> Option<String> {
    let change = asked.op.changes.first()?;
    let field = registry::kind(change.kind)?.fields.iter().find(|f| f.name == "name")?;
    change.patch.get(&field.number)?.text().map(str::to_owned)
}

/// An op that waits, to those who may decide about it. What waits behind another is decided with that one.
pub fn laid_on_desk(work: &mut Work, asked: &Asked, why: Why, desk: Bucket) -> Result<()> {
    let lies = work.rec(desk_row(asked))?.map(|rec| rec.bucket);
    let desk = match (why, lies) {
        (Why::BehindAnother, None) => return Ok(()),
        (Why::BehindAnother, Some(lies)) => lies,
        _ => desk,
    };
    let mut root = None;
    if let Some(change) = asked.op.changes.first() {
        let stands = work.rec(change.rec)?.map(|rec| rec.root);
        root = stands.or_else(|| Some(registry::kind(change.kind)?.root_of(change.rec, &change.patch)));
    }
    let row = Waiting {
        op: Some(asked.id.to_be_bytes().to_vec()),
        bytes: Some(asked.bytes.to_vec()),
        actor: Some(asked.op.actor),
        why: Some(why as i64),
        since: Some(asked.since.unwrap_or(work.now) as i64),
        root,
        desk: Some(desk.to_bytes()),
        ..Waiting::default()
    };
    let id = desk_row(asked);
    work.put(self::row(id, WAITING, id, desk, row.into_body(), asked.stamp()))
}

/// Its name moves neither with the effective time nor with what can be read of the op: a restored server, which is sent the
/// op again, and one of a newer version find it.
fn desk_row(asked: &Asked) -> Uuid {
    row_id(0, asked.id, "desk", 0)
}

/// An op that lay on a desk is settled.
pub fn off_desk(work: &mut Work, asked: &Asked, stands: bool) -> Result<()> {
    let Some(rec) = work.rec(desk_row(asked))?.cloned() else { return Ok(()) };
    let by = Decisions::of(work.tx, asked.id)?.by(stands);
    let how = match (stands, by) {
        (true, Some(_)) => "allowed",
        (true, None) => "arrived",
        (false, _) => "refused",
    };
    let was = Waiting::of(&body_of(&rec)?);
    let row = Waiting {
        // What somebody refused is in no other row that would name it.
        bytes: was.bytes.clone().filter(|_| !stands && by.is_some()),
        settled: Some(how.into()),
        settled_at: Some(work.now as i64),
        settled_by: by,
        ..was
    };
    work.put(self::row(rec.id, WAITING, rec.root, rec.bucket, row.into_body(), asked.stamp()))
}

/// The inbox item of an op that waited is settled: `mine` where it holds now, `theirs` where it was refused.
pub fn waited(work: &mut Work, asked: &Asked, stands: bool) -> Result<()> {
    let id = row_id(asked.at, asked.id, "waiting", 0);
    let Some(rec) = work.rec(id)?.cloned() else { return Ok(()) };
    let mut held = super::work::held(&rec)?;
    let word = if stands { "mine" } else { "theirs" };
    held.body.insert(inbox::resolved, Val::Text(word.into()));
    held.stamps.insert((inbox::resolved, None), asked.stamp());
    work.put(Rec::of(rec.id, rec.kind, rec.root, rec.bucket, &held))
}
