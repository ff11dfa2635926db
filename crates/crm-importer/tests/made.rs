//! Lists such as offices send where no real one may be passed on: written here, so every outcome is known.
mod shared;
#[path = "shared/xlsx.rs"]
mod xlsx;

use crm_domain::geo::{Point, distance_m};
use crm_domain::imports::sheet::{Field, Format, ImportValues, Outcome, SheetRows, Understood};
use crm_domain::written::{CivilDate, display_name};
use shared::{Shape, as_guessed, best, counts, every_row_has_an_outcome, open, rows, shape, with_name};
use std::fmt::Write;
use xlsx::{Cell, Sheet, text, workbook};

fn read(bytes: &[u8], expected: Shape<'_>) -> (Understood, SheetRows) {
    let book = open(bytes).expect("a table");
    let understood = book.understood();
    assert_eq!(shape(&understood), expected, "{:?}", best(&understood).columns);
    let read = rows(&book, &as_guessed(&understood));
    (understood, read)
}

/// The same with a name in the first column and a note in `column`.
fn read_with_note(bytes: &[u8], column: u32, expected: Shape<'_>) -> SheetRows {
    let book = open(bytes).expect("a table");
    let understood = book.understood();
    assert_eq!(shape(&understood), expected, "{:?}", best(&understood).columns);
    let mut request = with_name(&understood, 0);
    request.mapping.retain(|m| m.0 != column && m.1 != Field::Note);
    request.mapping.push((column, Field::Note));
    rows(&book, &request)
}

fn ready(rows: &SheetRows) -> Vec<&ImportValues> {
    rows.rows
        .iter()
        .filter_map(|r| if let Outcome::Ready(values) = &r.outcome { Some(&**values) } else { None })
        .collect()
}

/// The names of the places that the search is tested with.
fn names() -> Vec<String> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/search/places.csv");
    let mut reader = csv::Reader::from_path(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    reader.records().map(|row| row.expect("a row")[1].to_owned()).collect()
}

#[test]
fn a_ledger_of_eight_sheets_and_two_thousand_merged_areas() {
    let names = names();
    let title = || vec![text("城东片区分公司\n客户走访台账")];
    let mut first =
        vec![title(), ["序号", "所属镇街", "", "客户名称", "", "联系人", "上次拜访日期", "备注"].map(text).into()];
    let mut merged = vec!["A1:H1".to_owned()];
    for row in 3..=766_u32 {
        // A town stands once for ten rows and lies over two columns; each name lies over two columns.
        let town = (row % 10 == 3).then(|| format!("{}镇", names[row as usize].chars().next().expect("a name")));
        if row % 10 == 3 {
            merged.push(format!("B{row}:C{}", (row + 9).min(766)));
        }
        merged.push(format!("D{row}:E{row}"));
        first.push(vec![
            Cell::Number(f64::from(row - 2)),
            text(town.unwrap_or_default()),
            Cell::Empty,
            text(&names[row as usize]),
            Cell::Empty,
            text("李敏"),
            Cell::Day(43_000 + row),
        ]);
    }
    let mut sheets = vec![Sheet { name: "走访总台账".into(), rows: first, merged }];
    for (name, last) in
        [("排水", 432), ("边沟", 429), ("护坡", 429), ("植草", 74), ("挂网", 70), ("铁丝网", 57), ("其他", 19)]
    {
        let mut rows = vec![["项目", "分项工程", "", "开始时间", "结束时间"].map(text).into()];
        for row in 2..=last {
            rows.push(vec![
                text(name),
                text(format!("K{row}+400～K{row}+490 左")),
                Cell::Empty,
                Cell::Day(43_100 + row),
            ]);
        }
        let merged = (1..=last).map(|row| format!("B{row}:C{row}")).collect();
        sheets.push(Sheet { name: name.into(), rows, merged });
    }
    assert!(sheets.iter().map(|s| s.merged.len()).sum::<usize>() > 2000);

    let bytes = workbook(&sheets);
    every_row_has_an_outcome("the ledger", &open(&bytes).expect("a workbook"));
    let (_, read) = read(&bytes, (Format::Xlsx, 8, "走访总台账", 766, Some(2), 6));
    assert_eq!(counts(&read), [764, 0, 0, 0]);
    for (row, values) in (3..).zip(ready(&read)) {
        assert_eq!(values.name, display_name(&names[row]));
        let town = names[row - (row - 3) % 10].chars().next();
        assert_eq!(values.town.as_deref().and_then(|t| t.chars().next()), town, "row {row}");
    }
    // Excel's day 43,003.
    assert_eq!(ready(&read)[0].last_visit, CivilDate::new(2017, 9, 25));
}

