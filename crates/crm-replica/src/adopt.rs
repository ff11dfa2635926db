//! Sends what another device of the same person exported, in that device's name and at its numbers (SYNC 2.11).
//! What has come by another road is known by (cause, part): twice is once.
use crate::ports::Brought;
use crm_domain::ids::Uuid;
use crm_domain::op::Op;
use crm_protocol::{Exported, Outcome, PUSH_BYTES, PUSH_CHANGES, Push, Pushed, Sent, Unsent};
use std::collections::VecDeque;

/// Why the rest was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// That device goes on under another name since, and sends its work itself.
    Renamed,
    /// Nothing was taken, though all was told that the server asked for.
    Stuck,
}

pub struct Adoption {
    dev: Uuid,
    /// 0 until the server has told its own.
    epoch: u64,
    expect_n: u64,
    left: VecDeque<Exported>,
    brought: Brought,
}

impl Adoption {
    pub fn new(unsent: Unsent) -> Self {
        let mut ops = unsent.ops;
        ops.sort_by_key(|op| op.n);
        let expect_n = ops.first().map_or(0, |op| op.n);
        Self { dev: unsent.dev, epoch: 0, expect_n, left: ops.into(), brought: Brought::default() }
    }

    /// The next push; none: all is brought.
    pub fn next(&self) -> Option<Push> {
        let first_n = self.left.front()?.n;
        let (mut changes, mut bytes, mut ops) = (0, 0, Vec::new());
        for (n, exported) in (first_n..).zip(&self.left) {
            changes += Op::from_bytes(&exported.op).map_or(1, |op| op.changes.len());
            bytes += exported.op.len();
            if n != exported.n || (!ops.is_empty() && (changes > PUSH_CHANGES || bytes > PUSH_BYTES)) {
                break;
            }
            ops.push(Sent { op: exported.op.clone(), first_sent: exported.first_sent, effective: None });
        }
        // What the server lacks before them is in no file: it steps over it.
        let lost = if self.expect_n < first_n { vec![(self.expect_n, first_n - 1)] } else { vec![] };
        Some(Push { epoch: self.epoch, dev: self.dev, first_n, ops, lost })
    }

    pub fn answered(&mut self, answer: &Pushed) -> Result<(), Stopped> {
        self.expect_n = answer.expect_n;
        if answer.epoch != self.epoch {
            self.epoch = answer.epoch;
            return Ok(());
        }
        if answer.results.is_empty() {
            return Err(Stopped::Stuck);
        }
        for (n, outcome, _) in &answer.results {
            match outcome {
                Outcome::Fork => return Err(Stopped::Renamed),
                Outcome::Rejected { .. } | Outcome::Waiting(_) => self.brought.held_back += 1,
                Outcome::Applied | Outcome::Merged => {}
            }
            self.brought.ops += 1;
            self.left.retain(|exported| exported.n != *n);
        }
        Ok(())
    }

    pub fn brought(&self) -> Brought {
        self.brought
    }
}
