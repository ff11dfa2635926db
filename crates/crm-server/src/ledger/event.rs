//! Events: never refused. What is wrong with one stands in its verdict row, beside it (SYNC 2.2, 2.10).
use super::chain::{self, Examined};
use super::judge::{Asked, body_of, kept};
use super::news::{self, label, row, row_id};
use super::store::{Rec, StoreError};
use super::waiting::Need;
use super::work::Work;
use crm_domain::bucket::{Bucket, Grants, Verb};
use crm_domain::history::{TRACE, Trace, VERDICT, Verdict};
use crm_domain::ids::Uuid;
use crm_domain::kind::{Kind, LINK, SALTS, same_as};
use crm_domain::op::{Change, commitment};
use crm_domain::privacy::{ENROLLED, Enrolled};
use crm_domain::registry;
use crm_domain::rules::{self, Code};
use crm_domain::val::{Body, Val, encode};
use crm_protocol::Outcome;
use std::collections::BTreeMap;

type Result<T> = std::result::Result<T, StoreError>;

/// An event that comes so long after its time is flagged `late`.
const LATE_MS: u64 = 7 * super::DAY_MS;

pub fn event(work: &mut Work, asked: &Asked) -> Result<Outcome> {
    let change = &asked.op.changes[0];
    let Some(kind) = registry::kind(change.kind) else {
        return Err(StoreError("an event of an unknown kind".into()));
    };
    if work.rec(change.rec)?.is_some() {
        news::held_back(work, asked, "refused", Code::Exists as u16)?;
        return Ok(Outcome::Rejected { code: Code::Exists as u16, depends_on: None });
    }
    let Examined { hash, mut flags } = chain::examine(work, asked, change)?;
    let (mut body, honest) = opened(kind, change);
    if !honest && !flags.contains(&"link") {
        flags.push("link");
    }
    let root = kind.root_of(change.rec, &body);
    let purged = is_purged(work, change)?;
    if purged {
        body.retain(|field, _| Some(*field) == kind.root);
    }
    let parent = parent(work, change.rec, root)?;
    let parent_body = parent.as_ref().map(body_of).transpose()?;
    let home = rules::home(kind, change.rec, &body, parent_body.as_ref(), asked.op.actor);
    let owner = work.device(asked.dev)?.map(|d| d.user);
    // Written in another's name it stays with whoever's device it came from.
    let foreign = owner.filter(|owner| *owner != asked.op.actor);
    let bucket = match (foreign, home) {
        (Some(owner), _) => Bucket::User(owner),
        (None, Some(home)) => home,
        (None, None) => Bucket::User(asked.op.actor),
    };
    // What builds on a refused create is judged by where that one would have lived: without the right there its author
    // learns no more of it than of any other record.
    let would_be = if home.is_none() { refused_home(work, root)? } else { None };
    let authorised = foreign.is_none() && may(work, asked, root, would_be.unwrap_or(bucket))?;
    let orphan = foreign.is_none() && home.is_none();
    if orphan && authorised {
        flags.push("orphan");
    }
    if !authorised {
        flags.push("unauthorised");
    }
    if work.now.saturating_sub(asked.at) > LATE_MS {
        flags.push("late");
    }
    if let Some(link) = &asked.op.link {
        body.insert(LINK, Val::Bytes(encode(link)));
    }
    if !change.open.is_empty() && !purged {
        let salts: BTreeMap<u16, minicbor::bytes::ByteArray<16>> =
            change.open.iter().map(|(field, opened)| (*field, opened.salt.into())).collect();
        body.insert(SALTS, Val::Bytes(encode(&salts)));
    }
    let rec = row(change.rec, change.kind, root, bucket, body.clone(), asked.stamp());
    work.put(rec)?;
    let rights_at = orphan.then_some(asked.permitted_at);
    verdict(work, asked, root, bucket, &hash, &flags, rights_at)?;
    // Without the right an event tells its author nothing of the customer, and counts for no grid.
    let known = parent.as_ref().zip(parent_body.as_ref()).filter(|_| authorised);
    let user = foreign.unwrap_or(asked.op.actor);
    if !purged && let Some(trace) = trace(change, &body, known, user)? {
        let id = row_id(asked.at, asked.id, "trace", 0);
        work.put(row(id, TRACE, id, Bucket::User(user), trace.into_body(), asked.stamp()))?;
    }
    if change.kind == ENROLLED {
        enrolled(work, asked, &body)?;
    }
    for sha in super::blobs::named(&body) {
        work.tx.put_blob_ref(&sha, change.rec, user)?;
    }
    work.arrived.push(Need::Record(change.rec));
    Ok(Outcome::Applied)
}

/// The event's values: committed ones stand open where they fit their commitment. Says whether all fit.
fn opened(kind: &Kind, change: &Change) -> (Body, bool) {
    let mut body = change.patch.clone();
    let mut honest = true;
    for (field, opened) in &change.open {
        let committed = kind.field(*field).is_some_and(|f| f.committed);
        let said = change.patch.get(field) == Some(&Val::Bytes(commitment(*field, opened).to_vec()));
        if committed && said {
            body.insert(*field, opened.value.clone());
        } else {
            honest = false;
        }
    }
    (body, honest)
}

