//! What the columns of a sheet mean: where the header is, what each column holds, what a person is shown to agree to.
mod header;
mod names;

pub use header::{column_headers, find_header};
pub use names::datum_named;

use crate::grid::Sheet;
use crm_domain::imports::sheet::{ColumnSummary, Field, Header, SheetSummary};
use crm_domain::written::{clean, tidy};

/// How many values of each column are shown.
const SAMPLES: usize = 3;
/// Longer samples are cut: they are looked at, not read.
const SAMPLE_CHARS: usize = 60;

/// The first page of the import for one sheet.
pub fn summary(sheet: &Sheet) -> SheetSummary {
    let header = find_header(sheet);
    let headers = column_headers(sheet, header);
    let guesses = guesses(&headers);
    let title_power = header.map_or(0, |h| title_power(sheet, h));
    let first = first_data_row(header);
    let columns = sheet.columns.iter().zip(headers).zip(guesses).map(|((&index, header), guess)| {
        let own = power(&header);
        ColumnSummary {
            index,
            guess,
            datum: datum_named(&header),
            money_power: if own != 0 { own } else { title_power },
            samples: samples(sheet, index, first),
            header,
        }
    });
    SheetSummary {
        name: sheet.name.clone(),
        rows: sheet.last_row(),
        header,
        columns: columns.collect(),
        problem: sheet.problem.clone(),
    }
}

/// How much a sheet looks like a list of customers: more known columns first, then a name, then more rows.
pub fn likeness(summary: &SheetSummary) -> (usize, bool, u32) {
    let known = summary.columns.iter().filter(|c| c.guess.is_some()).count();
    let named = summary.columns.iter().any(|c| c.guess == Some(Field::Name));
    (known, named, summary.rows)
}

/// The first row below the header.
pub fn first_data_row(header: Option<Header>) -> u32 {
    header.map_or(1, |h| h.row.saturating_add(h.lines))
}

/// The power of ten of the yuan in which a column's bare numbers are, by its header or by the title above.
pub fn money_power(sheet: &Sheet, header: Option<Header>, column_header: &str) -> i32 {
    match power(column_header) {
        0 => header.map_or(0, |h| title_power(sheet, h)),
        own => own,
    }
}

fn title_power(sheet: &Sheet, header: Header) -> i32 {
    let titles = sheet.rows.iter().take_while(|r| r.number < header.row).flat_map(|r| &r.cells);
    let units = titles.filter_map(|(_, text)| clean(text).split_once("单位:").map(|(_, unit)| power(unit)));
    units.last().unwrap_or(0)
}

fn power(text: &str) -> i32 {
    let text = clean(text);
    let known = [("百万元", 6), ("万元", 4), ("亿元", 8), ("千元", 3), ("(万)", 4), ("(亿)", 8)];
    known.iter().find(|(unit, _)| text.contains(unit)).map_or(0, |(_, power)| *power)
}

fn samples(sheet: &Sheet, column: u32, first: u32) -> Vec<String> {
    let texts = sheet.rows.iter().filter(|r| r.number >= first).map(|r| tidy(r.text(column)));
    texts.filter(|t| !t.is_empty()).take(SAMPLES).map(|t| t.chars().take(SAMPLE_CHARS).collect()).collect()
}

/// One meaning per column and one column per meaning; of several the first.
fn guesses(headers: &[String]) -> Vec<Option<Field>> {
    let mut taken = Vec::new();
    let guess = |header: &String| {
        let field = names::field_named(header).filter(|f| !taken.contains(f))?;
        taken.push(field);
        Some(field)
    };
    headers.iter().map(guess).collect()
}
