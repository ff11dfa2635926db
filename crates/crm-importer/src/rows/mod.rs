//! The rows below the header, each with its outcome: ready, refused with its cell and reason, ignored, or a duplicate.
mod filled;
mod kinds;
mod place;
mod values;

use crate::columns::{column_headers, first_data_row};
use crate::grid::{Row, Sheet};
use crm_domain::imports::sheet::{
    Field, Ignored, ImportError, ImportRow, ImportValues, Outcome, Refusal, RowsRequest, SheetRows,
};
use crm_domain::written::name_key;
use filled::Filled;
use std::collections::HashMap;
use values::Reading;

/// Rows between two reports of progress.
const STEP: u32 = 500;
/// A longer gap between two rows is not blank rows but a stray cell far below.
const LONGEST_GAP: u32 = 100;

pub fn read(
    sheet: &Sheet,
    request: &RowsRequest,
    progress: &mut dyn FnMut(u32, u32),
) -> Result<SheetRows, ImportError> {
    check(&request.mapping)?;
    if let Some(problem) = &sheet.problem {
        return Err(problem.clone());
    }
    let headers = column_headers(sheet, request.header);
    let reading = Reading::new(sheet, request, &headers);
    let mut filled = Filled::new(sheet, request);
    let first = first_data_row(request.header);
    let data = &sheet.rows[sheet.rows.partition_point(|r| r.number < first)..];
    let mut seen: HashMap<(String, Option<String>), u32> = HashMap::new();
    let mut rows = Vec::with_capacity(data.len());
    let mut next = first;
    for (row, done) in data.iter().zip(1..) {
        rows.extend(blank_rows(next, row.number));
        next = row.number.saturating_add(1);
        let mut outcome = outcome(sheet, row, request, &reading, &headers, &mut filled);
        if let Outcome::Ready(values) = &outcome {
            // The first of two is the one that counts, whatever the later one says besides.
            let of_row = *seen.entry(duplicate_key(values)).or_insert(row.number);
            if of_row != row.number {
                outcome = Outcome::DuplicateInFile { of_row };
            }
        }
        let cells = match outcome {
            Outcome::Ready(_) => Vec::new(),
            _ => sheet.columns.iter().map(|c| filled.text(row, *c).to_owned()).collect(),
        };
        rows.push(ImportRow { row: row.number, outcome, cells });
        if done % STEP == 0 || done as usize == data.len() {
            progress(done, data.len() as u32);
        }
    }
    Ok(SheetRows { headers, rows })
}

/// A name is needed; no column twice, no field twice.
fn check(mapping: &[(u32, Field)]) -> Result<(), ImportError> {
    let twice = |i: usize| mapping[..i].iter().any(|m| m.0 == mapping[i].0 || m.1 == mapping[i].1);
    let named = mapping.iter().any(|m| m.1 == Field::Name);
    if named && !(0..mapping.len()).any(twice) { Ok(()) } else { Err(ImportError::Mapping) }
}

fn outcome<'s>(
    sheet: &Sheet,
    row: &'s Row,
    request: &RowsRequest,
    reading: &Reading,
    headers: &[String],
    filled: &mut Filled<'s>,
) -> Outcome {
    if let Some(reason) = row.fault {
        return Outcome::Refused(Refusal { column: None, reason, written: String::new() });
    }
    if let Some(why) = kinds::ignored(sheet, row, request, headers) {
        return Outcome::Ignored(why);
    }
    filled.pass(row);
    match reading.values(|column| filled.text(row, column)) {
        Ok(values) => Outcome::Ready(Box::new(values)),
        Err(refusal) => Outcome::Refused(refusal),
    }
}

fn duplicate_key(values: &ImportValues) -> (String, Option<String>) {
    (name_key(&values.name), values.phone.clone())
}

/// Rows that hold nothing, between `next` and the row that follows.
fn blank_rows(next: u32, following: u32) -> impl Iterator<Item = ImportRow> {
    let end = if following - next > LONGEST_GAP { next } else { following };
    (next..end).map(|row| ImportRow { row, outcome: Outcome::Ignored(Ignored::Blank), cells: Vec::new() })
}
