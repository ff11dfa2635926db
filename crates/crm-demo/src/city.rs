//! The city's grids: names from the list of villages and communities, places by a layout of our own.
//!
//! A town is laid out as a square about its rough centre, its grids row by row, so that grids that follow one another
//! in the list lie side by side. No real border is used.
use crm_domain::ids::{Uuid, derived_id};

/// One town a line: name, latitude and longitude of its rough centre, square kilometres, its villages and communities.
const TOWNS: &str = include_str!("../data/dongguan.txt");

/// Units of 1e-7 degrees in a metre here: along a meridian, and along the parallel of 23° N.
const LAT_PER_M: f64 = 89.83;
const LON_PER_M: f64 = 97.59;

/// One grid's name and place.
pub struct Site {
    pub id: Uuid,
    pub name: String,
    pub code: String,
    pub town: &'static str,
    /// The town's name without its kind: 南城.
    pub short: &'static str,
    /// The village or community: 鸿福社区.
    pub unit: &'static str,
    pub centre: (i64, i64),
    /// Customers lie within so many metres of the centre; grids of a town do not overlap.
    pub reach_m: f64,
}

/// Grids by town in the list's order.
pub fn sites(seed: u64, at: i64) -> Vec<Site> {
    let mut sites = Vec::new();
    for line in TOWNS.lines() {
        let mut parts = line.split(' ');
        let mut next = || parts.next().expect("a town has a name, a place and an area");
        let (town, mut number) = (next(), || next().parse::<f64>().expect("a place and an area are numbers"));
        let (lat, lon, km2) = (number(), number(), number());
        let units: Vec<&'static str> = parts.collect();
        let short = ["街道", "镇"].iter().find_map(|kind| town.strip_suffix(kind)).unwrap_or(town);
        let columns = (1..).find(|c| c * c >= units.len()).unwrap_or(1);
        let rows = units.len().div_ceil(columns);
        let step = km2.sqrt() * 800.0 / columns as f64;
        for (i, unit) in units.into_iter().enumerate() {
            let row = i / columns;
            // Every other row runs back, so that its first grid is beside the last one of the row before.
            let column = if row % 2 == 0 { i % columns } else { columns - 1 - i % columns };
            let east = (column as f64 - (columns - 1) as f64 / 2.0) * step;
            let north = ((rows - 1) as f64 / 2.0 - row as f64) * step;
            let middle = ((lat * 1e7).round() as i64, (lon * 1e7).round() as i64);
            let short_unit = unit.strip_suffix("社区").or_else(|| unit.strip_suffix('村')).unwrap_or(unit);
            let n = sites.len() + 1;
            sites.push(Site {
                id: derived_id(at as u64, &[b"demo grid", &seed.to_be_bytes(), &n.to_be_bytes()]),
                name: format!("{short}-{short_unit}"),
                code: format!("DG{n:03}"),
                town,
                short,
                unit,
                centre: moved(middle, east, north),
                reach_m: step * 0.45,
            });
        }
    }
    sites
}

/// The point so many metres east and north of another, 1e-7 degrees (latitude, longitude).
pub fn moved(from: (i64, i64), east_m: f64, north_m: f64) -> (i64, i64) {
    (from.0 + (north_m * LAT_PER_M).round() as i64, from.1 + (east_m * LON_PER_M).round() as i64)
}
