//! Snapshot pages for a device that begins a bucket: immutable, built once, kept compressed (SYNC 2.3, 2.14).
use super::store::{Generation, KeptPage, Rec, StoreError, Tx};
use super::{Caller, Ledger, LedgerError, grants_now};
use crate::failpoint::{Point, reached};
use crm_domain::bucket::{Bucket, Verb};
use crm_domain::ids::Uuid;
use crm_domain::row::Row;
use crm_protocol::{Page, encode};
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;
use flate2::{Compression, Crc};
use std::collections::BTreeSet;
use std::io::{Read, Write};

/// A generation serves until so many changes lie after it; then pulling them costs more than new pages.
const STALE: u64 = 2_000;
/// Bytes below which a page is only framed: the packer has 300 KB to clear before it begins.
const WORTH_PACKING: usize = 1_000;

impl Ledger {
    /// One page, gzipped CBOR of a [`Page`].
    ///
    /// Errors: `NotAllowed`, `Gone` (ask the bucket again).
    pub fn page_gzip(
        &self,
        caller: &Caller,
        bucket: Bucket,
        generation: u32,
        no: u32,
        now_ms: u64,
    ) -> Result<Vec<u8>, LedgerError> {
        let (kept, mended) = self.read(|tx| {
            super::pull::may_read(tx, caller)?;
            if !grants_now(tx, caller.user, now_ms)?.allow(bucket, Verb::Read) {
                return Err(LedgerError::NotAllowed);
            }
            let (kept, at_seq) = tx.page(bucket, generation, no)?.ok_or(LedgerError::Gone)?;
            // What left before the horizon is forgotten.
            if at_seq < tx.bucket(bucket)?.min_seq {
                return Err(LedgerError::Gone);
            }
            mended(tx.left_since(bucket, at_seq)?, kept)
        })?;
        if mended {
            // As good whoever comes last: a page always says itself which rows it still has.
            self.write(|tx| Ok(tx.put_page(bucket, generation, no, &kept)?))?;
        }
        Ok(kept.bytes)
    }

    /// The same page, unpacked.
    pub fn page(
        &self,
        caller: &Caller,
        bucket: Bucket,
        generation: u32,
        no: u32,
        now_ms: u64,
    ) -> Result<Page, LedgerError> {
        unpack(&self.page_gzip(caller, bucket, generation, no, now_ms)?)
    }

    /// Makes sure that the bucket has pages that serve.
    pub(super) fn prepare_pages(&self, bucket: Bucket) -> Result<(), LedgerError> {
        let built = self.read(|tx| {
            if serving(tx, bucket)?.is_some() {
                return Ok(None);
            }
            let state = tx.bucket(bucket)?;
            let pages = build(tx, bucket, self.page_rows)?;
            let number = tx.generation(bucket)?.map_or(1, |g| g.number + 1);
            Ok(Some((Generation { number, count: pages.len() as u32, at_seq: state.seq }, pages)))
        })?;
        let Some((generation, pages)) = built else { return Ok(()) };
        reached(Point::PagesBuilt);
        self.write(|tx| {
            // Somebody else may have built the same in the meantime.
            if tx.generation(bucket)?.is_none_or(|g| g.number < generation.number) {
                let left = tx.left_since(bucket, generation.at_seq)?;
                let pages = pages.iter().map(|page| Ok(mended(left.clone(), page.clone())?.0));
                tx.put_pages(bucket, &generation, &pages.collect::<Result<Vec<_>, LedgerError>>()?)?;
                reached(Point::PagesPut);
            }
            Ok(())
        })
    }
}

/// The newest generation, if a device can still begin with it.
pub fn serving(tx: &dyn Tx, bucket: Bucket) -> Result<Option<Generation>, StoreError> {
    let state = tx.bucket(bucket)?;
    let fits = |g: &Generation| {
        g.at_seq <= state.seq
            && g.at_seq >= state.min_seq
            && state.seq - g.at_seq <= STALE
            && (g.count > 0 || g.at_seq == state.seq)
    };
    Ok(tx.generation(bucket)?.filter(fits))
}

