//! Comma-separated text that people open in a spreadsheet: quoted where needed, and never run as a formula.

/// Byte order mark: without it Excel takes UTF-8 for the local code page.
pub const UTF8_BOM: &str = "\u{FEFF}";

/// Appends one record, CRLF included. Invariant: no field begins with what a spreadsheet would run
/// (`a_field_that_a_spreadsheet_would_run_is_written_as_text`).
pub fn push_record<S: AsRef<str>>(out: &mut String, fields: impl IntoIterator<Item = S>) {
    for (i, field) in fields.into_iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        let field = field.as_ref();
        let guard = if runs_as_formula(field) { "'" } else { "" };
        if field.contains([',', '"', '\n', '\r']) {
            out.push('"');
            out.push_str(guard);
            out.push_str(&field.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(guard);
            out.push_str(field);
        }
    }
    out.push_str("\r\n");
}

/// Whether a spreadsheet would take the text for a formula; a plain signed number is none.
pub fn runs_as_formula(field: &str) -> bool {
    let text = field.trim_start_matches(|c: char| c == ' ' || super::is_invisible(c));
    let starts = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠', '|', '%']);
    starts && text.parse::<f64>().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_that_a_spreadsheet_would_run_is_written_as_text() {
        for (field, expected) in [
            ("东莞", "东莞"),
            ("=1+1", "'=1+1"),
            (" =cmd|' /C calc'!A0", "' =cmd|' /C calc'!A0"),
            ("\u{200B}=1", "'\u{200B}=1"),
            ("+86 138", "'+86 138"),
            ("-5", "-5"),
            ("-5+cmd", "'-5+cmd"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("＝1", "'＝1"),
            ("\tx", "'\tx"),
            ("a,b", "\"a,b\""),
            ("a\"b\n", "\"a\"\"b\n\""),
            ("=\"x\",1", "\"'=\"\"x\"\",1\""),
        ] {
            let mut out = String::new();
            push_record(&mut out, [field]);
            assert_eq!(out, format!("{expected}\r\n"), "{field:?}");
        }
    }

    #[test]
    fn fields_are_separated_and_records_end_in_crlf() {
        let mut out = String::from(UTF8_BOM);
        push_record(&mut out, ["名称", "电话"]);
        push_record(&mut out, ["", "1"]);
        assert_eq!(out, "\u{FEFF}名称,电话\r\n,1\r\n");
    }
}
