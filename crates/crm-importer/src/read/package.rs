//! The ZIP package of .xlsx and its kin, checked whole before a parser sees it: what each part really unpacks to is counted
//! while it is thrown away, because a declared size is only a claim.
use super::xlsx;
use crate::Workbook;
use crate::limits::Limits;
use crm_domain::imports::sheet::{ImportError, OtherFormat};
use std::io::{Cursor, Read};
use zip::ZipArchive;

pub fn workbook(bytes: &[u8], limits: &Limits) -> Result<Workbook, ImportError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| ImportError::Damaged { near_row: None })?;
    if archive.len() > limits.parts {
        return Err(ImportError::TooLarge { bytes: archive.len() as u64, limit: limits.parts as u64 });
    }
    let names: Vec<String> = archive.file_names().flatten().map(|n| n.to_ascii_lowercase()).collect();
    let has = |name: &str| names.iter().any(|n| n == name);
    if has("xl/workbook.bin") {
        return Err(ImportError::SaveAsXlsx(OtherFormat::Xlsb));
    }
    if has("content.xml") && has("mimetype") {
        return Err(ImportError::SaveAsXlsx(OtherFormat::Ods));
    }
    if !names.iter().any(|n| n.ends_with("workbook.xml")) {
        return Err(ImportError::NotASpreadsheet);
    }
    let too_large = |bytes, limit| Err(ImportError::TooLarge { bytes, limit });
    let mut unpacked = 0;
    for index in 0..archive.len() {
        let raw = archive.by_index_raw(index).map_err(|_| ImportError::Damaged { near_row: None })?;
        if raw.encrypted() {
            return Err(ImportError::PasswordProtected);
        }
        if raw.size() > limits.part_bytes {
            return too_large(raw.size(), limits.part_bytes);
        }
        drop(raw);
        let part = archive.by_index(index).map_err(|_| ImportError::Damaged { near_row: None })?;
        let mut part = part.take(limits.part_bytes.min(limits.package_bytes - unpacked) + 1);
        let real = inspect(&mut part)?;
        unpacked += real;
        if real > limits.part_bytes {
            return too_large(real, limits.part_bytes);
        }
        if unpacked > limits.package_bytes {
            return too_large(unpacked, limits.package_bytes);
        }
    }
    xlsx::workbook(bytes, limits)
}

/// Unpacks a part to nowhere and counts. Refused: a document type or entities, which no spreadsheet program writes,
/// and a number of shared strings that their part has no room for, since the parser would reserve memory for it.
fn inspect(part: &mut impl Read) -> Result<u64, ImportError> {
    // Marks may lie across two chunks: the end of each is kept in front of the next.
    const KEPT: usize = 64;
    let mut buffer = vec![0; 64 << 10];
    let (mut filled, mut total) = (0, 0);
    let mut claimed: u64 = 0;
    loop {
        let read = part.read(&mut buffer[filled..]).map_err(|_| ImportError::Damaged { near_row: None })?;
        if read == 0 {
            break;
        }
        total += read as u64;
        filled += read;
        if total <= (64 << 10) {
            claimed = claimed.max(claim(&buffer[..filled]));
        }
        if has_doctype(&buffer[..filled]) {
            return Err(ImportError::Malicious);
        }
        if filled > KEPT {
            buffer.copy_within(filled - KEPT..filled, 0);
            filled = KEPT;
        }
    }
    // The shortest string, <si/>, has five bytes.
    if claimed > total / 5 + 1 { Err(ImportError::Malicious) } else { Ok(total) }
}

fn has_doctype(chunk: &[u8]) -> bool {
    // In UTF-16 every other byte is zero; the marks are looked for without them.
    let marks: [&[u8]; 2] = [b"<!DOCTYPE", b"<!ENTITY"];
    let narrow: Vec<u8>;
    let chunk = if chunk.contains(&0) {
        narrow = chunk.iter().copied().filter(|b| *b != 0).collect();
        &narrow
    } else {
        chunk
    };
    let mut rest = chunk;
    while let Some(at) = rest.windows(2).position(|w| w == b"<!") {
        rest = &rest[at..];
        if marks.iter().any(|m| rest.len() >= m.len() && rest[..m.len()].eq_ignore_ascii_case(m)) {
            return true;
        }
        rest = &rest[2..];
    }
    false
}

/// The value of `uniqueCount="…"`, 0 without one.
fn claim(chunk: &[u8]) -> u64 {
    const NAME: &[u8] = b"uniqueCount=";
    let Some(at) = chunk.windows(NAME.len()).position(|w| w == NAME) else { return 0 };
    let digits = chunk[at + NAME.len()..].iter().skip(1).take_while(|b| b.is_ascii_digit());
    digits.fold(0_u64, |n, d| n.saturating_mul(10).saturating_add(u64::from(d - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_counted_and_marks_found_wherever_they_stand() {
        let padded = |n: usize, mark: &str| [" ".repeat(n).as_bytes(), mark.as_bytes()].concat();
        for (what, part, expected) in [
            ("nothing", Vec::new(), Ok(0)),
            ("text", b"<sst uniqueCount=\"1\"><si/></sst>".to_vec(), Ok(32)),
            ("doctype", b"<?xml?><!doctype x>".to_vec(), Err(ImportError::Malicious)),
            ("across chunks", padded((64 << 10) - 4, "<!ENTITY a>"), Err(ImportError::Malicious)),
            ("deep inside", padded(300_000, "<!DOCTYPE a>"), Err(ImportError::Malicious)),
            ("wide", "<!DOCTYPE".encode_utf16().flat_map(u16::to_le_bytes).collect(), Err(ImportError::Malicious)),
            ("a claim", b"<sst uniqueCount=\"99999999999999999999\">".to_vec(), Err(ImportError::Malicious)),
            ("a cut claim", b"<sst uniqueCount=".to_vec(), Ok(17)),
        ] {
            assert_eq!(inspect(&mut part.as_slice()), expected, "{what}");
        }
    }
}
