//! IndexedDB as the simulator sees it: transactions, the fence, failures, and what a dead tab or a cut of the power leaves.
use crate::storage::contract::Disk;
use crm_domain::mutants::{self, Mutant};
use crm_replica::ports::{CommitError, Key, Opened, Store, Write};
use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};

/// One person's database on one machine. A clone of it is a cloned profile.
#[derive(Clone, Debug, Default)]
pub struct Machine {
    rows: BTreeMap<(Store, Key), Vec<u8>>,
    fence: u64,
    /// Relaxed transactions since the last strict one, oldest first: the writes that undo each.
    unsynced: Vec<Vec<Write>>,
    /// How the next commits fail.
    failing: VecDeque<CommitError>,
}

/// A tab's hold on the storage; a follower has no fence of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tab {
    fence: Option<u64>,
}

impl Machine {
    /// A writer takes the fence. That is strict, so no cut of the power gives the old writer its right back.
    pub fn open(&mut self, writer: bool) -> Tab {
        if !writer {
            return Tab { fence: None };
        }
        self.fence += 1;
        self.unsynced.clear();
        Tab { fence: Some(self.fence) }
    }

    /// Applies all writes or none. A tab that dies *before* this has changed nothing, one that dies after it loses nothing.
    pub fn commit(&mut self, tab: Tab, writes: &[Write], strict: bool) -> Result<(), CommitError> {
        let ignored = tab.fence.is_some() && mutants::is(Mutant::FenceIgnored);
        if tab.fence != Some(self.fence) && !ignored {
            return Err(CommitError::Fenced);
        }
        if let Some(why) = self.failing.pop_front() {
            return Err(why);
        }
        let mut undo = Vec::with_capacity(writes.len());
        for Write { store, key, value } in writes {
            let value = self.set(*store, *key, value.clone());
            undo.push(Write { store: *store, key: *key, value });
        }
        if strict {
            self.unsynced.clear();
        } else {
            self.unsynced.push(undo);
        }
        Ok(())
    }

    pub fn load(&self, store: Store, keys: &[Key]) -> Vec<Option<Vec<u8>>> {
        keys.iter().map(|key| self.rows.get(&(store, *key)).cloned()).collect()
    }

    pub fn load_all(&self) -> Opened {
        Opened {
            state: self.all(Store::State).collect(),
            delta: self.all(Store::Delta).collect(),
            outbox: self.all(Store::Outbox).collect(),
            journal: self.all(Store::Journal).collect(),
            column: self.all(Store::Column).map(|(_, value)| value).collect(),
        }
    }

    /// One store's entries in the order of their keys.
    pub fn all(&self, store: Store) -> impl Iterator<Item = (Key, Vec<u8>)> {
        self.rows.range((store, (0, 0))..=(store, (u32::MAX, u64::MAX))).map(|((_, key), value)| (*key, value.clone()))
    }

    /// The next commit that is not fenced fails like this and changes nothing.
    pub fn fail_next(&mut self, why: CommitError) {
        self.failing.push_back(why);
    }

    /// Relaxed commits that a cut of the power could still take.
    pub fn unsynced(&self) -> usize {
        self.unsynced.len()
    }

    /// The power is cut: of the relaxed commits since the last strict one, only the `surviving` oldest were on the disk.
    pub fn power_cut(&mut self, surviving: usize) {
        while self.unsynced.len() > surviving {
            let undo = self.unsynced.pop().expect("more than that survive");
            for Write { store, key, value } in undo.into_iter().rev() {
                self.set(store, key, value);
            }
        }
        self.unsynced.clear();
    }

    /// Gives the value that was there.
    fn set(&mut self, store: Store, key: Key, value: Option<Vec<u8>>) -> Option<Vec<u8>> {
        match value {
            Some(value) => self.rows.insert((store, key), value),
            None => self.rows.remove(&(store, key)),
        }
    }

