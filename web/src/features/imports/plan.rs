//! What an import would do, row by row: new, update, duplicate, refused; and the lines that do it.
use super::places::Places;
use crate::words::from_date_input;
use crm_domain::customers::Details;
use crm_domain::geo::Datum;
use crm_domain::ids::Uuid;
use crm_domain::imports::sheet::{ImportValues, Outcome, SheetRows};
use crm_domain::imports::{Line, Match, Row};
use crm_domain::written::Tier;
use std::collections::HashMap;

/// The four groups of the preview. Numbers are places in `SheetRows::rows`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// With the grid that the row names, if one fits.
    pub new: Vec<(usize, Option<Uuid>)>,
    /// With the customer that the row is.
    pub update: Vec<(usize, Uuid)>,
    /// With the sheet's row that says the same customer.
    pub duplicate: Vec<(usize, u32)>,
    pub refused: Vec<usize>,
    /// Blank rows, totals, repeated headers, footers.
    pub ignored: usize,
}

/// The rows to look for in the book, in the order of their answers.
pub fn to_match(rows: &SheetRows) -> Vec<Row> {
    ready(rows).map(|(_, _, values)| Row { name: values.name.clone(), phone: values.phone.clone() }).collect()
}

fn ready(rows: &SheetRows) -> impl Iterator<Item = (usize, u32, &ImportValues)> {
    rows.rows.iter().enumerate().filter_map(|(i, row)| match &row.outcome {
        Outcome::Ready(values) => Some((i, row.row, &**values)),
        _ => None,
    })
}

impl Plan {
    /// `matches` answers [`to_match`].
    pub fn new(rows: &SheetRows, matches: &[Match], places: &Places) -> Plan {
        let mut plan = Plan::default();
        let mut first: HashMap<Uuid, u32> = HashMap::new();
        for ((i, row, values), known) in ready(rows).zip(matches) {
            match known {
                None => plan.new.push((i, places.find(values.town.as_deref(), values.unit.as_deref()))),
                Some(customer) => match first.insert(*customer, row) {
                    None => plan.update.push((i, *customer)),
                    // Two rows of the file are the same customer of the book: the first one counts.
                    Some(earlier) => {
                        first.insert(*customer, earlier);
                        plan.duplicate.push((i, earlier));
                    }
                },
            }
        }
        for (i, row) in rows.rows.iter().enumerate() {
            match &row.outcome {
                Outcome::Ready(_) => {}
                Outcome::Refused(_) => plan.refused.push(i),
                Outcome::DuplicateInFile { of_row } => plan.duplicate.push((i, *of_row)),
                Outcome::Ignored(_) => plan.ignored += 1,
            }
        }
        plan.duplicate.sort_unstable();
        plan
    }

    pub fn unplaced(&self) -> usize {
        self.new.iter().filter(|(_, grid)| grid.is_none()).count()
    }

    /// What the command does; `grid` takes the new customers whose row names none.
    pub fn lines(&self, rows: &SheetRows, grid: Option<Uuid>, mut new_id: impl FnMut() -> Uuid) -> Vec<Line> {
        let values = |i: usize| match &rows.rows[i].outcome {
            Outcome::Ready(values) => details(values),
            _ => Details::default(),
        };
        let new = self.new.iter().map(|(i, place)| {
            let details = Details { grid: place.or(grid), ..values(*i) };
            Line { customer: new_id(), new: true, details }
        });
        let mut lines: Vec<Line> = new.collect();
        lines.extend(self.update.iter().map(|(i, customer)| {
            // Its name and its grid are the book's: the row was found by its name, and moving is another decision.
            let details = Details { name: None, grid: None, ..values(*i) };
            Line { customer: *customer, new: false, details }
        }));
        lines
    }
}

fn details(values: &ImportValues) -> Details {
    let point = values.point.as_ref();
    let from = point.map(|p| match p.origin {
        Some(Datum::Gcj02) => "import:GCJ02",
        Some(Datum::Bd09) => "import:BD09",
        Some(Datum::Wgs84) => "import:WGS84",
        None => "import",
    });
    let visited = values.last_visit.map(|d| format!("{:04}-{:02}-{:02}", d.year, d.month, d.day));
    Details {
        name: Some(values.name.clone()),
        contact: values.contact.clone(),
        phone: values.phone.clone(),
        grid: None,
        tier: values.tier.map(|tier| letter(tier).to_owned()),
        address: values.address.clone(),
        point: point.map(|p| (i64::from(p.point.lat_e7), i64::from(p.point.lon_e7))),
        point_from: from.map(str::to_owned),
        trade: values.trade.clone(),
        town: values.town.clone(),
        unit: values.unit.clone(),
        monthly_revenue: values.monthly_revenue,
        households: values.households.map(i64::from),
        earlier_visit: visited.and_then(|day| from_date_input(&day)),
        note: values.note.clone(),
    }
}

fn letter(tier: Tier) -> &'static str {
    match tier {
        Tier::A => "A",
        Tier::B => "B",
        Tier::C => "C",
        Tier::D => "D",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crm_domain::imports::sheet::{Ignored, ImportRow, Reason, Refusal};
    use wasm_bindgen_test::wasm_bindgen_test;

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    fn sheet() -> SheetRows {
        let ready = |row, name: &str| ImportRow {
            row,
            outcome: Outcome::Ready(Box::new(ImportValues { name: name.into(), ..ImportValues::default() })),
            cells: vec![],
        };
        let other = |row, outcome| ImportRow { row, outcome, cells: vec![] };
        let refusal = Refusal { column: Some(1), reason: Reason::PhoneInvalid, written: "无".into() };
        SheetRows {
            headers: vec!["名称".into(), "电话".into()],
            rows: vec![
                ready(2, "甲"),
                ready(3, "乙"),
                other(4, Outcome::Refused(refusal)),
                ready(5, "乙店"),
                other(6, Outcome::DuplicateInFile { of_row: 2 }),
                other(7, Outcome::Ignored(Ignored::Total)),
            ],
        }
    }

    #[wasm_bindgen_test]
    fn every_row_is_in_one_group() {
        let rows = sheet();
        let plan = Plan::new(&rows, &[None, Some(id(9)), Some(id(9))], &Places::default());
        let expected = Plan {
            new: vec![(0, None)],
            update: vec![(1, id(9))],
            duplicate: vec![(3, 3), (4, 2)],
            refused: vec![2],
            ignored: 1,
        };
        assert_eq!(plan, expected);
        assert_eq!(plan.unplaced(), 1);
    }

    #[wasm_bindgen_test]
    fn new_customers_get_the_grid_and_known_ones_keep_name_and_grid() {
        let rows = sheet();
        let plan = Plan::new(&rows, &[None, Some(id(9)), None], &Places::default());
        let mut n = 100;
        let lines = plan.lines(&rows, Some(id(7)), || {
            n += 1;
            id(n)
        });
        let seen: Vec<_> =
            lines.iter().map(|l| (l.customer, l.new, l.details.grid, l.details.name.as_deref())).collect();
        assert_eq!(
            seen,
            [
                (id(101), true, Some(id(7)), Some("甲")),
                (id(102), true, Some(id(7)), Some("乙店")),
                (id(9), false, None, None),
            ]
        );
    }
}
