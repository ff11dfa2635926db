//! HTML tables, which many systems write and call .xls. Each outermost table is a sheet; nothing is run or fetched.
use crate::grid::{Budget, Merge, Sheet, SheetBuilder};
use crate::limits::Limits;
use crm_domain::imports::sheet::ImportError;

/// The tables of the page; none is `NotASpreadsheet`.
pub fn sheets(page: &str, limits: &Limits) -> Result<Vec<Sheet>, ImportError> {
    let mut budget = Budget::new(limits);
    let mut sheets = Vec::new();
    let mut table: Option<Table> = None;
    let mut depth = 0;
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        if let Some(table) = &mut table {
            table.text(&rest[..at]);
        }
        rest = &rest[at..];
        let (tag, after) = Tag::read(rest);
        rest = after;
        match (tag.name.as_str(), tag.closing) {
            ("script" | "style", false) => rest = skip_raw(rest, &tag.name),
            ("table", false) => {
                depth += 1;
                if depth == 1 {
                    table = Some(Table::default());
                }
            }
            ("table", true) => {
                depth = 0.max(depth - 1);
                if depth == 0
                    && let Some(done) = table.take()
                {
                    sheets.push(done.finish(&mut budget)?);
                }
            }
            (name, closing) => {
                if let Some(table) = &mut table {
                    // The tags of a table inside a cell only part its words.
                    table.tag(if depth == 1 { name } else { "br" }, closing, &tag.attributes, &mut budget)?;
                }
            }
        }
    }
    if let Some(open) = table {
        sheets.push(open.finish(&mut budget)?);
    }
    if sheets.is_empty() { Err(ImportError::NotASpreadsheet) } else { Ok(sheets) }
}

#[derive(Default)]
struct Table {
    builder: SheetBuilder,
    merges: Vec<Merge>,
    row: u32,
    column: u32,
    cell: Option<Cell>,
    /// Per column, the last row that a cell above reaches down to.
    reaches: Vec<u32>,
}

struct Cell {
    text: String,
    across: u32,
    down: u32,
}

impl Table {
    fn text(&mut self, text: &str) {
        if let Some(cell) = &mut self.cell {
            push_unescaped(&mut cell.text, text);
        }
    }

