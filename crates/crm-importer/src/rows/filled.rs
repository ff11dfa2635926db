//! Values that stand once for several rows: merged areas, and towns that a CSV names only in the first row of a block.
use crate::grid::{Row, Sheet};
use crm_domain::imports::sheet::{Field, RowsRequest};
use std::collections::HashMap;

pub struct Filled<'s> {
    /// Per column, areas of several rows: first row, last row, value; by first row, ascending.
    merged: HashMap<u32, Vec<(u32, u32, &'s str)>>,
    /// The column whose blanks repeat what stands above, and what that was.
    repeating: Option<(u32, &'s str)>,
}

impl<'s> Filled<'s> {
    pub fn new(sheet: &'s Sheet, request: &RowsRequest) -> Filled<'s> {
        let mut merged: HashMap<u32, Vec<(u32, u32, &str)>> = HashMap::new();
        for area in sheet.merges.iter().filter(|m| m.last_row > m.first_row) {
            let value = sheet.row(area.first_row).map_or("", |r| r.text(area.first_column));
            if !value.is_empty() {
                merged.entry(area.first_column).or_default().push((area.first_row, area.last_row, value));
            }
        }
        merged.values_mut().for_each(|areas| areas.sort_unstable());
        let town = request.mapping.iter().find(|m| m.1 == Field::Town).map(|m| m.0);
        Filled { merged, repeating: town.filter(|_| sheet.blank_means_repeated).map(|column| (column, "")) }
    }

    /// Takes note of a row of data before it is read; to be called in order.
    pub fn pass(&mut self, row: &'s Row) {
        if let Some((column, value)) = &mut self.repeating
            && !row.text(*column).is_empty()
        {
            *value = row.text(*column);
        }
    }

    /// The cell's text, or the one that stands for it.
    pub fn text(&self, row: &'s Row, column: u32) -> &'s str {
        let own = row.text(column);
        if !own.is_empty() {
            return own;
        }
        if let Some((repeating, value)) = self.repeating
            && repeating == column
        {
            return value;
        }
        let Some(areas) = self.merged.get(&column) else { return "" };
        let before = areas.partition_point(|a| a.0 <= row.number);
        match before.checked_sub(1).map(|i| areas[i]) {
            Some((_, last, value)) if row.number <= last => value,
            _ => "",
        }
    }
}
