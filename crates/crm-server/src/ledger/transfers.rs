//! Transfers at work: all customers of a grid to another, some hundred in a transaction, each step a few ops in the name of
//! whoever asked. What is done stands in the transfer's own row, so that any step may be the last one before a crash.
use super::judge::{Asked, Judgement, judge};
use super::store::{OpRec, Rec};
use super::work::{News, Work, held};
use super::{Ledger, LedgerError, settle};
use crm_domain::bucket::Bucket;
use crm_domain::command::Patch;
use crm_domain::ids::{OpId, Uuid};
use crm_domain::merge::Stamp;
use crm_domain::op::{Change, MAX_CHANGES, Op};
use crm_domain::rules::Code;
use crm_domain::transfers::{MOVED, PLACE, TRANSFER, Transfer, standing_in, transfer};
use crm_domain::val::Val;
use std::collections::BTreeMap;

/// Customers moved in one transaction (SYNC 3).
const STEP: usize = 500;

impl Ledger {
    /// One step of the oldest transfer that is open; how many customers it moved. None: no transfer is open.
    pub fn transfer_step(&self, now_ms: u64) -> Result<Option<usize>, LedgerError> {
        self.warm()?;
        let Some((id, candidates)) = self.next_transfer() else { return Ok(None) };
        let (moved, news) = self.write(|tx| self.step(self.work(tx, now_ms), id, &candidates))?;
        self.publish(&news)?;
        Ok(Some(moved))
    }

    /// The oldest open transfer, and who stands in the grid that it empties.
    fn next_transfer(&self) -> Option<(Uuid, Vec<Uuid>)> {
        let slot = self.book.read().ok()?;
        let book = slot.as_ref()?;
        let open = book.transfers.iter().filter(|(_, row)| row.is_open());
        let (id, row) = open.min_by_key(|(id, row)| (row.at, **id))?;
        Some((*id, standing_in(book, row.from)))
    }

    fn step(&self, mut work: Work, id: Uuid, candidates: &[Uuid]) -> Result<(usize, News), LedgerError> {
        let Some(rec) = work.rec(id)?.filter(|rec| rec.kind == TRANSFER).cloned() else {
            return Ok((0, work.finish()?));
        };
        let mut standing = held(&rec)?;
        let mut row = Transfer::of(&standing.body);
        let asked_at = standing.stamps.get(&(transfer::from, None)).map_or(0, |stamp| stamp.at);
        let (Some(to), true) = (row.to, row.is_open()) else { return Ok((0, work.finish()?)) };
        let mut some = Vec::new();
        let mut left = candidates;
        while some.len() < STEP && !left.is_empty() {
            let (next, rest) = left.split_at(left.len().min(STEP));
            left = rest;
            work.load(next.iter().copied())?;
            for customer in next {
                some.extend(stands(&mut work, *customer, &row, asked_at)?);
            }
        }
        // What a block had beyond a step is found again by the next one.
        let is_last = left.is_empty() && some.len() <= STEP;
        some.truncate(STEP);
        let mut moved = 0;
        let mut stamp = rec.by;
        for block in some.chunks(MAX_CHANGES) {
            let part = (row.moved.unwrap_or(0) as usize + moved) as u32;
            match moves(&mut work, id, part, row.by.unwrap_or_default(), to, block)? {
                Ok(by) => stamp = by,
                Err(code) => {
                    row.failed = Some(code as i64);
                    break;
                }
            }
            moved += block.len();
        }
        row.moved = Some(row.moved.unwrap_or(0) + moved as i64);
        if is_last && row.failed.is_none() {
            row.finished_at = Some(work.now as i64);
        }
        for (field, value) in
            [(transfer::moved, row.moved), (transfer::finished_at, row.finished_at), (transfer::failed, row.failed)]
        {
            if let Some(value) = value {
                standing.body.insert(field, Val::Int(value));
                standing.stamps.insert((field, None), stamp);
            }
        }
        work.put(Rec::of(rec.id, rec.kind, rec.root, rec.bucket, &standing))?;
        Ok((moved, work.finish()?))
    }
}

/// A customer that the transfer moves, with the op that put her where she is: one that stood there when it was asked for,
/// and for a way back one that the other transfer put there.
fn stands(work: &mut Work, id: Uuid, row: &Transfer, asked_at: u64) -> Result<Option<(Uuid, OpId)>, LedgerError> {
    let Some(rec) = work.rec(id)?.filter(|rec| rec.kind == MOVED) else { return Ok(None) };
    if row.from.map(Bucket::Grid) != Some(rec.bucket) {
        return Ok(None);
    }
    let Some(put) = held(rec)?.stamps.get(&(PLACE, None)).copied() else { return Ok(None) };
    let meant = match row.undoes {
        Some(undone) => work.tx.op_by_id(put.op)?.is_some_and(|op| op.cause == undone),
        None => put.at <= asked_at,
    };
    Ok(meant.then_some((id, put.op)))
}

/// One op that moves these, as if whoever asked did it now; or why not.
fn moves(
    work: &mut Work,
    transfer: Uuid,
    part: u32,
    by: Uuid,
    to: Uuid,
    customers: &[(Uuid, OpId)],
) -> Result<Result<Stamp, Code>, LedgerError> {
    let change = |(rec, put): &(Uuid, OpId)| Change {
        kind: MOVED,
        rec: *rec,
        new: false,
        yields: false,
        patch: Patch::new().set(PLACE, to).done(),
        base: BTreeMap::from([(PLACE, *put)]),
        open: BTreeMap::new(),
    };
    let changes = customers.iter().map(change).collect();
    let op = Op { cause: transfer, part, hlc: work.now << 16, actor: by, app: 0, changes, link: None };
    let (bytes, dev) = (op.to_bytes(), Uuid::nil());
    let now = work.now;
    let asked = Asked { op: &op, bytes: &bytes, id: op.id(), dev, n: 0, at: now, permitted_at: now, since: None };
    let judgement = match judge(work, &asked)? {
        Judgement::Wait(..) => return Ok(Err(Code::NotAllowed)),
        Judgement::Reject(code, _) => return Ok(Err(code)),
        applies => applies,
    };
    let outcome = settle::settle(work, &asked, judgement)?;
    let rec = OpRec { cause: transfer, part, id: asked.id, actor: by, dev, n: 0, outcome, at: now };
    work.tx.put_op(&rec, Some(&bytes))?;
    Ok(Ok(asked.stamp()))
}
