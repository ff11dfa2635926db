//! One row's cells as a customer's values; the first cell that cannot be read refuses the row.
use super::place::{self, At};
use crate::columns::{datum_named, money_power};
use crate::grid::Sheet;
use crm_domain::geo::Datum;
use crm_domain::imports::sheet::{Field, ImportValues, Reason, Refusal, RowsRequest};
use crm_domain::written::{
    DateError, NumberError, PhoneError, clean, count, date, display_name, money, phone, tidy, tier,
};

/// Characters in a name, contact, town, unit or trade.
const NAME_CHARS: usize = 200;
/// Characters in an address or a note.
const TEXT_CHARS: usize = 4_000;

/// How the columns are to be read.
pub struct Reading {
    columns: [Option<u32>; Field::ALL.len()],
    money_power: i32,
    by_header: Option<Datum>,
    unlabelled: Option<Datum>,
}

impl Reading {
    pub fn new(sheet: &Sheet, request: &RowsRequest, headers: &[String]) -> Reading {
        let columns = Field::ALL.map(|field| request.mapping.iter().find(|m| m.1 == field).map(|m| m.0));
        let mut reading = Reading { columns, money_power: 0, by_header: None, unlabelled: request.unlabelled };
        let header = |field: Field| {
            let at = reading.column(field).and_then(|c| sheet.columns.binary_search(&c).ok());
            at.map_or("", |i| headers[i].as_str())
        };
        let money_power = money_power(sheet, request.header, header(Field::MonthlyRevenue));
        let by_header = [Field::Lon, Field::Lat, Field::LonLat].into_iter().find_map(|f| datum_named(header(f)));
        reading.money_power = money_power;
        reading.by_header = by_header;
        reading
    }

    fn column(&self, field: Field) -> Option<u32> {
        self.columns[field as usize]
    }

    /// The values of a row whose cells `text` gives.
    pub fn values<'t>(&self, text: impl Fn(u32) -> &'t str) -> Result<ImportValues, Refusal> {
        let cell = |field: Field| self.column(field).map_or("", &text);
        let refuse = |field: Field, reason: Reason| Refusal {
            column: self.column(field),
            reason,
            written: cell(field).to_owned(),
        };
        let line = |field: Field, limit: usize| {
            let value = tidy(cell(field));
            if value.chars().nth(limit).is_some() {
                return Err(refuse(field, Reason::TooLong));
            }
            Ok(Some(value).filter(|v| !v.is_empty()))
        };
        let name = display_name(cell(Field::Name));
        if name.is_empty() {
            return Err(refuse(Field::Name, Reason::NameMissing));
        }
        if name.chars().nth(NAME_CHARS).is_some() {
            return Err(refuse(Field::Name, Reason::TooLong));
        }
        let phone = phone(cell(Field::Phone)).map_err(|e| match e {
            PhoneError::Invalid => refuse(Field::Phone, Reason::PhoneInvalid),
            PhoneError::PrecisionLost => refuse(Field::Phone, Reason::PhonePrecisionLost),
        })?;
        let number = |field: Field| {
            move |e: NumberError| match e {
                NumberError::Unreadable => (field, Reason::NumberUnreadable),
                NumberError::OutOfRange => (field, Reason::NumberOutOfRange),
            }
        };
        let faulty = |(field, reason): (Field, Reason)| refuse(field, reason);
        let revenue = written(cell(Field::MonthlyRevenue)).map(|t| money(t, self.money_power)).transpose();
        let households = written(cell(Field::Households)).map(count).transpose();
        let last_visit = written(cell(Field::LastVisit)).map(date).transpose().map_err(|e| match e {
            DateError::Unreadable => (Field::LastVisit, Reason::DateUnreadable),
            DateError::Impossible => (Field::LastVisit, Reason::DateImpossible),
        });
        let tier = written(cell(Field::Tier)).map(|t| tier(t).ok_or((Field::Tier, Reason::TierUnreadable))).transpose();
        let place = place::Written {
            lat: cell(Field::Lat),
            lon: cell(Field::Lon),
            both: cell(Field::LonLat),
            datum: cell(Field::Datum),
        };
        let point = place::point(&place, self.by_header, self.unlabelled).map_err(|(at, reason)| match at {
            At::Lat => (Field::Lat, reason),
            At::Lon => (Field::Lon, reason),
            At::Both => (Field::LonLat, reason),
            At::Datum => (Field::Datum, reason),
        });
        Ok(ImportValues {
            name,
            contact: line(Field::Contact, NAME_CHARS)?,
            phone,
            town: line(Field::Town, NAME_CHARS)?,
            unit: line(Field::Unit, NAME_CHARS)?,
            address: line(Field::Address, TEXT_CHARS)?,
            tier: tier.map_err(faulty)?,
            trade: line(Field::Trade, NAME_CHARS)?,
            monthly_revenue: revenue.map_err(number(Field::MonthlyRevenue)).map_err(faulty)?,
            households: households.map_err(number(Field::Households)).map_err(faulty)?,
            last_visit: last_visit.map_err(faulty)?,
            note: line(Field::Note, TEXT_CHARS)?,
            point: point.map_err(faulty)?,
        })
    }
}

/// The text unless it only says that there is nothing: a dash, a slash, 无.
fn written(text: &str) -> Option<&str> {
    let nothing = ["", "-", "--", "/", "无", "暂无", "没有", "n/a", "na", "null", "none"];
    (!nothing.contains(&clean(text).to_lowercase().as_str())).then_some(text)
}