    /// A value is gone, though no transaction took it.
    pub fn lose(&mut self, store: Store, key: Key) {
        self.rows.remove(&(store, key));
    }

    /// A value is no longer what was written; gives what it was.
    pub fn spoil(&mut self, store: Store, key: Key, value: Vec<u8>) -> Option<Vec<u8>> {
        self.set(store, key, Some(value))
    }

    /// The browser evicted the storage, or the person cleared it.
    pub fn wipe(&mut self) {
        *self = Self::default();
    }
}

impl Disk for RefCell<Machine> {
    type Tab = Tab;

    async fn open(&self, writer: bool) -> Tab {
        self.borrow_mut().open(writer)
    }

    async fn commit(&self, tab: &Tab, writes: Vec<Write>, strict: bool) -> Result<(), CommitError> {
        self.borrow_mut().commit(*tab, &writes, strict)
    }

    async fn die_in_commit(&self, tab: Tab, writes: Vec<Write>, steps: u32) -> bool {
        steps > 0 && self.borrow_mut().commit(tab, &writes, true).is_ok()
    }

    async fn load(&self, _: &Tab, store: Store, keys: &[Key]) -> Vec<Option<Vec<u8>>> {
        self.borrow().load(store, keys)
    }

    async fn load_all(&self, _: &Tab) -> Opened {
        self.borrow().load_all()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::contract;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    fn finish(future: impl Future<Output = ()>) {
        let polled = pin!(future).poll(&mut Context::from_waker(Waker::noop()));
        assert_eq!(polled, Poll::Ready(()), "the model never waits");
    }

    macro_rules! stamp {
        ($case:ident) => {
            #[test]
            fn $case() {
                finish(contract::$case(&RefCell::new(Machine::default())));
            }
        };
    }
    crate::storage_contract!(stamp);

    fn write(n: u8) -> Vec<Write> {
        vec![
            Write { store: Store::State, key: (0, 0), value: Some(vec![n]) },
            Write { store: Store::Delta, key: (0, u64::from(n)), value: Some(vec![n]) },
        ]
    }

    #[test]
    fn a_cut_of_the_power_takes_only_the_newest_relaxed_commits() {
        for (surviving, last) in [(0, 2), (1, 3), (2, 4), (9, 4)] {
            let mut machine = Machine::default();
            let tab = machine.open(true);
            for (n, strict) in [(1, false), (2, true), (3, false), (4, false)] {
                machine.commit(tab, &write(n), strict).expect("committed");
            }
            assert_eq!(machine.unsynced(), 2);
            machine.power_cut(surviving);
            assert_eq!(machine.load(Store::State, &[(0, 0)]), [Some(vec![last])]);
            let delta: Vec<u8> = machine.all(Store::Delta).map(|(_, value)| value[0]).collect();
            assert_eq!(delta, (1..=last).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_commit_that_is_made_to_fail_changes_nothing_and_the_next_one_succeeds() {
        let mut machine = Machine::default();
        let tab = machine.open(true);
        machine.fail_next(CommitError::Quota);
        assert_eq!(machine.commit(tab, &write(1), true), Err(CommitError::Quota));
        assert_eq!(machine.load_all(), Opened::default());
        assert_eq!(machine.commit(tab, &write(1), true), Ok(()));
    }

    #[test]
    fn a_cloned_profile_goes_its_own_way() {
        let mut one = Machine::default();
        let tab = one.open(true);
        one.commit(tab, &write(1), true).expect("committed");
        let mut twin = one.clone();
        one.commit(tab, &write(2), true).expect("committed");
        assert_eq!(twin.commit(tab, &write(3), true), Ok(()), "a clone brings its fence along");
        assert_eq!(one.load(Store::State, &[(0, 0)]), [Some(vec![2])]);
        assert_eq!(twin.load(Store::State, &[(0, 0)]), [Some(vec![3])]);
        twin.wipe();
        assert_eq!(twin.load_all(), Opened::default());
    }
}
