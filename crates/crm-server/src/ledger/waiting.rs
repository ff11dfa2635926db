//! Ops that wait: for a grant, a record, a kind, their device, or one another. What arrives lets them through in order,
//! with their original bases (SYNC 2.2).
use super::judge::{Asked, Judgement, judge, touches};
use super::store::{Decided, StoreError, Tx, Waiting};
use super::work::Work;
use super::{Caller, Ledger, LedgerError, news, settle};
use crate::failpoint::{Point, reached};
use crm_domain::bucket::{Bucket, Verb};
use crm_domain::ids::{OpId, Uuid};
use crm_domain::mutants::{self, Mutant};
use crm_domain::op::Op;
use crm_domain::registry;
use crm_domain::rules::{Actor, Code, Why};
use crm_protocol::Outcome;

/// What a waiting op lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Any new grant of this person may do.
    Grant(Uuid),
    Record(Uuid),
    Kind(u16),
    Device(Uuid),
    Person(Uuid),
    /// The op before it.
    Op(OpId),
    /// A newer server, or a person: the bytes, or a patch's form, cannot be read.
    Newer,
}

impl Need {
    pub fn bytes(self) -> Vec<u8> {
        let (tag, rest) = match self {
            Need::Grant(id) => (b'g', id.as_bytes().to_vec()),
            Need::Record(id) => (b'r', id.as_bytes().to_vec()),
            Need::Kind(number) => (b'k', number.to_be_bytes().to_vec()),
            Need::Device(id) => (b'd', id.as_bytes().to_vec()),
            Need::Person(id) => (b'p', id.as_bytes().to_vec()),
            Need::Op(op) => (b'o', op.to_be_bytes().to_vec()),
            Need::Newer => (b'x', Vec::new()),
        };
        [vec![tag], rest].concat()
    }
}

/// What was decided about an op, so far.
pub struct Decisions(Vec<Decided>);

impl Decisions {
    pub fn of(tx: &dyn Tx, op: OpId) -> Result<Self, StoreError> {
        Ok(Self(tx.decisions(op)?))
    }

    /// What holds for an op that would wait at `desk`; administrators decide for every desk.
    pub fn at(&self, desk: Bucket) -> Option<bool> {
        let of = |desk: Bucket| self.0.iter().find(|d| d.desk == desk).map(|d| d.allow);
        of(desk).or_else(|| of(Bucket::OrgAdmin))
    }

    /// Who let it through, or refused it.
    pub fn by(&self, allow: bool) -> Option<Uuid> {
        self.0.iter().find(|d| d.allow == allow).map(|d| d.by)
    }

    /// The grants of `actor` with those that were decided for this one op; none where nothing was let through.
    pub fn lend(&self, actor: &Actor) -> Option<Actor> {
        let mut lent = actor.clone();
        if mutants::is(Mutant::AnyDeskWillDo) && self.0.iter().any(|d| d.allow) {
            lent.grants.0.push((Bucket::AllGrids, Verb::Write));
        }
        for decided in self.0.iter().filter(|d| d.allow) {
            let buckets: &[Bucket] = match decided.desk {
                Bucket::GridLead(grid) => &[Bucket::Grid(grid), Bucket::GridLead(grid), Bucket::Pool(grid)],
                _ => &[],
            };
            lent.grants.0.extend(buckets.iter().map(|bucket| (*bucket, Verb::Write)));
        }
        (lent.grants.0.len() > actor.grants.0.len()).then_some(lent)
    }
}

/// Writes an op down as waiting, and lays it before those who may decide.
pub fn park(work: &mut Work, asked: &Asked, why: Why, need: Need, desk: Bucket) -> Result<(), StoreError> {
    let mut touched = touches(asked.op);
    for change in &asked.op.changes {
        touched.extend(work.rec(change.rec)?.map(|r| r.root));
    }
    touched.sort_unstable();
    touched.dedup();
    work.tx.put_waiting(&Waiting {
        op: asked.id,
        cause: asked.op.cause,
        part: asked.op.part,
        dev: asked.dev,
        user: asked.op.actor,
        why: why as u16,
        needs: need.bytes(),
        since: asked.since.unwrap_or(work.now),
        n: asked.n,
        permitted_at: asked.permitted_at,
        touches: touched,
    })?;
    reached(Point::WaitingPut);
    news::laid_on_desk(work, asked, why, desk)
}

