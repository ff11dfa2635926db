//! Judges one op on mutable records: apply, refuse or let wait (SYNC 2.1, 2.2). Reads only; [`super::settle`] writes.
use super::administration;
use super::store::{OpRec, Rec, StoreError, Tx};
use super::waiting::{Decisions, Need};
use super::work::{Work, held};
use crm_domain::bucket::{Bucket, Grants, Verb};
use crm_domain::ids::{OpId, Uuid};
use crm_domain::kind::{Class, Kind, same_as};
use crm_domain::merge::{Held, Known, Merged, Stamp, merge};
use crm_domain::mutants::{self, Mutant};
use crm_domain::op::{Change, Op};
use crm_domain::registry;
use crm_domain::rules::{self, Actor, Admission, Code, Why};
use crm_domain::val::{Body, Val};
use crm_domain::waiting::desk_of;
use std::cell::RefCell;
use std::collections::BTreeMap;

pub enum Judgement {
    Apply(Vec<Applied>),
    Reject(Code, Option<OpId>),
    /// What it lacks, and the desk where it is decided.
    Wait(Why, Need, Bucket),
}

/// One record as an op leaves it.
pub struct Applied {
    pub before: Option<(Rec, Held)>,
    pub after: Rec,
    pub merged: Merged,
    /// Its place among the op's changes.
    pub change: usize,
}

/// An op and what the ledger has found out about it.
pub struct Asked<'a> {
    pub op: &'a Op,
    pub bytes: &'a [u8],
    pub id: OpId,
    pub dev: Uuid,
    pub n: u64,
    /// Effective time.
    pub at: u64,
    /// The op's time for permissions.
    pub permitted_at: u64,
    /// Since when it waits, where it does: only ops that came earlier can be in its way, and what was granted since counts.
    pub since: Option<u64>,
}

type Result<T> = std::result::Result<T, StoreError>;

enum Stop {
    Reject(Code, Option<OpId>),
    Wait(Why, Need, Bucket),
    Failed(StoreError),
}

impl Stop {
    /// Something is missing that is no grid's own: administrators see it.
    fn admins(why: Why, need: Need) -> Self {
        Stop::Wait(why, need, Bucket::OrgAdmin)
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Stop::Failed(error)
    }
}

impl Asked<'_> {
    pub fn stamp(&self) -> Stamp {
        Stamp { at: self.at, op: self.id }
    }

    /// Grants that count for it.
    pub fn grants(&self, work: &Work) -> Result<Grants> {
        let mut grants = work.tx.grants_at(self.op.actor, self.permitted_at)?;
        if self.since.is_some() {
            grants.extend(work.tx.grants_at(self.op.actor, work.now)?);
        }
        Ok(Grants(grants))
    }
}

/// The records that an op names, and their roots as far as the op says them.
pub fn touches(op: &Op) -> Vec<Uuid> {
    let mut ids: Vec<Uuid> = op.changes.iter().map(|c| c.rec).collect();
    ids.extend(op.changes.iter().filter_map(Change::named_root));
    ids.sort_unstable();
    ids.dedup();
    ids
}

pub fn judge(work: &mut Work, asked: &Asked) -> Result<Judgement> {
    match judged(work, asked) {
        Ok(applied) => Ok(Judgement::Apply(applied)),
        Err(Stop::Reject(code, on)) => Ok(Judgement::Reject(code, on)),
        Err(Stop::Wait(why, need, desk)) => match Decisions::of(work.tx, asked.id)?.at(desk) {
            Some(false) => Ok(Judgement::Reject(Code::NotAllowed, None)),
            _ => Ok(Judgement::Wait(why, need, desk)),
        },
        Err(Stop::Failed(error)) => Err(error),
    }
}

