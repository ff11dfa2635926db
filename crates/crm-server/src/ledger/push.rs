//! Takes a device's ops in the order of its queue, each once, and answers what became of them (SYNC 2.2).
use super::judge::{Asked, Judgement, judge, touches};
use super::store::{Device, DeviceStatus, OpRec, StoreError, Tx};
use super::waiting::{self, Decisions, Need};
use super::work::{News, Work};
use super::{Caller, GRACE_MS, Ledger, LedgerError, epoch, settle};
use crate::failpoint::{Point, reached};
use crm_domain::bucket::Bucket;
use crm_domain::ids::{OpId, Uuid, op_id};
use crm_domain::mutants::{self, Mutant};
use crm_domain::op::{Op, OpError};
use crm_domain::privacy::ENROLLED;
use crm_domain::rules::{Code, Why};
use crm_protocol::{Outcome, PUSH_BYTES, PUSH_CHANGES, Push, Pushed, Sent, run_hash};
use minicbor::Decode;

/// As much of an op as names it, for ops that this version cannot read.
#[derive(Decode)]
#[cbor(map)]
struct Named {
    #[cbor(n(0), with = "crm_domain::ids::cbor")]
    cause: Uuid,
    #[n(1)]
    part: u32,
}

/// An op as it came: its identity, and its content or why there is none.
struct Read<'a> {
    cause: Uuid,
    part: u32,
    sent: &'a Sent,
    op: std::result::Result<Op, OpError>,
}

impl Read<'_> {
    fn of(sent: &Sent) -> Read<'_> {
        let op = Op::from_bytes(&sent.op);
        let (cause, part) = match &op {
            Ok(op) => (op.cause, op.part),
            Err(_) => match minicbor::decode::<Named>(&sent.op) {
                Ok(named) => (named.cause, named.part),
                // Bytes without a name are named by their hash.
                Err(_) => (crm_domain::ids::derived_id(0, &[b"unread", &sent.op]), 0),
            },
        };
        Read { cause, part, sent, op }
    }

    fn id(&self) -> OpId {
        op_id(self.cause, self.part)
    }
}

/// At most so many places are stepped over at once.
const HOLE: u64 = 100_000;

impl Ledger {
    /// One transaction. Taken ops are durable when this returns.
    ///
    /// Errors: `NotAllowed` (another person's device), `DeviceRevoked` (longer than 30 days), `TooLarge`, `Store`.
    pub fn push(&self, caller: &Caller, push: &Push, now_ms: u64) -> Result<Pushed, LedgerError> {
        let reads: Vec<Read> = push.ops.iter().map(Read::of).collect();
        if push.ops.len() > 1 {
            // A single op is always taken, so that nothing blocks a queue.
            let bytes: usize = push.ops.iter().map(|s| s.op.len()).sum();
            let changes: usize = reads.iter().filter_map(|r| r.op.as_ref().ok()).map(|op| op.changes.len()).sum();
            if bytes > PUSH_BYTES || changes > PUSH_CHANGES {
                return Err(LedgerError::TooLarge);
            }
        }
        if mutants::is(Mutant::AnswerBeforeCommit) && push.first_n.is_multiple_of(5) {
            return self.answer_and_lose(caller, push, &reads, now_ms);
        }
        let (pushed, news) = self.write(|tx| self.take(tx, caller, push, &reads, now_ms))?;
        reached(Point::Unpublished);
        self.publish(&news)?;
        Ok(pushed)
    }

    /// [`Mutant::AnswerBeforeCommit`]: the answer of a transaction that is then rolled back.
    fn answer_and_lose(
        &self,
        caller: &Caller,
        push: &Push,
        reads: &[Read],
        now_ms: u64,
    ) -> Result<Pushed, LedgerError> {
        let answer = std::cell::RefCell::new(None);
        let lost: Result<(), LedgerError> = self.write(|tx| {
            *answer.borrow_mut() = Some(self.take(tx, caller, push, reads, now_ms)?.0);
            Err(LedgerError::NotFound)
        });
        answer.into_inner().ok_or(lost.err().unwrap_or(LedgerError::NotFound))
    }

