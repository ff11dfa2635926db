//! Saving and loading the search column in blocks, so that it is search-ready at once and an edit rewrites one block.
//! Blobs are derived data: on any error the caller rebuilds the column from the rows.
use std::ops::Range;

use super::column::{SearchColumn, Slot};
use super::phone::is_entry;
use super::readings::Readings;

/// Slots in one block, some 0.8 MB.
pub const BLOCK_SLOTS: u32 = 16_384;

const MAGIC: [u8; 4] = *b"ZFSC";
const FORMAT: u32 = 1;
/// Magic, format, table fingerprint, block, slots, characters, phone bytes, checksum of everything behind the header.
const HEADER: usize = 4 + 4 + 8 + 4 + 4 + 4 + 4 + 8;

/// Why a stored search column cannot be used. The remedy is always to rebuild it from the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchBlobError {
    /// Not a search column, or of another format version.
    Format,
    /// Made with other tables of readings.
    Tables,
    /// Cut short, altered, or its parts disagree.
    Damaged,
    /// Blocks are missing or not in order.
    Order,
}

impl SearchColumn {
    /// Number of blocks that [`Self::save_block`] knows.
    pub fn blocks(&self) -> u32 {
        self.slots().div_ceil(BLOCK_SLOTS)
    }

    /// Blocks changed since the last call, ascending. A column fresh from `load` has none.
    pub fn take_changed_blocks(&mut self) -> Vec<u32> {
        let changed = std::mem::take(&mut self.changed_blocks);
        changed.iter().zip(0..).filter_map(|(&changed, block)| changed.then_some(block)).collect()
    }

    /// One block as bytes; without slots when there is no such block.
    pub fn save_block(&self, block: u32) -> Vec<u8> {
        let slots = block_slots(block, self.slots());
        let mut body = Vec::new();
        for slot in slots.clone() {
            body.extend_from_slice(&self.signatures[slot as usize].to_le_bytes());
        }
        // Every length was capped at one byte when it was written.
        let byte = |length: usize| u8::try_from(length).unwrap_or(u8::MAX);
        body.extend(slots.clone().map(|slot| byte(self.units(slot).0.len())));
        body.extend(slots.clone().map(|slot| byte(self.units(slot).1.len())));
        body.extend(slots.clone().map(|slot| byte(self.phone(slot).len())));
        let lengths = body.len();
        for slot in slots.clone() {
            let (name, contact) = self.units(slot);
            body.extend(name.iter().chain(contact).flat_map(|unit| unit.to_le_bytes()));
        }
        let characters = (body.len() - lengths) / 2;
        let before_phones = body.len();
        for slot in slots.clone() {
            body.extend_from_slice(self.phone(slot));
        }
        let phones = body.len() - before_phones;

        let mut blob = Vec::with_capacity(HEADER + body.len());
        blob.extend_from_slice(&MAGIC);
        blob.extend_from_slice(&FORMAT.to_le_bytes());
        blob.extend_from_slice(&Readings::table().fingerprint.to_le_bytes());
        for number in [block as usize, slots.len(), characters, phones] {
            blob.extend_from_slice(&u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
        }
        blob.extend_from_slice(&checksum(&body).to_le_bytes());
        blob.extend_from_slice(&body);
        blob
    }

    /// Loads all blocks, in order. No byte sequence panics; an altered one is refused.
    pub fn load<B: AsRef<[u8]>>(blobs: &[B]) -> Result<Self, SearchBlobError> {
        let mut column = Self::default();
        for (blob, block) in blobs.iter().zip(0..) {
            if column.slots() != block * BLOCK_SLOTS {
                return Err(SearchBlobError::Order);
            }
            column.load_block(blob.as_ref(), block)?;
        }
        Ok(column)
    }

    fn load_block(&mut self, blob: &[u8], block: u32) -> Result<(), SearchBlobError> {
        let mut header = Reader(blob);
        if header.array::<4>()? != MAGIC || header.number()? != FORMAT as usize {
            return Err(SearchBlobError::Format);
        }
        if u64::from_le_bytes(header.array()?) != Readings::table().fingerprint {
            return Err(SearchBlobError::Tables);
        }
        let [at, slots, characters, phones] = [header.number()?, header.number()?, header.number()?, header.number()?];
        let sum = u64::from_le_bytes(header.array()?);
        let mut body = Reader(header.0);
        if checksum(body.0) != sum || slots > BLOCK_SLOTS as usize {
            return Err(SearchBlobError::Damaged);
        }
        if at != block as usize {
            return Err(SearchBlobError::Order);
        }
        let signatures = body.take(slots * 8)?;
        let [names, contacts, phone_lengths] = [body.take(slots)?, body.take(slots)?, body.take(slots)?];
        let mut text = Reader(body.take(characters.checked_mul(2).ok_or(SearchBlobError::Damaged)?)?);
        let mut numbers = Reader(body.take(phones)?);
        if !body.0.is_empty() || !is_entry(numbers.0) {
            return Err(SearchBlobError::Damaged);
        }

        let first = self.slots();
        self.extend(slots, characters, phones + 4 * slots);
        let mut units = Vec::new();
        for (index, signature) in signatures.as_chunks().0.iter().enumerate() {
            let (name, contact) = (usize::from(names[index]), usize::from(contacts[index]));
            units.clear();
            units.extend(text.take(2 * (name + contact))?.as_chunks().0.iter().map(|unit| u16::from_le_bytes(*unit)));
            let (name, contact) = units.split_at(name);
            let phone = numbers.take(phone_lengths[index].into())?;
            let slot = first + Slot::try_from(index).map_err(|_| SearchBlobError::Damaged)?;
            self.write_folded(slot, u64::from_le_bytes(*signature), name, contact, phone);
        }
        if text.0.is_empty() && numbers.0.is_empty() { Ok(()) } else { Err(SearchBlobError::Damaged) }
    }
}

fn block_slots(block: u32, slots: u32) -> Range<Slot> {
    let from = block.saturating_mul(BLOCK_SLOTS).min(slots);
    from..from.saturating_add(BLOCK_SLOTS).min(slots)
}

/// FNV-1a over words of eight bytes: finds accidents; against intent the stores seal every blob.
fn checksum(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks();
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    words.iter().chain([&last, &(bytes.len() as u64).to_le_bytes()]).fold(0xcbf2_9ce4_8422_2325, |sum: u64, word| {
        let mixed = (sum ^ u64::from_le_bytes(*word)).wrapping_mul(0x0000_0100_0000_01b3);
        mixed ^ mixed >> 29
    })
}

/// What is left of a blob to read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, bytes: usize) -> Result<&'a [u8], SearchBlobError> {
        let (taken, rest) = self.0.split_at_checked(bytes).ok_or(SearchBlobError::Damaged)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], SearchBlobError> {
        self.take(N)?.try_into().map_err(|_| SearchBlobError::Damaged)
    }

    fn number(&mut self) -> Result<usize, SearchBlobError> {
        Ok(u32::from_le_bytes(self.array()?) as usize)
    }
}
