//! Broken and malicious files: the right answer for each, no panic, and memory that stays bounded whatever they claim.
mod shared;

use cap::Cap;
use crm_domain::imports::refused_csv;
use crm_domain::imports::sheet::{Format, ImportError, OtherFormat, Outcome, Reason};
use crm_importer::Workbook;
use flate2::read::GzDecoder;
use shared::{as_guessed, best, bytes, counts, open, rows};
use std::alloc::System;
use std::io::{Cursor, Read, Write};
use std::time::{Duration, Instant};

/// Counts every byte that this test binary holds, so the bound is of all files together.
#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

const MOST_MEMORY: usize = 256 << 20;

fn answer(bytes: &[u8]) -> Result<Workbook, ImportError> {
    let started = Instant::now();
    let answer = open(bytes);
    assert!(started.elapsed() < Duration::from_secs(20), "took {:?}", started.elapsed());
    assert!(ALLOCATOR.max_allocated() < MOST_MEMORY, "{} bytes at most", ALLOCATOR.max_allocated());
    answer
}

fn hostile(file: &str) -> Result<Workbook, ImportError> {
    answer(&bytes(&format!("hostile/{file}")))
}

#[test]
fn what_cannot_be_read_says_why() {
    for (file, expected) in [
        ("entity_expansion.xlsx", ImportError::Malicious),
        ("encrypted.xlsx", ImportError::PasswordProtected),
        ("bad_shared_index.xlsx", ImportError::Damaged { near_row: Some(4) }),
    ] {
        assert_eq!(hostile(file).err(), Some(expected), "{file}");
    }
    let whole = bytes("constructed/messy_customers.xlsx");
    assert_eq!(answer(&whole[..whole.len() * 6 / 10]).err(), Some(ImportError::Damaged { near_row: None }));
    let wide: Vec<String> = (0..16_000).map(|n| format!("列{n}")).collect();
    let wide = format!("{}\n{}\n", wide.join(","), vec!["1"; 16_000].join(","));
    assert_eq!(answer(wide.as_bytes()).err(), Some(ImportError::TooManyColumns { columns: 16_000, limit: 512 }));
}

#[test]
fn three_real_rows_are_found_in_whatever_they_are_wrapped() {
    for (file, format, header) in [
        ("dimension_lie.xlsx", Format::Xlsx, 1),
        ("xls_named_xlsx.xlsx", Format::Xls, 1),
        ("html_named_xls.xls", Format::Html, 2),
        ("path_traversal.xlsx", Format::Xlsx, 1),
    ] {
        let book = hostile(file).unwrap_or_else(|e| panic!("{file}: {e:?}"));
        let understood = book.understood();
        assert_eq!(understood.format, format, "{file}");
        assert_eq!(best(&understood).header.map(|h| h.row), Some(header), "{file}");
        let read = rows(&book, &as_guessed(&understood));
        assert_eq!(counts(&read), [3, 0, 0, 0], "{file}: {:?}", read.rows);
        let names: Vec<&str> = read
            .rows
            .iter()
            .filter_map(|r| if let Outcome::Ready(v) = &r.outcome { Some(v.name.as_str()) } else { None })
            .collect();
        assert_eq!(names, ["东莞市恒发五金有限公司", "鸿福茶餐厅", "华美电子厂"], "{file}");
    }
}

#[test]
fn a_bomb_is_refused_by_what_it_really_unpacks_to() {
    let mut bomb = Vec::new();
    GzDecoder::new(bytes("hostile/zip_bomb_sheet.xlsx.gz").as_slice()).read_to_end(&mut bomb).expect("gzip");
    let Err(ImportError::TooLarge { bytes, limit }) = answer(&bomb) else { panic!("the bomb was read") };
    assert!(bytes > limit, "{bytes} of {limit}");
}

#[test]
fn a_bomb_that_lies_about_its_size_is_refused_as_well() {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for name in ["xl/workbook.xml", "xl/worksheets/sheet1.xml"] {
        archive.start_file(name, options).expect("a part");
        for _ in 0..if name.ends_with("sheet1.xml") { 150 } else { 0 } {
            archive.write_all(&vec![b' '; 1 << 20]).expect("blanks");
        }
    }
    let mut bomb = archive.finish().expect("an archive").into_inner();
    // Both headers of the part claim a size of ten bytes.
    let real = (150_u32 << 20).to_le_bytes();
    let places: Vec<usize> = bomb.windows(4).enumerate().filter(|(_, w)| *w == real).map(|(at, _)| at).collect();
    assert!(!places.is_empty());
    for at in places {
        bomb[at..at + 4].copy_from_slice(&10_u32.to_le_bytes());
    }
    let error = answer(&bomb).err();
    assert!(matches!(error, Some(ImportError::TooLarge { .. } | ImportError::Damaged { .. })), "{error:?}");
}

