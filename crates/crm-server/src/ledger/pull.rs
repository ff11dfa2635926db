//! Answers what a device does not have yet, from one snapshot (SYNC 2.3).
use super::pages::serving;
use super::store::{BucketState, Device, DeviceStatus, StoreError, Tx};
use super::{Caller, DAY_MS, Ledger, LedgerError, epoch, grants_now};
use crm_domain::bucket::{Bucket, Grants, Verb};
use crm_domain::mutants::{self, Mutant};
use crm_domain::registry;
use crm_domain::row::Row;
use crm_protocol::{DeviceState, Exit, Grant, Hello, Mode, PROTO, Part, Pull, Pulled, RELEASES_BACK, encode};

/// History older than this need not be kept on a phone.
const HISTORY_MS: u64 = 180 * DAY_MS;
/// Rows that are read at once.
const SLICE: usize = 256;
/// An answer is at least and at most about so large, whatever is asked for.
const BYTES: std::ops::RangeInclusive<usize> = 1024..=8 * 1024 * 1024;

impl Ledger {
    /// Errors: `SignInAgain` (the device is not known here), `Upgrade` (too old, and silent about it), `Store`.
    pub fn pull(&self, caller: &Caller, pull: &Pull, now_ms: u64) -> Result<Pulled, LedgerError> {
        if pull.hello.is_none() && self.is_too_old(pull) {
            return Err(LedgerError::Upgrade);
        }
        if self.read(|tx| self.is_swapped(tx, caller, pull))? {
            self.redraw_epoch(pull)?;
        }
        let beginning = self.read(|tx| {
            let same = epoch(tx)? == pull.epoch;
            let mut list = Vec::new();
            for (bucket, cursor) in &pull.cursors {
                if begins(&tx.bucket(*bucket)?, cursor.filter(|_| same)) {
                    list.push(*bucket);
                }
            }
            if list.is_empty() || may_read(tx, caller).is_err() {
                return Ok(Vec::new());
            }
            let grants = grants_now(tx, caller.user, now_ms)?;
            list.retain(|bucket| grants.allow(*bucket, Verb::Read));
            Ok(list)
        })?;
        for bucket in beginning {
            self.prepare_pages(bucket)?;
        }
        self.read(|tx| self.answer(tx, caller, pull, now_ms))
    }

    fn answer(&self, tx: &dyn Tx, caller: &Caller, pull: &Pull, now_ms: u64) -> Result<Pulled, LedgerError> {
        let device = tx.device(caller.dev)?.filter(|d| d.user == caller.user).ok_or(LedgerError::SignInAgain)?;
        let ours = epoch(tx)?;
        let state = state_of(tx, &device)?;
        let mut pulled = Pulled {
            nonce: pull.nonce,
            epoch: ours,
            proof: self.proof(ours, &device),
            parts: Vec::new(),
            last_n: device.last_n,
            last_hash: device.last_hash,
            complete: false,
            granted: Vec::new(),
            stable_n: tx.stable_n(device.id)?,
            now_ms,
            device: state,
            hello: Some(self.hello()),
        };
        // To an app that is too old nothing is told but what it needs for its push.
        if state != DeviceState::Active || self.is_too_old(pull) {
            return Ok(pulled);
        }
        let grants = grants_now(tx, caller.user, now_ms)?;
        pulled.granted = granted(&grants);
        pulled.complete = true;
        let mut budget = (pull.max_bytes as usize).clamp(*BYTES.start(), *BYTES.end());
        let own = Bucket::User(caller.user);
        let mut cursors = pull.cursors.clone();
        // A stable sort: her own bucket first, the others in the order that she asked for.
        cursors.sort_by_key(|(bucket, _)| *bucket != own);
        cursors.dedup_by_key(|(bucket, _)| *bucket);
        for (bucket, cursor) in cursors {
            if !grants.allow(bucket, Verb::Read) {
                continue;
            }
            let cursor = cursor.filter(|_| pull.epoch == ours);
            match part(tx, bucket, cursor, &mut budget, now_ms)? {
                Stands::Already => {}
                Stands::Now(part) => pulled.parts.push(part),
                Stands::Later(part) => {
                    pulled.complete = false;
                    pulled.parts.extend(part);
                }
            }
            // No other bucket's rows before her own stands.
            if bucket == own && !pulled.complete {
                break;
            }
        }
        Ok(pulled)
    }

