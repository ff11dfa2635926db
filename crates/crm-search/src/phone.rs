//! Phone numbers as digits in one arena: entry after entry, each ended by its slot, found by a vectorised substring search.
use memchr::memchr;
use memchr::memmem::Finder;

/// Between two numbers of one customer.
const BETWEEN: u8 = b';';
/// An entry ends with its slot in four bytes of seven bits, each with the high bit set, so no digit can look like one.
const END_BYTES: usize = 4;
/// Longest entry kept, in bytes; what is beyond is not searchable.
const LONGEST: usize = 255;
/// A blank after this many digits begins another number rather than grouping the same one.
const WHOLE_NUMBER: usize = 10;

/// Fewer digits are never a whole number, only the tail of one.
pub(super) const SHORTEST_NUMBER: usize = 3;

/// Digits of a phone field: half width, without signs and country code; several numbers are separated by `;`.
pub(super) fn digits_of(field: &str) -> Vec<u8> {
    let mut numbers: Vec<Vec<u8>> = vec![Vec::new()];
    for c in field.chars() {
        let current = numbers.last().map_or(0, Vec::len);
        match c {
            '0'..='9' => push_digit(&mut numbers, c as u32 - '0' as u32),
            '０'..='９' => push_digit(&mut numbers, c as u32 - '０' as u32),
            ' ' | '\u{3000}' | '\t' if current < WHOLE_NUMBER => {}
            // Bidi marks and zero-width signs come with numbers copied from elsewhere.
            '-'
            | '('
            | ')'
            | '+'
            | '.'
            | '（'
            | '）'
            | '－'
            | '＋'
            | '–'
            | '—'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}' => {}
            _ if current > 0 => numbers.push(Vec::new()),
            _ => {}
        }
    }
    let mut entry = Vec::new();
    for number in numbers.iter().map(|number| without_country(number)).filter(|number| !number.is_empty()) {
        if !entry.is_empty() {
            entry.push(BETWEEN);
        }
        entry.extend_from_slice(number);
    }
    entry.truncate(LONGEST);
    entry
}

fn push_digit(numbers: &mut [Vec<u8>], digit: u32) {
    if let (Some(number), Ok(digit)) = (numbers.last_mut(), u8::try_from(digit)) {
        number.push(b'0' + digit);
    }
}

/// Drops China's country code from a mobile number, in the forms 86… and 0086….
pub(super) fn without_country(number: &[u8]) -> &[u8] {
    match number {
        [b'8', b'6', rest @ ..] | [b'0', b'0', b'8', b'6', rest @ ..] if rest.len() == 11 && rest[0] == b'1' => rest,
        _ => number,
    }
}

pub(super) fn is_entry(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| byte.is_ascii_digit() || *byte == BETWEEN)
}

/// Where in a number the digits stand, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum PhonePlace {
    Whole,
    Tail,
    Start,
    Inside,
}

/// Whether the digits stand anywhere in an entry.
pub(super) fn holds(entry: &[u8], digits: &[u8]) -> bool {
    match digits {
        [digit] => memchr(*digit, entry).is_some(),
        _ => entry.windows(digits.len().max(1)).any(|window| window == digits),
    }
}

/// Best place of `digits` in an entry, with the offset into it.
pub(super) fn place(entry: &[u8], digits: &[u8]) -> Option<(PhonePlace, usize)> {
    // Most customers have one number, and ranking a first digit asks this of most customers.
    if memchr(BETWEEN, entry).is_none() {
        return place_in_number(entry, digits);
    }
    let mut best: Option<(PhonePlace, usize)> = None;
    let mut from = 0;
    for number in entry.split(|&byte| byte == BETWEEN) {
        let found = place_in_number(number, digits).map(|(place, at)| (place, from + at));
        if let Some(found) = found.filter(|found| best.is_none_or(|best| found.0 < best.0)) {
            best = Some(found);
        }
        from += number.len() + 1;
    }
    best
}

fn place_in_number(number: &[u8], digits: &[u8]) -> Option<(PhonePlace, usize)> {
    if number.ends_with(digits) {
        let at = number.len() - digits.len();
        let whole = at == 0 && digits.len() >= SHORTEST_NUMBER;
        return Some((if whole { PhonePlace::Whole } else { PhonePlace::Tail }, at));
    }
    if number.starts_with(digits) {
        return Some((PhonePlace::Start, 0));
    }
    let at = number.windows(digits.len().max(1)).position(|window| window == digits)?;
    Some((PhonePlace::Inside, at))
}

/// All entries one after another. Stale entries of replaced customers stay until the arena is rebuilt.
#[derive(Default)]
pub(super) struct PhoneArena {
    bytes: Vec<u8>,
}

impl PhoneArena {
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    pub fn reserve(&mut self, more: usize) {
        self.bytes.reserve(more);
    }

    /// Appends an entry and gives the offset of its first byte.
    pub fn append(&mut self, slot: u32, entry: &[u8]) -> u32 {
        let at = self.bytes.len();
        self.bytes.extend_from_slice(entry);
        self.bytes.extend((0..END_BYTES).map(|group| 0x80 | (slot >> (7 * group) & 0x7f) as u8));
        u32::try_from(at).unwrap_or(u32::MAX)
    }

    pub fn entry(&self, at: u32, length: usize) -> &[u8] {
        self.bytes.get(at as usize..at as usize + length).unwrap_or_default()
    }

    /// Calls `found` with (slot, offset of the entry) of every entry that holds the digits, in arena order.
    pub fn scan(&self, digits: &[u8], mut found: impl FnMut(u32, u32)) {
        let finder = Finder::new(digits);
        let mut from = 0;
        while let Some(hit) = self.bytes.get(from..).and_then(|rest| finder.find(rest)) {
            let hit = from + hit;
            let start = self.bytes[..hit].iter().rposition(|byte| byte & 0x80 != 0).map_or(0, |before| before + 1);
            let end = self.bytes[hit..]
                .iter()
                .position(|byte| byte & 0x80 != 0)
                .map_or(self.bytes.len(), |after| hit + after);
            from = (end + END_BYTES).min(self.bytes.len());
            let slot = self.bytes[end..from].iter().rev().fold(0, |slot, byte| slot << 7 | u32::from(byte & 0x7f));
            found(slot, u32::try_from(start).unwrap_or(u32::MAX));
        }
    }
}
