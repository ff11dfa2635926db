//! Eleven files that other projects test their readers with: nothing breaks, and what is understood of them is right.
//! What only lists of offices show, `made.rs` writes itself.
mod shared;

use crm_domain::imports::sheet::Format;
use shared::{Shape, best, bytes, counts, every_row_has_an_outcome, open, rows, shape, with_name};

const FILES: [(&str, Shape); 11] = [
    ("01_t02.xlsx", (Format::Xlsx, 1, "测试配方1027", 3, Some(2), 18)),
    ("02_t03.xlsx", (Format::Xlsx, 1, "重算文件", 2, Some(1), 12)),
    ("03_cellDataDemo.xlsx", (Format::Xlsx, 2, "Sheet1", 11, Some(1), 4)),
    ("04_converterCsv.csv", (Format::Csv, 1, "", 2, Some(1), 38)),
    ("05_office_bom.csv", (Format::Csv, 1, "", 11, Some(1), 2)),
    ("06_dataformat.xls", (Format::Xls, 3, "Sheet1", 28, Some(1), 7)),
    ("07_合并行.xlsx", (Format::Xlsx, 1, "Sheet1", 14, Some(1), 3)),
    ("08_管轴导入数据带有空行.xlsx", (Format::Xlsx, 1, "导入数据", 11, Some(2), 7)),
    ("09_aaa.xls", (Format::Xls, 3, "Sheet1", 6, Some(1), 4)),
    ("10_priceIndex.xls", (Format::Xls, 1, "sheet1", 5, Some(1), 11)),
    ("11_TestIssue272.xlsx", (Format::Xls, 3, "Sheet1", 3, Some(1), 5)),
];

#[test]
fn every_real_file_is_understood() {
    let mut wrong = Vec::new();
    for (file, expected) in FILES {
        let understood = open(&bytes(&format!("real/{file}"))).unwrap_or_else(|e| panic!("{file}: {e:?}")).understood();
        let got = shape(&understood);
        if got != expected {
            let headers: Vec<_> = best(&understood).columns.iter().map(|c| (c.header.as_str(), c.guess)).collect();
            wrong.push(format!("{file}: {got:?} {headers:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_row_of_every_real_file_has_an_outcome() {
    for (file, ..) in FILES {
        let book = open(&bytes(&format!("real/{file}"))).unwrap_or_else(|e| panic!("{file}: {e:?}"));
        every_row_has_an_outcome(file, &book);
    }
}

#[test]
fn merged_names_belong_to_every_row_under_them() {
    let book = open(&bytes("real/07_合并行.xlsx")).expect("a workbook");
    let understood = book.understood();
    let read = rows(&book, &with_name(&understood, 0));
    let [_, refused, ..] = counts(&read);
    assert_eq!(refused, 0, "{:?}", read.rows);
}
