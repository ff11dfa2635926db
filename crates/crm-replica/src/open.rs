//! Opening: from what lies in the stores to a book that can be asked.
use crate::Replica;
use crate::copy::{Copy, Delta};
use crate::jobs::{Job, Next, Roots};
use crate::mine::{Ledger, Mine};
use crate::ports::{Key, Opened, Session, Storage, Store, Write};
use crate::recover;
use crate::saved::{BucketState, Columns, Held, RootKey, Sending, StoredOp};
use crm_domain::book::Book;
use crm_domain::ids::Uuid;
use crm_domain::mutants::{self, Mutant};
use crm_domain::op::Op;
use crm_domain::row::Row;
use crm_protocol::Outcome;
use std::collections::HashMap;
use std::rc::Rc;

/// Pages that a rebuild reads at a time.
const REBUILD_PAGES: usize = 32;
/// The columns are saved after so many changes.
const SAVE_AFTER: usize = 500;

impl Replica {
    pub(crate) fn open(&mut self, session: Session, opened: Opened) {
        self.session = Some(session);
        self.copy = Copy::default();
        self.mine = Ledger::default();
        self.unread.clear();
        self.unreadable = 0;
        let held = opened.state.iter().filter(|(key, _)| key.0 == 2);
        let held: Vec<Option<Held>> = held.map(|(_, value)| minicbor::decode(value).ok()).collect();
        self.unreadable += held.iter().filter(|it| it.is_none()).count() as u32;
        self.blobs = self.blobs.opened(held.into_iter().flatten());
        let mut orphans: Vec<(Store, Key)> = Vec::new();
        for (key, value) in opened.state.iter().filter(|(key, _)| key.0 == 1) {
            match minicbor::decode::<BucketState>(value) {
                Ok(bucket) => drop(self.copy.buckets.insert(key.1 as u32, bucket)),
                // The pull asks for the bucket as for one that was never here.
                Err(_) => orphans.push((Store::State, *key)),
            }
        }
        self.unreadable += orphans.len() as u32;
        let mut damaged = Vec::new();
        for (key, value) in &opened.delta {
            if !self.copy.buckets.contains_key(&key.0) {
                orphans.push((Store::Delta, *key));
                continue;
            }
            let Ok((id, row)) = minicbor::decode::<(RootKey, Option<Row>)>(value) else {
                damaged.push(key.0);
                continue;
            };
            let newer = self.copy.delta.get(&(key.0, id.0)).is_none_or(|d| d.counter < key.1);
            if newer {
                self.copy.put_delta(key.0, id.0, Delta { counter: key.1, row: row.map(Rc::new) });
            }
        }
        self.unreadable += damaged.len() as u32;
        if let Some(session) = &self.session {
            self.device = recover::device(session, &opened, &mut self.unreadable);
        }
        self.open_mine(&opened.journal, true);
        self.open_mine(&opened.outbox, false);
        self.storage = match self.storage {
            _ if !self.unread.is_empty() => Storage::Unreadable,
            Storage::Unreadable => Storage::Fine,
            known => known,
        };
        self.open_book(&opened.column);
        self.unheard = true;
        self.watches.dirty = true;
        if self.is_writer() {
            if !self.is_enrolled() {
                self.jobs.push_front(Job::Enrol);
            }
            if !orphans.is_empty() {
                self.jobs.push_back(Job::Mend(orphans));
            }
            self.erase_pages();
            self.sync.start(self.now.device_ms);
            damaged.into_iter().for_each(|no| self.sync.damaged(no));
            self.set_timer();
        }
    }

