//! My own ops: the outbox, and of the journal what the server's rows do not reflect yet.
use crate::jobs::Roots;
use crate::saved::{Sending, StoredOp};
use crm_domain::history::Fate;
use crm_domain::ids::{OpId, Uuid};
use crm_domain::op::Op;
use crm_domain::row::State;
use crm_protocol::Outcome;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

pub struct Mine {
    pub stored: StoredOp,
    pub op: Op,
    pub sending: Sending,
    /// Acknowledged: it lies in the journal.
    pub journaled: bool,
    /// On its way in a push that was not answered yet.
    pub in_flight: bool,
    /// What the inbox tells of it, which is newer than the answer to its push.
    pub told: Option<Fate>,
}

impl Mine {
    pub fn id(&self) -> OpId {
        self.op.id()
    }

    pub fn of(stored: StoredOp, op: Op, sending: Sending, journaled: bool) -> Self {
        Self { stored, op, sending, journaled, in_flight: false, told: None }
    }

    /// How it ended at the server, as far as anybody told.
    pub fn outcome(&self) -> Option<Outcome> {
        match (self.sending.outcome, self.told) {
            (Some(Outcome::Waiting(_)), Some(Fate::Holds)) => Some(Outcome::Applied),
            (Some(Outcome::Waiting(_)), Some(Fate::Refused(code))) => {
                Some(Outcome::Rejected { code, depends_on: None })
            }
            (outcome, _) => outcome,
        }
    }

    /// It was refused or waits: what becomes of it the inbox tells.
    pub fn is_held_back(&self) -> bool {
        matches!(self.sending.outcome, Some(Outcome::Waiting(_) | Outcome::Rejected { .. }))
    }

    /// It was refused, and her item about it is settled. Where there is no such item any more, what was noted holds.
    pub fn is_settled(&self) -> bool {
        self.is_held_back() && self.told.map_or(self.sending.settled, |fate| fate == Fate::Settled)
    }

    /// What of this is to be kept with it.
    pub fn noted(&self) -> Sending {
        Sending { outcome: self.outcome(), settled: self.is_settled(), ..self.sending }
    }

    /// Its records, each with its root.
    pub fn touched(&self) -> impl Iterator<Item = (Uuid, Vec<Uuid>)> {
        self.op.changes.iter().zip(&self.stored.about).map(|(change, (root, _))| (root.0, vec![change.rec]))
    }

    pub fn state(&self) -> State {
        match self.outcome() {
            Some(Outcome::Rejected { .. }) => State::Refused,
            Some(Outcome::Waiting(_)) => State::Waiting,
            Some(_) => State::Confirmed,
            None if self.in_flight || self.sending.first_sent > 0 => State::Sent,
            None => State::OnPhone,
        }
    }
}

/// By n; with what is needed to find the ops of a record, of a root, of a cause.
#[derive(Default)]
pub struct Ledger {
    pub ops: BTreeMap<u64, Mine>,
    by_rec: HashMap<Uuid, BTreeSet<u64>>,
    by_root: HashMap<Uuid, BTreeSet<u64>>,
    /// Causes of every op in outbox and journal: a command asked twice is not run twice.
    pub causes: HashSet<Uuid>,
    /// The whole journal: what a server that was restored from an older backup will need again.
    pub journal: BTreeMap<u64, (StoredOp, Sending)>,
}

impl Ledger {
    /// Empty, but these causes are not run again.
    pub fn knowing(causes: HashSet<Uuid>) -> Self {
        Self { causes, ..Self::default() }
    }

    pub fn add(&mut self, n: u64, mine: Mine) {
        self.causes.insert(mine.op.cause);
        for (change, (root, _)) in mine.op.changes.iter().zip(&mine.stored.about) {
            self.by_rec.entry(change.rec).or_default().insert(n);
            self.by_root.entry(root.0).or_default().insert(n);
        }
        self.ops.insert(n, mine);
    }

    /// Takes an op out of what is shown; its cause stays known. Gives what must be shown anew.
    pub fn drop_op(&mut self, n: u64) -> Roots {
        let Some(mine) = self.ops.remove(&n) else { return Roots::new() };
        let mut roots = Roots::new();
        for (change, (root, _)) in mine.op.changes.iter().zip(&mine.stored.about) {
            roots.entry(root.0).or_default().push(change.rec);
            for (map, key) in [(&mut self.by_rec, change.rec), (&mut self.by_root, root.0)] {
                if let Some(set) = map.get_mut(&key) {
                    set.remove(&n);
                    if set.is_empty() {
                        map.remove(&key);
                    }
                }
            }
        }
        roots
    }

    /// Takes note of how journaled ops ended.
    pub fn note(&mut self, noted: Vec<(u64, Sending)>) {
        for (n, sending) in noted {
            if let Some(mine) = self.ops.get_mut(&n) {
                mine.sending = sending;
            }
            if let Some((_, kept)) = self.journal.get_mut(&n) {
                *kept = sending;
            }
        }
    }

    /// n of the ops on a record, ascending.
    pub fn on_rec(&self, rec: Uuid) -> impl Iterator<Item = u64> {
        self.by_rec.get(&rec).into_iter().flatten().copied()
    }

    pub fn on_root(&self, root: Uuid) -> impl Iterator<Item = u64> {
        self.by_root.get(&root).into_iter().flatten().copied()
    }

    pub fn roots(&self) -> impl Iterator<Item = Uuid> {
        self.by_root.keys().copied()
    }

    /// Ops that the server has not acknowledged, ascending.
    pub fn outbox(&self) -> impl Iterator<Item = (u64, &Mine)> {
        self.ops.iter().filter(|(_, m)| !m.journaled).map(|(n, m)| (*n, m))
    }
}
