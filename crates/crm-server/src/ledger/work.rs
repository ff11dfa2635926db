//! What one transaction has in hand: records as they stand after the ops so far, written at its end, when the buckets'
//! counters are taken last and in ascending order (SYNC 3).
use super::store::{Device, Rec, StoreError, Tx};
use super::waiting::Need;
use crate::failpoint::{Point, reached};
use crm_domain::bucket::Bucket;
use crm_domain::ids::{OpId, Uuid};
use crm_domain::kind::Policy;
use crm_domain::merge::Held;
use crm_domain::mutants::{self, Mutant};
use crm_domain::registry;
use crm_protocol::{Exit, ExitReason, row_digest};
use std::collections::{BTreeMap, BTreeSet};

type Result<T> = std::result::Result<T, StoreError>;

/// What a committed transaction changed.
#[derive(Clone, Debug, Default)]
pub struct News {
    pub records: Vec<Uuid>,
    pub buckets: BTreeSet<Bucket>,
}

pub struct Work<'a> {
    pub tx: &'a dyn Tx,
    pub org: Uuid,
    pub signing: &'a ed25519_dalek::SigningKey,
    /// Server time, milliseconds.
    pub now: u64,
    entries: BTreeMap<Uuid, Entry>,
    dirty: BTreeSet<Uuid>,
    devices: BTreeMap<Uuid, Option<Device>>,
    exits: Vec<(Bucket, Exit)>,
    /// What has arrived that waiting ops may need.
    pub arrived: Vec<Need>,
    /// Ops to be judged again: someone decided, or what they are about is gone.
    pub decided: Vec<OpId>,
    /// Buckets whose readers should look again though no row of theirs changed.
    pub poked: BTreeSet<Bucket>,
}

struct Entry {
    /// Bucket and digest as the database has them.
    stored: Option<(Bucket, u64)>,
    rec: Option<Rec>,
}

impl<'a> Work<'a> {
    pub fn new(tx: &'a dyn Tx, org: Uuid, signing: &'a ed25519_dalek::SigningKey, now: u64) -> Self {
        Self {
            tx,
            org,
            signing,
            now,
            entries: BTreeMap::new(),
            dirty: BTreeSet::new(),
            devices: BTreeMap::new(),
            exits: Vec::new(),
            arrived: Vec::new(),
            decided: Vec::new(),
            poked: BTreeSet::new(),
        }
    }

    /// Loads and locks in id order.
    pub fn load(&mut self, ids: impl IntoIterator<Item = Uuid>) -> Result<()> {
        let wanted: BTreeSet<Uuid> = ids.into_iter().filter(|id| !self.entries.contains_key(id)).collect();
        let wanted: Vec<Uuid> = wanted.into_iter().collect();
        for rec in self.tx.recs(&wanted)? {
            self.know(rec);
        }
        for id in wanted {
            self.entries.entry(id).or_insert(Entry { stored: None, rec: None });
        }
        Ok(())
    }

    fn know(&mut self, rec: Rec) {
        let stored = Some((rec.bucket, rec.digest));
        self.entries.entry(rec.id).or_insert(Entry { stored, rec: Some(rec) });
    }

    pub fn rec(&mut self, id: Uuid) -> Result<Option<&Rec>> {
        self.load([id])?;
        Ok(self.entries.get(&id).and_then(|e| e.rec.as_ref()))
    }

    /// A device, locked; what is changed in it is written at the end.
    pub fn device(&mut self, id: Uuid) -> Result<Option<&mut Device>> {
        if !self.devices.contains_key(&id) {
            let device = self.tx.device(id)?;
            self.devices.insert(id, device);
        }
        Ok(self.devices.get_mut(&id).and_then(Option::as_mut))
    }

    pub fn put_device(&mut self, device: Device) {
        self.devices.insert(device.id, Some(device));
    }

    /// A device and those that it was before its forks.
    pub fn lineage(&mut self, dev: Uuid) -> Result<Vec<Uuid>> {
        let mut line = vec![dev];
        while let Some(was) = self.device(line[line.len() - 1])?.and_then(|d| d.was) {
            if line.contains(&was) {
                break;
            }
            line.push(was);
        }
        Ok(line)
    }

    /// Everything whose root this is, itself included.
    pub fn under(&mut self, root: Uuid) -> Result<Vec<Rec>> {
        for rec in self.tx.under(root)? {
            self.know(rec);
        }
        Ok(self.entries.values().filter_map(|e| e.rec.as_ref()).filter(|r| r.root == root).cloned().collect())
    }

