//! A server that answers from memory at once, so that only the phone's own work is measured.
use crate::data::{Snapshot, one_grid};
use crm_domain::bucket::{Bucket, Verb};
use crm_domain::op::Op;
use crm_protocol::{DeviceState, Grant, Mode, Outcome, Part, Pull, Pulled, Push, Pushed, decode, encode};
use crm_replica::ports::{Endpoint, NetError};
use sha2::{Digest, Sha256};

pub struct Server {
    snapshot: Snapshot,
    /// Ops taken so far, and the running hash of their identities (SYNC 2.2).
    last_n: u64,
    hash: [u8; 32],
}

impl Server {
    pub fn new(snapshot: Snapshot) -> Self {
        Self { snapshot, last_n: 0, hash: [0; 32] }
    }

    /// Whether the answer is gzipped.
    pub fn packs(&self, to: Endpoint) -> bool {
        self.snapshot.packed && matches!(to, Endpoint::Page { .. })
    }

    pub fn answer(&mut self, to: Endpoint, body: &[u8], now_ms: u64) -> Result<Vec<u8>, NetError> {
        match to {
            Endpoint::Pull => Ok(encode(&self.pull(&decode(body).map_err(malformed)?, now_ms))),
            Endpoint::Push => Ok(encode(&self.push(&decode(body).map_err(malformed)?, now_ms)?)),
            // It tells no digests, so nothing is compared with them, and no photo is taken.
            Endpoint::Repair | Endpoint::Offer | Endpoint::Append { .. } => Err(NetError::Malformed),
            Endpoint::Page { bucket, no, .. } => {
                let page = self.snapshot.pages.get_mut(&bucket).and_then(|pages| pages.get_mut(no as usize));
                // Each is fetched once; what has been handed over need not lie in memory twice.
                page.map(std::mem::take).ok_or(NetError::Malformed)
            }
        }
    }

    fn pull(&self, asked: &Pull, now_ms: u64) -> Pulled {
        let fresh = asked.cursors.iter().filter(|(_, cursor)| cursor.is_none());
        let part = |bucket: Bucket| {
            let count = self.snapshot.pages.get(&bucket).map_or(0, Vec::len) as u32;
            let mode = Mode::Pages { generation: 1, count, at_seq: 1 };
            Part { bucket, mode, rows: vec![], exits: vec![], drop_before: 0, hi: 1, seq: 2, digest: [0; 8] }
        };
        let grids = self.snapshot.pages.keys().filter(|bucket| matches!(bucket, Bucket::Grid(_)));
        // Where one bucket stands for all grids, the customers still name their own.
        let all = self.snapshot.pages.contains_key(&one_grid()).then_some(Bucket::AllGrids);
        Pulled {
            nonce: asked.nonce,
            epoch: 1,
            proof: vec![1],
            parts: fresh.map(|(bucket, _)| part(*bucket)).collect(),
            last_n: self.last_n,
            last_hash: self.hash,
            complete: true,
            granted: grids.copied().chain(all).map(|bucket| Grant { bucket, verb: Verb::Write }).collect(),
            stable_n: None,
            now_ms,
            device: DeviceState::Active,
            hello: None,
        }
    }

    fn push(&mut self, sent: &Push, now_ms: u64) -> Result<Pushed, NetError> {
        let mut results = Vec::new();
        for (n, one) in (sent.first_n..).zip(&sent.ops) {
            let op = Op::from_bytes(&one.op).map_err(malformed)?;
            let hash = Sha256::new().chain_update(self.hash).chain_update(op.cause.as_bytes());
            self.hash = hash.chain_update(op.part.to_be_bytes()).finalize().into();
            self.last_n = n;
            results.push((n, Outcome::Applied, now_ms));
        }
        Ok(Pushed { epoch: 1, expect_n: self.last_n + 1, results, now_ms })
    }
}

fn malformed<E>(_: E) -> NetError {
    NetError::Malformed
}
