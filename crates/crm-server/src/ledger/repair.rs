//! Repairs a device's copy of a bucket without sending it anew: only what differs (SYNC 2.12).
use super::{Caller, Ledger, LedgerError, grants_now};
use crm_domain::bucket::Verb;
use crm_protocol::{Repair, Repaired, Sums, sub_bucket};

/// An answer holds rows of about so many bytes; the device asks again for what did not fit.
const BYTES: usize = 4 * 1024 * 1024;
/// What a row is beside its body, about.
const OVERHEAD: usize = 64;

impl Ledger {
    /// Compares the parts of the digest, and answers the rows of those that differ.
    ///
    /// Errors: `NotAllowed`, `Malformed` (not 256 sums), `Gone` (the bucket does not stand where the device does: pull
    /// first).
    pub fn repair(&self, caller: &Caller, asked: &Repair, now_ms: u64) -> Result<Repaired, LedgerError> {
        if asked.sums.len() != 256 {
            return Err(LedgerError::Malformed);
        }
        self.read(|tx| {
            super::pull::may_read(tx, caller)?;
            if !grants_now(tx, caller.user, now_ms)?.allow(asked.bucket, Verb::Read) {
                return Err(LedgerError::NotAllowed);
            }
            let seq = tx.bucket(asked.bucket)?.seq;
            if seq != asked.seq {
                return Err(LedgerError::Gone);
            }
            let (mut sums, mut sizes) = (Sums::default(), [0_usize; 256]);
            for children in [false, true] {
                tx.rows_for_pages(asked.bucket, children, &mut |rec| {
                    sums.add(rec.id, rec.digest);
                    sizes[usize::from(sub_bucket(rec.id))] += rec.body.len() + OVERHEAD;
                    Ok(())
                })?;
            }
            let mut bytes = 0;
            let mut parts = sums.differing(&asked.sums);
            parts.retain(|part| {
                let first = bytes == 0;
                bytes += sizes[usize::from(*part)];
                first || bytes <= BYTES
            });
            let mut rows = Vec::new();
            for children in [false, true] {
                tx.rows_for_pages(asked.bucket, children, &mut |rec| {
                    if parts.binary_search(&sub_bucket(rec.id)).is_ok() {
                        rows.push(rec.row());
                    }
                    Ok(())
                })?;
            }
            Ok(Repaired { bucket: asked.bucket, seq, parts, rows })
        })
    }
}
