//! .xls (BIFF5 and BIFF8). The parser builds each sheet as a full rectangle, so the rectangles are measured first.
use super::xlsx::{merge, written_owned};
use crate::Workbook;
use crate::grid::{Budget, SheetBuilder};
use crate::limits::Limits;
use calamine::{Reader, SheetType, Xls, XlsError};
use crm_domain::imports::sheet::{Format, ImportError};
use std::io::Cursor;

/// A record type that the parser passes over (Blank).
pub const PASSED_OVER: u16 = 0x0201;

pub fn workbook(bytes: &[u8], limits: &Limits) -> Result<Workbook, ImportError> {
    let mut book: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(|e| match e {
        XlsError::Password => ImportError::PasswordProtected,
        _ => ImportError::Damaged { near_row: None },
    })?;
    let mut budget = Budget::new(limits);
    let mut sheets = Vec::new();
    let names: Vec<String> =
        book.sheets_metadata().iter().filter(|s| s.typ == SheetType::WorkSheet).map(|s| s.name.clone()).collect();
    for name in names {
        let mut builder = SheetBuilder::default();
        let range = book.worksheet_range(&name).map_err(|_| ImportError::Damaged { near_row: None })?;
        let (top, left) = range.start().unwrap_or_default();
        for (row, column, value) in range.used_cells() {
            if let Some(text) = written_owned(value) {
                builder.put(&mut budget, top + row as u32 + 1, left + column as u32, &text)?;
            }
        }
        let merges = book.merge_cells_by_sheet_name(&name).unwrap_or_default();
        sheets.push(builder.finish(name, merges.into_iter().map(merge).collect(), false, limits));
    }
    Ok(Workbook { format: Format::Xls, encoding: None, delimiter: None, sheets })
}

/// Measures what the parser would allocate and gives back where the Dimensions records are: they only reserve memory,
/// and may claim any size. Record types and layouts: [MS-XLS] 2.3 and 2.4.
pub fn check(stream: &[u8], limits: &Limits) -> Result<Vec<usize>, ImportError> {
    const BOUND_SHEET: u16 = 0x0085;
    const FILE_PASS: u16 = 0x002F;
    const EOF: u16 = 0x000A;
    let damaged = || ImportError::Damaged { near_row: None };
    let mut starts = Vec::new();
    for record in (Records { stream, at: 0 }) {
        match record.kind {
            EOF => break,
            FILE_PASS if record.data.iter().take(2).any(|b| *b != 0) => return Err(ImportError::PasswordProtected),
            BOUND_SHEET => {
                let start = record.data.first_chunk().map(|b| u32::from_le_bytes(*b) as usize).ok_or_else(damaged)?;
                // A sheet that is named a thousand times is parsed a thousand times.
                if start >= stream.len() || starts.contains(&start) {
                    return Err(damaged());
                }
                starts.push(start);
            }
            _ => {}
        }
    }
    let mut claims = Vec::new();
    let mut cells = 0;
    for start in starts {
        let mut area = Area::default();
        let mut nested = -1;
        for record in (Records { stream, at: start }) {
            match record.kind {
                0x0809 => nested += 1,
                EOF if nested <= 0 => break,
                EOF => nested -= 1,
                0x0200 => claims.push(record.at),
                kind if is_cell(kind) => area.add(kind, record.data).ok_or_else(damaged)?,
                _ => {}
            }
        }
        cells += area.cells();
        if cells > limits.cells {
            return Err(ImportError::TooManyCells { limit: limits.cells });
        }
    }
    claims.dedup();
    Ok(claims)
}

const MUL_RK: u16 = 0x00BD;

fn is_cell(kind: u16) -> bool {
    // Formula, MulRk, RString, LabelSst, Number, Label, BoolErr, Rk.
    matches!(kind, 0x0006 | MUL_RK | 0x00D6 | 0x00FD | 0x0203 | 0x0204 | 0x0205 | 0x027E)
}

