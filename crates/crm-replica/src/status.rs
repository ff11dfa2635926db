//! What is told of this copy: one value, sent when it changed.
use crate::Replica;
use crate::ports::{Effect, Queued, Status, SyncState};
use crm_domain::bucket::{Bucket, Verb};
use crm_domain::ids::Uuid;

/// Items of the queue that the sync page lists.
const LISTED: usize = 200;

impl Replica {
    /// Ops that are not acknowledged yet, for an export: n, bytes, server time of the first sending (0: none yet).
    pub fn unsent(&self) -> impl Iterator<Item = (u64, &[u8], u64)> {
        let read = self.mine.outbox().map(|(n, mine)| (n, mine.stored.op.as_slice(), mine.sending.first_sent));
        let unread = self.unread.iter().map(|op| (op.n, op.op.as_slice(), op.first_sent));
        read.chain(unread.filter(|(_, op, _)| !op.is_empty()))
    }

    pub(crate) fn tell_status(&mut self) {
        let status = self.status_now();
        if status != self.status {
            self.status = status.clone();
            self.out.push(Effect::Status(status));
        }
    }

    fn status_now(&self) -> Status {
        let mut unsent = self.unread.len() as u32;
        let mut oldest = None;
        let mut queue = Vec::new();
        for (n, mine) in self.mine.outbox() {
            unsent += 1;
            oldest = oldest.or(Some(mine.stored.at_ms));
            if queue.len() < LISTED {
                queue.push(Queued {
                    n,
                    kind: mine.op.changes.first().map_or(0, |c| c.kind),
                    at_ms: mine.stored.at_ms,
                    state: mine.state(),
                    label: mine.stored.label.clone(),
                    root: mine.stored.about.first().map_or(Uuid::nil(), |(root, _)| root.0),
                });
            }
        }
        // Granted, and nothing of it is here yet.
        let unasked = self.device.granted.iter().filter(|(bucket, verb)| {
            let known = self.copy.live(*bucket).is_some_and(|(_, copy)| copy.cursor.is_some() || copy.boot.is_some());
            *verb >= Verb::Read && *bucket != Bucket::AllGrids && !known
        });
        // Before the first whole answer nothing granted is known, and something will be.
        let busy = matches!(self.sync.state, SyncState::Starting | SyncState::Syncing);
        let unknown = u32::from(busy && self.device.granted.is_empty());
        let boots = || self.copy.buckets.values().filter_map(|b| b.boot);
        Status {
            ready: self.session.is_some(),
            sync: if self.session.is_some() { self.sync.state } else { SyncState::Starting },
            unsent,
            oldest_unsent_ms: oldest,
            queue,
            unsent_blobs: self.blobs.unsent().collect(),
            last_contact_ms: Some(self.device.server_ms).filter(|ms| *ms > 0),
            clock_offset_ms: self.device.offset_ms,
            buckets: self.copy.buckets.values().filter(|b| b.replaces.is_none() && b.cursor.is_some()).count() as u32,
            buckets_coming: unknown + (boots().count() + unasked.count()) as u32,
            pages: (boots().map(|b| b.next).sum(), boots().map(|b| b.count).sum()),
            repaired: self.sync.repaired,
            // Only the surroundings know.
            brought_back: 0,
            outdated: self.outdated(),
            left_to_newer: self.left_to_newer(),
            unreadable: self.unreadable,
            storage: self.storage,
            backups: self.device.stable_n.is_some(),
            writer: self.session.as_ref().is_some_and(|s| s.writer),
        }
    }
}
