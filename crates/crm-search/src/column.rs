//! The search column: what can be searched of every customer, in a few contiguous arenas indexed by slot.
use super::fold::{Unit, fold_text};
use super::phone::{PhoneArena, digits_of};
use super::signature::{Signature, text_signature};

/// Dense index of a customer, given out by [`SearchColumn::push`]; the caller maps it to ids.
pub type Slot = u32;

/// Longest name or contact kept, in characters; what is beyond is not searchable.
const LONGEST_TEXT: usize = 255;
/// Stale characters or bytes that are put up with before an arena is rebuilt, besides half of what it holds.
const STALE_ALLOWED: usize = 1 << 16;

/// What is searched of one customer. `phone` may hold several numbers in any usual writing.
#[derive(Clone, Copy, Debug, Default)]
pub struct SearchText<'a> {
    pub name: &'a str,
    pub contact: &'a str,
    pub phone: &'a str,
}

/// Where one customer's characters and digits begin. A removed customer has neither.
#[derive(Clone, Copy)]
pub(super) struct Place {
    text: u32,
    phone: u32,
    name: u8,
    contact: u8,
    digits: u8,
}

const NOWHERE: Place = Place { text: 0, phone: u32::MAX, name: 0, contact: 0, digits: 0 };

/// Names, contacts and phones of a book of customers, ready to be searched without further work.
///
/// About 60 bytes a customer. Saved in blocks of [`super::BLOCK_SLOTS`] slots, see `save_block` and `load`.
#[derive(Default)]
pub struct SearchColumn {
    pub(super) signatures: Vec<Signature>,
    places: Vec<Place>,
    text: Vec<Unit>,
    pub(super) phones: PhoneArena,
    stale_text: usize,
    stale_phones: usize,
    /// Grows with every change, so that a narrowing knows that its candidates are old.
    pub(super) revision: u64,
    pub(super) changed_blocks: Vec<bool>,
}

impl SearchColumn {
    /// Number of slots given out, removed ones included.
    pub fn slots(&self) -> u32 {
        u32::try_from(self.places.len()).unwrap_or(u32::MAX)
    }

    /// Appends a customer and gives its slot: the number of slots before.
    pub fn push(&mut self, text: &SearchText<'_>) -> Slot {
        let slot = self.slots();
        self.signatures.push(0);
        self.places.push(NOWHERE);
        self.write(slot, text);
        slot
    }

    /// Replaces what is searched of a slot, removed or not. Gives false when the slot was never given out.
    pub fn replace(&mut self, slot: Slot, text: &SearchText<'_>) -> bool {
        if !self.remove(slot) {
            return false;
        }
        self.write(slot, text);
        true
    }

    /// Makes a slot unfindable; it stays given out. Gives false when it was never given out.
    pub fn remove(&mut self, slot: Slot) -> bool {
        let Some(place) = self.places.get(slot as usize).copied() else { return false };
        self.stale_text += place.length();
        self.stale_phones += self.phone(slot).len();
        self.places[slot as usize] = NOWHERE;
        self.signatures[slot as usize] = 0;
        self.note_change(slot);
        self.rebuild_when_stale();
        true
    }

    fn write(&mut self, slot: Slot, text: &SearchText<'_>) {
        let name: Vec<Unit> = fold_text(text.name, LONGEST_TEXT).collect();
        let contact: Vec<Unit> = fold_text(text.contact, LONGEST_TEXT).collect();
        let signature = text_signature(&name) | text_signature(&contact);
        self.write_folded(slot, signature, &name, &contact, &digits_of(text.phone));
        self.note_change(slot);
    }

    /// Appends already folded parts to the arenas; used by `write`, by loading and by rebuilding.
    pub(super) fn write_folded(
        &mut self,
        slot: Slot,
        signature: Signature,
        name: &[Unit],
        contact: &[Unit],
        phone: &[u8],
    ) {
        let text = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        self.text.extend_from_slice(name);
        self.text.extend_from_slice(contact);
        // All lengths were capped below 256, or came from bytes.
        let byte = |length: usize| u8::try_from(length).unwrap_or(u8::MAX);
        let (name, contact, digits) = (byte(name.len()), byte(contact.len()), byte(phone.len()));
        let phone = if phone.is_empty() { NOWHERE.phone } else { self.phones.append(slot, phone) };
        self.signatures[slot as usize] = signature;
        self.places[slot as usize] = Place { text, phone, name, contact, digits };
    }

    /// Room for slots that a block brings; they are unfindable until written.
    pub(super) fn extend(&mut self, slots: usize, text: usize, phones: usize) {
        self.signatures.resize(self.signatures.len() + slots, 0);
        self.places.resize(self.places.len() + slots, NOWHERE);
        self.text.reserve(text);
        self.phones.reserve(phones);
    }

    /// Length of the name in characters, as far as it is kept.
    pub(super) fn name_length(&self, slot: Slot) -> u8 {
        self.places.get(slot as usize).map_or(0, |place| place.name)
    }

    /// Folded name and contact.
    pub(super) fn units(&self, slot: Slot) -> (&[Unit], &[Unit]) {
        let Some(place) = self.places.get(slot as usize) else { return (&[], &[]) };
        let from = place.text as usize;
        self.text
            .get(from..from + place.length())
            .unwrap_or_default()
            .split_at_checked(place.name.into())
            .unwrap_or_default()
    }

    /// Digits of the slot's numbers, separated by `;`.
    pub(super) fn phone(&self, slot: Slot) -> &[u8] {
        match self.places.get(slot as usize) {
            Some(place) if place.digits > 0 => self.phones.entry(place.phone, place.digits.into()),
            _ => &[],
        }
    }

    /// Whether this entry of the phone arena is the slot's present one.
    pub(super) fn has_phone_at(&self, slot: Slot, entry: u32) -> bool {
        self.places.get(slot as usize).is_some_and(|place| place.phone == entry)
    }

    fn note_change(&mut self, slot: Slot) {
        self.revision += 1;
        let block = (slot / super::BLOCK_SLOTS) as usize;
        if self.changed_blocks.len() <= block {
            self.changed_blocks.resize(block + 1, false);
        }
        self.changed_blocks[block] = true;
    }

    /// Copies what is live once stale parts have grown as large as it, so that memory stays bounded.
    fn rebuild_when_stale(&mut self) {
        let stale = |stale: usize, held: usize| stale > STALE_ALLOWED + held / 2;
        if !stale(self.stale_text, self.text.len()) && !stale(self.stale_phones, self.phones.len()) {
            return;
        }
        let mut rebuilt = Self::default();
        rebuilt.extend(self.places.len(), self.text.len() - self.stale_text, self.phones.len() - self.stale_phones);
        for slot in 0..self.slots() {
            let (name, contact) = self.units(slot);
            rebuilt.write_folded(slot, self.signatures[slot as usize], name, contact, self.phone(slot));
        }
        rebuilt.revision = self.revision;
        rebuilt.changed_blocks = std::mem::take(&mut self.changed_blocks);
        *self = rebuilt;
    }
}

impl Place {
    fn length(self) -> usize {
        usize::from(self.name) + usize::from(self.contact)
    }
}
