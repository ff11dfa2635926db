//! Which row names the columns. Titles and remarks stand above it; group names may stand in a row of their own.
use super::names::field_named;
use crate::grid::{Row, Sheet};
use crm_domain::imports::sheet::{Field, Header};
use crm_domain::written::{clean, tidy};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// How far down a header is looked for.
const LOOKED_AT: usize = 40;

/// The row or two rows by which the most columns are known; without any, the first row of words alone.
pub fn find_header(sheet: &Sheet) -> Option<Header> {
    let rows = || sheet.rows.iter().take(LOOKED_AT).filter(|r| r.fault.is_none());
    let candidates = rows().flat_map(|r| [1, 2].map(|lines| Header { row: r.number, lines }));
    let scored = candidates.filter(|h| h.lines == 1 || is_second_line(sheet, *h)).map(|h| (known(sheet, h), h));
    // Of equals one line rather than two, then the first row: a title above would only be taken for a group.
    let best = scored.max_by_key(|(score, h)| (*score, Reverse(h.lines), Reverse(h.row)));
    match best {
        Some((score, header)) if score >= 2 || (score == 1 && sheet.columns.len() <= 3) => Some(header),
        _ => {
            let first = rows().find(|r| r.cells.len() >= 2)?;
            is_words(first).then_some(Header { row: first.number, lines: 1 })
        }
    }
}

/// Each column's header, in the order of `Sheet::columns`; letters (A, B, … AA) where it has none.
pub fn column_headers(sheet: &Sheet, header: Option<Header>) -> Vec<String> {
    let named = |column: u32| header.map_or(String::new(), |h| column_header(sheet, h, column));
    let or_letters = |column: u32| Some(named(column)).filter(|h| !h.is_empty()).unwrap_or_else(|| letters(column));
    sheet.columns.iter().map(|c| or_letters(*c)).collect()
}

fn column_header(sheet: &Sheet, header: Header, column: u32) -> String {
    let text = |row: u32, column: u32| sheet.row(row).map_or(String::new(), |r| tidy(r.text(column)));
    if header.lines == 1 {
        return text(header.row, column);
    }
    let below = text(header.row + 1, column);
    let above = text(header.row, group_column(sheet, header.row, column));
    match (above.is_empty(), below.is_empty()) {
        (_, true) => text(header.row, column),
        (true, false) => below,
        // A name that is known by itself needs no group in front.
        (false, false) if field_named(&below).is_some() => below,
        (false, false) => format!("{above}{below}"),
    }
}

/// The column that a group's name stands in: the merged area's first.
fn group_column(sheet: &Sheet, row: u32, column: u32) -> u32 {
    let area = sheet
        .merges
        .iter()
        .find(|m| (m.first_row..=m.last_row).contains(&row) && (m.first_column..=m.last_column).contains(&column));
    area.map_or(column, |m| m.first_column)
}

fn known(sheet: &Sheet, header: Header) -> usize {
    let fields = sheet.columns.iter().filter_map(|c| field_named(&column_header(sheet, header, *c)));
    fields.collect::<BTreeSet<Field>>().len()
}

/// Whether the row below is a header too: words only, one of them known.
fn is_second_line(sheet: &Sheet, header: Header) -> bool {
    sheet.row(header.row + 1).is_some_and(|r| is_words(r) && r.cells.iter().any(|(_, t)| field_named(t).is_some()))
}

/// Whether every cell is a short word ("28d日期" is one, "12000元" is not) and no two are the same: data hardly looks like that.
fn is_words(row: &Row) -> bool {
    let texts: Vec<String> = row.cells.iter().map(|(_, t)| clean(t)).collect();
    let different: BTreeSet<&String> = texts.iter().collect();
    let is_word = |text: &String| {
        let digits = text.chars().filter(char::is_ascii_digit).count();
        text.chars().count() <= 20 && text.chars().filter(|c| c.is_alphabetic()).count() > digits
    };
    different.len() == texts.len() && texts.iter().all(is_word)
}

fn letters(column: u32) -> String {
    let mut out = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        out.push(b'A' + ((rest - 1) % 26) as u8);
        rest = (rest - 1) / 26;
    }
    out.iter().rev().map(|b| char::from(*b)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::{Budget, Merge, SheetBuilder};
    use crate::limits::Limits;

    fn sheet(rows: &[&[&str]], merges: Vec<Merge>) -> Sheet {
        let limits = Limits::default();
        let mut budget = Budget::new(&limits);
        let mut builder = SheetBuilder::default();
        for (cells, row) in rows.iter().zip(1..) {
            for (text, column) in cells.iter().zip(0..) {
                builder.put(&mut budget, row, column, text).expect("within limits");
            }
        }
        builder.finish(String::new(), merges, false, &limits)
    }

    #[test]
    fn the_header_is_found_under_titles_and_over_data() {
        let groups = Merge { first_row: 2, last_row: 2, first_column: 2, last_column: 3 };
        for (what, rows, merges, expected, headers) in [
            ("first row", vec![&["客户名称", "电话"][..], &["甲", "1"]], vec![], Some((1, 1)), "客户名称 电话"),
            (
                "below titles",
                vec![
                    &["客户台账"][..],
                    &["填报单位：", "", "单位：元"],
                    &["序号", "客户名称", "电话"],
                    &["1", "甲", "2"],
                ],
                vec![],
                Some((3, 1)),
                "序号 客户名称 电话",
            ),
            (
                "two lines",
                vec![
                    &["台账"][..],
                    &["名称", "电话", "坐标", ""],
                    &["", "", "经度", "纬度"],
                    &["甲", "1", "113.1", "23.1"],
                ],
                vec![groups],
                Some((2, 2)),
                "名称 电话 经度 纬度",
            ),
            ("unknown words", vec![&["甲", "乙"][..], &["x1", "2"]], vec![], Some((1, 1)), "甲 乙"),
            ("no header", vec![&["万科城 三期", "12000元"][..], &["x", "2"]], vec![], None, "A B"),
            (
                "repeated below",
                vec![&["名称", "电话"][..], &["甲", "1"], &["名称", "电话"]],
                vec![],
                Some((1, 1)),
                "名称 电话",
            ),
        ] {
            let sheet = sheet(&rows, merges);
            let found = find_header(&sheet);
            assert_eq!(found.map(|h| (h.row, h.lines)), expected, "{what}");
            assert_eq!(column_headers(&sheet, found).join(" "), headers, "{what}");
        }
    }

    #[test]
    fn columns_without_a_name_go_by_their_letters() {
        for (column, expected) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")] {
            assert_eq!(letters(column), expected);
        }
    }
}
