//! The file of refused rows that a person downloads, mends and imports again.
use super::sheet::{Outcome, Refusal, SheetRows};
use crate::written::csv::{UTF8_BOM, push_record};

/// UTF-8 CSV with a byte order mark: the source's columns, then one headed `reason_heading` with what `word` says.
/// Fields that a spreadsheet would run as a formula are written as text.
pub fn refused_csv(sheet: &SheetRows, reason_heading: &str, word: impl Fn(&Refusal) -> String) -> Vec<u8> {
    let mut out = String::from(UTF8_BOM);
    let headers = sheet.headers.iter().map(String::as_str);
    push_record(&mut out, headers.chain([reason_heading]));
    for row in &sheet.rows {
        let Outcome::Refused(refusal) = &row.outcome else { continue };
        let reason = word(refusal);
        let cells = (0..sheet.headers.len()).map(|i| row.cells.get(i).map_or("", String::as_str));
        push_record(&mut out, cells.chain([reason.as_str()]));
    }
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::super::sheet::{Ignored, ImportRow, Reason};
    use super::*;

    #[test]
    fn only_refused_rows_are_written_and_none_of_them_runs() {
        let refused = |row, cells: &[&str]| ImportRow {
            row,
            outcome: Outcome::Refused(Refusal {
                column: Some(1),
                reason: Reason::PhoneInvalid,
                written: cells.get(1).copied().unwrap_or_default().to_owned(),
            }),
            cells: cells.iter().map(|c| (*c).to_owned()).collect(),
        };
        let sheet = SheetRows {
            headers: vec!["客户名称".into(), "电话".into()],
            rows: vec![
                refused(4, &["=HYPERLINK(\"x\")", "无"]),
                ImportRow { row: 5, outcome: Outcome::Ignored(Ignored::Blank), cells: vec![String::new(); 2] },
                refused(6, &["甲,乙"]),
            ],
        };
        let bytes = refused_csv(&sheet, "原因", |r| format!("{:?}: {}", r.reason, r.written));
        assert_eq!(
            String::from_utf8(bytes).expect("UTF-8"),
            "\u{FEFF}客户名称,电话,原因\r\n\"'=HYPERLINK(\"\"x\"\")\",无,PhoneInvalid: 无\r\n\"甲,乙\",,PhoneInvalid: \r\n"
        );
    }
}