    fn open_mine(&mut self, values: &[(Key, Vec<u8>)], journaled: bool) {
        let mut sendings: HashMap<u64, Sending> = HashMap::new();
        for (key, value) in values.iter().filter(|(key, _)| key.0 == 1) {
            match minicbor::decode(value) {
                Ok(sending) => drop(sendings.insert(key.1, sending)),
                // Sent once more it gets the stored result.
                Err(_) => self.unreadable += 1,
            }
        }
        for (key, value) in values.iter().filter(|(key, _)| key.0 == 0) {
            let sending = sendings.get(&key.1).copied().unwrap_or_default();
            let stored = minicbor::decode::<StoredOp>(value).ok();
            let Some((stored, op)) = stored.and_then(|stored| Op::from_bytes(&stored.op).ok().map(|op| (stored, op)))
            else {
                self.unreadable += 1;
                if !journaled && !mutants::is(Mutant::UnreadSkipped) {
                    self.unread.push(recover::unread(key.1, value, sending));
                }
                continue;
            };
            self.mine.causes.insert(op.cause);
            if journaled {
                self.mine.journal.insert(key.1, (stored.clone(), sending));
            }
            let mine = Mine::of(stored, op, sending, journaled);
            if !journaled || self.still_shows(key.1, &mine) {
                self.mine.add(key.1, mine);
            }
        }
    }

    /// A journaled op that some row does not reflect yet, or that a person may still decide about: what she put away she
    /// may take back, as long as it is here.
    pub(crate) fn still_shows(&self, n: u64, mine: &Mine) -> bool {
        match mine.outcome() {
            Some(Outcome::Waiting(_) | Outcome::Rejected { .. }) => true,
            _ if mutants::is(Mutant::OverlayNeverEnds) => true,
            _ => mine
                .stored
                .about
                .iter()
                .any(|(_, bucket)| bucket.and_then(|b| self.copy.live(b)).is_some_and(|(_, b)| b.last_n < n)),
        }
    }

    fn open_book(&mut self, values: &[Vec<u8>]) {
        let saved =
            self.device.columns.clone().filter(|c| c.layout == self.device.layout || mutants::is(Mutant::ColumnsStale));
        let saved = saved.filter(|c| c.values as usize == values.len());
        match saved.and_then(|c| Book::load(values).ok().map(|book| (c, book))) {
            Some((columns, book)) => {
                self.book = book;
                let newer: Vec<(u32, Uuid, Option<Rc<Row>>)> = self
                    .copy
                    .delta
                    .iter()
                    .filter(|(_, d)| d.counter > columns.counter)
                    .map(|((no, id), d)| (*no, *id, d.row.clone()))
                    .collect();
                let mut roots: Roots = columns.mine.iter().map(|k| (k.0, vec![k.0])).collect();
                self.add_journaled(&mut roots);
                for (no, id, row) in newer {
                    match row {
                        Some(row) => self.show_row(no, &row),
                        None if self.copy.held_elsewhere(no, id).is_none() => {
                            // It may lie in another bucket's pages.
                            roots.entry(self.book.root_of(id)).or_default();
                            self.book.remove(id);
                        }
                        None => {}
                    }
                }
                crate::jobs::join(&mut roots, self.mine.roots().map(|root| (root, vec![])));
                self.show_again(roots);
            }
            None => {
                self.book = Book::default();
                self.rebuild();
            }
        }
    }

    /// What my ops made under these roots: the columns may show it for the ops' sake alone, and the ops be acknowledged since,
    /// their rows in a bucket that is not here.
    fn add_journaled(&self, roots: &mut Roots) {
        for (stored, _) in self.mine.journal.values() {
            if !stored.about.iter().any(|(root, _)| roots.contains_key(&root.0)) {
                continue;
            }
            let Ok(op) = Op::from_bytes(&stored.op) else { continue };
            for (change, (root, _)) in op.changes.iter().zip(&stored.about) {
                if let Some(gone) = roots.get_mut(&root.0) {
                    gone.push(change.rec);
                }
            }
        }
    }

    /// Makes the book anew from all live pages, beside the one that is shown until it is done.
    pub(crate) fn rebuild(&mut self) {
        self.jobs.retain(|j| !matches!(j, Job::Rebuild { .. }));
        let live = self.copy.buckets.iter().filter(|(_, b)| b.replaces.is_none());
        let todo = live.flat_map(|(no, b)| b.pages.iter().map(|p| (*no, p.no))).collect();
        self.rebuilt = Book::default();
        self.jobs.push_front(Job::Rebuild { todo });
    }

