//! What the importer's Worker and the app say to each other about a spreadsheet (issue 4, 2).
//! Data only; it crosses as JSON, so the app needs nothing of the importer's parsers.
use crate::geo::{Datum, Point};
use crate::written::{CivilDate, Tier};
use serde::{Deserialize, Serialize};

/// What a column can mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Field {
    Name,
    Contact,
    Phone,
    Town,
    Unit,
    Address,
    Tier,
    Trade,
    MonthlyRevenue,
    Households,
    LastVisit,
    Note,
    Lat,
    Lon,
    /// Both in one cell: longitude first, as Chinese maps write it, unless only the other order is possible.
    LonLat,
    Datum,
}

impl Field {
    /// Every field, in the order in which a form names them.
    pub const ALL: [Field; 16] = [
        Field::Name,
        Field::Contact,
        Field::Phone,
        Field::Town,
        Field::Unit,
        Field::Address,
        Field::Tier,
        Field::Trade,
        Field::MonthlyRevenue,
        Field::Households,
        Field::LastVisit,
        Field::Note,
        Field::Lat,
        Field::Lon,
        Field::LonLat,
        Field::Datum,
    ];
}

/// What the file is, by its content; its name does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Format {
    Xlsx,
    Xls,
    Csv,
    /// An HTML table, which many systems export under the name .xls.
    Html,
}

/// Why a file, or one sheet of it, cannot be read. Sizes in bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ImportError {
    Empty,
    PasswordProtected,
    /// The file, or what it unpacks to.
    TooLarge {
        bytes: u64,
        limit: u64,
    },
    TooManyCells {
        limit: u64,
    },
    TooManyColumns {
        columns: u32,
        limit: u32,
    },
    /// One cell or line is longer than any spreadsheet allows.
    CellTooLong {
        row: u32,
        limit: u32,
    },
    NotASpreadsheet,
    /// A spreadsheet of a kind that is not read here; saving it as .xlsx helps.
    SaveAsXlsx(OtherFormat),
    /// Begins as a spreadsheet and does not hold together; the sheet row from which it fails, where known.
    Damaged {
        near_row: Option<u32>,
    },
    /// The XML declares entities or a document type, as no spreadsheet program does.
    Malicious,
    NoSuchSheet,
    /// The mapping names a column twice or a field twice, or leaves the name out.
    Mapping,
}

/// Kinds of tables that are recognised but not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OtherFormat {
    Xlsb,
    Ods,
    /// Excel's XML of 2003.
    SpreadsheetMl,
}

/// What `open` answers: the first page of the import.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Understood {
    pub format: Format,
    /// The text encoding's standard name (CSV and HTML only).
    pub encoding: Option<String>,
    /// CSV only: `,` `;` or a tab.
    pub delimiter: Option<char>,
    pub sheets: Vec<SheetSummary>,
    /// Index of the sheet that looks most like a list of customers.
    pub best_sheet: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SheetSummary {
    pub name: String,
    /// Number of the last row that holds anything (1-based).
    pub rows: u32,
    /// `None`: no header found; columns go by their letters, data starts at the first row.
    pub header: Option<Header>,
    pub columns: Vec<ColumnSummary>,
    /// Set when this sheet alone cannot be used.
    pub problem: Option<ImportError>,
}

/// The rows that name the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// 1-based row.
    pub row: u32,
    /// 1, or 2 where groups stand above names.
    pub lines: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnSummary {
    /// 0-based column of the sheet.
    pub index: u32,
    pub header: String,
    pub guess: Option<Field>,
    /// The datum that the header names: 经度(GCJ-02), 百度纬度.
    pub datum: Option<Datum>,
    /// Money without a unit in its cell is in yuan × 10^this: 4 where the header or title says 万元.
    pub money_power: i32,
    /// The first three values, as written.
    pub samples: Vec<String>,
}

/// What the app asks for once the columns are agreed on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RowsRequest {
    pub sheet: u32,
    pub header: Option<Header>,
    /// Column index and its meaning; `Field::Name` must be there, each field once.
    pub mapping: Vec<(u32, Field)>,
    /// How points without a label are to be taken; `None` takes their numbers as WGS-84 and leaves `origin` open.
    pub unlabelled: Option<Datum>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SheetRows {
    /// Every column's header, in order; the columns of `ImportRow::cells`.
    pub headers: Vec<String>,
    pub rows: Vec<ImportRow>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportRow {
    /// 1-based row of the sheet; in a CSV the n-th record.
    pub row: u32,
    pub outcome: Outcome,
    /// The row as written, column by column, for the refused-rows file; empty where the row is ready.
    pub cells: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Outcome {
    Ready(Box<ImportValues>),
    Refused(Refusal),
    Ignored(Ignored),
    /// Same name key and phone as an earlier ready row.
    DuplicateInFile {
        of_row: u32,
    },
}

/// Why a row is not imported: the first cell at fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// 0-based column; `None` where the whole row is at fault.
    pub column: Option<u32>,
    pub reason: Reason,
    /// The cell as written.
    pub written: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Reason {
    NameMissing,
    PhoneInvalid,
    /// Scientific notation cut digits off; they must be typed again.
    PhonePrecisionLost,
    NumberUnreadable,
    NumberOutOfRange,
    DateUnreadable,
    DateImpossible,
    TierUnreadable,
    DatumUnreadable,
    CoordinateUnreadable,
    /// Not in China.
    CoordinateOutside,
    /// Longitude and latitude changed places.
    CoordinateSwapped,
    /// Only one of the two is there.
    CoordinateHalf,
    /// Longer than a record may hold.
    TooLong,
    /// The row's bytes are not text in the file's encoding.
    Undecodable,
    /// A quotation mark that never closes swallowed the rest of the file.
    QuoteNotClosed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Ignored {
    Blank,
    Subtotal,
    Total,
    RepeatedHeader,
    Footer,
}

/// One customer as read. Texts are tidied, never empty.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ImportValues {
    pub name: String,
    pub contact: Option<String>,
    /// Eleven digits, or `area-number`.
    pub phone: Option<String>,
    pub town: Option<String>,
    pub unit: Option<String>,
    pub address: Option<String>,
    pub tier: Option<Tier>,
    pub trade: Option<String>,
    /// Fen a month.
    pub monthly_revenue: Option<i64>,
    pub households: Option<u32>,
    pub last_visit: Option<CivilDate>,
    pub note: Option<String>,
    pub point: Option<ImportPoint>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportPoint {
    /// WGS-84.
    pub point: Point,
    /// The datum it was converted from; `None`: the file does not say, and the numbers were taken as they are.
    pub origin: Option<Datum>,
}