/// Lets through what waited for anything that has arrived, and what that in turn lets through.
pub fn release(work: &mut Work) -> Result<(), StoreError> {
    if mutants::is(Mutant::WaitingForever) {
        work.arrived.clear();
    }
    loop {
        let found = if let Some(op) = work.decided.pop() {
            work.tx.waiting(op)?.into_iter().collect()
        } else if let Some(need) = work.arrived.pop() {
            work.tx.waiting_for(&need.bytes())?
        } else {
            return Ok(());
        };
        for waiting in found {
            // One that was let through meanwhile is gone.
            if work.tx.waiting(waiting.op)?.is_some() {
                again(work, &waiting)?;
            }
        }
    }
}

fn again(work: &mut Work, waiting: &Waiting) -> Result<(), StoreError> {
    let Some(mut stored) = work.tx.op(waiting.cause, waiting.part)? else { return work.tx.drop_waiting(waiting.op) };
    let bytes = work.tx.op_body(waiting.cause, waiting.part)?.unwrap_or_default();
    // What only administrators decide about: bytes that cannot be read, people and devices that may not write.
    let decision = Decisions::of(work.tx, waiting.op)?.at(Bucket::OrgAdmin);
    let read = Op::from_bytes(&bytes);
    let unread = read.is_err();
    let op = read.unwrap_or_else(|_| Op::unread(waiting.cause, waiting.part, waiting.user));
    if unread && decision != Some(false) {
        return Ok(());
    }
    if !unread && waiting.why == Why::Undecodable as u16 {
        // Its clock can be read at last.
        stored.at = stored.at.min(op.hlc >> 16);
    }
    let asked = Asked {
        op: &op,
        bytes: &bytes,
        id: waiting.op,
        dev: waiting.dev,
        n: waiting.n,
        at: stored.at,
        permitted_at: waiting.permitted_at,
        since: Some(waiting.since),
    };
    let judgement = match closed(work, &asked)? {
        _ if unread => Judgement::Reject(Code::NotAllowed, None),
        Some(_) if decision == Some(false) => Judgement::Reject(Code::NotAllowed, None),
        Some((why, need)) if decision.is_none() => Judgement::Wait(why, need, Bucket::OrgAdmin),
        _ if settle::is_event(&op) => {
            stored.outcome = settle::event(work, &asked)?;
            work.tx.drop_waiting(waiting.op)?;
            work.tx.put_op(&stored, None)?;
            return settle::through(work, &asked, true);
        }
        _ => judge(work, &asked)?,
    };
    if let Judgement::Wait(why, need, desk) = judgement {
        stored.outcome = Outcome::Waiting(why as u16);
        work.tx.put_op(&stored, None)?;
        return park(work, &asked, why, need, desk);
    }
    work.tx.drop_waiting(waiting.op)?;
    stored.outcome = settle::settle(work, &asked, judgement)?;
    work.tx.put_op(&stored, None)?;
    let stands = !matches!(stored.outcome, Outcome::Rejected { .. });
    settle::through(work, &asked, stands)
}

/// Whether the device or the person may write at all now.
pub fn closed(work: &mut Work, asked: &Asked) -> Result<Option<(Why, Need)>, StoreError> {
    use super::store::DeviceStatus::Active;
    let user = match work.device(asked.dev)? {
        Some(device) if device.status == Active => device.user,
        _ => return Ok(Some((Why::DeviceRevoked, Need::Device(asked.dev)))),
    };
    if work.tx.person(user)?.is_none_or(|p| !p.active) {
        return Ok(Some((Why::DeviceRevoked, Need::Person(user))));
    }
    Ok(None)
}

impl Ledger {
    /// After an update: ops of kinds that this version knows are judged, and bytes that it may be able to read.
    pub(super) fn retry_newer(&self, now_ms: u64) -> Result<(), LedgerError> {
        let news = self.write(|tx| {
            let mut work = self.work(tx, now_ms);
            for kind in registry::kinds() {
                work.arrived.push(Need::Kind(kind.number));
            }
            work.arrived.push(Need::Newer);
            release(&mut work)?;
            Ok(work.finish()?)
        })?;
        self.publish(&news)
    }

    /// Errors: as of a device that gets no data, and `NotAllowed`.
    pub(super) fn administers(
        &self,
        tx: &dyn super::store::Tx,
        caller: &Caller,
        now_ms: u64,
    ) -> Result<(), LedgerError> {
        super::pull::may_read(tx, caller)?;
        let grants = super::grants_now(tx, caller.user, now_ms)?;
        if grants.allow(crm_domain::bucket::Bucket::OrgAdmin, Verb::Write) {
            Ok(())
        } else {
            Err(LedgerError::NotAllowed)
        }
    }

    pub(super) fn work<'a>(&'a self, tx: &'a dyn super::store::Tx, now_ms: u64) -> Work<'a> {
        Work::new(tx, self.org, &self.signing, now_ms)
    }
}
