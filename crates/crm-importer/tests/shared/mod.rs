//! Files of `tests/fixtures/sheets`, and how the tests read them.
use crm_domain::imports::sheet::{
    Field, Format, ImportError, Outcome, RowsRequest, SheetRows, SheetSummary, Understood,
};
use crm_importer::{Limits, Workbook};
use std::path::Path;

/// The bytes of a file under `tests/fixtures/sheets`.
#[allow(dead_code, reason = "each test binary uses its part of this module")]
pub fn bytes(file: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/sheets").join(file);
    std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

pub fn open(bytes: &[u8]) -> Result<Workbook, ImportError> {
    Workbook::open(bytes, &Limits::default())
}

pub fn best(understood: &Understood) -> &SheetSummary {
    &understood.sheets[understood.best_sheet as usize]
}

/// Format, sheets, the best sheet's name, its last row, its header's row, its columns.
#[allow(dead_code, reason = "each test binary uses its part of this module")]
pub type Shape<'a> = (Format, usize, &'a str, u32, Option<u32>, usize);

#[allow(dead_code, reason = "each test binary uses its part of this module")]
pub fn shape(understood: &Understood) -> Shape<'_> {
    let sheet = best(understood);
    let header = sheet.header.map(|h| h.row);
    (understood.format, understood.sheets.len(), &sheet.name, sheet.rows, header, sheet.columns.len())
}

/// The request that a person makes who agrees with every guess.
pub fn as_guessed(understood: &Understood) -> RowsRequest {
    let sheet = best(understood);
    let mapping = sheet.columns.iter().filter_map(|c| Some((c.index, c.guess?))).collect();
    RowsRequest { sheet: understood.best_sheet, header: sheet.header, mapping, unlabelled: None }
}

/// The same, with a column taken for the name where none was guessed.
#[allow(dead_code, reason = "each test binary uses its part of this module")]
pub fn with_name(understood: &Understood, column: u32) -> RowsRequest {
    let mut request = as_guessed(understood);
    if !request.mapping.iter().any(|m| m.1 == Field::Name) {
        request.mapping.retain(|m| m.0 != column);
        request.mapping.push((column, Field::Name));
    }
    request
}

pub fn rows(book: &Workbook, request: &RowsRequest) -> SheetRows {
    book.rows(request, &mut |_, _| {}).expect("the mapping holds")
}

/// Ready, refused, ignored, duplicate.
#[allow(dead_code, reason = "each test binary uses its part of this module")]
pub fn counts(rows: &SheetRows) -> [usize; 4] {
    let count = |kind: fn(&Outcome) -> bool| rows.rows.iter().filter(|r| kind(&r.outcome)).count();
    [
        count(|o| matches!(o, Outcome::Ready(_))),
        count(|o| matches!(o, Outcome::Refused(_))),
        count(|o| matches!(o, Outcome::Ignored(_))),
        count(|o| matches!(o, Outcome::DuplicateInFile { .. })),
    ]
}

/// Whichever sheet is taken, with whatever stands first for the name: no row is left out, the last one included.
#[allow(dead_code, reason = "each test binary uses its part of this module")]
pub fn every_row_has_an_outcome(file: &str, book: &Workbook) {
    let understood = book.understood();
    for (sheet, index) in understood.sheets.iter().zip(0..) {
        let Some(first) = sheet.columns.first() else { continue };
        let one = Understood { best_sheet: index, ..understood.clone() };
        let read = rows(book, &with_name(&one, first.index));
        assert_eq!(counts(&read).iter().sum::<usize>(), read.rows.len());
        let last = read.rows.last().map_or(sheet.rows, |r| r.row);
        assert_eq!(last, sheet.rows, "{file} {}: the last row was left out", sheet.name);
    }
}
