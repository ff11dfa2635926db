//! The list as a file for a spreadsheet: what is filtered now, phones masked as on the screen.
use super::filter::Filter;
use super::text::Words;
use crate::state::{DoorHandle, Whereabouts};
use crate::words::{ValueWords, to_date_input};
use crm_domain::customers::{Card, Page, Query, View};
use crm_domain::written::csv::{UTF8_BOM, push_record};
use std::cell::RefCell;
use std::rc::Rc;

/// As many as one answer holds.
const CHUNK: u32 = 500;

/// Collects the pages one after the other, then hands over the file's text and how many rows it has.
pub fn collect(
    door: DoorHandle,
    filter: Filter,
    place: Whereabouts,
    words: Words,
    done: impl Fn(String, u32) + 'static,
) {
    let values = ValueWords(words.0);
    let mut csv = String::from(UTF8_BOM);
    push_record(
        &mut csv,
        [
            values.name(),
            values.tier(),
            values.grid(),
            values.contact(),
            values.phone(),
            values.address(),
            values.earlier_visit(),
            values.due(),
            values.next_step(),
        ],
    );
    next_page(Rc::new(Export { door, filter, place, csv: RefCell::new((csv, 0)), done }));
}

struct Export<F> {
    door: DoorHandle,
    filter: Filter,
    place: Whereabouts,
    /// The text so far, and its rows.
    csv: RefCell<(String, u32)>,
    done: F,
}

fn next_page<F: Fn(String, u32) + 'static>(export: Rc<Export<F>>) {
    let offset = export.csv.borrow().1;
    let query = Query::List(export.filter.list(export.place, offset, CHUNK));
    let door = export.door.clone();
    super::call::once(&door, query, move |view| {
        let View::List(page) = view else { return };
        if take(&mut export.csv.borrow_mut(), &page) {
            next_page(export.clone());
        } else {
            let (csv, rows) = export.csv.take();
            (export.done)(csv, rows);
        }
    });
}

/// Writes the page's rows; whether there are more.
fn take((csv, rows): &mut (String, u32), page: &Page) -> bool {
    for card in &page.cards {
        push_record(csv, line(card));
        *rows += 1;
    }
    *rows < page.matched && !page.cards.is_empty()
}

fn line(card: &Card) -> [String; 9] {
    let date = |at: Option<i64>| at.map(to_date_input).unwrap_or_default();
    [
        card.name.clone(),
        card.tier.clone(),
        card.grid_name.clone(),
        card.contact.clone(),
        card.phone.clone(),
        card.address.clone(),
        date(card.last_visit),
        date(card.next_due),
        card.next_text.clone(),
    ]
}
