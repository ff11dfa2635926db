//! Eighteen workbooks of real offices: nothing breaks, and what is understood of them is right.
mod shared;

use crm_domain::imports::sheet::{Field, Format, Outcome};
use shared::{as_guessed, best, bytes, counts, open, rows, with_name};

#[test]
fn every_real_file_is_understood() {
    use Format::*;
    // file, format, sheets, best sheet's name, its last row, header row, columns
    let table = [
        ("01_t02.xlsx", Xlsx, 1, "测试配方1027", 3, Some(2), 18),
        ("02_t03.xlsx", Xlsx, 1, "重算文件", 2, Some(1), 12),
        ("03_cellDataDemo.xlsx", Xlsx, 2, "Sheet1", 11, Some(1), 4),
        ("04_converterCsv.csv", Csv, 1, "", 2, Some(1), 38),
        ("05_office_bom.csv", Csv, 1, "", 11, Some(1), 2),
        ("06_dataformat.xls", Xls, 3, "Sheet1", 28, Some(1), 7),
        ("07_合并行.xlsx", Xlsx, 1, "Sheet1", 14, Some(1), 3),
        ("08_管轴导入数据带有空行.xlsx", Xlsx, 1, "导入数据", 11, Some(2), 7),
        ("09_aaa.xls", Xls, 3, "Sheet1", 6, Some(1), 4),
        ("10_priceIndex.xls", Xls, 1, "sheet1", 5, Some(1), 11),
        ("11_TestIssue272.xlsx", Xls, 3, "Sheet1", 3, Some(1), 5),
        ("12_台账.xlsx", Xlsx, 8, "路基时间台账", 766, Some(2), 8),
        ("13_医院.xlsx", Xlsx, 1, "Sheet1", 683, Some(1), 6),
        ("14_公司名单.csv", Csv, 1, "", 3374, Some(1), 3),
        ("15_test.xlsx", Xlsx, 1, "工作表1", 13, Some(1), 5),
        ("16_公司.csv", Csv, 1, "", 44, Some(1), 11),
        ("17_loupan.xlsx", Xlsx, 1, "Sheet1", 430, None, 6),
        ("18_地址.xlsx", Xlsx, 1, "Sheet1", 6, Some(1), 8),
    ];
    let mut wrong = Vec::new();
    for (file, format, sheets, name, last, header, columns) in table {
        let understood = open(&bytes(&format!("real/{file}"))).unwrap_or_else(|e| panic!("{file}: {e:?}")).understood();
        let sheet = best(&understood);
        let got = (
            understood.format,
            understood.sheets.len(),
            sheet.name.as_str(),
            sheet.rows,
            sheet.header.map(|h| h.row),
            sheet.columns.len(),
        );
        if got != (format, sheets, name, last, header, columns) {
            let headers: Vec<_> = sheet.columns.iter().map(|c| (c.header.as_str(), c.guess)).collect();
            wrong.push(format!("{file}: {got:?} {headers:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_row_of_every_real_file_has_an_outcome() {
    for entry in std::str::from_utf8(&bytes("real/index.csv")).expect("UTF-8").lines().skip(1) {
        let file = entry.split(',').next().expect("a file name");
        let book = open(&bytes(&format!("real/{file}"))).unwrap_or_else(|e| panic!("{file}: {e:?}"));
        let understood = book.understood();
        for (sheet, index) in understood.sheets.iter().zip(0..) {
            let Some(first) = sheet.columns.first() else { continue };
            let one = crm_domain::imports::sheet::Understood { best_sheet: index, ..understood.clone() };
            let read = rows(&book, &with_name(&one, first.index));
            let [ready, refused, ignored, duplicate] = counts(&read);
            assert_eq!(ready + refused + ignored + duplicate, read.rows.len());
            let last = read.rows.last().map_or(sheet.rows, |r| r.row);
            assert_eq!(last, sheet.rows, "{file} {}: the last row was left out", sheet.name);
        }
    }
}

#[test]
fn hospitals_with_coordinates_become_customers() {
    let book = open(&bytes("real/13_医院.xlsx")).expect("a workbook");
    let understood = book.understood();
    let fields: Vec<Option<Field>> = best(&understood).columns.iter().map(|c| c.guess).collect();
    assert!(fields.contains(&Some(Field::Name)) && fields.contains(&Some(Field::Address)), "{fields:?}");
    let read = rows(&book, &as_guessed(&understood));
    let [ready, ..] = counts(&read);
    assert!(ready > 600, "{:?}", counts(&read));
}

#[test]
fn a_list_of_names_alone_is_enough() {
    let book = open(&bytes("real/14_公司名单.csv")).expect("a table");
    let understood = book.understood();
    assert_eq!(understood.encoding.as_deref(), Some("gb18030"));
    let read = rows(&book, &as_guessed(&understood));
    let [ready, refused, ignored, duplicate] = counts(&read);
    assert_eq!((refused, ignored), (0, 0));
    assert_eq!(ready + duplicate, 3373);
    assert!(read.rows.iter().all(|r| !matches!(&r.outcome, Outcome::Ready(v) if v.name.contains('\u{FFFD}'))));
}

#[test]
fn merged_names_belong_to_every_row_under_them() {
    let book = open(&bytes("real/07_合并行.xlsx")).expect("a workbook");
    let understood = book.understood();
    let read = rows(&book, &with_name(&understood, 0));
    let [_, refused, ..] = counts(&read);
    assert_eq!(refused, 0, "{:?}", read.rows);
}
