//! The two messy lists of 660 customers reach the expected outcome row by row.
mod shared;

use crm_domain::geo::{Datum, Point, distance_m};
use crm_domain::imports::sheet::{Field, Format, Ignored, ImportRow, ImportValues, Outcome, Reason};
use crm_domain::written::display_name;
use serde_json::Value;
use shared::{as_guessed, best, bytes, counts, open, rows};

fn expected() -> Value {
    serde_json::from_slice(&bytes("constructed/messy_customers_expected.json")).expect("JSON")
}

#[test]
fn the_messy_workbook_is_understood() {
    let understood = open(&bytes("constructed/messy_customers.xlsx")).expect("a workbook").understood();
    assert_eq!((understood.format, understood.encoding.as_deref(), understood.delimiter), (Format::Xlsx, None, None));
    assert_eq!(
        understood.sheets.iter().map(|s| s.name.as_str()).collect::<Vec<_>>(),
        ["客户台账", "填表说明", "Sheet3"]
    );
    assert_eq!(understood.best_sheet, 0);
    assert_columns(best(&understood));
}

#[test]
fn the_messy_csv_is_understood() {
    let understood = open(&bytes("constructed/messy_customers_gb18030.csv")).expect("a table").understood();
    assert_eq!(understood.format, Format::Csv);
    assert_eq!((understood.encoding.as_deref(), understood.delimiter), (Some("gb18030"), Some(',')));
    assert_columns(best(&understood));
}

fn assert_columns(sheet: &crm_domain::imports::sheet::SheetSummary) {
    assert_eq!(sheet.rows, 669);
    assert_eq!(sheet.header.map(|h| (h.row, h.lines)), Some((3, 1)));
    let guesses: Vec<(&str, Option<Field>)> = sheet.columns.iter().map(|c| (c.header.as_str(), c.guess)).collect();
    let expected = [
        ("序号", None),
        ("客户名称", Some(Field::Name)),
        ("联系人", Some(Field::Contact)),
        ("联系电话", Some(Field::Phone)),
        ("所属镇街", Some(Field::Town)),
        ("社区（村）", Some(Field::Unit)),
        ("详细地址", Some(Field::Address)),
        ("月消费", Some(Field::MonthlyRevenue)),
        ("户数", Some(Field::Households)),
        ("上次拜访日期", Some(Field::LastVisit)),
        ("坐标系", Some(Field::Datum)),
        ("经度", Some(Field::Lon)),
        ("纬度", Some(Field::Lat)),
        ("备注", Some(Field::Note)),
    ];
    assert_eq!(guesses, expected);
    assert!(sheet.columns.iter().all(|c| c.samples.len() == 3 || c.guess == Some(Field::Town)));
    assert!(sheet.columns.iter().all(|c| c.money_power == 0 && c.datum.is_none()));
}

#[test]
fn every_row_of_the_workbook_has_its_expected_outcome() {
    assert_rows("constructed/messy_customers.xlsx");
}

#[test]
fn every_row_of_the_csv_has_its_expected_outcome() {
    assert_rows("constructed/messy_customers_gb18030.csv");
}

fn assert_rows(file: &str) {
    let expected = expected();
    let book = open(&bytes(file)).expect("a table");
    let mut progress = Vec::new();
    let request = as_guessed(&book.understood());
    let read = book.rows(&request, &mut |done, all| progress.push((done, all))).expect("the mapping holds");
    let all = progress.last().expect("progress was reported").1;
    assert_eq!(progress.last(), Some(&(all, all)));
    assert_eq!(counts(&read), [560, 30, 6, 70]);
    let wanted = expected["rows"].as_array().expect("rows");
    assert_eq!(read.rows.len(), wanted.len());
    let mut wrong = Vec::new();
    for (row, wanted) in read.rows.iter().zip(wanted) {
        assert_eq!(Some(u64::from(row.row)), wanted["row"].as_u64());
        if let Err(why) = judge(row, wanted, &expected["columns"], &read.headers) {
            wrong.push(format!("row {}: {why}\n  got {:?}\n  for {wanted}", row.row, row.outcome));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), wanted.len(), wrong.join("\n"));
}