fn judged(work: &mut Work, asked: &Asked) -> std::result::Result<Vec<Applied>, Stop> {
    let op = asked.op;
    if work.device(asked.dev)?.is_some_and(|d| d.user != op.actor) {
        return Err(Stop::Reject(Code::NotAllowed, None));
    }
    for change in &op.changes {
        let Some(kind) = registry::kind(change.kind) else {
            return Err(Stop::admins(Why::UnknownKind, Need::Kind(change.kind)));
        };
        if change.patch.values().any(Val::is_newer_form) {
            return Err(Stop::admins(Why::Undecodable, Need::Newer));
        }
        // Among other changes it would get neither link nor receipt.
        if kind.class == Class::B && op.changes.len() > 1 {
            return Err(Stop::Reject(Code::Malformed, None));
        }
    }
    for change in &op.changes {
        if work.tx.is_tombstone(change.rec)? {
            return Err(Stop::Reject(Code::Purged, None));
        }
    }
    work.load(touches(op))?;
    refused_before(work, asked)?;
    behind(work, asked)?;
    let actor = Actor { user: op.actor, grants: asked.grants(work)? };
    let mut own: BTreeMap<Uuid, Rec> = BTreeMap::new();
    let mut applied = Vec::with_capacity(op.changes.len());
    for i in 0..op.changes.len() {
        if i > 0 && mutants::is(Mutant::HalfAnOp) {
            break;
        }
        let one = one(work, asked, i, &actor, &own)?;
        own.insert(one.after.id, one.after.clone());
        applied.push(one);
    }
    Ok(applied)
}

/// What builds on a refused create is refused with it. Creating it again (a retry) is judged by itself. Somebody else who
/// has no right there is told no more of it than of a record that stands.
fn refused_before(work: &mut Work, asked: &Asked) -> std::result::Result<(), Stop> {
    let op = asked.op;
    if mutants::is(Mutant::DependentTaken) {
        return Ok(());
    }
    let new: Vec<Uuid> = op.changes.iter().filter(|c| c.new).map(|c| c.rec).collect();
    for change in &op.changes {
        for id in std::iter::once(change.rec).chain(change.named_root()) {
            if !new.contains(&id)
                && work.rec(id)?.is_none()
                && let Some(refused) = work.tx.refused(id)?
            {
                let hers = work.tx.op_by_id(refused)?.is_none_or(|of| of.actor == op.actor);
                if !hers && let Some(home) = super::event::refused_home(work, id)? {
                    let actor = Actor { user: op.actor, grants: asked.grants(work)? };
                    if !rules::may(&actor, None, home) {
                        decided(work.tx, asked, &actor, None, home)?;
                    }
                }
                return Err(Stop::Reject(Code::DependsOnRefused, Some(refused)));
            }
        }
    }
    Ok(())
}

/// An op waits behind an earlier one of its device's line that waits on the same records, and behind any that it builds on.
fn behind(work: &mut Work, asked: &Asked) -> std::result::Result<(), Stop> {
    for change in &asked.op.changes {
        let removed = change.patch.values().flat_map(|val| match val {
            Val::Set(patch) => patch.remove.iter().map(|(_, op)| *op).collect(),
            _ => Vec::new(),
        });
        for base in change.base.values().copied().chain(removed) {
            if base != asked.id && work.tx.waiting(base)?.is_some() {
                return Err(Stop::admins(Why::BehindAnother, Need::Op(base)));
            }
        }
    }
    let mut touched = touches(asked.op);
    for change in &asked.op.changes {
        touched.extend(work.rec(change.rec)?.map(|r| r.root));
    }
    touched.sort_unstable();
    touched.dedup();
    let earlier = work.tx.waiting_on(&touched)?;
    if earlier.is_empty() {
        return Ok(());
    }
    let line = work.lineage(asked.dev)?;
    let mine = (asked.since.unwrap_or(work.now), asked.n);
    match earlier.iter().find(|w| w.op != asked.id && (w.since, w.n) < mine && line.contains(&w.dev)) {
        Some(w) => Err(Stop::admins(Why::BehindAnother, Need::Op(w.op))),
        None => Ok(()),
    }
}

