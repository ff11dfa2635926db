//! Rows that are no customers: totals, headers printed again on each page, signatures at the foot.
use crate::grid::{Row, Sheet};
use crm_domain::imports::sheet::{Field, Ignored, RowsRequest};
use crm_domain::written::clean;

pub fn ignored(sheet: &Sheet, row: &Row, request: &RowsRequest, headers: &[String]) -> Option<Ignored> {
    if row.cells.is_empty() {
        return Some(Ignored::Blank);
    }
    if repeats_header(sheet, row, headers) {
        return Some(Ignored::RepeatedHeader);
    }
    let first = row.cells.first().map(|(_, text)| clean(text).replace(' ', "").to_lowercase())?;
    let name = request.mapping.iter().find(|m| m.1 == Field::Name).map_or("", |m| row.text(m.0));
    let name = clean(name).replace(' ', "").to_lowercase();
    // A customer may be called 合计; a total has no name of its own, or its word where the name would be.
    let nameless = name.is_empty() || name == first;
    if nameless && ["小计", "subtotal"].iter().any(|w| is_label(&first, w)) {
        return Some(Ignored::Subtotal);
    }
    if nameless && ["合计", "总计", "共计", "累计", "total", "grandtotal", "sum"].iter().any(|w| is_label(&first, w))
    {
        return Some(Ignored::Total);
    }
    (nameless && is_footer(&first)).then_some(Ignored::Footer)
}

/// Two header cells at least, and nothing else in the row.
fn repeats_header(sheet: &Sheet, row: &Row, headers: &[String]) -> bool {
    let same = |(column, text): &(u32, Box<str>)| {
        let at = sheet.columns.binary_search(column);
        at.is_ok_and(|i| clean(&headers[i]) == clean(text))
    };
    row.cells.len() >= 2 && row.cells.iter().all(same)
}

/// The word alone, or the word and a colon or a number.
fn is_label(text: &str, word: &str) -> bool {
    text.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '(', '-']) || is_number(rest))
}

fn is_number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

fn is_footer(text: &str) -> bool {
    let signed =
        ["制表", "制表人", "填表", "填表人", "填报人", "审核", "审核人", "审批", "审批人", "复核", "复核人", "经办人"];
    let signed_more =
        ["负责人", "单位负责人", "打印日期", "打印时间", "制表日期", "填报日期", "导出时间", "日期", "签字", "盖章"];
    let remarks = ["注", "备注", "说明", "填表说明", "note", "remark", "printed", "preparedby"];
    let mut words = signed.iter().chain(&signed_more).chain(&remarks);
    words.any(|w| text.strip_prefix(w).is_some_and(|rest| rest.starts_with(':'))) || is_page_number(text)
}

/// "第1页", "第1页共9页".
fn is_page_number(text: &str) -> bool {
    text.strip_prefix('第').is_some_and(|rest| rest.contains('页') && is_number(rest))
}