    /// Puts a record where `rec.bucket` says; one that lay elsewhere leaves an exit there.
    pub fn put(&mut self, rec: Rec) -> Result<()> {
        self.load([rec.id])?;
        let id = rec.id;
        let old = self.entries.get(&id).and_then(|e| e.rec.as_ref()).map(|r| r.bucket);
        if let Some(old) = old.filter(|old| *old != rec.bucket && !mutants::is(Mutant::NoExitWritten)) {
            let to = self.label_of(rec.bucket)?;
            self.exits.push((old, Exit { id, seq: 0, reason: ExitReason::Moved, to }));
        }
        self.dirty.insert(id);
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.rec = Some(rec);
        }
        Ok(())
    }

    /// Takes a record away for ever.
    pub fn purge(&mut self, id: Uuid) -> Result<()> {
        self.take_away(id, ExitReason::Purged)
    }

    /// Takes a record away that has been kept for long enough.
    pub fn retire(&mut self, id: Uuid) -> Result<()> {
        self.take_away(id, ExitReason::Moved)
    }

    fn take_away(&mut self, id: Uuid, reason: ExitReason) -> Result<()> {
        self.load([id])?;
        let Some(entry) = self.entries.get_mut(&id) else { return Ok(()) };
        let Some(rec) = entry.rec.take() else { return Ok(()) };
        // What this transaction made itself nobody has seen.
        if entry.stored.is_some() {
            self.exits.push((rec.bucket, Exit { id, seq: 0, reason, to: None }));
        }
        self.dirty.insert(id);
        Ok(())
    }

    /// What this transaction has written so far.
    pub fn written(&self) -> impl Iterator<Item = Uuid> {
        self.dirty.iter().copied()
    }

    /// Puts what is left of a purged event where it was. Its exit comes before it, so that no page shows it as it had been.
    pub fn empty(&mut self, rec: Rec) -> Result<()> {
        self.exits.push((rec.bucket, Exit { id: rec.id, seq: 0, reason: ExitReason::Purged, to: None }));
        self.put(rec)
    }

    /// A grid's name, for whoever a record leaves behind.
    fn label_of(&mut self, bucket: Bucket) -> Result<Option<String>> {
        let (Bucket::Grid(id) | Bucket::GridLead(id) | Bucket::Pool(id)) = bucket else { return Ok(None) };
        let label = self.rec(id)?.map(super::news::label).transpose()?;
        Ok(label.filter(|l| !l.is_empty()))
    }

    /// Writes everything. Counters are taken here, last of all locks.
    pub fn finish(mut self) -> Result<News> {
        let mut rows: BTreeMap<Bucket, Vec<Uuid>> = BTreeMap::new();
        let mut exits: BTreeMap<Bucket, Vec<Exit>> = BTreeMap::new();
        for (bucket, exit) in std::mem::take(&mut self.exits) {
            exits.entry(bucket).or_default().push(exit);
        }
        for id in &self.dirty {
            if let Some(rec) = self.entries.get(id).and_then(|e| e.rec.as_ref()) {
                rows.entry(rec.bucket).or_default().push(*id);
            }
        }
        let buckets: BTreeSet<Bucket> = rows.keys().chain(exits.keys()).copied().collect();
        let mut states = BTreeMap::new();
        for bucket in &buckets {
            let k = rows.get(bucket).map_or(0, Vec::len) + exits.get(bucket).map_or(0, Vec::len);
            let state = self.tx.bump(*bucket, k as u64)?;
            reached(Point::BucketBumped);
            states.insert(*bucket, (state.seq - k as u64, state.digest));
        }
        for id in &self.dirty {
            if let Some((bucket, digest)) = self.entries.get(id).and_then(|e| e.stored)
                && let Some((_, sum)) = states.get_mut(&bucket)
            {
                *sum = sum.wrapping_sub(digest);
            }
        }
        for (bucket, (seq, sum)) in &mut states {
            for mut exit in exits.remove(bucket).unwrap_or_default() {
                *seq += 1;
                exit.seq = *seq;
                self.tx.put_exit(*bucket, &exit, self.now)?;
                reached(Point::ExitPut);
            }
            let mut ids = rows.remove(bucket).unwrap_or_default();
            // Roots before what belongs to them: a device never shows a child of nothing.
            ids.sort_by_key(|id| {
                let rec = self.entries.get(id).and_then(|e| e.rec.as_ref());
                (rec.is_none_or(|r| r.root != r.id), *id)
            });
            for id in ids {
                let Some(rec) = self.entries.get_mut(&id).and_then(|e| e.rec.as_mut()) else { continue };
                *seq += 1;
                if rec.seq == 0 || !mutants::is(Mutant::SeqNotRaised) {
                    rec.seq = *seq;
                }
                rec.digest = row_digest(&rec.row());
                *sum = sum.wrapping_add(rec.digest);
                self.tx.put_rec(rec)?;
                reached(Point::RecPut);
            }
            if !mutants::is(Mutant::DigestStale) {
                self.tx.put_digest(*bucket, *sum)?;
                reached(Point::DigestPut);
            }
        }
        for id in &self.dirty {
            if self.entries.get(id).is_some_and(|e| e.rec.is_none()) {
                self.tx.drop_rec(*id)?;
            }
        }
        for device in self.devices.into_values().flatten() {
            self.tx.put_device(&device)?;
            reached(Point::DevicePut);
        }
        self.poked.extend(buckets);
        Ok(News { records: self.dirty.into_iter().collect(), buckets: self.poked })
    }
}

/// A record with its fields' writers apart, as merging needs it.
pub fn held(rec: &Rec) -> Result<Held> {
    let kind = registry::kind(rec.kind);
    rec.held(|field| kind.is_some_and(|k| k.policy(field) == Policy::Set))
}
