//! The compound file of .xls, and of every encrypted Office file: told apart by what streams it holds.
use super::xls;
use crate::Workbook;
use crate::limits::Limits;
use cfb::CompoundFile;
use crm_domain::imports::sheet::ImportError;
use std::io::{Cursor, Read, Seek, SeekFrom, Write};

const DAMAGED: ImportError = ImportError::Damaged { near_row: None };

pub fn workbook(bytes: &[u8], limits: &Limits) -> Result<Workbook, ImportError> {
    // A copy, because the check below takes claims out of it that the parser would believe.
    let mut file = CompoundFile::open(Cursor::new(bytes.to_vec())).map_err(|_| DAMAGED)?;
    if file.exists("/EncryptedPackage") {
        return Err(ImportError::PasswordProtected);
    }
    let name = ["/Workbook", "/Book"].into_iter().find(|n| file.is_stream(n)).ok_or(ImportError::NotASpreadsheet)?;
    let mut stream = file.open_stream(name).map_err(|_| DAMAGED)?;
    let mut records = Vec::new();
    (&mut stream).take(limits.file_bytes).read_to_end(&mut records).map_err(|_| DAMAGED)?;
    for at in xls::check(&records, limits)? {
        stream.seek(SeekFrom::Start(at as u64)).map_err(|_| DAMAGED)?;
        stream.write_all(&xls::PASSED_OVER.to_le_bytes()).map_err(|_| DAMAGED)?;
    }
    stream.flush().map_err(|_| DAMAGED)?;
    drop(stream);
    drop(records);
    xls::workbook(&file.into_inner().into_inner(), limits)
}
