//! A plain client with a queue: ops that no screen makes, sent again under the same numbers until they are answered.
use super::home::{enrol, now};
use super::line::{Line, read};
use crm_domain::bucket::Bucket;
use crm_domain::ids::{OpId, Uuid, derived_id};
use crm_domain::op::{Change, Op};
use crm_domain::row::Row;
use crm_protocol::{Mode, Outcome, Page, Part, Pull, Pulled, Push, Pushed, Sent, bucket_digest, encode};
use crm_replica::ports::{Endpoint, NetError};
use crm_server::ledger::{Caller, Ledger};
use ed25519_dalek::SigningKey;
use std::collections::BTreeMap;
use tests::ledger::office::{Made, made};

pub struct Clerk {
    pub name: String,
    pub user: Uuid,
    pub dev: Uuid,
    epoch: u64,
    pub line: Line,
    pub queue: Vec<Written>,
}

/// An op at its place in the queue, and what it was answered.
pub struct Written {
    pub op: Made,
    pub outcome: Option<Outcome>,
}

impl Clerk {
    pub fn new(ledger: &Ledger, name: &str, user: Uuid) -> Self {
        let dev = derived_id(0, &[b"clerk", name.as_bytes()]);
        let mut seed = [0; 32];
        seed[..16].copy_from_slice(dev.as_bytes());
        let key = SigningKey::from_bytes(&seed);
        enrol(ledger, user, dev, &key);
        let epoch = ledger.epoch().expect("an epoch");
        Self { name: name.into(), user, dev, epoch, line: Line::new(dev, key), queue: Vec::new() }
    }

    pub fn caller(&self) -> Caller {
        Caller { user: self.user, dev: self.dev }
    }

    /// An op more.
    pub fn write(&mut self, changes: Vec<Change>) -> OpId {
        self.write_as(self.user, changes)
    }

    pub fn write_as(&mut self, actor: Uuid, changes: Vec<Change>) -> OpId {
        let cause = derived_id(0, &[self.dev.as_bytes(), &self.queue.len().to_be_bytes()]);
        let op = made(Op { cause, part: 0, hlc: now() << 16, actor, app: 1, changes, link: None });
        let id = op.id;
        self.queue.push(Written { op, outcome: None });
        id
    }

    /// What is not answered yet, as it goes up.
    pub fn unanswered(&self) -> Option<Push> {
        let first = self.queue.iter().position(|written| written.outcome.is_none())?;
        let sent = |written: &Written| Sent { op: written.op.bytes.clone(), first_sent: 0, effective: None };
        let ops = self.queue[first..].iter().map(sent).collect();
        Some(Push { epoch: self.epoch, dev: self.dev, first_n: first as u64 + 1, ops, lost: vec![] })
    }

    pub fn took(&mut self, push: &Push, pushed: &Pushed) {
        assert_eq!(pushed.results.len(), push.ops.len(), "{}: every op is answered: {pushed:?}", self.name);
        for ((n, outcome, _), expected) in pushed.results.iter().zip(push.first_n..) {
            assert_eq!(*n, expected, "{}: in order", self.name);
            assert_ne!(*outcome, Outcome::Fork, "{}: at {n} stands what it sent itself", self.name);
            self.queue[*n as usize - 1].outcome = Some(*outcome);
        }
    }

    /// Sends what is not answered yet.
    pub fn push(&mut self) -> Result<(), NetError> {
        let Some(push) = self.unanswered() else { return Ok(()) };
        let pushed: Pushed = read(self.line.send(Endpoint::Push, &encode(&push))?)?;
        self.took(&push, &pushed);
        Ok(())
    }

    /// A bucket's rows as a device gets them that begins with pages (no cursor) or follows from a cursor. Their digest is
    /// what the server tells.
    pub fn rows(&mut self, bucket: Bucket, mut cursor: Option<u64>) -> Result<BTreeMap<Uuid, Row>, NetError> {
        let mut rows = BTreeMap::new();
        loop {
            let pull = Pull {
                nonce: 1,
                epoch: self.epoch,
                proof: None,
                cursors: vec![(bucket, cursor)],
                max_bytes: 1 << 20,
                hello: None,
            };
            let pulled: Pulled = read(self.line.send(Endpoint::Pull, &encode(&pull))?)?;
            for part in &pulled.parts {
                cursor = Some(self.take(part, &mut rows)?);
                if part.hi == part.seq {
                    assert_eq!(part.digest, bucket_digest(rows.values()), "{bucket:?}: the digest is that of its rows");
                }
            }
            if pulled.complete {
                return Ok(rows);
            }
        }
    }

    /// The cursor after a part.
    fn take(&mut self, part: &Part, rows: &mut BTreeMap<Uuid, Row>) -> Result<u64, NetError> {
        let Mode::Pages { generation, count, at_seq } = part.mode else {
            let mut news: Vec<(u64, Uuid, Option<&Row>)> =
                part.rows.iter().map(|row| (row.seq, row.id, Some(row))).collect();
            news.extend(part.exits.iter().map(|exit| (exit.seq, exit.id, None)));
            news.sort_by_key(|(seq, ..)| *seq);
            for (_, id, row) in news {
                match row {
                    Some(row) => rows.insert(id, row.clone()),
                    None => rows.remove(&id),
                };
            }
            return Ok(part.hi);
        };
        for no in 0..count {
            let page = Endpoint::Page { bucket: part.bucket, generation, no };
            let page: Page = read(self.line.send(page, &[])?)?;
            rows.extend(page.rows.into_iter().map(|row| (row.id, row)));
        }
        Ok(at_seq)
    }
}