fn judge(row: &ImportRow, wanted: &Value, columns: &Value, headers: &[String]) -> Result<(), String> {
    let same = |what: &str, yes: bool| if yes { Ok(()) } else { Err(what.to_owned()) };
    match (wanted["outcome"].as_str(), &row.outcome) {
        (Some("created"), Outcome::Ready(values)) => judge_values(values, wanted),
        (Some("duplicate"), Outcome::DuplicateInFile { of_row }) => {
            same("of another row", Some(u64::from(*of_row)) == wanted["of_row"].as_u64())
        }
        (Some("refused"), Outcome::Refused(refusal)) => {
            let header = refusal.column.map(|c| headers[c as usize].as_str());
            same("another column", header == wanted["column"].as_str())?;
            same(
                "a column that the file has",
                columns.as_object().is_some_and(|c| c.values().any(|v| v.as_str() == header)),
            )?;
            same("the cell is not shown", row.cells[refusal.column.unwrap_or_default() as usize] == refusal.written)?;
            let reason = match refusal.reason {
                Reason::NameMissing => "name_missing",
                Reason::PhoneInvalid => "phone_invalid",
                Reason::PhonePrecisionLost => "phone_precision_lost",
                Reason::NumberUnreadable => "number_unreadable",
                Reason::DateImpossible => "date_impossible",
                Reason::CoordinateOutside => "coordinate_outside",
                Reason::CoordinateSwapped => "coordinate_swapped_or_outside",
                _ => "none of the expected",
            };
            same("another reason", Some(reason) == wanted["reason"].as_str())
        }
        (Some("ignored"), Outcome::Ignored(why)) => {
            let why = match why {
                Ignored::Blank => "blank",
                Ignored::Subtotal => "subtotal",
                Ignored::Total => "total",
                Ignored::RepeatedHeader => "repeated header",
                Ignored::Footer => "footer",
            };
            same("another kind", wanted["why"].as_str().map(|w| w.replace('_', " ")) == Some(why.to_owned()))
        }
        _ => Err("another outcome".to_owned()),
    }
}

fn judge_values(got: &ImportValues, wanted: &Value) -> Result<(), String> {
    let values = &wanted["values"];
    let lenient = |field: &str| values["lenient"].as_array().is_some_and(|l| l.iter().any(|f| f == field));
    let day = got.last_visit.map(|d| format!("{:04}-{:02}-{:02}", d.year, d.month, d.day));
    let datum = got.point.and_then(|p| p.origin).map(|d| match d {
        Datum::Wgs84 => "WGS84",
        Datum::Gcj02 => "GCJ02",
        Datum::Bd09 => "BD09",
    });
    let revenue = values["monthly_revenue_yuan"].as_f64().map(|yuan| (yuan * 100.0).round() as i64);
    let fields = [
        // Three of the expected names still carry the spaces that they are to lose; the clean-up has its own table.
        ("name", Some(&got.name) == values["name"].as_str().map(display_name).as_ref()),
        ("contact", got.contact.as_deref() == values["contact"].as_str()),
        ("phone", got.phone.as_deref() == values["phone"].as_str()),
        ("town", got.town.as_deref() == values["town"].as_str()),
        ("monthly_revenue_yuan", got.monthly_revenue == revenue),
        ("households", got.households.map(u64::from) == values["households"].as_u64()),
        ("last_visit", day.as_deref() == values["last_visit"].as_str()),
        ("datum", datum == values["datum"].as_str()),
        ("unit and address", got.unit.is_some() && got.address.is_some()),
    ];
    for (field, same) in fields {
        if !same && !lenient(field) {
            return Err(format!("{field} differs"));
        }
    }
    let truth = &values["wgs84"];
    let (Some(lon), Some(lat), Some(point)) = (truth[0].as_f64(), truth[1].as_f64(), got.point) else {
        return Err("there is no point".to_owned());
    };
    let off = distance_m(point.point, Point::from_degrees(lat, lon).ok_or("the truth is off the globe")?);
    // Without a label the numbers stay as they are; their truth is for whoever guesses the datum.
    if datum.is_some() && off > 1.0 { Err(format!("the point is {off} m off")) } else { Ok(()) }
}

#[test]
fn a_person_can_say_what_points_without_a_label_are() {
    let book = open(&bytes("constructed/messy_customers.xlsx")).expect("a workbook");
    let understood = book.understood();
    let mut request = as_guessed(&understood);
    request.unlabelled = Some(Datum::Gcj02);
    let expected = expected();
    let wanted = expected["rows"].as_array().expect("rows");
    let mut checked = 0;
    for (row, wanted) in rows(&book, &request).rows.iter().zip(wanted) {
        let Outcome::Ready(values) = &row.outcome else { continue };
        let origin = values.point.expect("every created row has a point").origin;
        assert!(origin.is_some());
        if wanted["values"]["datum"].is_null() && wanted["values"]["true_datum"] == "GCJ02" {
            let truth = &wanted["values"]["wgs84"];
            let truth = Point::from_degrees(truth[1].as_f64().expect("lat"), truth[0].as_f64().expect("lon"));
            let off = distance_m(values.point.expect("a point").point, truth.expect("on the globe"));
            assert!(off < 1.0, "row {}: {off} m", row.row);
            checked += 1;
        }
    }
    assert!(checked > 20, "only {checked} rows have no label and are GCJ-02");
}
