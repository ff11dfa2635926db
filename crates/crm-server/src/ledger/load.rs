//! Brings many records in at once, as they stood after ops of their own: demo data, migrations.
use super::auth::server_op;
use super::work::Work;
use super::{Ledger, LedgerError, administration, news};
use crm_domain::bucket::Bucket;
use crm_domain::ids::{Uuid, derived_id};
use crm_domain::merge::Stamp;
use crm_domain::people::{GRANT, PERSON};
use crm_domain::val::Body;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// One record as it would stand after the op that wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    pub kind: u16,
    pub id: Uuid,
    pub root: Uuid,
    pub bucket: Bucket,
    pub body: Body,
    pub actor: Uuid,
    /// Effective time, milliseconds.
    pub at: u64,
}

const AT_ONCE: usize = 1_000;

impl Ledger {
    /// Transactions of 1,000 rows; rows that are there already are written again. Returns how many came.
    pub fn load(&self, rows: impl Iterator<Item = Loaded>, now_ms: u64) -> Result<u64, LedgerError> {
        let mut rows = rows.peekable();
        let mut count = 0;
        while rows.peek().is_some() {
            let some: Vec<Loaded> = rows.by_ref().take(AT_ONCE).collect();
            let news = self.write(|tx| {
                let mut work = self.work(tx, now_ms);
                load(&mut work, &some)?;
                Ok(work.finish()?)
            })?;
            count += some.len() as u64;
            self.publish(&news)?;
        }
        Ok(count)
    }
}

fn load(work: &mut Work, rows: &[Loaded]) -> Result<(), LedgerError> {
    work.load(rows.iter().map(|r| r.id))?;
    let mut ops: BTreeMap<Uuid, Stamp> = BTreeMap::new();
    for row in rows {
        // One op for all that an actor brought, so that later edits know what they are based on.
        let op = match ops.entry(row.actor) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(first) => {
                let cause = derived_id(0, &[b"loaded", row.actor.as_bytes()]);
                first.insert(server_op(work, cause, row.actor, row.at)?)
            }
        };
        let stamp = Stamp { at: row.at, ..*op };
        match row.kind {
            PERSON => administration::set_person(work, row.id, &row.body, row.at)?,
            GRANT => administration::set_grant(work, row.id, &row.body, row.at)?,
            _ => {}
        }
        work.put(news::row(row.id, row.kind, row.root, row.bucket, row.body.clone(), stamp))?;
    }
    // Nothing can wait for what a fresh database is filled with.
    work.arrived.clear();
    Ok(())
}

/// What a first start with demo data leaves for later starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Began {
    /// The day it began on: its local midnight, milliseconds.
    pub today_ms: u64,
    pub customers: u64,
    /// All rows came; otherwise the next start brings them again.
    pub whole: bool,
}

impl Ledger {
    pub fn began(&self) -> Result<Option<Began>, LedgerError> {
        self.read(|tx| {
            let kept = tx.meta("demo")?;
            let kept = kept.as_deref().and_then(|bytes| minicbor::decode::<(u64, u64, bool)>(bytes).ok());
            Ok(kept.map(|(today_ms, customers, whole)| Began { today_ms, customers, whole }))
        })
    }

    pub fn begin(&self, began: Began) -> Result<(), LedgerError> {
        let bytes = crm_domain::val::encode(&(began.today_ms, began.customers, began.whole));
        self.write(|tx| Ok(tx.put_meta("demo", &bytes)?))
    }

    /// Whether nobody has ever worked here.
    pub fn is_empty(&self) -> Result<bool, LedgerError> {
        self.read(|tx| Ok(tx.bucket(Bucket::Org)?.seq == 0))
    }
}
