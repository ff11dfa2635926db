//! Watched queries: asked again after every change, told only when the answer is another.
use crate::Replica;
use crate::ports::{Effect, Key, Store};
use crate::show::Reader;
use crm_domain::query::Asker;
use crm_domain::registry::{Query, View};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

#[derive(Default)]
pub struct Watches {
    all: BTreeMap<u64, Watch>,
    /// Something changed since the last answers.
    pub dirty: bool,
    /// A query has no answer yet; the others need not be asked for its sake.
    fresh: bool,
    /// Pages on their way for a query.
    loading: HashMap<u64, Vec<Key>>,
}

struct Watch {
    query: Query,
    told: Option<View>,
}

impl Watches {
    pub fn add(&mut self, watch: u64, query: Query) {
        self.all.insert(watch, Watch { query, told: None });
        self.fresh = true;
    }

    pub fn remove(&mut self, watch: u64) {
        self.all.remove(&watch);
    }

    pub fn loaded(&self, request: u64) -> bool {
        self.loading.contains_key(&request)
    }

    pub fn take_keys(&mut self, request: u64) -> Vec<Key> {
        self.dirty = true;
        self.loading.remove(&request).unwrap_or_default()
    }
}

impl Replica {
    pub(crate) fn answer_watches(&mut self) {
        let Some(session) = &self.session else { return };
        let dirty = std::mem::take(&mut self.watches.dirty);
        if !std::mem::take(&mut self.watches.fresh) && !dirty {
            return;
        }
        let grants = self.grants();
        let asker = Asker { user: session.user, grants: &grants, now: self.true_ms() as i64, sifts: false };
        let mut answers = Vec::new();
        let mut missing = Vec::new();
        for (id, watch) in self.watches.all.iter().filter(|(_, w)| dirty || w.told.is_none()) {
            let reader = Reader { replica: self, missing: RefCell::default() };
            match watch.query.answer(&self.book, &reader, &asker) {
                Ok(view) if watch.told.as_ref() != Some(&view) => answers.push((*id, view)),
                Ok(_) => {}
                Err(_) => missing.extend(reader.missing.into_inner()),
            }
        }
        for (id, view) in answers {
            if let Some(watch) = self.watches.all.get_mut(&id) {
                watch.told = Some(view.clone());
            }
            self.out.push(Effect::Answer { watch: id, view });
        }
        missing.retain(|key| !self.watches.loading.values().flatten().any(|k| k == key));
        missing.sort_unstable();
        missing.dedup();
        if !missing.is_empty() {
            let request = self.next_id();
            self.out.push(Effect::Load { request, store: Store::Page, keys: missing.clone() });
            self.watches.loading.insert(request, missing);
        }
    }
}