#[test]
fn places_with_english_headings_and_coordinates_become_customers() {
    let place = |n: u32| (34.2 + f64::from(n) * 0.000_137_531_7, 108.9 + f64::from(n) * 0.000_100_377_9);
    let mut cells = vec![["name", "type", "address", "adname", "long", "lat"].map(text).into()];
    for n in 1..=682 {
        let (lat, lon) = place(n);
        let (name, address) = (format!("第{n}社区卫生服务站"), format!("长乐西路{n}号"));
        let kind = "医疗保健服务;综合医院;卫生站";
        cells.push(vec![text(name), text(kind), text(address), text("新城区"), Cell::Number(lon), Cell::Number(lat)]);
    }
    let bytes = workbook(&[Sheet { name: "Sheet1".into(), rows: cells, merged: vec![] }]);
    let (understood, read) = read(&bytes, (Format::Xlsx, 1, "Sheet1", 683, Some(1), 6));
    let fields: Vec<Option<Field>> = best(&understood).columns.iter().map(|c| c.guess).collect();
    assert_eq!((fields[0], fields[2]), (Some(Field::Name), Some(Field::Address)));
    assert_eq!(fields[4..], [Some(Field::Lon), Some(Field::Lat)]);
    assert_eq!(counts(&read), [682, 0, 0, 0]);
    for (n, values) in (1..).zip(ready(&read)) {
        let (lat, lon) = place(n);
        let off =
            distance_m(values.point.expect("a point").point, Point::from_degrees(lat, lon).expect("on the globe"));
        assert!(off < 0.1, "{}: {off} m", values.name);
    }
}

#[test]
fn a_list_of_names_alone_is_enough() {
    let mut written = "期货代码,期货名称,公司名称\r\n".to_owned();
    // Beyond GBK, so four bytes each.
    let mut names = vec!["㑇䶮矿业有限公司".to_owned(), "𠮷野家快餐店".to_owned()];
    names.extend(self::names().into_iter().take(3371));
    for (name, n) in names.iter().zip(4..) {
        let short: String = name.chars().take(4).collect();
        writeln!(written, "{n:06}.SZ,{short},{name}\r").expect("a string");
    }
    let (bytes, _, lost) = encoding_rs::GB18030.encode(&written);
    assert!(!lost);
    let (understood, read) = read(&bytes, (Format::Csv, 1, "", 3374, Some(1), 3));
    assert_eq!(understood.encoding.as_deref(), Some("gb18030"));
    assert_eq!(counts(&read), [3373, 0, 0, 0]);
    for (name, values) in names.iter().zip(ready(&read)) {
        assert_eq!(values.name, display_name(name));
    }
}

#[test]
fn a_formula_is_what_came_out_of_it() {
    let mut cells = vec![["单位", "月份", "当月计划产量", "当月实际产量", "累计产量"].map(text).into()];
    for month in 1..=12_u32 {
        let sum = Cell::Formula(format!("E{month}+D{}", month + 1), f64::from(month * 5000));
        let (place, month) = (text(format!("第{month}分厂")), f64::from(month));
        cells.push(vec![place, Cell::Number(month), Cell::Number(5500.0), Cell::Number(5000.0), sum]);
    }
    let bytes = workbook(&[Sheet { name: "工作表1".into(), rows: cells, merged: vec![] }]);
    let read = read_with_note(&bytes, 4, (Format::Xlsx, 1, "工作表1", 13, Some(1), 5));
    assert_eq!(counts(&read), [12, 0, 0, 0]);
    let sums: Vec<&str> = ready(&read).iter().filter_map(|values| values.note.as_deref()).collect();
    assert_eq!((sums[0], sums[11]), ("5000", "60000"));
}

