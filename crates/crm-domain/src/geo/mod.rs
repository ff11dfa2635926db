//! Where things are: points in WGS-84, the datums that Chinese maps use, distance, and the verdict of a check-in (8.11).
mod datum;
mod distance;
#[cfg(test)]
mod tests;
mod verdict;

pub use datum::{Datum, from_wgs84, to_wgs84};
pub use distance::distance_m;
pub use verdict::{ACCURACY_LIMIT_M, FRESH_MS, Verdict, is_fresh, probability_inside, verdict};

use serde::{Deserialize, Serialize};

/// A point in WGS-84, in ten-millionths of a degree (about 1 cm), so that it is exact on every device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Point {
    pub lat_e7: i32,
    pub lon_e7: i32,
}

impl Point {
    /// A point from degrees; `None` when they are not finite or not on the globe.
    pub fn from_degrees(lat: f64, lon: f64) -> Option<Point> {
        let on_globe = lat.abs() <= 90.0 && lon.abs() <= 180.0;
        on_globe.then(|| Point { lat_e7: (lat * 1e7).round() as i32, lon_e7: (lon * 1e7).round() as i32 })
    }

    /// Latitude in degrees.
    pub fn lat(self) -> f64 {
        f64::from(self.lat_e7) / 1e7
    }

    /// Longitude in degrees.
    pub fn lon(self) -> f64 {
        f64::from(self.lon_e7) / 1e7
    }
}