    /// Shows these roots anew, at once where their pages are in memory, else as a job.
    pub(crate) fn show_again(&mut self, roots: Roots) {
        let later: Roots = roots.into_iter().filter(|(root, gone)| self.refresh_root(*root, gone).is_err()).collect();
        if !later.is_empty() {
            self.jobs.push_back(Job::Refresh(later));
        }
    }

    pub(crate) fn prepare_refresh(&mut self, mut roots: Roots) -> Next {
        while let Some((root, gone)) = roots.pop_first() {
            let Err(keys) = self.refresh_root(root, &gone) else { continue };
            // The rest goes on as a job of its own, so that a command need not wait for all of them.
            roots.insert(root, gone);
            self.jobs.push_front(Job::Refresh(roots));
            return Next::Load(keys);
        }
        Next::Over
    }

    pub(crate) fn prepare_rebuild(&mut self, todo: &mut Vec<Key>) -> Next {
        let ready: Vec<Key> = todo.iter().copied().take(REBUILD_PAGES).collect();
        let absent: Vec<Key> =
            ready.iter().copied().filter(|key| self.copy.cache.borrow_mut().get(*key).is_none()).collect();
        if !absent.is_empty() {
            // Read and used in one go: what does not fit the cache is read again by the next slice, not lost.
            return Next::Load(absent.into_iter().take(REBUILD_PAGES).collect());
        }
        for key in &ready {
            let rows = self.copy.cache.borrow_mut().get(*key).unwrap_or_default();
            for row in rows.iter().filter(|r| !self.copy.delta.contains_key(&(key.0, r.id))) {
                if let Some(shown) = self.shown(row.id, Some((key.0, row))) {
                    self.rebuilt.apply(&shown);
                }
            }
        }
        todo.drain(..ready.len());
        if !todo.is_empty() {
            self.jobs.push_front(Job::Rebuild { todo: std::mem::take(todo) });
            return Next::Over;
        }
        self.book = std::mem::take(&mut self.rebuilt);
        let newer: Vec<(u32, Rc<Row>)> =
            self.copy.delta.iter().filter_map(|((no, _), d)| Some((*no, d.row.clone()?))).collect();
        newer.iter().for_each(|(no, row)| self.show_row(*no, row));
        self.show_again(self.mine.roots().map(|root| (root, vec![])).collect());
        self.changed(SAVE_AFTER);
        self.save_columns_sometimes();
        Next::Over
    }

    pub(crate) fn save_columns_soon(&mut self) {
        if self.is_writer() && self.unsaved > 0 && !self.jobs.iter().any(|j| matches!(j, Job::SaveColumns)) {
            self.jobs.push_back(Job::SaveColumns);
        }
    }

    pub(crate) fn save_columns_sometimes(&mut self) {
        // While a bucket is coming, each page would write the whole book again; the last one saves it.
        let coming = self.copy.buckets.values().any(|b| b.boot.is_some());
        if self.unsaved >= SAVE_AFTER && !coming {
            self.save_columns_soon();
        }
    }

    pub(crate) fn prepare_columns(&mut self) -> Next {
        // A rebuild still to come would be taken for done.
        if self.jobs.iter().any(|j| matches!(j, Job::Rebuild { .. })) {
            return Next::Over;
        }
        let values = self.book.save();
        let mut device = self.device.clone();
        let before = device.columns.as_ref().map_or(0, |c| c.values);
        device.columns = Some(Columns {
            layout: device.layout,
            counter: device.counter,
            values: values.len() as u32,
            mine: self.mine.roots().map(RootKey).collect(),
        });
        let mut writes: Vec<Write> = (values.len() as u64..u64::from(before))
            .map(|i| Write { store: Store::Column, key: (0, i), value: None })
            .collect();
        writes.extend(values.into_iter().zip(0..).map(|(v, i)| Write {
            store: Store::Column,
            key: (0, i),
            value: Some(v),
        }));
        writes.push(crate::execute::device_write(&device));
        self.unsaved = 0;
        Next::Commit { writes, strict: false, after: Box::new(move |r| r.device = device) }
    }
}
