//! What this device shows: the server's row, then my ops that it does not reflect yet (SYNC 2.1).
use crate::Replica;
use crate::jobs::{Roots, join};
use crate::mine::Mine;
use crate::ports::Key;
use crm_domain::bucket::Bucket;
use crm_domain::history::Fate;
use crm_domain::ids::Uuid;
use crm_domain::merge::overlay;
use crm_domain::mutants::{self, Mutant};
use crm_domain::op::Change;
use crm_domain::query::{NotLoaded, Rows};
use crm_domain::registry::kind;
use crm_domain::row::{Row, Shown, State, Writers};
use crm_domain::val::Body;
use crm_protocol::Outcome;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

impl Replica {
    /// Does my op `n` still cover a record whose row lies in local bucket `no`, or was expected in `bucket`?
    fn covers(&self, n: u64, mine: &Mine, no: Option<u32>, bucket: Option<Bucket>) -> bool {
        if mine.is_settled() {
            return false;
        }
        match mine.outcome() {
            Some(Outcome::Waiting(_)) => true,
            // A refused edit is not shown as if it held; a refused create stays visible, marked.
            Some(Outcome::Rejected { .. }) => mine.op.changes.iter().any(|c| c.new),
            _ => {
                let state = match no {
                    Some(no) => self.copy.buckets.get(&no),
                    None => bucket.and_then(|b| self.copy.live(b)).map(|(_, b)| b),
                };
                state.is_none_or(|b| b.last_n < n) || mutants::is(Mutant::OverlayNeverEnds)
            }
        }
    }

    /// The record as shown; none: there is neither a row nor a create of mine.
    pub(crate) fn shown(&self, id: Uuid, row: Option<(u32, &Row)>) -> Option<Shown> {
        let mut shown = row.and_then(|(_, row)| row.shown().ok());
        let no = row.map(|(no, _)| no);
        for n in self.mine.on_rec(id) {
            let mine = &self.mine.ops[&n];
            let Some(at) = mine.op.changes.iter().position(|c| c.rec == id) else { continue };
            let (root, bucket) = mine.stored.about[at];
            let change = &mine.op.changes[at];
            let refused = matches!(mine.outcome(), Some(Outcome::Rejected { .. }));
            // Taken by the server, says its count; until the outcome is known too, what she made stays where she saw it.
            let untold = change.new && shown.is_none() && mine.sending.outcome.is_none();
            if !(self.covers(n, mine, no, bucket) || untold) || (refused && !change.new) {
                continue;
            }
            if shown.is_none() && !change.new {
                continue;
            }
            let waiting = matches!(mine.outcome(), Some(Outcome::Waiting(_)));
            let target = shown.get_or_insert_with(|| blank(change, root.0));
            cover(target, change, mine, waiting.then(|| self.later_fields(n, id)));
            // The weakest of the changes that show tells how far the record has come.
            target.state = if target.state == State::Confirmed { mine.state() } else { target.state.min(mine.state()) };
        }
        shown
    }

    /// Fields of a record that a later op of mine wrote: a waiting op does not cover those.
    fn later_fields(&self, n: u64, id: Uuid) -> BTreeSet<u16> {
        self.mine
            .on_rec(id)
            .filter(|later| *later > n)
            .filter_map(|later| self.mine.ops[&later].op.changes.iter().find(|c| c.rec == id))
            .flat_map(|c| c.patch.keys().copied())
            .collect()
    }

    /// A root and, with `children`, all that belongs to it, as shown; or the pages to load first.
    pub(crate) fn shown_under(&self, root: Uuid, children: bool) -> Result<Vec<Shown>, Vec<Key>> {
        let rows = self.copy.under(root, children)?;
        let mut ids: BTreeMap<Uuid, Option<(u32, Rc<Row>)>> =
            rows.into_iter().map(|(no, row)| (row.id, Some((no, row)))).collect();
        for n in self.mine.on_root(root) {
            for (change, (of, _)) in self.mine.ops[&n].op.changes.iter().zip(&self.mine.ops[&n].stored.about) {
                if of.0 == root && (children || change.rec == root) {
                    ids.entry(change.rec).or_insert(None);
                }
            }
        }
        Ok(ids.iter().filter_map(|(id, row)| self.shown(*id, row.as_ref().map(|(no, r)| (*no, &**r)))).collect())
    }

    /// Takes a root's records into the book as they are shown now. `gone`: ids that may have left.
    pub(crate) fn refresh_root(&mut self, root: Uuid, gone: &[Uuid]) -> Result<(), Vec<Key>> {
        let shown = self.shown_under(root, true)?;
        for id in gone.iter().filter(|id| !shown.iter().any(|s| s.id == **id)) {
            self.book.remove(*id);
        }
        self.book.forget_last_visit(root);
        shown.iter().for_each(|s| self.book.apply(s));
        self.changed(shown.len());
        Ok(())
    }

    /// Takes one row of the server's into the book, with what of mine covers it.
    pub(crate) fn show_row(&mut self, no: u32, row: &Row) {
        if let Some(shown) = self.shown(row.id, Some((no, row))) {
            self.book.apply(&shown);
            self.changed(1);
        }
    }

    pub(crate) fn changed(&mut self, records: usize) {
        self.unsaved += records;
        self.watches.dirty = true;
        self.unheard = true;
    }

    /// Shows anew what the inbox tells otherwise of my ops than before. False: nothing.
    pub(crate) fn hear_fates(&mut self) -> bool {
        if !std::mem::take(&mut self.unheard) || !self.mine.ops.values().any(Mine::is_held_back) {
            return false;
        }
        let fates = self.book.fates();
        let mut roots = Roots::new();
        for mine in self.mine.ops.values_mut().filter(|mine| mine.is_held_back()) {
            let told = fates.get(&mine.id()).copied();
            if mine.told != told {
                mine.told = told;
                join(&mut roots, mine.touched());
            }
        }
        // What waited and holds now may live where this device sees nothing of it.
        let told = |mine: &Mine| mine.journaled && mine.told == Some(Fate::Holds);
        let over: Vec<u64> =
            self.mine.ops.iter().filter(|(n, m)| told(m) && !self.still_shows(**n, m)).map(|(n, _)| *n).collect();
        for n in over {
            join(&mut roots, self.mine.drop_op(n));
        }
        let news = !roots.is_empty();
        self.show_again(roots);
        news
    }
}

fn blank(change: &Change, root: Uuid) -> Shown {
    Shown {
        id: change.rec,
        kind: change.kind,
        root,
        body: Body::new(),
        writers: Writers::new(),
        state: State::Confirmed,
    }
}

fn cover(shown: &mut Shown, change: &Change, mine: &Mine, leave_out: Option<BTreeSet<u16>>) {
    let Some(kind) = kind(change.kind) else { return };
    match leave_out {
        Some(fields) if change.patch.keys().any(|f| fields.contains(f)) => {
            let mut part = change.clone();
            part.patch.retain(|f, _| !fields.contains(f));
            overlay(kind, &mut shown.body, &mut shown.writers, &part, mine.id());
        }
        _ => overlay(kind, &mut shown.body, &mut shown.writers, change, mine.id()),
    }
}

/// Rows for a query; notes which pages were missing.
pub struct Reader<'a> {
    pub replica: &'a Replica,
    pub missing: RefCell<Vec<Key>>,
}

impl Rows for Reader<'_> {
    fn under(&self, root: Uuid) -> Result<Vec<Shown>, NotLoaded> {
        self.replica.shown_under(root, true).map_err(|keys| {
            self.missing.borrow_mut().extend(keys);
            NotLoaded(vec![root])
        })
    }
}