/// Roots first, then children by root: never both on one page, so that a phone's list needs the first pages only; and a
/// root's children never on two, so that a phone finds the one page where a newer row belongs.
fn build(tx: &dyn Tx, bucket: Bucket, page_rows: usize) -> Result<Vec<KeptPage>, StoreError> {
    let mut pages = Vec::new();
    for children in [false, true] {
        let mut rows: Vec<Row> = Vec::with_capacity(page_rows);
        tx.rows_for_pages(bucket, children, &mut |rec: Rec| {
            if rows.len() >= page_rows && rows.last().is_some_and(|last| last.root != rec.root) {
                pages.push(pack(std::mem::take(&mut rows))?);
            }
            rows.push(rec.row());
            Ok(())
        })?;
        if !rows.is_empty() {
            pages.push(pack(rows)?);
        }
    }
    Ok(pages)
}

/// A page is as old as its generation. What left the bucket since, or was purged, is nobody's any more who begins with it
/// now; the changes after the generation's seq say the same to whoever had it before, and bring back what has returned.
/// True where something had to go.
fn mended(left: Vec<Uuid>, kept: KeptPage) -> Result<(KeptPage, bool), LedgerError> {
    let left: BTreeSet<Uuid> = left.into_iter().filter(|id| kept.ids.binary_search(id).is_ok()).collect();
    if left.is_empty() {
        return Ok((kept, false));
    }
    let mut rows = unpack(&kept.bytes)?.rows;
    rows.retain(|row| !left.contains(&row.id));
    Ok((pack(rows)?, true))
}

/// Takes these records' rows off every page that is kept.
pub fn forget(tx: &dyn Tx, ids: &BTreeSet<Uuid>) -> Result<(), LedgerError> {
    for (bucket, generation, no, page) in tx.pages_with(ids)? {
        let (page, _) = mended(ids.iter().copied().collect(), page)?;
        tx.put_page(bucket, generation, no, &page)?;
    }
    Ok(())
}

fn unpack(packed: &[u8]) -> Result<Page, LedgerError> {
    let mut bytes = Vec::new();
    let plain = match unframed(packed) {
        Some(plain) => plain,
        None => {
            GzDecoder::new(packed).read_to_end(&mut bytes).map_err(|_| LedgerError::Malformed)?;
            &bytes
        }
    };
    crm_protocol::decode(plain).map_err(|_| LedgerError::Malformed)
}

fn pack(rows: Vec<Row>) -> Result<KeptPage, StoreError> {
    let mut ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    ids.sort_unstable();
    let plain = encode(&Page { rows });
    if plain.len() < WORTH_PACKING {
        return Ok(KeptPage { bytes: framed(&plain), ids });
    }
    let mut gzip = GzEncoder::new(Vec::new(), Compression::new(6));
    let packed = gzip.write_all(&plain).and_then(|()| gzip.finish());
    let bytes = packed.map_err(|e| StoreError(format!("packing a page: {e}")))?;
    Ok(KeptPage { bytes, ids })
}

/// What begins a gzip of one stored block.
const HEAD: [u8; 11] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1];

/// Gzip of one stored block (RFC 1952, RFC 1951 3.2.4); at most 64 KB.
fn framed(plain: &[u8]) -> Vec<u8> {
    let (len, mut crc) = (plain.len() as u16, Crc::new());
    crc.update(plain);
    let (len, not, sum, all) = (len.to_le_bytes(), (!len).to_le_bytes(), crc.sum(), u32::from(len));
    [&HEAD, len.as_slice(), &not, plain, &sum.to_le_bytes(), &all.to_le_bytes()].concat()
}

/// What [`framed`] framed; none: it was packed, or it is damaged. The unpacker has 40 KB to clear before it begins.
fn unframed(framed: &[u8]) -> Option<&[u8]> {
    let (len, rest) = framed.strip_prefix(&HEAD)?.split_first_chunk()?;
    let (plain, rest) = rest.get(2..)?.split_at_checked(u16::from_le_bytes(*len).into())?;
    let mut crc = Crc::new();
    crc.update(plain);
    (rest.first_chunk()? == &crc.sum().to_le_bytes()).then_some(plain)
}
