//! Spreadsheets to rows of customers, as they come out of real offices (issue 4, 2): a wasm module of its own in a Worker
//! that can be killed, so a hostile file costs one Worker and nothing else. No storage, no network, no words.
//!
//! [`Workbook::open`] understands the file, [`Workbook::rows`] reads one sheet by an agreed mapping.
mod columns;
mod grid;
mod limits;
mod read;
mod rows;
#[cfg(target_arch = "wasm32")]
mod worker;

pub use limits::Limits;

use crm_domain::imports::sheet::{Format, ImportError, RowsRequest, SheetRows, Understood};
use grid::Sheet;

/// A file that was read whole into bounded memory.
pub struct Workbook {
    format: Format,
    encoding: Option<&'static str>,
    delimiter: Option<char>,
    sheets: Vec<Sheet>,
}

impl Workbook {
    /// Reads a file by its content, whatever its name says.
    pub fn open(bytes: &[u8], limits: &Limits) -> Result<Workbook, ImportError> {
        read::workbook(bytes, limits)
    }

    /// What the file holds: sheets, headers, a guess and samples for each column.
    pub fn understood(&self) -> Understood {
        let sheets: Vec<_> = self.sheets.iter().map(columns::summary).collect();
        let score = |i: &usize| columns::likeness(&sheets[*i]);
        // Of equals the first: it is the one that opens in a spreadsheet program.
        let best_sheet = (0..sheets.len()).rev().max_by_key(score).unwrap_or(0) as u32;
        Understood {
            format: self.format,
            encoding: self.encoding.map(str::to_owned),
            delimiter: self.delimiter,
            sheets,
            best_sheet,
        }
    }

    /// Every row below the header with its outcome. `progress` hears rows done and rows in all, every few hundred.
    pub fn rows(&self, request: &RowsRequest, progress: &mut dyn FnMut(u32, u32)) -> Result<SheetRows, ImportError> {
        let sheet = self.sheets.get(request.sheet as usize).ok_or(ImportError::NoSuchSheet)?;
        rows::read(sheet, request, progress)
    }
}
