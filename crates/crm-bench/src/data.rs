//! What is measured on: one manager's book from the demo's generator, as rows, as the server's pages, or as objects.
use crate::phone::broken;
use crm_demo::{Demo, DemoRow, generate};
use crm_domain::bucket::Bucket;
use crm_domain::ids::{Uuid, derived_id, op_id};
use crm_domain::row::Row;
use crm_domain::val::encode_body;
use crm_protocol::{PAGE_ROWS, Page, encode};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::collections::BTreeMap;
use std::io::Write;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

const SEED: u64 = 7;
/// A local midnight in Asia/Shanghai, the same at each run so that the rows are.
const TODAY_MS: i64 = 1_782_748_800_000;

/// A city whose rows may be asked for as long as the page lives: each page makes one and is closed.
pub fn city(customers: usize) -> &'static Demo {
    Box::leak(Box::new(generate(SEED, customers, TODAY_MS)))
}

/// Whose phone it is: the first demo manager's, here with the whole city's customers for her book.
pub fn owner(city: &Demo) -> Uuid {
    city.sign_ins[0].user
}

/// The grid that stands for all of them where the book is not spread.
pub fn one_grid() -> Bucket {
    Bucket::Grid(derived_id(0, &[b"bench grid"]))
}

/// The rows that this phone holds. Not spread: all customers and their children in one bucket.
pub fn held(city: &'static Demo, spread: bool) -> impl Iterator<Item = (Bucket, DemoRow)> {
    let owner = owner(city);
    city.rows().filter_map(move |row| match row.bucket {
        Bucket::Grid(_) if !spread => Some((one_grid(), row)),
        Bucket::Grid(_) | Bucket::Org => Some((row.bucket, row)),
        Bucket::User(user) if user == owner => Some((row.bucket, row)),
        _ => None,
    })
}

/// The server's side of a first download.
#[wasm_bindgen]
pub struct Snapshot {
    pub(crate) org: Uuid,
    pub(crate) owner: Uuid,
    pub(crate) pages: BTreeMap<Bucket, Vec<Vec<u8>>>,
    /// Pages are gzipped, as the server keeps them.
    pub(crate) packed: bool,
    customers: usize,
    rows: usize,
}

#[wasm_bindgen]
impl Snapshot {
    /// Makes it; takes seconds.
    pub fn make(customers: usize, spread: bool) -> Snapshot {
        let city = city(customers);
        let mut rows: BTreeMap<Bucket, Vec<Row>> = BTreeMap::new();
        for (seq, (bucket, row)) in (1..).zip(held(city, spread)) {
            rows.entry(bucket).or_default().push(Row {
                id: row.id,
                kind: row.kind,
                root: row.root,
                seq,
                body: encode_body(&row.body),
                by: op_id(row.id, 0),
                at: row.at,
                over: vec![],
            });
        }
        let count = rows.values().map(Vec::len).sum();
        let pages = rows.into_iter().map(|(bucket, rows)| (bucket, pages(rows))).collect();
        Snapshot { org: city.org, owner: owner(city), pages, packed: false, customers, rows: count }
    }

    /// Gzips all pages; takes seconds.
    pub fn pack(&mut self) -> Result<(), JsValue> {
        for page in self.pages.values_mut().flatten() {
            let mut gzip = GzEncoder::new(Vec::new(), Compression::new(6));
            *page = gzip.write_all(page).and_then(|()| gzip.finish()).map_err(broken)?;
        }
        self.packed = true;
        Ok(())
    }

    #[wasm_bindgen(getter)]
    pub fn customers(&self) -> usize {
        self.customers
    }

    #[wasm_bindgen(getter)]
    pub fn rows(&self) -> usize {
        self.rows
    }
}

/// As the server lays them out: roots by id, then children by root, never both on one page.
fn pages(mut rows: Vec<Row>) -> Vec<Vec<u8>> {
    rows.sort_by_key(|row| (row.id != row.root, row.root, row.id));
    let of_one_sort = rows.chunk_by(|a, b| (a.id == a.root) == (b.id == b.root));
    of_one_sort.flat_map(|rows| rows.chunks(PAGE_ROWS)).map(|rows| encode(&Page { rows: rows.to_vec() })).collect()
}
