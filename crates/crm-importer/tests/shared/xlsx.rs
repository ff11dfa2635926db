//! The smallest workbook that a spreadsheet program would open: cells, merged areas, formulas with their last value.
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

pub enum Cell {
    Empty,
    Text(String),
    Number(f64),
    /// Days as Excel counts them, shown as a date.
    Day(u32),
    /// What is computed, and what came out when it was saved.
    Formula(String, f64),
}

/// A text cell; an empty text is an empty cell.
pub fn text(text: impl Into<String>) -> Cell {
    Some(text.into()).filter(|t: &String| !t.is_empty()).map_or(Cell::Empty, Cell::Text)
}

pub struct Sheet {
    pub name: String,
    pub rows: Vec<Vec<Cell>>,
    /// Areas in Excel's notation: `B3:C3`.
    pub merged: Vec<String>,
}

const CELLS: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const LINKS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
/// The second style is Excel's own date format 14.
const STYLES: &str = r#"<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs>"#;

/// The workbook's bytes.
pub fn workbook(sheets: &[Sheet]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut part = |name: &str, xml: &str| {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).expect("a part");
        archive.write_all(format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{xml}").as_bytes()).expect("its bytes");
    };
    let (mut list, mut links) = (String::new(), link("styles", "styles.xml", "s"));
    let mut strings = Vec::new();
    for (sheet, n) in sheets.iter().zip(1..) {
        write!(list, r#"<sheet name="{}" sheetId="{n}" r:id="n{n}"/>"#, escaped(&sheet.name)).expect("a string");
        links += &link("worksheet", &format!("worksheets/sheet{n}.xml"), &format!("n{n}"));
        part(&format!("xl/worksheets/sheet{n}.xml"), &cells(sheet, &mut strings));
    }
    links += &link("sharedStrings", "sharedStrings.xml", "t");
    let strings: String =
        strings.iter().map(|t| format!("<si><t xml:space=\"preserve\">{}</t></si>", escaped(t))).collect();
    part("xl/sharedStrings.xml", &format!(r#"<sst xmlns="{CELLS}">{strings}</sst>"#));
    part("xl/styles.xml", &format!(r#"<styleSheet xmlns="{CELLS}">{STYLES}</styleSheet>"#));
    part(
        "xl/workbook.xml",
        &format!(r#"<workbook xmlns="{CELLS}" xmlns:r="{LINKS}"><sheets>{list}</sheets></workbook>"#),
    );
    part("xl/_rels/workbook.xml.rels", &format!(r#"<Relationships xmlns="{PACKAGE}">{links}</Relationships>"#));
    let root = link("officeDocument", "xl/workbook.xml", "w");
    part("_rels/.rels", &format!(r#"<Relationships xmlns="{PACKAGE}">{root}</Relationships>"#));
    archive.finish().expect("an archive").into_inner()
}

fn link(kind: &str, target: &str, id: &str) -> String {
    format!(r#"<Relationship Id="{id}" Type="{LINKS}/{kind}" Target="{target}"/>"#)
}

fn cells(sheet: &Sheet, strings: &mut Vec<String>) -> String {
    let mut xml = format!(r#"<worksheet xmlns="{CELLS}"><sheetData>"#);
    for (row, y) in sheet.rows.iter().zip(1..) {
        write!(xml, r#"<row r="{y}">"#).expect("a string");
        for (cell, x) in row.iter().zip('A'..='Z') {
            let (attributes, inside) = match cell {
                Cell::Empty => continue,
                Cell::Text(text) => {
                    strings.push(text.clone());
                    (r#" t="s""#, format!("<v>{}</v>", strings.len() - 1))
                }
                Cell::Number(number) => ("", format!("<v>{number}</v>")),
                Cell::Day(days) => (r#" s="1""#, format!("<v>{days}</v>")),
                Cell::Formula(formula, last) => ("", format!("<f>{}</f><v>{last}</v>", escaped(formula))),
            };
            write!(xml, r#"<c r="{x}{y}"{attributes}>{inside}</c>"#).expect("a string");
        }
        xml += "</row>";
    }
    xml += "</sheetData>";
    if !sheet.merged.is_empty() {
        let areas: String = sheet.merged.iter().map(|area| format!(r#"<mergeCell ref="{area}"/>"#)).collect();
        write!(xml, "<mergeCells>{areas}</mergeCells>").expect("a string");
    }
    xml + "</worksheet>"
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