    fn tag(&mut self, name: &str, closing: bool, attributes: &str, budget: &mut Budget) -> Result<(), ImportError> {
        match (name, closing) {
            ("tr", _) => {
                self.close_cell(budget)?;
                if !closing {
                    self.row += 1;
                    self.column = 0;
                }
            }
            ("td" | "th", closing) => {
                self.close_cell(budget)?;
                if !closing {
                    let (across, down) = (span(attributes, "colspan"), span(attributes, "rowspan"));
                    self.cell = Some(Cell { text: String::new(), across, down });
                }
            }
            ("br" | "p" | "div", _) => {
                if let Some(cell) = &mut self.cell {
                    cell.text.push(' ');
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn close_cell(&mut self, budget: &mut Budget) -> Result<(), ImportError> {
        let Some(cell) = self.cell.take() else { return Ok(()) };
        let row = self.row.max(1);
        while self.reaches.get(self.column as usize).is_some_and(|last| *last >= row) {
            self.column += 1;
        }
        let (first, last) = (self.column, self.column + cell.across - 1);
        self.builder.put(budget, row, first, &cell.text)?;
        let last_row = row + cell.down - 1;
        if cell.down > 1 || cell.across > 1 {
            self.merges.push(Merge { first_row: row, last_row, first_column: first, last_column: last });
        }
        if self.reaches.len() <= last as usize {
            self.reaches.resize(last as usize + 1, 0);
        }
        self.reaches[first as usize..=last as usize].fill(last_row);
        self.column = last + 1;
        if self.column > budget.limits.columns.saturating_mul(64) {
            return Err(ImportError::TooManyColumns { columns: self.column, limit: budget.limits.columns });
        }
        Ok(())
    }

    fn finish(mut self, budget: &mut Budget) -> Result<Sheet, ImportError> {
        self.close_cell(budget)?;
        Ok(self.builder.finish(String::new(), self.merges, false, budget.limits))
    }
}

struct Tag {
    name: String,
    closing: bool,
    attributes: String,
}

impl Tag {
    /// Reads the tag or comment at the start of `rest`, which begins with `<`; gives back what follows it.
    fn read(rest: &str) -> (Tag, &str) {
        let nothing = |after| (Tag { name: String::new(), closing: false, attributes: String::new() }, after);
        if let Some(comment) = rest.strip_prefix("<!--") {
            return nothing(comment.split_once("-->").map_or("", |(_, after)| after));
        }
        let mut quote = None;
        let end = rest.char_indices().find(|(_, c)| match (quote, c) {
            (None, '>') => true,
            (None, '"' | '\'') => {
                quote = Some(*c);
                false
            }
            (Some(q), c) if q == *c => {
                quote = None;
                false
            }
            _ => false,
        });
        let Some((end, _)) = end else { return nothing("") };
        let inside = &rest[1..end];
        let (closing, inside) = match inside.strip_prefix('/') {
            Some(inside) => (true, inside),
            None => (false, inside),
        };
        let split = inside.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inside.len());
        let tag = Tag {
            name: inside[..split].to_ascii_lowercase(),
            closing,
            attributes: inside[split..].to_ascii_lowercase(),
        };
        (tag, &rest[end + 1..])
    }
}

/// What follows the end tag of an element whose content is no markup.
fn skip_raw<'p>(rest: &'p str, name: &str) -> &'p str {
    let end = format!("</{name}");
    let bytes = rest.as_bytes();
    let found = bytes.windows(end.len()).position(|w| w.eq_ignore_ascii_case(end.as_bytes()));
    found.map_or("", |at| &rest[at..])
}

fn span(attributes: &str, name: &str) -> u32 {
    let Some((_, value)) = attributes.split_once(name) else { return 1 };
    let digits: String =
        value.trim_start_matches([' ', '=', '"', '\'']).chars().take_while(char::is_ascii_digit).take(6).collect();
    digits.parse().unwrap_or(1).clamp(1, 65_535)
}

/// Appends text with its character references resolved; unknown ones stay as written.
fn push_unescaped(out: &mut String, mut text: &str) {
    while let Some(at) = text.find('&') {
        out.push_str(&text[..at]);
        text = &text[at..];
        let end = text.bytes().take(12).position(|b| b == b';');
        match end.and_then(|end| Some((end, reference(&text[1..end])?))) {
            Some((end, c)) => {
                out.push(c);
                text = &text[end + 1..];
            }
            None => {
                out.push('&');
                text = &text[1..];
            }
        }
    }
    out.push_str(text);
}

fn reference(name: &str) -> Option<char> {
    if let Some(hex) = name.strip_prefix("#x").or_else(|| name.strip_prefix("#X")) {
        return u32::from_str_radix(hex, 16).ok().and_then(char::from_u32);
    }
    if let Some(number) = name.strip_prefix('#') {
        return number.parse().ok().and_then(char::from_u32);
    }
    match name {
        "nbsp" => Some(' '),
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Cells = Vec<(u32, String)>;

    fn read(page: &str) -> Vec<Vec<(u32, Cells)>> {
        let sheets = sheets(page, &Limits::default()).expect("tables").into_iter();
        let row =
            |r: crate::grid::Row| (r.number, r.cells.into_iter().map(|(c, t)| (c, t.trim().to_owned())).collect());
        sheets.map(|s| s.rows.into_iter().map(row).collect()).collect()
    }

    fn cells(cells: &[(u32, &str)]) -> Cells {
        cells.iter().map(|(c, t)| (*c, (*t).to_owned())).collect()
    }

    #[test]
    fn cells_stand_where_spans_leave_room() {
        let page =
            "<TABLE><tr><td colspan='2'>A<td>B</td></tr><tr><td rowspan=2>C<td>D<td>E<tr><td>F</td><td>G</table>";
        let expected = vec![
            (1, cells(&[(0, "A"), (2, "B")])),
            (2, cells(&[(0, "C"), (1, "D"), (2, "E")])),
            (3, cells(&[(1, "F"), (2, "G")])),
        ];
        assert_eq!(read(page), [expected]);
    }

    #[test]
    fn markup_is_text_or_nothing() {
        let page = "<p>x</p><table><!-- <td>no</td> --><script>'<td>no</td>'</script><tr><td title=\"a>b\">&lt;img&gt; &amp;&#20013;&#x6587;&unknown;<br>y<table><tr><td>in</td></tr></table></td></tr></table>";
        assert_eq!(read(page), [vec![(1, cells(&[(0, "<img> &中文&unknown; y  in")]))]].map(|t| t));
    }

    #[test]
    fn a_page_without_a_table_is_no_spreadsheet() {
        for page in ["<html><body>hello</body></html>", "<", "<table", "<!-- <table>"] {
            assert_eq!(sheets(page, &Limits::default()).err(), Some(ImportError::NotASpreadsheet), "{page}");
        }
    }
}