fn one(
    work: &mut Work,
    asked: &Asked,
    index: usize,
    actor: &Actor,
    own: &BTreeMap<Uuid, Rec>,
) -> std::result::Result<Applied, Stop> {
    let change = &asked.op.changes[index];
    let kind = registry::kind(change.kind).ok_or(Stop::admins(Why::UnknownKind, Need::Kind(change.kind)))?;
    let before = match work.rec(change.rec)?.cloned() {
        None if !change.new => return Err(Stop::admins(Why::UnknownRecord, Need::Record(change.rec))),
        None => None,
        Some(rec) if rec.kind != change.kind => return Err(Stop::Reject(Code::Malformed, None)),
        Some(rec) => {
            let held = held(&rec)?;
            Some((rec, held))
        }
    };
    let change = &resolved(work.tx, change)?;
    let merged = merged(work.tx, kind, before.as_ref().map(|(_, held)| held), change, asked.stamp())?;
    let body = &merged.after.body;
    let root = kind.root_of(change.rec, body);
    let parent = parent_of(work, change.rec, root, own)?;
    let parent_body = parent.as_ref().map(body_of).transpose()?;
    let author = match before.as_ref().map(|(rec, _)| rec.bucket) {
        // What lives with a person stays with her, whoever edits it.
        Some(Bucket::User(user)) => user,
        _ => actor.user,
    };
    let home = match same_as(body) {
        Some(target) => match end_of(work, change.rec, target, own)? {
            end if end.kind == change.kind => Some(end.bucket),
            _ => return Err(Stop::Reject(Code::Malformed, None)),
        },
        None => rules::home(kind, change.rec, body, parent_body.as_ref(), author),
    };
    let home = home.ok_or(Stop::Reject(Code::Malformed, None))?;
    let mut after = Rec::of(change.rec, change.kind, root, home, &merged.after);
    if let Some((rec, _)) = &before {
        (after.seq, after.digest) = (rec.seq, rec.digest);
    }
    let from = before.as_ref().map(|(rec, _)| rec);
    if !may(work, asked, actor, from, &after, parent.as_ref())? {
        decided(work.tx, asked, actor, from.map(|rec| rec.bucket), after.bucket)?;
    }
    let view = Admission {
        change,
        before: before.as_ref().map(|(_, held)| &held.body),
        after: body,
        parent: parent_body.as_ref(),
        actor,
        at: asked.at,
    };
    rules::admit(kind, &view).map_err(|code| Stop::Reject(code, None))?;
    administration::admit(work.tx, kind, change.rec, view.before, body)?
        .map_or(Ok(()), |code| Err(Stop::Reject(code, None)))?;
    Ok(Applied { before, after, merged, change: index })
}

/// She may who held the grant where the record lived at the op's time (SYNC 2.3); for what waited, who holds it now where
/// the record lives now will do as well. What was granted since counts for no place that the record has left.
fn may(
    work: &Work,
    asked: &Asked,
    actor: &Actor,
    before: Option<&Rec>,
    after: &Rec,
    parent: Option<&Rec>,
) -> Result<bool> {
    let current = before.map(|rec| rec.bucket);
    if mutants::is(Mutant::RightsUnchecked) {
        return Ok(true);
    }
    // A new child counts where its root lived; a new root has lived nowhere yet.
    let lived = current.or(parent.map(|p| p.bucket));
    let then = match lived {
        Some(_) => work.tx.home_at(after.root, asked.permitted_at)?,
        None => None,
    };
    let Some((lived, then)) = lived.zip(then) else { return Ok(rules::may(actor, current, after.bucket)) };
    let with =
        |at: u64| Ok::<_, StoreError>(Actor { user: actor.user, grants: Grants(work.tx.grants_at(actor.user, at)?) });
    if asked.since.is_some() && rules::may(&with(work.now)?, current, after.bucket) {
        return Ok(true);
    }
    let at_the_time = with(asked.permitted_at)?;
    if after.bucket == lived {
        return Ok(rules::may(&at_the_time, before.map(|_| then), then));
    }
    let lets_go = before.is_none() || at_the_time.grants.allow(then, Verb::Write) || then == Bucket::User(actor.user);
    Ok(lets_go && rules::may(actor, None, after.bucket))
}

/// What she may not do herself: those may let it through on whose desk it comes to lie.
fn decided(
    tx: &dyn Tx,
    asked: &Asked,
    actor: &Actor,
    from: Option<Bucket>,
    to: Bucket,
) -> std::result::Result<(), Stop> {
    let decisions = Decisions::of(tx, asked.id)?;
    let lent = decisions.lend(actor);
    let actor = lent.as_ref().unwrap_or(actor);
    if lent.is_some() && rules::may(actor, from, to) || decisions.at(Bucket::OrgAdmin) == Some(true) {
        return Ok(());
    }
    let comes_in = actor.grants.allow(to, if from == Some(to) { Verb::Write } else { Verb::Put });
    let lacks = if comes_in { from.unwrap_or(to) } else { to };
    Err(Stop::Wait(Why::NoGrant, Need::Grant(actor.user), desk_of(lacks)))
}

/// The record that `root` names, followed to the end of its `same_as`; none where the record is its own root.
fn parent_of(
    work: &mut Work,
    rec: Uuid,
    root: Uuid,
    own: &BTreeMap<Uuid, Rec>,
) -> std::result::Result<Option<Rec>, Stop> {
    if root == rec {
        return Ok(None);
    }
    let parent = look(work, root, own)?;
    match parent.as_ref().map(body_of).transpose()?.as_ref().and_then(same_as) {
        Some(target) => Ok(Some(end_of(work, root, target, own)?)),
        None if parent.is_none() && work.tx.is_tombstone(root)? => Err(Stop::Reject(Code::Purged, None)),
        None if parent.is_none() => Err(Stop::admins(Why::UnknownRecord, Need::Record(root))),
        None => Ok(parent),
    }
}

