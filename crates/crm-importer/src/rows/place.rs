//! The point of a row: two columns or one, in whichever datum is named, as WGS-84.
use crate::columns::datum_named;
use crm_domain::geo::{Datum, Point, to_wgs84};
use crm_domain::imports::sheet::{ImportPoint, Reason};
use crm_domain::written::{clean, degrees};

/// What is written of a point; blank where there is no such column.
pub struct Written<'t> {
    pub lat: &'t str,
    pub lon: &'t str,
    pub both: &'t str,
    pub datum: &'t str,
}

/// Which of the cells is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    Lat,
    Lon,
    Both,
    Datum,
}

/// `by_header` is the datum that the column's header names, `otherwise` the one the person chose for points without a label.
pub fn point(
    written: &Written,
    by_header: Option<Datum>,
    otherwise: Option<Datum>,
) -> Result<Option<ImportPoint>, (At, Reason)> {
    let Some((at, lat, lon)) = numbers(written)? else { return Ok(None) };
    if !in_china(lat, lon) {
        let reason = if in_china(lon, lat) { Reason::CoordinateSwapped } else { Reason::CoordinateOutside };
        return Err((at, reason));
    }
    let label = clean(written.datum);
    let named = datum_named(&label);
    if named.is_none() && !label.is_empty() {
        return Err((At::Datum, Reason::DatumUnreadable));
    }
    let origin = named.or(by_header).or(otherwise);
    let (lat, lon) = to_wgs84(origin.unwrap_or(Datum::Wgs84), lat, lon);
    let point = Point::from_degrees(lat, lon).ok_or((at, Reason::CoordinateOutside))?;
    Ok(Some(ImportPoint { point, origin }))
}

/// The cell to name when they are wrong, latitude, longitude: as written.
type Numbers = (At, f64, f64);

fn numbers(written: &Written) -> Result<Option<Numbers>, (At, Reason)> {
    let (lat, lon) = (clean(written.lat), clean(written.lon));
    match (lat.is_empty(), lon.is_empty()) {
        (true, true) => pair(written.both),
        (true, false) => Err((At::Lon, Reason::CoordinateHalf)),
        (false, true) => Err((At::Lat, Reason::CoordinateHalf)),
        (false, false) => {
            let lon = degrees(&lon).map_err(|_| (At::Lon, Reason::CoordinateUnreadable))?;
            let lat = degrees(&lat).map_err(|_| (At::Lat, Reason::CoordinateUnreadable))?;
            // The longitude is named for both: it is the one that tells a swap.
            Ok(Some((At::Lon, lat, lon)))
        }
    }
}

/// Both in one cell; in either order, since in China the two ranges do not overlap.
fn pair(text: &str) -> Result<Option<Numbers>, (At, Reason)> {
    let text = clean(text);
    if text.is_empty() {
        return Ok(None);
    }
    let unreadable = (At::Both, Reason::CoordinateUnreadable);
    let separators = [',', ';', '/', ' ', '、', '，', '[', ']', '(', ')'];
    let parts: Vec<&str> = text.split(separators).filter(|p| !p.is_empty()).collect();
    let [first, second] = parts[..] else { return Err(unreadable) };
    let (first, second) = (degrees(first).map_err(|_| unreadable)?, degrees(second).map_err(|_| unreadable)?);
    let (lon, lat) = if in_china(first, second) { (second, first) } else { (first, second) };
    Ok(Some((At::Both, lat, lon)))
}

/// The box around China, with its sea, in which all three datums are at home.
fn in_china(lat: f64, lon: f64) -> bool {
    (3.0..=54.0).contains(&lat) && (73.0..=136.0).contains(&lon)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_read_in_either_shape_and_refused_with_their_cell() {
        let ok = Ok(Some((231_000_000, 1_135_000_000)));
        for (lat, lon, both, datum, expected) in [
            ("23.1", "113.5", "", "", ok),
            ("23.1", "113.5", "", "WGS84", ok),
            ("北纬23.1", "东经113.5°", "", "", ok),
            ("", "", "113.5,23.1", "", ok),
            ("", "", "23.1，113.5", "", ok),
            ("", "", "[113.5 23.1]", "", ok),
            ("", "", "", "GCJ-02", Ok(None)),
            ("23.1", "", "", "", Err((At::Lat, Reason::CoordinateHalf))),
            ("", "113.5", "", "", Err((At::Lon, Reason::CoordinateHalf))),
            ("113.5", "23.1", "", "", Err((At::Lon, Reason::CoordinateSwapped))),
            ("95.1", "213.7", "", "", Err((At::Lon, Reason::CoordinateOutside))),
            ("0", "0", "", "", Err((At::Lon, Reason::CoordinateOutside))),
            ("x", "113.5", "", "", Err((At::Lat, Reason::CoordinateUnreadable))),
            ("23.1", "113.5", "", "北京54", Err((At::Datum, Reason::DatumUnreadable))),
            ("", "", "113.5", "", Err((At::Both, Reason::CoordinateUnreadable))),
        ] {
            let got = point(&Written { lat, lon, both, datum }, None, None);
            assert_eq!(
                got.map(|p| p.map(|p| (p.point.lat_e7, p.point.lon_e7))),
                expected,
                "{lat:?} {lon:?} {both:?} {datum:?}"
            );
        }
    }

    #[test]
    fn the_cell_is_stronger_than_the_header_and_the_header_than_the_person() {
        let written = |datum| Written { lat: "23.1", lon: "113.5", both: "", datum };
        for (cell, header, person, expected) in [
            ("百度", Some(Datum::Gcj02), Some(Datum::Wgs84), Some(Datum::Bd09)),
            ("", Some(Datum::Gcj02), Some(Datum::Wgs84), Some(Datum::Gcj02)),
            ("", None, Some(Datum::Bd09), Some(Datum::Bd09)),
            ("", None, None, None),
        ] {
            let got = point(&written(cell), header, person).expect("readable").expect("a point");
            assert_eq!(got.origin, expected);
        }
    }
}
