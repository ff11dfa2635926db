//! The copy: what the server said, per bucket, in pages and the delta on top of them.
use crate::pages::{Cache, covering};
use crate::ports::Key;
use crate::saved::BucketState;
use crm_domain::bucket::Bucket;
use crm_domain::ids::Uuid;
use crm_domain::row::Row;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

/// A row newer than its page; none: the record left the bucket.
#[derive(Clone, Debug)]
pub struct Delta {
    pub counter: u64,
    pub row: Option<Rc<Row>>,
}

#[derive(Default)]
pub struct Copy {
    /// By local number.
    pub buckets: BTreeMap<u32, BucketState>,
    pub delta: HashMap<(u32, Uuid), Delta>,
    delta_roots: HashMap<Uuid, BTreeSet<(u32, Uuid)>>,
    pub cache: RefCell<Cache>,
}

impl Copy {
    /// The bucket's copy that is shown (a replacement is not, until it is whole).
    pub fn live(&self, bucket: Bucket) -> Option<(u32, &BucketState)> {
        self.buckets.iter().find(|(_, b)| b.bucket == bucket && b.replaces.is_none()).map(|(no, b)| (*no, b))
    }

    pub fn put_delta(&mut self, no: u32, id: Uuid, delta: Delta) {
        self.drop_delta(no, id);
        if let Some(row) = &delta.row {
            self.delta_roots.entry(row.root).or_default().insert((no, id));
        }
        self.delta.insert((no, id), delta);
    }

    pub fn drop_delta(&mut self, no: u32, id: Uuid) {
        if let Some(Delta { row: Some(row), .. }) = self.delta.remove(&(no, id))
            && let Some(set) = self.delta_roots.get_mut(&row.root)
        {
            set.remove(&(no, id));
            if set.is_empty() {
                self.delta_roots.remove(&row.root);
            }
        }
    }

    /// Another live bucket than `no` holds this record in its delta.
    pub fn held_elsewhere(&self, no: u32, id: Uuid) -> Option<&Rc<Row>> {
        self.buckets
            .iter()
            .filter(|(other, b)| **other != no && b.replaces.is_none())
            .find_map(|(other, _)| self.delta.get(&(*other, id))?.row.as_ref())
    }

    /// Every row of this root, with the local number of its bucket; or the pages that must be loaded first.
    /// `children`: also what belongs to it, not only the root itself.
    pub fn under(&self, root: Uuid, children: bool) -> Result<Vec<(u32, Rc<Row>)>, Vec<Key>> {
        let mut rows: Vec<(u32, Rc<Row>)> = Vec::new();
        let mut missing = Vec::new();
        for (no, bucket) in self.buckets.iter().filter(|(_, b)| b.replaces.is_none()) {
            for entry in covering(&bucket.pages, root).filter(|e| children || e.roots) {
                let key = (*no, entry.no);
                let Some(page) = self.cache.borrow_mut().get(key) else {
                    missing.push(key);
                    continue;
                };
                let from = page.partition_point(|r| r.root < root);
                let of = page[from..].iter().take_while(|r| r.root == root);
                rows.extend(of.filter(|r| !self.delta.contains_key(&(*no, r.id))).map(|r| (*no, Rc::new(r.clone()))));
            }
        }
        if !missing.is_empty() {
            return Err(missing);
        }
        for key in self.delta_roots.get(&root).into_iter().flatten() {
            let live = self.buckets.get(&key.0).is_some_and(|b| b.replaces.is_none());
            if live
                && (children || key.1 == root)
                && let Some(row) = &self.delta[key].row
            {
                rows.push((key.0, row.clone()));
            }
        }
        // A record that is in two buckets for a moment is shown once: the row that was written later.
        crm_domain::order::by_key(&mut rows, |(_, r)| (r.id, std::cmp::Reverse(r.at)));
        rows.dedup_by_key(|(_, r)| r.id);
        Ok(rows)
    }

    /// Forgets a bucket's copy whole; gives its pages' keys and its delta's.
    pub fn forget(&mut self, no: u32) -> (Vec<Key>, Vec<Key>, Vec<Uuid>) {
        let Some(bucket) = self.buckets.remove(&no) else { return Default::default() };
        let pages: Vec<Key> = bucket.pages.iter().map(|p| (no, p.no)).collect();
        pages.iter().for_each(|key| self.cache.borrow_mut().forget(*key));
        let ids: Vec<Uuid> = self.delta.keys().filter(|(n, _)| *n == no).map(|(_, id)| *id).collect();
        let deltas = ids.iter().map(|id| (no, self.delta[&(no, *id)].counter)).collect();
        ids.iter().for_each(|id| self.drop_delta(no, *id));
        (pages, deltas, ids)
    }
}