    fn take(
        &self,
        tx: &dyn Tx,
        caller: &Caller,
        push: &Push,
        reads: &[Read],
        now_ms: u64,
    ) -> Result<(Pushed, News), LedgerError> {
        let mut work = self.work(tx, now_ms);
        reached(Point::DeviceUnlocked);
        if work.device(push.dev)?.is_none() {
            // A queue that came by another road (an export), of a device that this server has never seen.
            work.put_device(Device::new(push.dev, caller.user, now_ms));
        }
        let Some(device) = work.device(push.dev)?.cloned() else { return Err(LedgerError::NotFound) };
        reached(Point::DeviceLocked);
        if device.user != caller.user {
            return Err(LedgerError::NotAllowed);
        }
        // Another device's queue is brought by one that is trusted itself.
        if caller.dev != push.dev && work.device(caller.dev)?.is_none_or(|d| d.status != DeviceStatus::Active) {
            return Err(LedgerError::NotAllowed);
        }
        let mut closed_since = match device.status {
            DeviceStatus::Revoked | DeviceStatus::Lost => Some(device.status_at),
            _ => None,
        };
        if let Some(person) = tx.person(device.user)?.filter(|p| !p.active) {
            closed_since = Some(closed_since.map_or(person.since, |s| s.min(person.since)));
        }
        if closed_since.is_some_and(|since| now_ms > since + GRACE_MS) {
            return Err(LedgerError::DeviceRevoked);
        }
        let ours = epoch(tx)?;
        let mut results = Vec::with_capacity(reads.len());
        if push.epoch == ours {
            work.load(reads.iter().filter_map(|r| r.op.as_ref().ok()).flat_map(touches))?;
            for (i, read) in reads.iter().enumerate() {
                step_over(&mut work, push)?;
                let n = push.first_n.saturating_add(i as u64);
                match place(&mut work, push.dev, n, read)? {
                    Place::Gap => break,
                    Place::Taken => {
                        results.push((n, Outcome::Fork, 0));
                        break;
                    }
                    Place::Held(op) => results.push((n, op.outcome, op.at)),
                    Place::New => {
                        let (outcome, at) = admit(&mut work, push.dev, n, read)?;
                        results.push((n, outcome, at));
                    }
                }
            }
            step_over(&mut work, push)?;
            waiting::release(&mut work)?;
        }
        let expect_n = work.device(push.dev)?.map_or(1, |d| d.last_n + 1);
        let news = work.finish()?;
        Ok((Pushed { epoch: ours, expect_n, results, now_ms }, news))
    }
}

/// What stands at a place of a device's queue.
enum Place {
    New,
    /// This very op is known: at this place, or it came under another number.
    Held(OpRec),
    /// Another op: the device is a clone.
    Taken,
    Gap,
}

fn place(work: &mut Work, dev: Uuid, n: u64, read: &Read) -> Result<Place, StoreError> {
    let last_n = work.device(dev)?.map_or(0, |d| d.last_n);
    if n > last_n + 1 || n == 0 || n > i64::MAX as u64 {
        return Ok(Place::Gap);
    }
    let known = work.tx.op(read.cause, read.part)?;
    let known = known.filter(|_| !mutants::is(Mutant::AppliedTwice));
    if mutants::is(Mutant::ForkUnnoticed)
        && n <= last_n
        && let Some((cause, part)) = work.tx.place(dev, n)?
        && let Some(op) = work.tx.op(cause, part)?
    {
        return Ok(Place::Held(op));
    }
    if n <= last_n {
        match (work.tx.place(dev, n)?, known) {
            (Some(at), Some(op)) if at == (read.cause, read.part) => return Ok(Place::Held(op)),
            (Some(_), _) if mutants::is(Mutant::AppliedTwice) => return Ok(Place::New),
            (Some(_), _) => return Ok(Place::Taken),
            (None, _) if !work.tx.is_hole(dev, n)? => return Ok(Place::Taken),
            // An op that was given up for lost comes after all.
            (None, Some(op)) => {
                work.tx.put_place(dev, n, read.cause, read.part)?;
                return Ok(Place::Held(op));
            }
            (None, None) => return Ok(Place::New),
        }
    }
    match known {
        Some(op) => {
            occupy(work, dev, n, read)?;
            Ok(Place::Held(op))
        }
        None => Ok(Place::New),
    }
}

/// Takes the place and, where it is the next, advances the device's count.
fn occupy(work: &mut Work, dev: Uuid, n: u64, read: &Read) -> Result<(), StoreError> {
    work.tx.put_place(dev, n, read.cause, read.part)?;
    reached(Point::PlacePut);
    if let Some(device) = work.device(dev)?.filter(|d| d.last_n + 1 == n) {
        device.last_n = n;
        device.last_hash = run_hash(&device.last_hash, read.cause, read.part);
    }
    Ok(())
}

