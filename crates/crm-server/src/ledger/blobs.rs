//! Photos in chunks: offered by hash, resumed at any offset, verified at the end (SYNC 2.9).
use super::store::{Blob, Tx};
use super::{Caller, Ledger, LedgerError, grants_now};
use crm_domain::bucket::Verb;
use sha2::{Digest, Sha256};

/// The largest blob.
pub const MAX_BLOB: u64 = 16 * 1024 * 1024;
/// The largest chunk.
pub const MAX_CHUNK: usize = 256 * 1024;

impl Ledger {
    /// How much of the blob is here already; what is offered twice is kept once.
    ///
    /// Errors: `TooLarge`, `NotAllowed`.
    pub fn offer_blob(&self, caller: &Caller, sha: &[u8; 32], len: u64) -> Result<u64, LedgerError> {
        if len > MAX_BLOB || len == 0 {
            return Err(LedgerError::TooLarge);
        }
        self.write(|tx| {
            super::pull::may_read(tx, caller)?;
            match tx.blob(sha)? {
                Some(blob) if blob.complete => Ok(blob.offset),
                Some(blob) if blob.len == len => Ok(blob.offset),
                Some(_) => Err(LedgerError::Malformed),
                None => {
                    tx.put_blob(sha, Some(&Blob { len, offset: 0, complete: false, user: caller.user }))?;
                    Ok(0)
                }
            }
        })
    }

    /// Takes the chunk that begins where the last ended; another offset changes nothing and gets the right one.
    ///
    /// Errors: `NotFound`, `TooLarge`, `Malformed` (the whole has another hash: it is forgotten).
    pub fn append_blob(&self, caller: &Caller, sha: &[u8; 32], offset: u64, bytes: &[u8]) -> Result<u64, LedgerError> {
        if bytes.len() > MAX_CHUNK {
            return Err(LedgerError::TooLarge);
        }
        let state = self.write(|tx| {
            super::pull::may_read(tx, caller)?;
            let mut blob = tx.blob(sha)?.ok_or(LedgerError::NotFound)?;
            if blob.complete || blob.offset != offset || bytes.is_empty() {
                return Ok(Some(blob.offset));
            }
            if offset + bytes.len() as u64 > blob.len {
                return Err(LedgerError::TooLarge);
            }
            tx.put_blob_bytes(sha, offset, bytes)?;
            blob.offset += bytes.len() as u64;
            if blob.offset == blob.len {
                if Sha256::digest(tx.blob_bytes(sha)?).as_slice() != sha {
                    tx.put_blob(sha, None)?;
                    return Ok(None);
                }
                blob.complete = true;
            }
            tx.put_blob(sha, Some(&blob))?;
            Ok(Some(blob.offset))
        })?;
        state.ok_or(LedgerError::Malformed)
    }

    /// A whole blob, for its author and for whoever reads a record that names it.
    ///
    /// Errors: `NotFound`, `NotAllowed`.
    pub fn blob(&self, caller: &Caller, sha: &[u8; 32], now_ms: u64) -> Result<Vec<u8>, LedgerError> {
        self.read(|tx| {
            self.seen_blob(tx, caller, sha, now_ms)?;
            Ok(tx.blob_bytes(sha)?)
        })
    }

    /// Length and offset, under the same rule; an unfinished one is its author's.
    pub fn blob_state(&self, caller: &Caller, sha: &[u8; 32], now_ms: u64) -> Result<(u64, u64), LedgerError> {
        self.read(|tx| {
            super::pull::may_read(tx, caller)?;
            let blob = tx.blob(sha)?.ok_or(LedgerError::NotFound)?;
            if blob.user != caller.user {
                self.seen_blob(tx, caller, sha, now_ms)?;
            }
            Ok((blob.len, blob.offset))
        })
    }

    fn seen_blob(&self, tx: &dyn Tx, caller: &Caller, sha: &[u8; 32], now_ms: u64) -> Result<(), LedgerError> {
        super::pull::may_read(tx, caller)?;
        let blob = tx.blob(sha)?.filter(|b| b.complete).ok_or(LedgerError::NotFound)?;
        if blob.user == caller.user {
            return Ok(());
        }
        let grants = grants_now(tx, caller.user, now_ms)?;
        let named_in = tx.recs(&tx.blob_refs(sha)?)?;
        let seen = named_in.iter().any(|rec| grants.allow(rec.bucket, Verb::Read));
        if seen { Ok(()) } else { Err(LedgerError::NotAllowed) }
    }
}