    fn hello(&self) -> Hello {
        let caps = registry::kinds().iter().map(|kind| kind.number).collect();
        Hello { proto: PROTO, app: self.app, caps, oldest: Some(self.oldest()) }
    }

    /// The oldest release whose apps get data.
    fn oldest(&self) -> u16 {
        self.app.saturating_sub(RELEASES_BACK)
    }

    fn is_too_old(&self, pull: &Pull) -> bool {
        let app = pull.hello.as_ref().map_or(Hello::silent().app, |hello| hello.app);
        app < self.oldest()
    }

    /// MAC(epoch, dev, last_n), with last_n before it.
    fn proof(&self, epoch: u64, device: &Device) -> Vec<u8> {
        let n = device.last_n.to_be_bytes();
        let of = [&epoch.to_be_bytes(), device.id.as_bytes().as_slice(), &n].concat();
        [n.as_slice(), blake3::keyed_hash(&self.mac_key, &of).as_bytes()].concat()
    }

    /// A proof of ours about more ops than we hold: this database is an older one than the device has met.
    fn is_swapped(&self, tx: &dyn Tx, caller: &Caller, pull: &Pull) -> Result<bool, LedgerError> {
        let ours = epoch(tx)?;
        let Some((n, _)) = pull.proof.as_deref().and_then(|p| p.split_first_chunk::<8>()) else { return Ok(false) };
        if pull.epoch != ours {
            return Ok(false);
        }
        let Some(mut device) = tx.device(caller.dev)?.filter(|d| d.user == caller.user) else { return Ok(false) };
        let claimed = u64::from_be_bytes(*n);
        let behind = claimed > device.last_n;
        device.last_n = claimed;
        let genuine = pull.proof.as_deref().is_some_and(|p| same(p, &self.proof(ours, &device)));
        Ok(behind && genuine)
    }

    fn redraw_epoch(&self, pull: &Pull) -> Result<(), LedgerError> {
        let proof = pull.proof.as_deref().unwrap_or_default();
        let of = [b"swapped".as_slice(), &pull.epoch.to_be_bytes(), proof].concat();
        let hash = blake3::keyed_hash(&self.mac_key, &of);
        self.write(|tx| {
            if epoch(tx)? == pull.epoch {
                tx.put_meta("epoch", &hash.as_bytes()[..8])?;
            }
            Ok(())
        })
    }
}

/// In constant time.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |diff, (x, y)| diff | (x ^ y)) == 0
}

/// Fails for a device that gets no data.
pub fn may_read(tx: &dyn Tx, caller: &Caller) -> Result<(), LedgerError> {
    let device = tx.device(caller.dev)?.filter(|d| d.user == caller.user).ok_or(LedgerError::SignInAgain)?;
    match state_of(tx, &device)? {
        DeviceState::Active => Ok(()),
        _ => Err(LedgerError::DeviceRevoked),
    }
}

/// A deactivated person's devices do as revoked ones.
fn state_of(tx: &dyn Tx, device: &Device) -> Result<DeviceState, StoreError> {
    let active = tx.person(device.user)?.is_some_and(|p| p.active);
    Ok(match device.status {
        DeviceStatus::Lost => DeviceState::Lost,
        DeviceStatus::Active if active => DeviceState::Active,
        _ => DeviceState::Revoked,
    })
}

fn granted(grants: &Grants) -> Vec<Grant> {
    let mut list: Vec<Grant> = grants.0.iter().map(|(bucket, verb)| Grant { bucket: *bucket, verb: *verb }).collect();
    list.sort_unstable();
    list.dedup();
    list
}

