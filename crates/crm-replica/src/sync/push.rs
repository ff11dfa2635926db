//! Push: my ops, in the order of my queue (SYNC 2.2).
use super::Phase;
use crate::Replica;
use crate::execute::device_write;
use crate::jobs::{Next, Roots, join};
use crate::ports::{Endpoint, Store, SyncState, Write};
use crm_domain::mutants::{self, Mutant};
use crm_domain::val::encode;
use crm_protocol::{Outcome, PUSH_BYTES, PUSH_CHANGES, Push, Pushed, Sent};

impl Replica {
    /// Sends the first ops without a result. False: there are none.
    pub(crate) fn start_push(&mut self) -> bool {
        let Some(session) = &self.session else { return false };
        let dev = session.dev;
        let mut ops = Vec::new();
        let (mut first_n, mut changes, mut bytes) = (0, 0, 0);
        for (n, mine) in self.mine.ops.iter().filter(|(_, m)| !m.journaled && m.sending.outcome.is_none()) {
            let dense = ops.is_empty() || *n == first_n + ops.len() as u64;
            changes += mine.op.changes.len();
            bytes += mine.stored.op.len();
            if !dense || (!ops.is_empty() && (changes > PUSH_CHANGES || bytes > PUSH_BYTES)) {
                break;
            }
            if ops.is_empty() {
                first_n = *n;
            }
            let first_sent = match mine.sending.first_sent {
                0 => self.device.server_ms,
                known => known,
            };
            ops.push(Sent { op: mine.stored.op.clone(), first_sent, effective: mine.sending.effective });
        }
        if ops.is_empty() {
            return false;
        }
        let count = ops.len() as u64;
        for (n, sent) in (first_n..).zip(&ops) {
            if let Some(mine) = self.mine.ops.get_mut(&n) {
                mine.in_flight = true;
                mine.sending.first_sent = sent.first_sent;
            }
        }
        let push = Push { epoch: self.device.epoch, dev, first_n, ops, lost: self.holes_before(first_n) };
        let request = self.send(Endpoint::Push, encode(&push));
        self.sync.phase = Phase::Pushing { request, first_n, count };
        true
    }

    /// Numbers that the server may ask for and that are in neither outbox nor journal any more: it was restored from an
    /// older backup than the journal goes back. It steps over them (SYNC 2.3).
    fn holes_before(&self, first_n: u64) -> Vec<(u64, u64)> {
        let mut holes = Vec::new();
        if mutants::is(Mutant::HolesUntold) {
            return holes;
        }
        let mut next = self.device.trimmed_n + 1;
        let known = self.mine.ops.range(next..first_n).map(|(n, _)| *n).chain([first_n]);
        for n in known {
            if n > next {
                holes.push((next, n - 1));
            }
            next = n + 1;
        }
        holes
    }

    pub(crate) fn prepare_pushed(&mut self, first_n: u64, count: u64, answer: Pushed) -> Next {
        let mut device = self.device.clone();
        Self::learn_time(&mut device, self.now, answer.now_ms);
        let mine = first_n..first_n + count;
        let results: Vec<_> = answer.results.into_iter().filter(|(n, ..)| mine.contains(n)).collect();
        let forked = results.iter().any(|(_, outcome, _)| *outcome == Outcome::Fork);
        // Another epoch, or the server lacks what came before: the pull tells what to do.
        let stuck = results.is_empty();
        let mut writes = vec![device_write(&device)];
        let mut known = Vec::new();
        for (n, outcome, effective) in results.into_iter().filter(|(_, o, _)| *o != Outcome::Fork) {
            let Some(mine) = self.mine.ops.get(&n) else { continue };
            let mut sending = mine.sending;
            sending.outcome = Some(outcome);
            sending.effective = Some(sending.effective.map_or(effective, |e| e.min(effective)));
            writes.push(Write { store: Store::Outbox, key: (1, n), value: Some(encode(&sending)) });
            known.push((n, sending));
        }
        let refused = known.iter().find(|(_, s)| matches!(s.outcome, Some(Outcome::Rejected { .. }))).map(|(n, _)| *n);
        let after = Box::new(move |replica: &mut Replica| {
            replica.device = device;
            let mut roots = Roots::new();
            if mutants::is(Mutant::RefusalClearsQueue)
                && let Some(refused) = refused
            {
                let rest: Vec<u64> = replica.mine.ops.range(refused + 1..).map(|(n, _)| *n).collect();
                rest.into_iter().for_each(|n| drop(replica.mine.drop_op(n)));
            }
            for (n, sending) in known {
                if let Some(mine) = replica.mine.ops.get_mut(&n) {
                    mine.sending = sending;
                    join(&mut roots, mine.stored.about.iter().map(|(root, _)| (root.0, vec![])));
                }
            }
            replica.show_again(roots);
            replica.sync.want_pull = true;
            if forked {
                replica.sync.state = SyncState::Forked;
            }
            if stuck {
                // Nothing was taken: ask what the server has before sending again.
                replica.sync.contact = None;
            }
            replica.settle();
        });
        Next::Commit { writes, strict: false, after }
    }
}