#[test]
fn a_line_of_fifty_megabytes_is_refused() {
    let mut line = "客户名称,联系电话,备注\r\n长行公司,16412345678,".as_bytes().to_vec();
    line.resize(line.len() + (50 << 20), b'x');
    assert_eq!(answer(&line).err(), Some(ImportError::CellTooLong { row: 3, limit: 32_767 }));
    // The same in one quoted cell of many lines.
    let mut cell = "客户名称,备注\n长行公司,\"".as_bytes().to_vec();
    for _ in 0..2000 {
        cell.extend_from_slice(&[b'y'; 1000]);
        cell.push(b'\n');
    }
    cell.extend_from_slice(b"\"\n");
    assert!(matches!(answer(&cell).err(), Some(ImportError::CellTooLong { .. })));
}

#[test]
fn a_file_beyond_the_limit_is_not_looked_at() {
    let large = vec![b'a'; (64 << 20) + 1];
    assert_eq!(answer(&large).err(), Some(ImportError::TooLarge { bytes: large.len() as u64, limit: 64 << 20 }));
}

#[test]
fn formulas_are_text_here_and_text_again_where_they_leave() {
    let book = hostile("formula_injection.csv").expect("a table");
    let mut read = rows(&book, &as_guessed(&book.understood()));
    assert_eq!(counts(&read), [7, 0, 0, 0]);
    let Outcome::Ready(first) = &read.rows[0].outcome else { panic!("{:?}", read.rows[0]) };
    assert!(first.name.starts_with("=HYPERLINK("));
    // Were each of them refused, none would run in the file of refused rows.
    for row in &mut read.rows {
        let Outcome::Ready(values) = &row.outcome else { continue };
        row.cells = vec![
            values.name.clone(),
            values.phone.clone().unwrap_or_default(),
            values.note.clone().unwrap_or_default(),
        ];
        let refusal = crm_domain::imports::sheet::Refusal {
            column: Some(0),
            reason: Reason::NameMissing,
            written: values.name.clone(),
        };
        row.outcome = Outcome::Refused(refusal);
    }
    let file = String::from_utf8(refused_csv(&read, "原因", |_| "=1".to_owned())).expect("UTF-8");
    let mut reader = csv::ReaderBuilder::new().from_reader(file.trim_start_matches('\u{FEFF}').as_bytes());
    let mut fields = 0;
    for record in reader.records() {
        for field in &record.expect("a record") {
            assert!(!field.starts_with(['=', '+', '-', '@', '\t']), "{field:?}");
            fields += 1;
        }
    }
    assert_eq!(fields, 7 * 4);
}

#[test]
fn rows_in_another_encoding_are_refused_and_shown() {
    let book = hostile("mixed_encoding.csv").expect("a table");
    let read = rows(&book, &as_guessed(&book.understood()));
    assert_eq!(counts(&read), [1, 2, 0, 0], "{:?}", read.rows);
    for row in &read.rows[1..] {
        let Outcome::Refused(refusal) = &row.outcome else { panic!("{row:?}") };
        assert_eq!(refusal.reason, Reason::Undecodable);
        assert!(row.cells.iter().any(|c| c.contains("6")), "{row:?}");
    }
}

#[test]
fn what_is_no_spreadsheet_is_told_from_what_is_another_kind() {
    let archive = |names: &[&str]| {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for name in names {
            archive.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a part");
        }
        archive.finish().expect("an archive").into_inner()
    };
    let not = ImportError::NotASpreadsheet;
    for (what, bytes, expected) in [
        ("nothing", vec![], ImportError::Empty),
        ("blanks", b"  \r\n \n".to_vec(), ImportError::Empty),
        ("a mark alone", b"\xEF\xBB\xBF".to_vec(), ImportError::Empty),
        ("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), not.clone()),
        ("a PDF", b"%PDF-1.7\n1 0 obj".to_vec(), not.clone()),
        ("a page", b"<!DOCTYPE html><html><body>404</body></html>".to_vec(), not.clone()),
        ("a text document", archive(&["word/document.xml"]), not),
        ("a binary workbook", archive(&["xl/workbook.bin"]), ImportError::SaveAsXlsx(OtherFormat::Xlsb)),
        ("an ODS", archive(&["mimetype", "content.xml"]), ImportError::SaveAsXlsx(OtherFormat::Ods)),
        (
            "Excel's XML",
            b"<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"/>".to_vec(),
            ImportError::SaveAsXlsx(OtherFormat::SpreadsheetMl),
        ),
        ("an empty package", archive(&["xl/workbook.xml"]), ImportError::Damaged { near_row: None }),
        ("a cut compound file", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(), ImportError::Damaged { near_row: None }),
    ] {
        assert_eq!(answer(&bytes).err(), Some(expected), "{what}");
    }
}

#[test]
fn a_file_cut_anywhere_is_an_error_or_a_table_but_never_a_panic() {
    for file in [
        "real/11_TestIssue272.xlsx",
        "real/03_cellDataDemo.xlsx",
        "hostile/html_named_xls.xls",
        "hostile/encrypted.xlsx",
    ] {
        let whole = bytes(file);
        for cut in (0..whole.len()).step_by(whole.len() / 60) {
            if let Ok(book) = answer(&whole[..cut]) {
                assert!(!book.understood().sheets.is_empty(), "{file} cut at {cut}");
            }
        }
    }
}
