//! Pages: about 256 rows in one compressed value, and the few that are in memory.
use crate::ports::Key;
use crate::saved::PageEntry;
use crm_domain::ids::Uuid;
use crm_domain::row::Row;
use crm_protocol::Page;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

/// Rows kept in memory, at most about so many.
const CACHED_ROWS: usize = 20_000;
/// A page is split when it grows beyond this.
pub const SPLIT_ROWS: usize = 2 * crm_protocol::PAGE_ROWS;

/// Rows as the wire has them → one value of the `page` store.
pub fn pack(page_cbor: &[u8]) -> Vec<u8> {
    lz4_flex::compress_prepend_size(page_cbor)
}

/// None: the value is damaged.
pub fn unpack(value: &[u8]) -> Option<Vec<Row>> {
    // The size in front is not trusted beyond what a page can be.
    let size = u32::from_le_bytes(value.get(..4)?.try_into().ok()?);
    if size > 64 << 20 {
        return None;
    }
    let bytes = lz4_flex::decompress_size_prepended(value).ok()?;
    minicbor::decode::<Page>(&bytes).ok().map(|p| p.rows)
}

/// Sorts rows as pages hold them: roots by id, then children by root and id; never both on one page, and a root's
/// children never on two, so that a root is on one page of each sort.
pub fn lay_out(mut rows: Vec<Row>) -> Vec<Vec<Row>> {
    crm_domain::order::by_key(&mut rows, |r| (r.id != r.root, r.root, r.id));
    let mut pages: Vec<Vec<Row>> = Vec::new();
    for row in rows {
        let fits = pages.last().is_some_and(|page| {
            let last = &page[page.len() - 1];
            let same_sort = (last.id == last.root) == (row.id == row.root);
            same_sort && (page.len() < crm_protocol::PAGE_ROWS || last.root == row.root)
        });
        match pages.last_mut() {
            Some(page) if fits => page.push(row),
            _ => pages.push(vec![row]),
        }
    }
    pages
}

/// None for a page without rows.
pub fn entry(no: u64, rows: &[Row]) -> Option<PageEntry> {
    let (first, last) = (rows.first()?, rows.last()?);
    Some(PageEntry { no, first: first.root, last: last.root, roots: first.id == first.root })
}

/// The pages of a bucket that may hold rows of this root.
pub fn covering(pages: &[PageEntry], root: Uuid) -> impl Iterator<Item = &PageEntry> {
    pages.iter().filter(move |p| p.first <= root && root <= p.last)
}

/// Pages in memory, the longest unused leave first.
#[derive(Default)]
pub struct Cache {
    pages: HashMap<Key, (Rc<Vec<Row>>, u64)>,
    by_use: BTreeMap<u64, Key>,
    uses: u64,
    rows: usize,
}

impl Cache {
    pub fn get(&mut self, key: Key) -> Option<Rc<Vec<Row>>> {
        let (rows, used) = self.pages.get_mut(&key)?;
        self.uses += 1;
        self.by_use.remove(used);
        *used = self.uses;
        self.by_use.insert(self.uses, key);
        Some(rows.clone())
    }

    pub fn put(&mut self, key: Key, rows: Rc<Vec<Row>>) {
        self.forget(key);
        self.rows += rows.len();
        self.uses += 1;
        self.by_use.insert(self.uses, key);
        self.pages.insert(key, (rows, self.uses));
        // The page just asked for always stays, however large.
        while self.rows > CACHED_ROWS && self.pages.len() > 1 {
            let Some((_, oldest)) = self.by_use.first_key_value().map(|(u, k)| (*u, *k)) else { break };
            self.forget(oldest);
        }
    }

    pub fn forget(&mut self, key: Key) {
        if let Some((rows, used)) = self.pages.remove(&key) {
            self.rows -= rows.len();
            self.by_use.remove(&used);
        }
    }
}
