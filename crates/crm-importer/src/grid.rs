//! A sheet in memory: only what holds something is kept, so a declared size costs nothing.
use crate::limits::Limits;
use crm_domain::imports::sheet::{ImportError, Reason};
use crm_domain::written::tidy;
use std::collections::{BTreeMap, BTreeSet};

pub struct Sheet {
    pub name: String,
    /// By number, ascending.
    pub rows: Vec<Row>,
    /// Columns that hold something, ascending.
    pub columns: Vec<u32>,
    /// Areas merged over several rows, whose value belongs to each of them.
    pub merges: Vec<Merge>,
    /// Formats without merged cells leave the repeated value blank instead.
    pub blank_means_repeated: bool,
    pub problem: Option<ImportError>,
}

pub struct Row {
    /// 1-based, as the person sees it.
    pub number: u32,
    /// By column, ascending; none is blank.
    pub cells: Vec<(u32, Box<str>)>,
    /// Set where the row could not be read as text.
    pub fault: Option<Reason>,
}

/// First and last row (1-based), first and last column (0-based).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Merge {
    pub first_row: u32,
    pub last_row: u32,
    pub first_column: u32,
    pub last_column: u32,
}

impl Row {
    /// The cell's text as written; empty where there is none.
    pub fn text(&self, column: u32) -> &str {
        self.cells.binary_search_by_key(&column, |(c, _)| *c).map_or("", |i| &self.cells[i].1)
    }
}

impl Sheet {
    /// The row of that number, if it holds anything.
    pub fn row(&self, number: u32) -> Option<&Row> {
        self.rows.binary_search_by_key(&number, |r| r.number).ok().map(|i| &self.rows[i])
    }

    /// The number of the last row that holds something.
    pub fn last_row(&self) -> u32 {
        self.rows.last().map_or(0, |r| r.number)
    }
}

/// What all sheets of one file have cost so far.
pub struct Budget<'l> {
    pub limits: &'l Limits,
    cells: u64,
    text: u64,
}

impl Budget<'_> {
    pub fn new(limits: &Limits) -> Budget<'_> {
        Budget { limits, cells: 0, text: 0 }
    }

    fn spend(&mut self, row: u32, text: &str) -> Result<(), ImportError> {
        self.cells += 1;
        self.text += text.len() as u64;
        if self.cells > self.limits.cells {
            return Err(ImportError::TooManyCells { limit: self.limits.cells });
        }
        if self.text > self.limits.text_bytes {
            return Err(ImportError::TooLarge { bytes: self.text, limit: self.limits.text_bytes });
        }
        let limit = self.limits.cell_chars;
        if text.len() > limit as usize && text.chars().nth(limit as usize).is_some() {
            return Err(ImportError::CellTooLong { row, limit });
        }
        Ok(())
    }
}

/// Collects the cells of one sheet in any order.
#[derive(Default)]
pub struct SheetBuilder {
    rows: BTreeMap<u32, Row>,
    columns: BTreeSet<u32>,
}

impl SheetBuilder {
    /// Keeps a cell (row 1-based, column 0-based) unless it is blank; a second value for the same cell loses.
    pub fn put(&mut self, budget: &mut Budget, row: u32, column: u32, text: &str) -> Result<(), ImportError> {
        if tidy(text).is_empty() {
            return Ok(());
        }
        budget.spend(row, text)?;
        self.columns.insert(column);
        // A sheet that is too wide is refused, though other sheets may be fine: its cells are only counted.
        if self.columns.len() as u32 > budget.limits.columns {
            return Ok(());
        }
        let cells = &mut self.row(row).cells;
        match cells.binary_search_by_key(&column, |(c, _)| *c) {
            Ok(_) => {}
            Err(at) => cells.insert(at, (column, text.into())),
        }
        Ok(())
    }

    /// Marks a row that could not be read.
    pub fn fault(&mut self, row: u32, reason: Reason) {
        self.row(row).fault = Some(reason);
    }

    fn row(&mut self, number: u32) -> &mut Row {
        self.rows.entry(number).or_insert_with(|| Row { number, cells: Vec::new(), fault: None })
    }

    pub fn finish(self, name: String, merges: Vec<Merge>, blank_means_repeated: bool, limits: &Limits) -> Sheet {
        let columns = self.columns.len() as u32;
        let problem =
            (columns > limits.columns).then_some(ImportError::TooManyColumns { columns, limit: limits.columns });
        let kept = problem.is_none();
        Sheet {
            name,
            rows: if kept { self.rows.into_values().collect() } else { Vec::new() },
            columns: if kept { self.columns.into_iter().collect() } else { Vec::new() },
            merges: merges.into_iter().filter(|m| m.last_row > m.first_row || m.last_column > m.first_column).collect(),
            blank_means_repeated,
            problem,
        }
    }
}