#[test]
fn long_texts_with_commas_quotes_and_line_breaks_stay_in_their_cells() {
    let about = |n: u32| format!("第{n}家：\"通用\"机器人,\n{}\n完", "从仓库到柜台，".repeat(60));
    let mut writer = csv::Writer::from_writer("\u{FEFF}".as_bytes().to_vec());
    let headings = "公司名,地区,Region,分类,成立时间,公司简要介绍,创始人/团队,代表产品,公司主页,经度,纬度";
    writer.write_record(headings.split(',')).expect("a row");
    for n in 1..=43 {
        let lon = format!("{}", 113.0 + f64::from(n) / 100.0);
        let page = format!("https://example.invalid/{n}");
        let name = format!("第{n}机器人公司");
        let row = [&name, "东莞", "China", "通用", "2014年", &about(n), "李敏, 王芳", "", &page, &lon, "23.05"];
        writer.write_record(row).expect("a row");
    }
    let bytes = writer.into_inner().expect("bytes");
    let read = read_with_note(&bytes, 5, (Format::Csv, 1, "", 44, Some(1), 11));
    assert_eq!(counts(&read), [43, 0, 0, 0]);
    for (n, values) in (1..).zip(ready(&read)) {
        // A note is one line: the breaks have become blanks, and nothing else is lost.
        assert_eq!(values.note, Some(about(n).replace('\n', " ")));
    }
}

#[test]
fn a_list_without_a_heading_keeps_its_first_row() {
    let mut cells = Vec::new();
    for n in 1..=430 {
        let price = format!("{}元/平(均价)", 9000 + n * 10);
        let page = format!("https://example.invalid/pg{}", n / 10);
        let name = format!("龙湖{n}号苑");
        cells.push([text("合肥"), text("20181008"), text(name), text(price), text("112万"), text(page)].into());
    }
    let bytes = workbook(&[Sheet { name: "Sheet1".into(), rows: cells, merged: vec![] }]);
    let book = open(&bytes).expect("a workbook");
    let understood = book.understood();
    assert_eq!(shape(&understood), (Format::Xlsx, 1, "Sheet1", 430, None, 6));
    let read = rows(&book, &with_name(&understood, 2));
    assert_eq!(counts(&read), [430, 0, 0, 0]);
    assert_eq!(ready(&read)[0].name, "龙湖1号苑");
}

#[test]
fn a_left_over_index_is_not_taken_for_anything() {
    let mut cells = vec![["", "Unnamed: 0", "客户ID", "客户编码", "客户名称", "省份", "城市", "地址"].map(text).into()];
    for n in 0..5 {
        let number = |n: u32| Cell::Number(f64::from(n));
        let (name, address) = (format!("第{n}科技集团"), if n == 0 { "龙华区清湖东一巷8号" } else { "" });
        let (province, city) = (text("广东省"), text("深圳市"));
        let mut row = vec![number(n), number(n + 1), number(n + 1), number(n * 7 + 45)];
        row.extend([text(name), province, city, text(address)]);
        cells.push(row);
    }
    let bytes = workbook(&[Sheet { name: "Sheet1".into(), rows: cells, merged: vec![] }]);
    let (understood, read) = read(&bytes, (Format::Xlsx, 1, "Sheet1", 6, Some(1), 8));
    assert_eq!(best(&understood).columns[..4].iter().filter_map(|c| c.guess).count(), 0);
    assert_eq!(counts(&read), [5, 0, 0, 0]);
    assert_eq!(ready(&read)[4].name, "第4科技集团");
}
