//! Folding: rows of the delta go into their pages, a few pages at a time, so that no tap waits for it.
use crate::Replica;
use crate::execute::device_write;
use crate::jobs::{Job, Next};
use crate::pages::{SPLIT_ROWS, entry, lay_out, pack};
use crate::ports::{Key, Store, Write};
use crm_domain::ids::Uuid;
use crm_domain::mutants::{self, Mutant};
use crm_domain::row::Row;
use crm_domain::val::encode;
use crm_protocol::Page;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The delta is folded when it holds more rows than this, down to half of it.
pub const FOLD_ABOVE: usize = 2_000;
/// Pages rewritten in one transaction.
pub const PAGES_AT_ONCE: usize = 8;

/// Page (none: a new one) → ids that go into it.
pub type Groups = BTreeMap<Option<u64>, Vec<Uuid>>;

impl Replica {
    pub(crate) fn fold_sometimes(&mut self) {
        if self.copy.delta.len() > self.fold_above && !self.jobs.iter().any(|j| matches!(j, Job::Fold)) {
            self.jobs.push_back(Job::Fold);
        }
    }

    pub(crate) fn prepare_fold(&mut self) -> Next {
        let Some((no, groups)) = self.fullest() else { return Next::Over };
        self.fold_pages(no, groups, |replica| {
            if replica.copy.delta.len() > replica.fold_above / 2 {
                replica.jobs.push_back(Job::Fold);
            } else {
                replica.unsaved += 1;
                replica.save_columns_soon();
            }
        })
    }

    /// Writes these pages anew: without the rows that have left, with these ids as the delta has them.
    pub(crate) fn fold_pages(&mut self, no: u32, groups: Groups, then: impl FnOnce(&mut Replica) + 'static) -> Next {
        let missing: Vec<Key> = groups
            .keys()
            .filter_map(|page| Some((no, (*page)?)))
            .filter(|key| self.copy.cache.borrow_mut().get(*key).is_none())
            .collect();
        if !missing.is_empty() {
            return Next::Load(missing);
        }
        let Some(mut bucket) = self.copy.buckets.get(&no).cloned() else { return Next::Over };
        let mut writes = Vec::new();
        let mut fresh: Vec<(Key, Rc<Vec<Row>>)> = Vec::new();
        let mut folded: Vec<(Uuid, u64)> = Vec::new();
        for (page, ids) in &groups {
            let mut rows: BTreeMap<Uuid, Row> = BTreeMap::new();
            if let Some(page) = page {
                let old = self.copy.cache.borrow_mut().get((no, *page)).unwrap_or_default();
                for row in old.iter() {
                    match self.copy.delta.get(&(no, row.id)) {
                        // It has left, and this is the only page that had it.
                        Some(gone) if gone.row.is_none() => {
                            folded.push((row.id, gone.counter));
                            writes.push(Write { store: Store::Delta, key: (no, gone.counter), value: None });
                        }
                        _ => {
                            rows.insert(row.id, row.clone());
                        }
                    }
                }
                bucket.pages.retain(|e| e.no != *page);
                writes.push(Write { store: Store::Page, key: (no, *page), value: None });
            }
            for id in ids {
                let delta = &self.copy.delta[&(no, *id)];
                if !(mutants::is(Mutant::FoldLosesRows) && delta.counter.is_multiple_of(5)) {
                    rows.extend(delta.row.iter().map(|row| (*id, (**row).clone())));
                }
                folded.push((*id, delta.counter));
                writes.push(Write { store: Store::Delta, key: (no, delta.counter), value: None });
            }
            let rows: Vec<Row> = rows.into_values().collect();
            let pages = if rows.len() > SPLIT_ROWS || page.is_none() { lay_out(rows) } else { whole(rows) };
            for rows in pages {
                let page = bucket.next_page;
                bucket.next_page += 1;
                bucket.pages.extend(entry(page, &rows));
                let rows = Page { rows };
                writes.push(Write { store: Store::Page, key: (no, page), value: Some(pack(&encode(&rows))) });
                fresh.push(((no, page), Rc::new(rows.rows)));
            }
        }
        let mut device = self.device.clone();
        let saved = device.columns.as_ref().map_or(0, |columns| columns.counter);
        if folded.iter().any(|(_, counter)| *counter > saved) {
            // Columns that were saved before these rows came would not find them in the delta any more.
            device.layout += 1;
        }
        writes.push(Write { store: Store::State, key: (1, u64::from(no)), value: Some(encode(&bucket)) });
        writes.push(device_write(&device));
        let after = Box::new(move |replica: &mut Replica| {
            for (id, counter) in folded {
                if replica.copy.delta.get(&(no, id)).is_some_and(|d| d.counter == counter) {
                    replica.copy.drop_delta(no, id);
                }
            }
            for page in groups.keys().flatten() {
                replica.copy.cache.borrow_mut().forget((no, *page));
            }
            for (key, rows) in fresh {
                replica.copy.cache.borrow_mut().put(key, rows);
            }
            replica.device = device;
            replica.copy.buckets.insert(no, bucket);
            then(replica);
        });
        Next::Commit { writes, strict: false, after }
    }

    /// The bucket with the most delta rows, and its fullest pages with the ids that go into them.
    fn fullest(&self) -> Option<(u32, Groups)> {
        let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
        for (no, _) in self.copy.delta.keys() {
            *counts.entry(*no).or_default() += 1;
        }
        let (no, _) = counts.into_iter().max_by_key(|(no, n)| (*n, *no))?;
        let bucket = self.copy.buckets.get(&no)?;
        let mut groups = Groups::new();
        for ((_, id), delta) in self.copy.delta.iter().filter(|((n, _), _)| *n == no) {
            // A record that has left names no page; it stays in the delta until the page that had it is rewritten.
            if let Some(row) = &delta.row {
                groups.entry(page_for(bucket, row)).or_default().push(*id);
            }
        }
        let mut sizes: Vec<(usize, Option<u64>)> = groups.iter().map(|(page, ids)| (ids.len(), *page)).collect();
        sizes.sort_unstable();
        for (_, page) in sizes.iter().rev().skip(PAGES_AT_ONCE) {
            groups.remove(page);
        }
        if groups.is_empty() {
            return None;
        }
        groups.values_mut().for_each(|ids| ids.sort_unstable());
        Some((no, groups))
    }
}

fn whole(mut rows: Vec<Row>) -> Vec<Vec<Row>> {
    crm_domain::order::by_key(&mut rows, |r| (r.root, r.id));
    if rows.is_empty() { vec![] } else { vec![rows] }
}

/// The page whose stretch holds the row's root, else the last one before it; none: there is no page of its sort.
fn page_for(bucket: &crate::saved::BucketState, row: &Row) -> Option<u64> {
    let roots = row.id == row.root;
    let of = || bucket.pages.iter().filter(move |e| e.roots == roots);
    of().find(|e| e.first <= row.root && row.root <= e.last)
        .or_else(|| of().filter(|e| e.last < row.root).max_by_key(|e| e.last))
        .or_else(|| of().min_by_key(|e| e.first))
        .map(|e| e.no)
}
