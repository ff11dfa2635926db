//! Photos in chunks: offered by hash, resumed at any offset, verified at the end (SYNC 2.9).
//!
//! Invariant: nobody reads a photo by knowing its hash. A delivery is one person's: what others delivered of the same hash
//! is not hers before she has sent the bytes herself, and is not told; an event opens only what its own author has
//! delivered. (`privacy: a_hash_that_one_knows_opens_nothing`)
use super::store::{Blob, StoreError, Tx};
use super::{Caller, Ledger, LedgerError, grants_now};
use crm_domain::bucket::Verb;
use crm_domain::ids::Uuid;
use crm_domain::mutants::{self, Mutant};
use crm_domain::val::{Body, Val};
use crm_protocol::{BLOB_BYTES, BLOB_CHUNK};
use sha2::{Digest, Sha256};

impl Ledger {
    /// How much she has delivered of it; what she offers twice is kept once.
    ///
    /// Errors: `TooLarge`, `NotAllowed`, `Malformed` (offered before with another length).
    pub fn offer_blob(&self, caller: &Caller, sha: &[u8; 32], len: u64) -> Result<u64, LedgerError> {
        if len > BLOB_BYTES || len == 0 {
            return Err(LedgerError::TooLarge);
        }
        self.write(|tx| {
            super::pull::may_read(tx, caller)?;
            match tx.blob(sha, caller.user)? {
                Some(blob) if blob.len == len => Ok(blob.offset),
                Some(_) => Err(LedgerError::Malformed),
                None => {
                    tx.put_blob(sha, caller.user, Some(&Blob { len, offset: 0, complete: false }))?;
                    Ok(0)
                }
            }
        })
    }

    /// Takes the chunk that begins where the last ended; another offset changes nothing and gets the right one.
    ///
    /// Errors: `NotFound`, `TooLarge`, `Malformed` (the whole has another hash: it is forgotten).
    pub fn append_blob(&self, caller: &Caller, sha: &[u8; 32], offset: u64, bytes: &[u8]) -> Result<u64, LedgerError> {
        if bytes.len() > BLOB_CHUNK {
            return Err(LedgerError::TooLarge);
        }
        let state = self.write(|tx| {
            super::pull::may_read(tx, caller)?;
            let mut blob = tx.blob(sha, caller.user)?.ok_or(LedgerError::NotFound)?;
            let unchecked = mutants::is(Mutant::ChunksUnchecked);
            if blob.complete || (blob.offset != offset && !unchecked) || bytes.is_empty() {
                return Ok(Some(blob.offset));
            }
            if offset + bytes.len() as u64 > blob.len {
                return Err(LedgerError::TooLarge);
            }
            tx.put_blob_bytes(sha, caller.user, offset, bytes)?;
            blob.offset += bytes.len() as u64;
            if blob.offset == blob.len {
                if Sha256::digest(tx.blob_bytes(sha, caller.user)?).as_slice() != sha && !unchecked {
                    tx.put_blob(sha, caller.user, None)?;
                    return Ok(None);
                }
                blob.complete = true;
            }
            tx.put_blob(sha, caller.user, Some(&blob))?;
            Ok(Some(blob.offset))
        })?;
        state.ok_or(LedgerError::Malformed)
    }

    /// A whole blob, for whoever delivered it and for whoever reads an event of hers that names it.
    ///
    /// Errors: `NotFound`, also where it is there and not hers to see.
    pub fn blob(&self, caller: &Caller, sha: &[u8; 32], now_ms: u64) -> Result<Vec<u8>, LedgerError> {
        self.read(|tx| {
            let (_, by) = self.seen_blob(tx, caller, sha, now_ms)?.ok_or(LedgerError::NotFound)?;
            Ok(tx.blob_bytes(sha, by)?)
        })
    }

    /// What this person delivered, if it is whole: for audits.
    pub fn delivery(&self, user: Uuid, sha: &[u8; 32]) -> Result<Option<Vec<u8>>, LedgerError> {
        self.read(|tx| {
            let whole = tx.blob(sha, user)?.is_some_and(|blob| blob.complete);
            Ok(if whole { Some(tx.blob_bytes(sha, user)?) } else { None })
        })
    }

    /// Length and offset, under the same rule; an unfinished one is its author's.
    pub fn blob_state(&self, caller: &Caller, sha: &[u8; 32], now_ms: u64) -> Result<(u64, u64), LedgerError> {
        self.read(|tx| {
            let seen = self.seen_blob(tx, caller, sha, now_ms)?.map(|(blob, _)| blob);
            let blob = seen.map_or_else(|| tx.blob(sha, caller.user), |blob| Ok(Some(blob)))?;
            let blob = blob.ok_or(LedgerError::NotFound)?;
            Ok((blob.len, blob.offset))
        })
    }

    /// The whole delivery that she may read, and whose it is.
    fn seen_blob(
        &self,
        tx: &dyn Tx,
        caller: &Caller,
        sha: &[u8; 32],
        now_ms: u64,
    ) -> Result<Option<(Blob, Uuid)>, LedgerError> {
        super::pull::may_read(tx, caller)?;
        let whole = |by: Uuid| Ok::<_, LedgerError>(tx.blob(sha, by)?.filter(|b| b.complete).map(|b| (b, by)));
        if let Some(own) = whole(caller.user)? {
            return Ok(Some(own));
        }
        let grants = grants_now(tx, caller.user, now_ms)?;
        for (rec, by) in tx.blob_refs(sha)? {
            let readable = tx.recs(&[rec])?.iter().any(|rec| grants.allow(rec.bucket, Verb::Read))
                || mutants::is(Mutant::PhotoForEverybody);
            if readable && let Some(seen) = whole(by)? {
                return Ok(Some(seen));
            }
        }
        Ok(None)
    }
}

/// The hashes that a body may name: values of 32 bytes.
pub(super) fn named(body: &Body) -> impl Iterator<Item = [u8; 32]> {
    body.values().filter_map(|value| match value {
        Val::Bytes(bytes) => bytes.as_slice().try_into().ok(),
        _ => None,
    })
}

/// Erases what an event opened, unless another of its author's events opens it too.
pub(super) fn erase(tx: &dyn Tx, event: Uuid, body: &Body) -> Result<(), StoreError> {
    for sha in named(body) {
        let refs = tx.blob_refs(&sha)?;
        let Some((_, by)) = refs.iter().find(|(rec, _)| *rec == event) else { continue };
        tx.drop_blob_ref(&sha, event)?;
        if !refs.iter().any(|(rec, other)| *rec != event && other == by) {
            tx.put_blob(&sha, *by, None)?;
        }
    }
    Ok(())
}
