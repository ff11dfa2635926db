//! Spreadsheets, as they come from anybody's desk.
#![no_main]
use crm_domain::imports::sheet::{Field, RowsRequest};
use crm_importer::{Limits, Workbook};
use libfuzzer_sys::fuzz_target;

/// A sixteenth of what a phone may spend.
fn limits() -> Limits {
    let usual = Limits::default();
    Limits {
        file_bytes: usual.file_bytes / 16,
        part_bytes: usual.part_bytes / 16,
        package_bytes: usual.package_bytes / 16,
        cells: usual.cells / 16,
        text_bytes: usual.text_bytes / 16,
        ..usual
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(book) = Workbook::open(bytes, &limits()) else { return };
    let understood = book.understood();
    serde_json::to_vec(&understood).expect("what was understood is JSON");
    let Some(best) = understood.sheets.get(understood.best_sheet as usize) else { return };
    let mut mapping: Vec<_> = best.columns.iter().filter_map(|c| Some((c.index, c.guess?))).collect();
    if !mapping.iter().any(|(_, field)| *field == Field::Name) {
        let first = best.columns.first().map(|c| c.index);
        mapping.retain(|(column, _)| Some(*column) != first);
        mapping.extend(first.map(|column| (column, Field::Name)));
    }
    let request = RowsRequest { sheet: understood.best_sheet, header: best.header, mapping, unlabelled: None };
    if let Ok(rows) = book.rows(&request, &mut |_, _| ()) {
        serde_json::to_vec(&rows).expect("rows are JSON");
    }
});
