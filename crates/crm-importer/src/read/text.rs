//! Comma-, semicolon- and tab-separated text. Records are split before they are decoded,
//! so one row in another encoding is refused alone; no byte of a GB18030 character looks like a separator or a quote.
use super::encoding::TextEncoding;
use crate::grid::{Budget, Sheet, SheetBuilder};
use crate::limits::Limits;
use crm_domain::imports::sheet::{ImportError, Reason};

/// The one sheet of the file, and the delimiter it was read with.
pub fn sheet(bytes: &[u8], encoding: TextEncoding, limits: &Limits) -> Result<(Sheet, u8), ImportError> {
    let body = &bytes[encoding.mark_len..];
    if encoding.is_utf16() {
        let text = encoding.decode_lossy(bytes).into_owned();
        return records(text.as_bytes(), |b| std::str::from_utf8(b).ok().map(str::to_owned), limits);
    }
    records(body, |b| encoding.decode(b).map(|t| t.into_owned()), limits)
}

fn records(body: &[u8], decode: impl Fn(&[u8]) -> Option<String>, limits: &Limits) -> Result<(Sheet, u8), ImportError> {
    let delimiter = delimiter(body);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(body);
    let mut record = csv::ByteRecord::new();
    let mut builder = SheetBuilder::default();
    let mut budget = Budget::new(limits);
    let mut row = 0;
    let mut at = 0;
    while reader.read_byte_record(&mut record).map_err(|_| ImportError::Damaged { near_row: Some(row + 1) })? {
        // Empty lines are rows too, though the reader passes over them.
        row += 1 + blank_lines(body, at);
        let end = reader.position().byte() as usize;
        if end >= body.len() && swallowed(&body[at..]) {
            builder.fault(row, Reason::QuoteNotClosed);
        }
        at = end;
        for (field, column) in record.iter().zip(0..) {
            if field.len() > limits.line_bytes {
                return Err(ImportError::CellTooLong { row, limit: limits.cell_chars });
            }
            match decode(field) {
                Some(text) => builder.put(&mut budget, row, column, &text)?,
                None => {
                    builder.fault(row, Reason::Undecodable);
                    builder.put(&mut budget, row, column, &String::from_utf8_lossy(field))?;
                }
            }
        }
    }
    Ok((builder.finish(String::new(), Vec::new(), true, limits), delimiter))
}

/// Empty lines in front of the record at `at`; the second half of the CRLF that ended the record before is none.
fn blank_lines(body: &[u8], at: usize) -> u32 {
    let mut rest = &body[at..];
    if body[..at].ends_with(b"\r") {
        rest = rest.strip_prefix(b"\n").unwrap_or(rest);
    }
    let mut lines = 0;
    while let Some(after) =
        rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\r")).or_else(|| rest.strip_prefix(b"\n"))
    {
        rest = after;
        lines += 1;
    }
    lines
}

/// Whether the last record holds an opening quote that nothing closes, and more than its own line behind it.
fn swallowed(record: &[u8]) -> bool {
    let quotes = record.iter().filter(|b| **b == b'"').count();
    quotes % 2 == 1 && record.trim_ascii().contains(&b'\n')
}

/// The separator by which the most of the first lines have the same number of fields.
fn delimiter(body: &[u8]) -> u8 {
    let lines: Vec<&[u8]> = body.split(|b| *b == b'\n').filter(|l| !l.trim_ascii().is_empty()).take(50).collect();
    let score = |delimiter: u8| {
        let counts: Vec<usize> = lines.iter().map(|l| outside_quotes(l, delimiter)).collect();
        counts.iter().filter(|c| **c > 0).map(|c| (counts.iter().filter(|o| *o == c).count(), *c)).max()
    };
    // Of equals the comma, which `max_by_key` takes as the last.
    [b'\t', b';', b','].into_iter().max_by_key(|d| score(*d)).unwrap_or(b',')
}

fn outside_quotes(line: &[u8], delimiter: u8) -> usize {
    let mut quoted = false;
    let mut count = 0;
    for &b in line {
        match b {
            b'"' => quoted = !quoted,
            _ if b == delimiter && !quoted => count += 1,
            _ => {}
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::super::encoding::detect;
    use super::*;

    type Record = (u32, Vec<String>, Option<Reason>);

    fn read(bytes: &[u8]) -> (Vec<Record>, char) {
        let limits = Limits::default();
        let (sheet, delimiter) = sheet(bytes, detect(bytes).expect("text"), &limits).expect("a sheet");
        let rows = sheet.rows.into_iter();
        let rows = rows.map(|r| (r.number, r.cells.into_iter().map(|(_, t)| t.into()).collect(), r.fault)).collect();
        (rows, delimiter as char)
    }

    #[test]
    fn records_are_numbered_as_the_person_sees_them() {
        for (given, expected) in [
            ("a,b\nc,d\n", vec![(1, "a b"), (2, "c d")]),
            ("a,b\r\nc,d\r\n", vec![(1, "a b"), (2, "c d")]),
            ("a,b\rc,d", vec![(1, "a b"), (2, "c d")]),
            ("a,b\r\rc,d", vec![(1, "a b"), (3, "c d")]),
            ("a,b\n\n\nc,d", vec![(1, "a b"), (4, "c d")]),
            ("a,b\r\n\r\nc,d", vec![(1, "a b"), (3, "c d")]),
            ("\n\na,b", vec![(3, "a b")]),
            ("a,\"x\ny\"\n,,\nc,d", vec![(1, "a x\ny"), (3, "c d")]),
        ] {
            let got: Vec<(u32, String)> = read(given.as_bytes()).0.into_iter().map(|r| (r.0, r.1.join(" "))).collect();
            let expected: Vec<(u32, String)> = expected.into_iter().map(|(n, t)| (n, t.to_owned())).collect();
            assert_eq!(got, expected, "{given:?}");
        }
    }

    #[test]
    fn the_delimiter_is_the_one_that_makes_a_table() {
        for (given, expected) in [
            ("a,b\n1,2\n", ','),
            ("a;b\n1,5;2\n3;4,5\n", ';'),
            ("a\tb\n1,2\t3\n4\t5\n", '\t'),
            ("只有一列\n甲\n", ','),
            ("\"a;b\",c\n\"d;e\",f\n", ','),
        ] {
            assert_eq!(read(given.as_bytes()).1, expected, "{given:?}");
        }
    }

    #[test]
    fn a_quote_that_never_closes_is_shown_not_swallowed() {
        let (rows, _) = read(b"name,phone\nA,1\n\"B,2\nC,3\nD,4\n");
        assert_eq!(rows.len(), 3);
        assert_eq!(rows[2].2, Some(Reason::QuoteNotClosed));
    }

    #[test]
    fn utf16_is_read_by_its_mark() {
        let bytes: Vec<u8> = "\u{FEFF}名称\t电话\n东莞\t1\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let (rows, delimiter) = read(&bytes);
        assert_eq!(delimiter, '\t');
        assert_eq!(rows[1].1, ["东莞", "1"]);
    }
}
