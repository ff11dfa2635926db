//! .xlsx cell by cell, so that a declared dimension costs nothing. The package was checked before (`package.rs`).
use crate::Workbook;
use crate::grid::{Budget, Merge, Sheet, SheetBuilder};
use crate::limits::Limits;
use calamine::{Data, DataRef, Dimensions, ExcelDateTime, Reader, SheetType, Xlsx, XlsxError};
use crm_domain::imports::sheet::{Format, ImportError};
use std::io::Cursor;

pub fn workbook(bytes: &[u8], limits: &Limits) -> Result<Workbook, ImportError> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|e| match e {
        XlsxError::Password => ImportError::PasswordProtected,
        _ => ImportError::Damaged { near_row: None },
    })?;
    let mut budget = Budget::new(limits);
    let names: Vec<String> =
        book.sheets_metadata().iter().filter(|s| s.typ == SheetType::WorkSheet).map(|s| s.name.clone()).collect();
    let sheets = names.into_iter().map(|name| sheet(&mut book, name, &mut budget)).collect::<Result<_, _>>()?;
    Ok(Workbook { format: Format::Xlsx, encoding: None, delimiter: None, sheets })
}

/// One damaged sheet does not cost the others; a limit that is met does, because it counts for the whole file.
fn sheet(book: &mut Xlsx<Cursor<&[u8]>>, name: String, budget: &mut Budget) -> Result<Sheet, ImportError> {
    let mut builder = SheetBuilder::default();
    let mut near_row = 0;
    let problem = match cells(book, &name, &mut builder, budget, &mut near_row) {
        Err(error @ ImportError::Damaged { .. }) => Some(error),
        Err(error) => return Err(error),
        Ok(()) => None,
    };
    let merges = match &problem {
        None => book.merge_cells_by_sheet_name(&name).unwrap_or_default(),
        Some(_) => Vec::new(),
    };
    let mut sheet = builder.finish(name, merges.into_iter().map(merge).collect(), false, budget.limits);
    if problem.is_some() {
        sheet.rows.clear();
        sheet.columns.clear();
        sheet.problem = problem;
    }
    Ok(sheet)
}

fn cells(
    book: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    builder: &mut SheetBuilder,
    budget: &mut Budget,
    near_row: &mut u32,
) -> Result<(), ImportError> {
    let damaged = |near_row: u32| ImportError::Damaged { near_row: (near_row > 0).then_some(near_row) };
    let mut reader = book.worksheet_cells_reader(name).map_err(|_| damaged(0))?;
    while let Some(cell) = reader.next_cell().map_err(|_| damaged(*near_row))? {
        let (row, column) = cell.get_position();
        *near_row = row.saturating_add(1);
        if let Some(text) = written(cell.get_value()) {
            builder.put(budget, *near_row, column, &text)?;
        }
    }
    Ok(())
}

pub fn merge(area: Dimensions) -> Merge {
    Merge {
        first_row: area.start.0.saturating_add(1),
        last_row: area.end.0.saturating_add(1),
        first_column: area.start.1,
        last_column: area.end.1,
    }
}

/// A cell as a person would see it written; `None` when it is empty.
fn written(value: &DataRef) -> Option<String> {
    Some(match value {
        DataRef::Empty => return None,
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number_written(*number),
        DataRef::Bool(truth) => truth.to_string().to_uppercase(),
        DataRef::DateTime(at) => date_written(*at),
        DataRef::Error(error) => error.to_string(),
    })
}

/// The same for a cell of an .xls.
pub fn written_owned(value: &Data) -> Option<String> {
    Some(match value {
        Data::Empty => return None,
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number_written(*number),
        Data::Bool(truth) => truth.to_string().to_uppercase(),
        Data::DateTime(at) => date_written(*at),
        Data::Error(error) => error.to_string(),
    })
}

/// Digits as far as they are exact; beyond that as scientific notation, whose loss the readers of values notice.
fn number_written(number: f64) -> String {
    if number.abs() < 1e15 { number.to_string() } else { format!("{number:e}") }
}

fn date_written(at: ExcelDateTime) -> String {
    if at.is_duration() || at.as_f64() < 1.0 {
        return number_written(at.as_f64());
    }
    let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) == (0, 0, 0) { date } else { format!("{date} {hour:02}:{minute:02}") }
}
