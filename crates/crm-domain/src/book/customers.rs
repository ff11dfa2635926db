//! The customers of the book: one line each, and the search column beside them.
use crate::customers::Customer;
use crate::ids::Uuid;
use crate::kind::{archived, same_as};
use crate::row::{Shown, State};
use crate::search::{SearchColumn, SearchText, modern_readings};
use std::collections::{BTreeSet, HashMap};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerLine {
    pub id: Uuid,
    pub name: String,
    pub contact: String,
    pub phone: String,
    pub address: String,
    pub grid: Option<Uuid>,
    /// `A` to `D`.
    pub tier: u8,
    /// WGS-84, 1e-7 degrees.
    pub point: Option<(i64, i64)>,
    pub earlier_visit: Option<i64>,
    pub created_at: Option<i64>,
    pub import: Option<Uuid>,
    /// Taken away by somebody, or merged into another.
    pub archived: bool,
    /// The customer that this one was merged into: what belongs to it is that one's too.
    pub same_as: Option<Uuid>,
    pub state: State,
    /// The name as it is sorted: each character's first reading.
    pub order: String,
}

impl CustomerLine {
    pub fn of(shown: &Shown) -> Self {
        let row = Customer::of(&shown.body);
        let same_as = same_as(&shown.body);
        let name = row.name.unwrap_or_default();
        Self {
            id: shown.id,
            order: sort_key(&name),
            name,
            contact: row.contact.unwrap_or_default(),
            phone: row.phone.unwrap_or_default(),
            address: row.address.unwrap_or_default(),
            grid: row.grid,
            tier: row.tier.and_then(|t| t.bytes().next()).unwrap_or(b'C'),
            point: row.lat_e7.zip(row.lon_e7),
            earlier_visit: row.earlier_visit,
            created_at: row.created_at,
            import: row.import,
            archived: archived(&shown.body) || same_as.is_some(),
            same_as,
            state: shown.state,
        }
    }
}

/// Surnames whose reading is another than the character's first in the alphabet.
const SURNAMES: [(char, &str); 9] = [
    ('仇', "qiu"),
    ('单', "shan"),
    ('曾', "zeng"),
    ('解', "xie"),
    ('查', "zha"),
    ('区', "ou"),
    ('朴', "piao"),
    ('尉', "yu"),
    ('万', "wan"),
];

/// Chinese names sort by pinyin, whatever the locale; a character without a reading by itself.
fn sort_key(name: &str) -> String {
    let mut key = String::with_capacity(name.len() * 2);
    for (i, c) in name.chars().enumerate() {
        let surname = SURNAMES.iter().find(|(s, _)| i == 0 && *s == c).map(|(_, reading)| *reading);
        match surname.or_else(|| modern_readings(c).next()) {
            Some(reading) => key.push_str(reading),
            None => key.extend(c.to_lowercase()),
        }
        key.push(' ');
    }
    key
}

/// Lines by slot; a slot is free after its customer left, and is taken again.
#[derive(Default)]
pub struct Customers {
    pub(super) lines: Vec<Option<CustomerLine>>,
    /// By slot, beside the lines: a first letter matches half the book, and no line need be touched to tell these.
    archived: Vec<bool>,
    slots: HashMap<Uuid, u32>,
    free: Vec<u32>,
    /// Who was merged into a customer.
    merged: HashMap<Uuid, BTreeSet<Uuid>>,
    pub search: SearchColumn,
}

impl Customers {
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    pub fn get(&self, id: Uuid) -> Option<&CustomerLine> {
        self.slots.get(&id).and_then(|slot| self.at(*slot))
    }

    pub fn at(&self, slot: u32) -> Option<&CustomerLine> {
        self.lines.get(slot as usize)?.as_ref()
    }

    pub fn is_archived(&self, slot: u32) -> bool {
        self.archived.get(slot as usize).copied().unwrap_or(false)
    }

    pub fn iter(&self) -> impl Iterator<Item = &CustomerLine> {
        self.lines.iter().flatten()
    }

    /// The customer that `id` really is: where its merges end. A circle, which the ledger refuses, ends where it closes.
    pub fn end_of(&self, id: Uuid) -> Uuid {
        let mut passed = vec![id];
        let mut end = id;
        while let Some(next) = self.get(end).and_then(|line| line.same_as).filter(|next| !passed.contains(next)) {
            passed.push(next);
            end = next;
        }
        end
    }

    /// A customer and all that were merged into it, directly or through another.
    pub fn family(&self, id: Uuid) -> Vec<Uuid> {
        let mut family = vec![id];
        let mut at = 0;
        while !self.merged.is_empty() && at < family.len() {
            for merged in self.merged.get(&family[at]).into_iter().flatten() {
                if !family.contains(merged) {
                    family.push(*merged);
                }
            }
            at += 1;
        }
        family
    }

    /// Whether any was merged into this one.
    pub fn has_merged(&self, id: Uuid) -> bool {
        self.merged.contains_key(&id)
    }

    fn relate(&mut self, id: Uuid, before: Option<Uuid>, after: Option<Uuid>) {
        if before == after {
            return;
        }
        if let Some(into) = before
            && let Some(merged) = self.merged.get_mut(&into)
        {
            merged.remove(&id);
            if merged.is_empty() {
                self.merged.remove(&into);
            }
        }
        if let Some(into) = after {
            self.merged.entry(into).or_default().insert(id);
        }
    }

    pub(super) fn put(&mut self, line: CustomerLine) {
        self.relate(line.id, self.get(line.id).and_then(|old| old.same_as), line.same_as);
        let slot = match self.slots.get(&line.id) {
            Some(slot) => *slot,
            None => {
                let slot = self.free.pop().unwrap_or_else(|| {
                    self.lines.push(None);
                    self.archived.push(false);
                    self.search.push(&SearchText::default())
                });
                self.slots.insert(line.id, slot);
                slot
            }
        };
        let same = self
            .at(slot)
            .is_some_and(|old| (&old.name, &old.contact, &old.phone) == (&line.name, &line.contact, &line.phone));
        if !same {
            let text = SearchText { name: &line.name, contact: &line.contact, phone: &line.phone };
            self.search.replace(slot, &text);
        }
        self.archived[slot as usize] = line.archived;
        self.lines[slot as usize] = Some(line);
    }

    pub(super) fn remove(&mut self, id: Uuid) {
        self.relate(id, self.get(id).and_then(|old| old.same_as), None);
        let Some(slot) = self.slots.remove(&id) else { return };
        self.search.remove(slot);
        self.lines[slot as usize] = None;
        self.free.push(slot);
    }

    /// From saved lines and their column.
    pub(super) fn restored(lines: Vec<Option<CustomerLine>>, search: SearchColumn) -> Self {
        let slots = lines.iter().enumerate().filter_map(|(i, l)| l.as_ref().map(|l| (l.id, i as u32))).collect();
        let free = (0..lines.len() as u32).filter(|i| lines[*i as usize].is_none()).collect();
        let archived = lines.iter().map(|l| l.as_ref().is_some_and(|l| l.archived)).collect();
        let mut merged: HashMap<Uuid, BTreeSet<Uuid>> = HashMap::new();
        for line in lines.iter().flatten() {
            if let Some(into) = line.same_as {
                merged.entry(into).or_default().insert(line.id);
            }
        }
        Self { lines, archived, slots, free, merged, search }
    }
}
