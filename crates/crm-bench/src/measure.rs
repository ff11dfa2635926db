//! What is measured, each called once by a page: first download (P4), cold start (P1, P2), everything loaded (P3), and on
//! an open phone edits (P5) and keystrokes (P8).
use crate::clock::{Spans, ms, object};
use crate::data::Snapshot;
use crate::phone::{Broken, Phone, broken};
use crm_browser::random;
use crm_domain::book::Book;
use crm_domain::customers::{Command, Details, List, Query, View};
use crm_domain::registry;
use crm_domain::row::Row;
use crm_protocol::{Page, decode};
use crm_replica::ports::{Input, Key, Store, Write};
use crm_search::{SearchQuery, initials, modern_readings};
use js_sys::{Array, Object};
use std::cell::RefCell;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// Rows of one screen.
const SCREEN: u32 = 50;
/// Pages read from the database at a time.
const PAGES: usize = 64;
/// Numbers of the watches.
const LIST: u64 = 1;
const SEARCH: u64 = 2;
const DETAIL: u64 = 3;

fn list(text: &str) -> registry::Query {
    Query::List(List { text: text.into(), limit: SCREEN, ..List::default() }).into()
}

/// Customers held and cards shown, as the watch was answered.
fn shown(phone: &Phone, watch: u64) -> Result<(u32, usize), Broken> {
    match phone.answers.get(&watch) {
        Some(registry::View::Customers(View::List(page))) => Ok((page.total, page.cards.len())),
        other => Err(broken(other)),
    }
}

/// The first download (P4), after its bytes have come: pages to sealed stores and a book that can be asked.
/// Gives `{ms, spans}`.
#[wasm_bindgen]
pub async fn bootstrap(snapshot: Snapshot) -> Result<Object, JsValue> {
    let customers = snapshot.customers();
    let mut phone = Phone::new(snapshot).await?;
    let opened = phone.storage.load_all().await.map_err(broken)?;
    let at = ms();
    let effects = phone.open(opened);
    phone.run(effects).await?;
    let effects = phone.step(Input::Hidden);
    phone.run(effects).await?;
    let took = ms() - at;
    let held = phone.replica.book().customers.len();
    if held != customers {
        return Err(broken(format!("{held} of {customers} customers arrived")));
    }
    Ok(object([("ms", took.into()), ("spans", phone.spans.to_js().into())]))
}

/// The sizes of all pages as they lie in the database, sealed; for the peer that writes the same bytes.
#[wasm_bindgen(js_name = pageSizes)]
pub async fn page_sizes() -> Result<Array, JsValue> {
    let (mut phone, opened) = Phone::resume().await?;
    phone.open(opened);
    let keys = page_keys(&phone);
    let sizes = Array::new();
    for keys in keys.chunks(PAGES) {
        for value in phone.storage.load(Store::Page, keys).await.map_err(broken)?.into_iter().flatten() {
            sizes.push(&JsValue::from(sealed_size(&value) as u32));
        }
    }
    Ok(sizes)
}

/// Nonce and tag stand around what is sealed.
fn sealed_size(value: &[u8]) -> usize {
    12 + value.len() + 16
}

/// The audit asks for every page that is held.
fn page_keys(phone: &Phone) -> Vec<Key> {
    let keys = RefCell::new(Vec::new());
    phone.replica.audit(|key| {
        keys.borrow_mut().push(key);
        None
    });
    keys.into_inner()
}

/// From nothing to a list usable by thumb (P1), and to the answer of a search (P2). Gives `{usable, search, spans}`.
#[wasm_bindgen(js_name = coldStart)]
pub async fn cold_start(customers: u32) -> Result<Object, JsValue> {
    let at = ms();
    let (mut phone, opened) = Phone::resume().await?;
    phone.watch(LIST, list(""));
    phone.open(opened);
    let usable = ms() - at;
    phone.watch(SEARCH, list("dg"));
    let search = ms() - at;
    let first = shown(&phone, LIST)?;
    if first != (customers, SCREEN as usize) {
        return Err(broken(format!("the list shows {first:?}")));
    }
    shown(&phone, SEARCH)?;
    Ok(object([("usable", usable.into()), ("search", search.into()), ("spans", phone.spans.to_js().into())]))
}

/// Where the replica's opening spends its time: `{spans}` of the same work done piece by piece.
#[wasm_bindgen]
pub async fn dissect() -> Result<Object, JsValue> {
    let (mut phone, opened) = Phone::resume().await?;
    let mut spans = Spans::default();
    let bytes: usize = opened.column.iter().map(Vec::len).sum();
    let at = ms();
    let readings = modern_readings('东').count();
    spans.add("table of readings, once", at);
    if readings == 0 {
        return Err(broken("no readings"));
    }
    let at = ms();
    drop(Book::load(&opened.column).map_err(broken)?);
    spans.add("columns → book, code cold", at);
    let at = ms();
    let book = Book::load(&opened.column).map_err(broken)?;
    spans.add("columns → book, again", at);
    let at = ms();
    drop(book.save());
    spans.add("book → columns", at);
    phone.open(opened);
    let at = ms();
    phone.watch(LIST, list(""));
    spans.add("first screen of the list", at);
    Ok(object([("spans", spans.to_js().into()), ("columnBytes", (bytes as f64).into())]))
}

