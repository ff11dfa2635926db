//! GCJ-02 (高德, 腾讯) and BD-09 (百度) to WGS-84 and back, at the edge of the system only.
//! The formulas are the public reconstructions that every open converter uses; the way back is iterated to below a millimetre.
use serde::{Deserialize, Serialize};
use std::f64::consts::PI;

/// In which datum a pair of degrees is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Datum {
    Wgs84,
    Gcj02,
    Bd09,
}

/// WGS-84 degrees (lat, lon) of a pair of degrees in `datum`.
pub fn to_wgs84(datum: Datum, lat: f64, lon: f64) -> (f64, f64) {
    match datum {
        Datum::Wgs84 => (lat, lon),
        Datum::Gcj02 => inverse(gcj02_from_wgs84, lat, lon),
        Datum::Bd09 => {
            let (lat, lon) = inverse(bd09_from_gcj02, lat, lon);
            inverse(gcj02_from_wgs84, lat, lon)
        }
    }
}

/// Degrees (lat, lon) in `datum` of a pair of WGS-84 degrees.
pub fn from_wgs84(datum: Datum, lat: f64, lon: f64) -> (f64, f64) {
    match datum {
        Datum::Wgs84 => (lat, lon),
        Datum::Gcj02 => gcj02_from_wgs84(lat, lon),
        Datum::Bd09 => {
            let (lat, lon) = gcj02_from_wgs84(lat, lon);
            bd09_from_gcj02(lat, lon)
        }
    }
}

/// The shift is only applied in this box; outside it GCJ-02 is WGS-84.
fn is_shifted(lat: f64, lon: f64) -> bool {
    (0.8293..=55.8271).contains(&lat) && (72.004..=137.8347).contains(&lon)
}

fn gcj02_from_wgs84(lat: f64, lon: f64) -> (f64, f64) {
    if !is_shifted(lat, lon) {
        return (lat, lon);
    }
    // Krasovsky 1940: semi-major axis in metres and first eccentricity squared, as in the reconstruction.
    const A: f64 = 6_378_245.0;
    const EE: f64 = 0.006_693_421_622_965_943;
    let (x, y) = (lon - 105.0, lat - 35.0);
    let wave = |amplitude: f64, turns: f64| amplitude * (turns * PI).sin() * 2.0 / 3.0;
    let shared = wave(20.0, 6.0 * x) + wave(20.0, 2.0 * x);
    let d_lat = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * x.abs().sqrt() + shared;
    let d_lat = d_lat + wave(20.0, y) + wave(40.0, y / 3.0) + wave(160.0, y / 12.0) + wave(320.0, y / 30.0);
    let d_lon = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * x.abs().sqrt() + shared;
    let d_lon = d_lon + wave(20.0, x) + wave(40.0, x / 3.0) + wave(150.0, x / 12.0) + wave(300.0, x / 30.0);
    let phi = lat.to_radians();
    let magic = 1.0 - EE * phi.sin() * phi.sin();
    let d_lat = d_lat.to_degrees() / (A * (1.0 - EE) / (magic * magic.sqrt()));
    let d_lon = d_lon.to_degrees() / (A / magic.sqrt() * phi.cos());
    (lat + d_lat, lon + d_lon)
}

fn bd09_from_gcj02(lat: f64, lon: f64) -> (f64, f64) {
    const X_PI: f64 = PI * 3000.0 / 180.0;
    let z = (lon * lon + lat * lat).sqrt() + 0.000_02 * (lat * X_PI).sin();
    let theta = lat.atan2(lon) + 0.000_003 * (lon * X_PI).cos();
    (z * theta.sin() + 0.006, z * theta.cos() + 0.0065)
}

/// Both shifts change so slowly that "take off what was put on" converges by a factor of about a thousand each time.
fn inverse(forward: fn(f64, f64) -> (f64, f64), lat: f64, lon: f64) -> (f64, f64) {
    let (mut guess_lat, mut guess_lon) = (lat, lon);
    for _ in 0..10 {
        let (there_lat, there_lon) = forward(guess_lat, guess_lon);
        let (off_lat, off_lon) = (there_lat - lat, there_lon - lon);
        guess_lat -= off_lat;
        guess_lon -= off_lon;
        if off_lat.abs() < 1e-9 && off_lon.abs() < 1e-9 {
            break;
        }
    }
    (guess_lat, guess_lon)
}
