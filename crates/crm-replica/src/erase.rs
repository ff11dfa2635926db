//! What was purged leaves this device too: rows, also where they lie under newer ones in a page; my own ops about it; its
//! photos.
use crate::Replica;
use crate::execute::device_write;
use crate::fold::{Groups, PAGES_AT_ONCE};
use crate::jobs::{Job, Next};
use crate::mine::Mine;
use crate::ports::{Key, Sha, Store, Write};
use crate::saved::Sending;
use crm_domain::ids::{OpId, Uuid};
use crm_domain::op::Op;
use crm_domain::rules::Code;
use crm_domain::val::{Body, Val, encode};
use crm_protocol::Outcome;
use std::collections::BTreeSet;

/// What goes with the exits of purged records, beside their rows.
#[derive(Default)]
pub struct Erasing {
    /// Ops of the journal.
    acknowledged: Vec<u64>,
    /// Ops that the server does not have for sure: it hears of them, and they are not kept afterwards.
    unsent: Vec<(u64, Sending)>,
    blobs: Vec<Sha>,
}

impl Replica {
    /// `gone`: the records that were purged, and what people were told about them. `acknowledged`: what goes into the
    /// journal in the same transaction.
    pub(crate) fn to_erase(&self, gone: &BTreeSet<Uuid>, acknowledged: &[u64]) -> Erasing {
        let told = gone.iter().filter_map(|id| self.book.inbox.get(id)?.row.op.as_deref());
        let told: BTreeSet<OpId> = told.filter_map(|bytes| Op::from_bytes(bytes).ok()).map(|op| op.id()).collect();
        let hit = |op: &Op| {
            told.contains(&op.id())
                || op
                    .changes
                    .iter()
                    .any(|c| gone.contains(&c.rec) || c.named_root().is_some_and(|root| gone.contains(&root)))
        };
        let mut erasing = Erasing::default();
        for (n, (stored, _)) in &self.mine.journal {
            let Some(op) = Op::from_bytes(&stored.op).ok().filter(|op| hit(op)) else { continue };
            erasing.blobs.extend(op.changes.iter().flat_map(|c| named(c.open.values().map(|opened| &opened.value))));
            erasing.acknowledged.push(*n);
        }
        for (n, mine) in self.mine.outbox().filter(|(_, mine)| hit(&mine.op)) {
            let opened = mine.op.changes.iter().flat_map(|c| c.open.values()).map(|opened| &opened.value);
            erasing.blobs.extend(named(opened));
            match acknowledged.contains(&n) {
                true => erasing.acknowledged.push(n),
                false => erasing.unsent.push((n, Sending { purged: true, ..mine.sending })),
            }
        }
        let rows =
            self.copy.delta.iter().filter(|((_, id), _)| gone.contains(id)).filter_map(|(_, d)| d.row.as_deref());
        erasing.blobs.extend(rows.filter_map(|row| row.shown().ok()).flat_map(|row| blobs_of(&row.body)));
        erasing.blobs.retain(|sha| self.blobs.holds(sha));
        erasing
    }

    pub(crate) fn erased(&mut self, erasing: Erasing) {
        for n in erasing.acknowledged {
            self.mine.journal.remove(&n);
            let roots = self.mine.drop_op(n);
            self.show_again(roots);
        }
        for (n, sending) in erasing.unsent {
            if let Some(mine) = self.mine.ops.get_mut(&n) {
                mine.sending = sending;
            }
        }
        self.blobs.forget(&erasing.blobs);
        self.erase_pages();
        self.changed(1);
        self.save_columns_soon();
    }

    /// Looks through the pages that may still hold what was purged.
    pub(crate) fn erase_pages(&mut self) {
        for no in self.device.erasing.clone() {
            self.jobs.retain(|job| !matches!(job, Job::Erase { no: of, .. } if *of == no));
            let pages = self.copy.buckets.get(&no).into_iter().flat_map(|b| b.pages.iter().map(|p| p.no));
            self.jobs.push_back(Job::Erase { no, left: pages.collect() });
        }
    }

    pub(crate) fn prepare_erase(&mut self, no: u32, left: &mut Vec<u64>) -> Next {
        let known = |page: &u64| self.copy.buckets.get(&no).is_some_and(|b| b.pages.iter().any(|p| p.no == *page));
        left.retain(known);
        let some: Vec<Key> = left.iter().take(PAGES_AT_ONCE).map(|page| (no, *page)).collect();
        let absent: Vec<Key> =
            some.iter().copied().filter(|key| self.copy.cache.borrow_mut().get(*key).is_none()).collect();
        if !absent.is_empty() {
            return Next::Load(absent);
        }
        if some.is_empty() {
            let mut device = self.device.clone();
            device.erasing.retain(|of| *of != no);
            let writes = vec![device_write(&device)];
            return Next::Commit { writes, strict: false, after: Box::new(move |replica| replica.device = device) };
        }
        let mut groups = Groups::new();
        let mut blobs = Vec::new();
        for key in &some {
            let rows = self.copy.cache.borrow_mut().get(*key).unwrap_or_default();
            let newer = |id: &Uuid| self.copy.delta.get(&(no, *id));
            if rows.iter().all(|row| newer(&row.id).is_none()) {
                continue;
            }
            let gone = rows.iter().filter(|row| newer(&row.id).is_some_and(|delta| delta.row.is_none()));
            blobs.extend(gone.filter_map(|row| row.shown().ok()).flat_map(|row| blobs_of(&row.body)));
            let stay = rows.iter().map(|row| row.id).filter(|id| newer(id).is_some_and(|delta| delta.row.is_some()));
            groups.insert(Some(key.1), stay.collect());
        }
        let rest = left.split_off(some.len());
        if groups.is_empty() {
            self.jobs.push_front(Job::Erase { no, left: rest });
            return Next::Over;
        }
        self.fold_pages(no, groups, move |replica| replica.jobs.push_back(Job::Erase { no, left: rest }))
    }
}

impl Erasing {
    pub fn writes(&self) -> Vec<Write> {
        let gone = |n: &u64| [0, 1].map(|part| Write { store: Store::Journal, key: (part, *n), value: None });
        let mut writes: Vec<Write> = self.acknowledged.iter().flat_map(gone).collect();
        for (n, sending) in &self.unsent {
            writes.push(Write { store: Store::Outbox, key: (1, *n), value: Some(encode(sending)) });
        }
        writes.extend(self.blobs.iter().flat_map(crate::blobs::drops));
        writes
    }
}

impl Mine {
    /// Nothing of it is kept once the server has answered it.
    pub fn is_purged(&self) -> bool {
        let refused = |outcome| matches!(outcome, Outcome::Rejected { code, .. } if code == Code::Purged as u16);
        self.sending.purged || self.sending.outcome.is_some_and(refused)
    }
}

/// Hashes of photos, which are the values of 32 bytes.
fn named<'a>(values: impl Iterator<Item = &'a Val>) -> impl Iterator<Item = Sha> {
    values.filter_map(|value| match value {
        Val::Bytes(bytes) => bytes.as_slice().try_into().ok(),
        _ => None,
    })
}

fn blobs_of(body: &Body) -> Vec<Sha> {
    named(body.values()).collect()
}
