//! What is over leaves after a while: exits, settled lines of the queue, decisions. A few rows in one transaction, so that
//! nobody waits for it.
use super::judge::body_of;
use super::store::{Rec, StoreError};
use super::{KEPT_MS, Ledger, Result};
use crm_domain::bucket::Bucket;
use crm_domain::waiting::{is_desk, over_since};

/// Rows that are looked at in one transaction.
const STEP: usize = 500;

impl Ledger {
    /// Says how many exits and rows have left, together.
    pub fn compact(&self, now_ms: u64) -> Result<u64> {
        let before = now_ms.saturating_sub(KEPT_MS);
        let mut count = 0;
        for desk in self.read(|tx| Ok(tx.buckets()?))?.into_iter().filter(|bucket| is_desk(*bucket)) {
            let mut seq = 0;
            while let Some((last, left)) = self.clear(desk, seq, before, now_ms)? {
                (seq, count) = (last, count + left);
            }
        }
        Ok(count + self.write(|tx| Ok(tx.drop_exits(before)?))?)
    }

    /// Takes what is over off a desk, of the rows after `seq`. Gives the last number that was looked at; none: there are no
    /// more.
    fn clear(&self, desk: Bucket, seq: u64, before: u64, now_ms: u64) -> Result<Option<(u64, u64)>> {
        let rows = self.read(|tx| Ok(tx.rows_after(desk, seq, STEP)?))?;
        let Some(last) = rows.last().map(|rec| rec.seq) else { return Ok(None) };
        let mut old = Vec::new();
        for rec in &rows {
            if is_over(rec, before)? {
                old.push(rec.id);
            }
        }
        if old.is_empty() {
            return Ok(Some((last, 0)));
        }
        let (left, news) = self.write(|tx| {
            let mut work = self.work(tx, now_ms);
            work.load(old.iter().copied())?;
            let mut left = 0;
            for id in &old {
                // As it stands now that it is locked.
                if work.rec(*id)?.map(|rec| is_over(rec, before)).transpose()? == Some(true) {
                    work.retire(*id)?;
                    left += 1;
                }
            }
            Ok((left, work.finish()?))
        })?;
        self.publish(&news)?;
        Ok(Some((last, left)))
    }
}

fn is_over(rec: &Rec, before: u64) -> std::result::Result<bool, StoreError> {
    Ok(over_since(rec.kind, &body_of(rec)?, rec.by.at).is_some_and(|since| since < before))
}
