//! The best few of many: keeps the lowest keys seen, so that ranking costs nothing for those far behind.
use std::collections::BinaryHeap;

use super::column::Slot;

/// Lower is better: tier, then length of the name, then slot, which makes every order repeatable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub tier: u8,
    pub length: u8,
    pub slot: Slot,
}

pub(super) struct Top {
    limit: usize,
    keys: BinaryHeap<Key>,
}

impl Top {
    pub fn new(limit: usize) -> Self {
        Self { limit, keys: BinaryHeap::new() }
    }

    /// Whether a key could still be among the best.
    pub fn wants(&self, key: Key) -> bool {
        self.keys.len() < self.limit || self.keys.peek().is_some_and(|worst| key < *worst)
    }

    pub fn push(&mut self, key: Key) {
        if !self.wants(key) {
            return;
        }
        self.keys.push(key);
        if self.keys.len() > self.limit {
            self.keys.pop();
        }
    }

    /// The best keys, best first.
    pub fn into_sorted(self) -> Vec<Key> {
        self.keys.into_sorted_vec()
    }
}