/// Steps over holes that the device's journal has.
fn step_over(work: &mut Work, push: &Push) -> Result<(), StoreError> {
    for (from, to) in &push.lost {
        let Some(device) = work.device(push.dev)? else { return Ok(()) };
        let next = device.last_n + 1;
        if *from > next || *to < next || to - next > HOLE {
            continue;
        }
        for _ in next..=*to {
            device.last_hash = run_hash(&device.last_hash, Uuid::nil(), 0);
        }
        device.last_n = *to;
        work.tx.put_hole(push.dev, next, *to)?;
    }
    Ok(())
}

fn admit(work: &mut Work, dev: Uuid, n: u64, read: &Read) -> Result<(Outcome, u64), StoreError> {
    occupy(work, dev, n, read)?;
    let now = work.now;
    let op = match &read.op {
        Ok(op) => op,
        Err(error) => return unread(work, dev, n, read, *error),
    };
    let mut at = (op.hlc >> 16).min(now);
    if read.sent.first_sent > 0 {
        at = at.min(read.sent.first_sent);
    }
    at = at.min(read.sent.effective.unwrap_or(at));
    let last = work.device(dev)?.map_or(0, |d| d.last_op_at);
    let permitted_at = if mutants::is(Mutant::ClockRegainsGrant) { at } else { at.max(last).min(now) };
    let asked = Asked { op, bytes: &read.sent.op, id: read.id(), dev, n, at, permitted_at, since: None };
    let judgement = match waiting::closed(work, &asked)? {
        Some((why, need)) => Some(match Decisions::of(work.tx, asked.id)?.at(Bucket::OrgAdmin) {
            Some(true) => return take_in(work, &asked),
            Some(false) => Judgement::Reject(Code::NotAllowed, None),
            None => Judgement::Wait(why, need, Bucket::OrgAdmin),
        }),
        None => None,
    };
    match judgement {
        None => take_in(work, &asked),
        Some(judgement) => {
            let outcome = settle::settle(work, &asked, judgement)?;
            keep(work, &asked, outcome)
        }
    }
}

fn take_in(work: &mut Work, asked: &Asked) -> Result<(Outcome, u64), StoreError> {
    let outcome = if settle::is_event(asked.op) {
        settle::event(work, asked)?
    } else {
        let judgement = judge(work, asked)?;
        settle::settle(work, asked, judgement)?
    };
    // What names a fork's key comes before what the old device had not sent yet, and is younger.
    let names_key = asked.op.changes.iter().any(|c| c.kind == ENROLLED);
    if !matches!(outcome, Outcome::Rejected { .. } | Outcome::Waiting(_))
        && !names_key
        && let Some(device) = work.device(asked.dev)?
    {
        device.last_op_at = device.last_op_at.max(asked.permitted_at);
    }
    keep(work, asked, outcome)
}

fn keep(work: &mut Work, asked: &Asked, outcome: Outcome) -> Result<(Outcome, u64), StoreError> {
    let op = asked.op;
    let (cause, part, id, actor) = (op.cause, op.part, asked.id, op.actor);
    let rec = OpRec { cause, part, id, actor, dev: asked.dev, n: asked.n, outcome, at: asked.at };
    // Of what was purged nothing is kept that comes later.
    let refused = matches!(outcome, Outcome::Rejected { code, .. } if code == Code::Purged as u16);
    let purged = refused || settle::is_event(op) && settle::is_purged(work, &op.changes[0])?;
    work.tx.put_op(&rec, Some(asked.bytes).filter(|_| !purged))?;
    reached(Point::OpPut);
    Ok((outcome, asked.at))
}

/// Bytes that are no op for this version: too large ones are refused, others kept raw until somebody can read them.
fn unread(work: &mut Work, dev: Uuid, n: u64, read: &Read, error: OpError) -> Result<(Outcome, u64), StoreError> {
    let actor = work.device(dev)?.map(|d| d.user).unwrap_or_default();
    let empty = Op::unread(read.cause, read.part, actor);
    let asked = Asked {
        op: &empty,
        bytes: &read.sent.op,
        id: read.id(),
        dev,
        n,
        at: work.now,
        permitted_at: work.now,
        since: None,
    };
    let judgement = match error {
        OpError::TooLarge => Judgement::Reject(Code::TooLarge, None),
        OpError::RecordTwice => Judgement::Reject(Code::Malformed, None),
        OpError::Malformed => Judgement::Wait(Why::Undecodable, Need::Newer, Bucket::OrgAdmin),
    };
    let outcome = settle::settle(work, &asked, judgement)?;
    keep(work, &asked, outcome)
}