/// No cursor, one of before the horizon, or one that the bucket has not reached: the device takes it anew.
fn begins(state: &BucketState, cursor: Option<u64>) -> bool {
    cursor.is_none_or(|c| (c < state.min_seq && !mutants::is(Mutant::NoHorizon)) || c > state.seq)
}

/// Where a bucket stands on the device with this answer.
enum Stands {
    Already,
    Now(Part),
    Later(Option<Part>),
}

fn part(
    tx: &dyn Tx,
    bucket: Bucket,
    cursor: Option<u64>,
    budget: &mut usize,
    now_ms: u64,
) -> Result<Stands, StoreError> {
    let state = tx.bucket(bucket)?;
    let mut part = Part {
        bucket,
        mode: Mode::Delta,
        rows: Vec::new(),
        exits: Vec::new(),
        drop_before: now_ms.saturating_sub(HISTORY_MS),
        hi: state.seq,
        seq: state.seq,
        digest: state.digest.to_be_bytes(),
    };
    if begins(&state, cursor) {
        let Some(g) = serving(tx, bucket)? else { return Ok(Stands::Later(None)) };
        part.mode = Mode::Pages { generation: g.number, count: g.count, at_seq: g.at_seq };
        // Nothing of the bucket stands yet, unless it is empty.
        if g.count > 0 {
            part.hi = 0;
            return Ok(Stands::Later(Some(part)));
        }
        return Ok(Stands::Now(part));
    }
    let Some(cursor) = cursor.filter(|c| *c < state.seq) else { return Ok(Stands::Already) };
    part.hi = delta(tx, bucket, cursor, state.seq, budget, &mut part.rows, &mut part.exits)?;
    Ok(match part.hi {
        hi if hi == state.seq => Stands::Now(part),
        hi if hi == cursor => Stands::Later(None),
        _ => Stands::Later(Some(part)),
    })
}

/// Rows and exits after `cursor`, together in seq order as far as the budget reaches. Returns the new cursor.
fn delta(
    tx: &dyn Tx,
    bucket: Bucket,
    cursor: u64,
    seq: u64,
    budget: &mut usize,
    rows: &mut Vec<Row>,
    exits: &mut Vec<Exit>,
) -> Result<u64, StoreError> {
    let mut hi = cursor;
    loop {
        let some_rows = tx.rows_after(bucket, hi, SLICE)?;
        let some_exits = tx.exits_after(bucket, hi, SLICE)?;
        if some_rows.is_empty() && some_exits.is_empty() {
            return Ok(seq);
        }
        // What lies beyond the shorter full slice is not known to be all there is before it.
        let end = |full: bool, last: Option<u64>| if full { last } else { None };
        let end = [
            end(some_rows.len() == SLICE, some_rows.last().map(|r| r.seq)),
            end(some_exits.len() == SLICE, some_exits.last().map(|e| e.seq)),
        ];
        let end = end.into_iter().flatten().min().unwrap_or(u64::MAX);
        let mut rows_in = some_rows.into_iter().filter(|r| r.seq <= end).peekable();
        let mut exits_in = some_exits.into_iter().filter(|e| e.seq <= end).peekable();
        loop {
            let row = rows_in.peek().map_or(u64::MAX, |r| r.seq);
            let exit = exits_in.peek().map_or(u64::MAX, |e| e.seq);
            if row == u64::MAX && exit == u64::MAX {
                break;
            }
            if *budget == 0 {
                return Ok(hi);
            }
            if row < exit
                && let Some(rec) = rows_in.next()
            {
                let row = rec.row();
                *budget = budget.saturating_sub(encode(&row).len());
                hi = row.seq;
                rows.push(row);
            } else if let Some(exit) = exits_in.next() {
                *budget = budget.saturating_sub(64);
                hi = exit.seq;
                exits.push(exit);
            }
        }
    }
}
