//! Which format the bytes are, and the reader for it. One file per format.
mod encoding;
mod html;
mod ole;
mod package;
mod text;
mod xls;
mod xlsx;

use crate::Workbook;
use crate::limits::Limits;
use crm_domain::imports::sheet::{Format, ImportError, OtherFormat};

/// Tells the format by its first bytes and reads it.
/// A file none of whose sheets can be used is an error: the first sheet's.
pub fn workbook(bytes: &[u8], limits: &Limits) -> Result<Workbook, ImportError> {
    if bytes.len() as u64 > limits.file_bytes {
        return Err(ImportError::TooLarge { bytes: bytes.len() as u64, limit: limits.file_bytes });
    }
    let workbook = match bytes {
        [] => return Err(ImportError::Empty),
        [b'P', b'K', 3 | 5, 4 | 6, ..] => package::workbook(bytes, limits)?,
        [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, ..] => ole::workbook(bytes, limits)?,
        _ => text_workbook(bytes, limits)?,
    };
    if workbook.sheets.iter().all(|s| s.rows.is_empty()) {
        return Err(workbook.sheets.into_iter().find_map(|s| s.problem).unwrap_or(ImportError::Empty));
    }
    Ok(workbook)
}

fn text_workbook(bytes: &[u8], limits: &Limits) -> Result<Workbook, ImportError> {
    // The longest line first: everything after it may copy a line.
    for (line, row) in bytes.split(|b| matches!(b, b'\n' | b'\r')).zip(1..) {
        if line.len() > limits.line_bytes {
            return Err(ImportError::CellTooLong { row, limit: limits.cell_chars });
        }
    }
    let encoding = encoding::detect(bytes).ok_or(ImportError::NotASpreadsheet)?;
    let head = encoding.decode_lossy(&bytes[..bytes.len().min(4096)]);
    let head = head.trim_start().to_ascii_lowercase();
    if head.contains("urn:schemas-microsoft-com:office:spreadsheet") && head.starts_with("<?xml") {
        return Err(ImportError::SaveAsXlsx(OtherFormat::SpreadsheetMl));
    }
    if head.starts_with('<') {
        let sheets = html::sheets(&encoding.decode_lossy(bytes), limits)?;
        return Ok(Workbook { format: Format::Html, encoding: Some(encoding.name()), delimiter: None, sheets });
    }
    if ["%pdf", "{\\rtf", "mime-version:", "{\"", "%!ps"].iter().any(|magic| head.starts_with(magic)) {
        return Err(ImportError::NotASpreadsheet);
    }
    if head.is_empty() && bytes.len() <= 4096 {
        return Err(ImportError::Empty);
    }
    let (sheet, delimiter) = text::sheet(bytes, encoding, limits)?;
    Ok(Workbook {
        format: Format::Csv,
        encoding: Some(encoding.name()),
        delimiter: Some(delimiter as char),
        sheets: vec![sheet],
    })
}
