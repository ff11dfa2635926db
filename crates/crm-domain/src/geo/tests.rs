//! The conversions and distances against published and cross-checked vectors (`tests/fixtures/geo`).
use super::datum::{Datum, from_wgs84, to_wgs84};
use super::distance::geodesic_m;
use std::path::Path;

/// The rows of a vector file, without its header.
fn rows(file: &str) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/geo").join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let rows: Vec<Vec<String>> = text.lines().skip(1).map(|l| l.split(',').map(str::to_owned).collect()).collect();
    assert!(rows.len() > 100, "{file} has {} rows", rows.len());
    rows
}

fn degrees(row: &[String], at: usize) -> f64 {
    row[at].parse().unwrap_or_else(|e| panic!("{row:?} column {at}: {e}"))
}

fn datum(name: &str) -> Datum {
    match name {
        "wgs84" => Datum::Wgs84,
        "gcj02" => Datum::Gcj02,
        "bd09" => Datum::Bd09,
        other => panic!("unknown datum {other}"),
    }
}

#[test]
fn three_datums_agree_with_four_other_implementations() {
    for row in rows("datum_crosschecked.csv") {
        let wgs = (degrees(&row, 1), degrees(&row, 0));
        for (datum, at) in [(Datum::Gcj02, 2), (Datum::Bd09, 4)] {
            let other = (degrees(&row, at + 1), degrees(&row, at));
            let there = from_wgs84(datum, wgs.0, wgs.1);
            let back = to_wgs84(datum, other.0, other.1);
            let off = geodesic_m(there.0, there.1, other.0, other.1).max(geodesic_m(back.0, back.1, wgs.0, wgs.1));
            assert!(off < 0.02, "{datum:?} is {off} m off in {row:?}");
        }
    }
}

#[test]
fn published_vectors_are_met_within_their_own_tolerance() {
    let mut checked = 0;
    for row in rows("datum_published.csv") {
        // A one-step inverse is published there as such; ours is exact, and the cross-checked file covers it.
        if row[1].contains("one step") {
            continue;
        }
        let kind = row[1].split(' ').next().unwrap_or_default();
        let (from, to) = kind.split_once('>').unwrap_or_else(|| panic!("kind {kind}"));
        let wgs = to_wgs84(datum(from), degrees(&row, 3), degrees(&row, 2));
        let got = from_wgs84(datum(to), wgs.0, wgs.1);
        let off = (got.0 - degrees(&row, 5)).abs().max((got.1 - degrees(&row, 4)).abs());
        assert!(off <= degrees(&row, 6), "{off} degrees off in {row:?}");
        checked += 1;
    }
    assert!(checked > 1000, "only {checked} vectors were checked");
}

#[test]
fn there_and_back_is_a_millimetre_at_most() {
    for i in 0..2000_i32 {
        let lat = 18.0 + f64::from(i % 50) * 0.7;
        let lon = 75.0 + f64::from(i / 50) * 1.5;
        for datum in [Datum::Gcj02, Datum::Bd09] {
            let there = from_wgs84(datum, lat, lon);
            let back = to_wgs84(datum, there.0, there.1);
            let off = geodesic_m(lat, lon, back.0, back.1);
            assert!(off < 0.001, "{datum:?} at {lat} {lon}: {off} m");
        }
    }
}

#[test]
fn distances_agree_with_geographiclib() {
    let (mut city, mut worst_city, mut worst) = (0, 0.0_f64, 0.0_f64);
    for row in rows("geodesic.csv") {
        let exact = degrees(&row, 7);
        let off = (geodesic_m(degrees(&row, 1), degrees(&row, 2), degrees(&row, 4), degrees(&row, 5)) - exact).abs();
        if exact < 200_000.0 {
            city += 1;
            worst_city = worst_city.max(off);
        }
        if exact < 19_900_000.0 {
            worst = worst.max(off);
        } else {
            assert!(off / exact < 0.006, "{off} m off near the antipode in {row:?}");
        }
    }
    assert!(city > 300, "only {city} lines of city scale");
    assert!(worst_city < 0.001, "city scale: {worst_city} m");
    assert!(worst < 0.001, "all but antipodal: {worst} m");
}