/// The record that the event belongs to, at the end of its `same_as`.
fn parent(work: &mut Work, rec: Uuid, root: Uuid) -> Result<Option<Rec>> {
    let mut seen = vec![rec];
    let mut id = root;
    let mut found = None;
    while !seen.contains(&id) {
        seen.push(id);
        let Some(rec) = work.rec(id)?.cloned() else { break };
        let next = same_as(&body_of(&rec)?);
        found = Some(rec);
        match next {
            Some(next) => id = next,
            None => break,
        }
    }
    Ok(found)
}

fn may(work: &Work, asked: &Asked, root: Uuid, bucket: Bucket) -> Result<bool> {
    let grants = asked.grants(work)?;
    let then = work.tx.home_at(root, asked.permitted_at)?;
    Ok(bucket == Bucket::User(asked.op.actor)
        || grants.allow(bucket, Verb::Put)
        || then.is_some_and(|home| grants.allow(home, Verb::Put)))
}

/// Whether an event is about a record that was purged: only its link is kept.
pub fn is_purged(work: &mut Work, change: &Change) -> Result<bool> {
    match change.named_root() {
        Some(root) => Ok(work.rec(root)?.is_none() && work.tx.is_tombstone(root)?),
        None => Ok(false),
    }
}

/// Where a refused create would have put its record; none where there is no such, or it belongs to another.
pub fn refused_home(work: &Work, id: Uuid) -> Result<Option<Bucket>> {
    let Some(op) = work.tx.refused(id)? else { return Ok(None) };
    let Some(rec) = work.tx.op_by_id(op)? else { return Ok(None) };
    let create = kept(work.tx, &rec)?.and_then(|op| op.changes.into_iter().find(|c| c.rec == id && c.new));
    Ok(create.and_then(|c| rules::home(registry::kind(c.kind)?, id, &c.patch, None, rec.actor)))
}

/// The verdict of an orphan whose record has come: that one says at last where her rights had to be. Those of the event's
/// time count, and those of now, as for whatever waited.
pub fn came_home(work: &Work, verdict: &mut Rec) -> Result<()> {
    let mut row = Verdict::of(&body_of(verdict)?);
    let flags = row.flags.clone().unwrap_or_default();
    let Some(rights_at) = row.rights_at.filter(|_| !flags.contains("unauthorised")) else { return Ok(()) };
    let Some(actor) = work.tx.op_by_id(verdict.by.op)?.map(|op| op.actor) else { return Ok(()) };
    let then = work.tx.home_at(verdict.root, rights_at as u64)?;
    let mut grants = work.tx.grants_at(actor, rights_at as u64)?;
    grants.extend(work.tx.grants_at(actor, work.now)?);
    let grants = Grants(grants);
    if [Some(verdict.bucket), then].into_iter().flatten().any(|home| grants.allow(home, Verb::Put)) {
        return Ok(());
    }
    row.flags =
        Some([flags.as_str(), "unauthorised"].into_iter().filter(|f| !f.is_empty()).collect::<Vec<_>>().join(","));
    *verdict = news::row(verdict.id, VERDICT, verdict.root, verdict.bucket, row.into_body(), verdict.by);
    Ok(())
}

fn verdict(
    work: &mut Work,
    asked: &Asked,
    root: Uuid,
    bucket: Bucket,
    hash: &[u8; 32],
    flags: &[&str],
    rights_at: Option<u64>,
) -> Result<()> {
    let body = Verdict {
        customer: Some(root),
        event: Some(asked.op.changes[0].rec),
        hash: Some(hash.to_vec()),
        received_at: Some(work.now as i64),
        sig: Some(chain::receipt(work, hash)),
        flags: Some(flags.join(",")),
        rights_at: rights_at.map(|at| at as i64),
    };
    let id = row_id(asked.at, asked.id, "verdict", 0);
    work.put(row(id, VERDICT, root, bucket, body.into_body(), asked.stamp()))
}

/// What an arrival or a departure leaves in its author's own bucket.
fn trace(change: &Change, body: &Body, parent: Option<(&Rec, &Body)>, by: Uuid) -> Result<Option<Trace>> {
    let Some(traced) = registry::trace(change.kind, body, parent.map(|(_, body)| body)) else { return Ok(None) };
    let label = parent.map(|(rec, _)| label(rec)).transpose()?;
    Ok(Some(Trace { label, event: Some(change.rec), by: Some(by), ..traced }))
}

/// A device that forked names the one that it was: its line goes on, and so does its clock for permissions.
fn enrolled(work: &mut Work, asked: &Asked, body: &Body) -> Result<()> {
    let Some(was) = Enrolled::of(body).was.filter(|was| *was != asked.dev) else { return Ok(()) };
    let Some(user) = work.device(asked.dev)?.map(|d| d.user) else { return Ok(()) };
    let Some(old) = work.device(was)?.filter(|d| d.user == user).map(|d| d.last_op_at) else { return Ok(()) };
    if let Some(device) = work.device(asked.dev)?.filter(|d| d.was.is_none()) {
        device.was = Some(was);
        device.last_op_at = device.last_op_at.min(old);
    }
    Ok(())
}