/// Everything loaded (P3): all pages read, unsealed, unpacked to rows; then each row's fields decoded too.
/// Gives `{unpacked, decoded, rows}`.
#[wasm_bindgen(js_name = loadAll)]
pub async fn load_all() -> Result<Object, JsValue> {
    let at = ms();
    let (mut phone, opened) = Phone::resume().await?;
    phone.open(opened);
    let mut pages: Vec<Vec<Row>> = Vec::new();
    for keys in page_keys(&phone).chunks(PAGES) {
        for value in phone.storage.load(Store::Page, keys).await.map_err(broken)? {
            let value = value.ok_or_else(|| broken("a page is missing"))?;
            let bytes = lz4_flex::decompress_size_prepended(&value).map_err(broken)?;
            pages.push(decode::<Page>(&bytes).map_err(broken)?.rows);
        }
    }
    let unpacked = ms() - at;
    let mut fields = 0;
    for row in pages.iter().flatten() {
        fields += row.shown().map_err(broken)?.body.len();
    }
    let decoded = ms() - at;
    let rows: usize = pages.iter().map(Vec::len).sum();
    if fields < rows {
        return Err(broken("rows without fields"));
    }
    let rows = rows as f64;
    Ok(object([("unpacked", unpacked.into()), ("decoded", decoded.into()), ("rows", rows.into())]))
}

/// A phone that is open and in use.
#[wasm_bindgen]
pub struct Opened {
    phone: Phone,
    edits: u64,
}

#[wasm_bindgen]
impl Opened {
    pub async fn open() -> Result<Opened, JsValue> {
        let (mut phone, opened) = Phone::resume().await?;
        let effects = phone.open(opened);
        phone.run(effects).await?;
        Ok(Opened { phone, edits: 0 })
    }

    /// One edit of the customer on the screen, from the command to *saved* (P5). `listed`: the list behind it is watched
    /// too. Gives `{ms, writes, spans}`: what was written as `[store, sealed bytes]`.
    pub async fn edit(&mut self, listed: bool) -> Result<Object, JsValue> {
        self.edits += 1;
        let lines = &self.phone.replica.book().customers;
        let nth = (self.edits as usize * 7_919) % lines.len();
        let customer = lines.iter().nth(nth).ok_or_else(|| broken("no customer"))?.id;
        let mut effects = self.phone.step(Input::Unwatch { watch: LIST });
        if listed {
            effects.extend(self.phone.watch(LIST, list("")));
        }
        effects.extend(self.phone.step(Input::Unwatch { watch: DETAIL }));
        effects.extend(self.phone.watch(DETAIL, Query::Detail { customer }.into()));
        self.phone.run(effects).await?;

        let details = Details { note: Some(format!("{} {}", "改约下周", random::id())), ..Details::default() };
        let command = Input::Command {
            attached: None,
            ticket: self.edits,
            cause: random::id(),
            entropy: random::bytes(),
            command: Command::Edit { customer, details }.into(),
        };
        self.phone.done = None;
        self.phone.spans = Spans::default();
        let at = ms();
        let effects = self.phone.step(command);
        self.phone.run(effects).await?;
        let took = match self.phone.done {
            Some((Ok(()), saved)) => saved - at,
            ended => return Err(broken(ended)),
        };
        let writes: Array = self.phone.last_commit.iter().map(written).collect();
        Ok(object([("ms", took.into()), ("writes", writes.into()), ("spans", self.phone.spans.to_js().into())]))
    }

    /// Letters that match most of a book, and keystrokes that match one customer or few: `{worst, selective}`.
    pub fn queries(&self) -> Result<Object, JsValue> {
        let lines = &self.phone.replica.book().customers;
        let line = lines.iter().nth(lines.len() / 2).ok_or_else(|| broken("no customer"))?;
        let digits: String = line.phone.chars().filter(char::is_ascii_digit).collect();
        let letters: String = line.name.chars().filter_map(|c| initials(&c.to_string()).first().copied()).collect();
        let tail: String = digits.chars().skip(digits.len().saturating_sub(6)).collect();
        let selective = [line.name.clone(), letters, tail, line.name.chars().take(3).collect()];
        let worst = ('a'..='z').chain('0'..='9').map(String::from);
        let strings = |texts: &mut dyn Iterator<Item = String>| texts.map(JsValue::from).collect::<Array>();
        Ok(object([
            ("worst", strings(&mut worst.into_iter()).into()),
            ("selective", strings(&mut selective.into_iter().filter(|text| !text.is_empty())).into()),
        ]))
    }

    /// One keystroke (P8): the list's query with this text, asked and answered. Gives `{ms, find, matched}`; `find` is the
    /// scan alone.
    pub fn keystroke(&mut self, text: &str) -> Result<Object, JsValue> {
        let at = ms();
        self.phone.step(Input::Unwatch { watch: SEARCH });
        self.phone.watch(SEARCH, list(text));
        let took = ms() - at;
        let at = ms();
        let search = &self.phone.replica.book().customers.search;
        let found = search.find(&SearchQuery::parse(text), SCREEN as usize, |_| true);
        let find = ms() - at;
        Ok(object([("ms", took.into()), ("find", find.into()), ("matched", (found.total as f64).into())]))
    }
}

fn written(write: &Write) -> Array {
    let size = write.value.as_deref().map_or(0, sealed_size);
    [JsValue::from(write.store.name()), JsValue::from(size as u32)].iter().collect()
}