/// Where a chain of `same_as` ends. A circle is refused.
fn end_of(work: &mut Work, from: Uuid, target: Uuid, own: &BTreeMap<Uuid, Rec>) -> std::result::Result<Rec, Stop> {
    let mut seen = vec![from];
    let mut id = target;
    loop {
        if seen.contains(&id) {
            return Err(Stop::Reject(Code::MergedAlready, None));
        }
        seen.push(id);
        let rec = match look(work, id, own)? {
            Some(rec) => rec,
            None if work.tx.is_tombstone(id)? => return Err(Stop::Reject(Code::Purged, None)),
            None => return Err(Stop::admins(Why::UnknownRecord, Need::Record(id))),
        };
        match same_as(&body_of(&rec)?) {
            Some(next) => id = next,
            None => return Ok(rec),
        }
    }
}

fn look(work: &mut Work, id: Uuid, own: &BTreeMap<Uuid, Rec>) -> Result<Option<Rec>> {
    match own.get(&id) {
        Some(rec) => Ok(Some(rec.clone())),
        None => Ok(work.rec(id)?.cloned()),
    }
}

pub fn body_of(rec: &Rec) -> Result<Body> {
    crm_domain::val::decode_body(&rec.body).map_err(|e| StoreError(format!("a stored body: {e}")))
}

/// The op itself, while its bytes are kept and can be read.
pub fn kept(tx: &dyn Tx, op: &OpRec) -> Result<Option<Op>> {
    Ok(tx.op_body(op.cause, op.part)?.and_then(|bytes| Op::from_bytes(&bytes).ok()))
}

/// A base that names a refused op stands for that op's own base: the author saw what she based it on.
fn resolved(tx: &dyn Tx, change: &Change) -> Result<Change> {
    let mut change = change.clone();
    for field in change.base.keys().copied().collect::<Vec<_>>() {
        while let Some(base) = change.base.get(&field).copied() {
            let Some(op) = tx.op_by_id(base)? else { break };
            if !matches!(op.outcome, crm_protocol::Outcome::Rejected { .. }) {
                break;
            }
            let earlier = kept(tx, &op)?.and_then(|op| {
                let same = op.changes.into_iter().find(|c| c.rec == change.rec)?;
                same.base.get(&field).copied()
            });
            match earlier {
                Some(earlier) if earlier != base => change.base.insert(field, earlier),
                _ => change.base.remove(&field),
            };
        }
    }
    Ok(change)
}

fn merged(tx: &dyn Tx, kind: &Kind, before: Option<&Held>, change: &Change, stamp: Stamp) -> Result<Merged> {
    let known = Ledgered { tx, rec: change.rec, failed: RefCell::new(None) };
    let mut merged = merge(kind, before, change, stamp, &known);
    if mutants::is(Mutant::UnknownFieldDropped) {
        merged.after.body.retain(|field, _| kind.field(*field).is_some());
        merged.after.stamps.retain(|(field, _), _| kind.field(*field).is_some());
    }
    match known.failed.into_inner() {
        Some(error) => Err(error),
        None => Ok(merged),
    }
}

/// What the ledger knows of other ops, asked while merging.
struct Ledgered<'a> {
    tx: &'a dyn Tx,
    rec: Uuid,
    failed: RefCell<Option<StoreError>>,
}

impl Ledgered<'_> {
    fn or_false(&self, answer: Result<bool>) -> bool {
        answer.unwrap_or_else(|error| {
            *self.failed.borrow_mut() = Some(error);
            false
        })
    }
}

impl Known for Ledgered<'_> {
    fn op(&self, id: OpId) -> bool {
        self.or_false(self.tx.op_by_id(id).map(|op| op.is_some()))
    }

    fn creates(&self, id: OpId) -> bool {
        let creates = || {
            let Some(op) = self.tx.op_by_id(id)? else { return Ok(false) };
            Ok(kept(self.tx, &op)?.is_some_and(|op| op.changes.iter().any(|c| c.new && c.rec == self.rec)))
        };
        self.or_false(creates())
    }

    fn dominated(&self, field: u16, op: OpId) -> bool {
        self.or_false(self.tx.is_dominated(self.rec, field, op))
    }
}