#[derive(Default)]
struct Area {
    /// First row, last row, first column, last column.
    bounds: Option<[u64; 4]>,
}

impl Area {
    fn add(&mut self, kind: u16, data: &[u8]) -> Option<()> {
        let number = |at: usize| Some(u64::from(u16::from_le_bytes(*data.get(at..)?.first_chunk()?)));
        let (row, column) = (number(0)?, number(2)?);
        let last = if kind == MUL_RK { column + (data.len() as u64).saturating_sub(6) / 6 } else { column };
        let [top, bottom, left, right] = self.bounds.unwrap_or([row, row, column, last]);
        self.bounds = Some([top.min(row), bottom.max(row), left.min(column), right.max(last)]);
        Some(())
    }

    fn cells(&self) -> u64 {
        self.bounds.map_or(0, |[top, bottom, left, right]| (bottom - top + 1) * (right - left + 1))
    }
}

struct Records<'s> {
    stream: &'s [u8],
    at: usize,
}

struct Record<'s> {
    at: usize,
    kind: u16,
    data: &'s [u8],
}

impl<'s> Iterator for Records<'s> {
    type Item = Record<'s>;

    fn next(&mut self) -> Option<Record<'s>> {
        let at = self.at;
        let [a, b, c, d] = *self.stream.get(at..)?.first_chunk()?;
        let len = usize::from(u16::from_le_bytes([c, d]));
        let data = self.stream.get(at + 4..at + 4 + len)?;
        self.at = at + 4 + len;
        Some(Record { at, kind: u16::from_le_bytes([a, b]), data })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        [&kind.to_le_bytes()[..], &(data.len() as u16).to_le_bytes(), data].concat()
    }

    fn number(row: u16, column: u16) -> Vec<u8> {
        record(0x0203, &[&row.to_le_bytes()[..], &column.to_le_bytes(), &[0; 10]].concat())
    }

    /// A stream of one sheet that holds `body`.
    fn stream(body: &[Vec<u8>]) -> Vec<u8> {
        // Three records of a head each, and four bytes that say where the sheet starts.
        let start = 3 * 4 + 4_u32;
        let globals = [record(0x0809, &[]), record(0x0085, &start.to_le_bytes()), record(0x000A, &[])].concat();
        [globals, record(0x0809, &[]), body.concat(), record(0x000A, &[])].concat()
    }

    #[test]
    fn the_rectangle_is_measured_by_its_cells_and_not_by_its_claim() {
        let limits = Limits { cells: 1000, ..Limits::default() };
        let claim = record(0x0200, &[0xFF; 14]);
        for (what, body, expected) in [
            ("two near cells", vec![number(0, 0), number(9, 9)], Ok(0)),
            ("a claim", vec![claim.clone(), number(0, 0)], Ok(1)),
            ("two corners", vec![number(0, 0), number(65_535, 255)], Err(ImportError::TooManyCells { limit: 1000 })),
            ("a cut cell", vec![record(0x0203, &[1])], Err(ImportError::Damaged { near_row: None })),
            ("a nested chart", vec![record(0x0809, &[]), record(0x000A, &[]), number(999, 0)], Ok(0)),
        ] {
            let claims = check(&stream(&body), &limits).map(|claims| claims.len());
            assert_eq!(claims, expected, "{what}");
        }
    }

    #[test]
    fn passwords_and_sheets_out_of_bounds_are_told() {
        let limits = Limits::default();
        let locked = [record(0x0809, &[]), record(0x002F, &[1, 0])].concat();
        assert_eq!(check(&locked, &limits), Err(ImportError::PasswordProtected));
        let outside = record(0x0085, &9999_u32.to_le_bytes());
        assert_eq!(check(&outside, &limits), Err(ImportError::Damaged { near_row: None }));
        let twice = [record(0x0085, &[0; 8]), record(0x0085, &[0; 8])].concat();
        assert_eq!(check(&twice, &limits), Err(ImportError::Damaged { near_row: None }));
    }
}
