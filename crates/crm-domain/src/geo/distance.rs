//! How far apart two points are on the WGS-84 ellipsoid.
use super::Point;

/// Metres along the geodesic (Vincenty 1975, inverse).
/// Within 1 mm of GeographicLib at any distance that does not end near the antipode; there, where the iteration
/// does not settle, the mean sphere answers, within 0.6 %.
/// Devices may differ in the last bits of sine and cosine: store what was judged, do not compare bits.
pub fn distance_m(from: Point, to: Point) -> f64 {
    geodesic_m(from.lat(), from.lon(), to.lat(), to.lon())
}

pub(super) fn geodesic_m(lat1: f64, lon1: f64, lat2: f64, lon2: f64) -> f64 {
    const A: f64 = 6_378_137.0;
    const F: f64 = 1.0 / 298.257_223_563;
    const B: f64 = A * (1.0 - F);
    if lat1 == lat2 && lon1 == lon2 {
        return 0.0;
    }
    let d_lon = (lon2 - lon1).to_radians();
    let reduced = |lat: f64| ((1.0 - F) * lat.to_radians().tan()).atan();
    let (sin_u1, cos_u1) = reduced(lat1).sin_cos();
    let (sin_u2, cos_u2) = reduced(lat2).sin_cos();
    let mut lambda = d_lon;
    for _ in 0..50 {
        let (sin_l, cos_l) = lambda.sin_cos();
        let across = cos_u2 * sin_l;
        let along = cos_u1 * sin_u2 - sin_u1 * cos_u2 * cos_l;
        let sin_sigma = across.hypot(along);
        let cos_sigma = sin_u1 * sin_u2 + cos_u1 * cos_u2 * cos_l;
        let sigma = sin_sigma.atan2(cos_sigma);
        let sin_alpha = if sin_sigma == 0.0 { 0.0 } else { cos_u1 * cos_u2 * sin_l / sin_sigma };
        let cos2_alpha = 1.0 - sin_alpha * sin_alpha;
        // On the equator there is no such angle; zero is the limit.
        let cos_2m = if cos2_alpha < 1e-15 { 0.0 } else { cos_sigma - 2.0 * sin_u1 * sin_u2 / cos2_alpha };
        let c = F / 16.0 * cos2_alpha * (4.0 + F * (4.0 - 3.0 * cos2_alpha));
        let tail = cos_2m + c * cos_sigma * (2.0 * cos_2m * cos_2m - 1.0);
        let next = d_lon + (1.0 - c) * F * sin_alpha * (sigma + c * sin_sigma * tail);
        let settled = (next - lambda).abs() < 1e-13;
        lambda = next;
        if settled {
            let u2 = cos2_alpha * (A * A - B * B) / (B * B);
            let big_a = 1.0 + u2 / 16384.0 * (4096.0 + u2 * (-768.0 + u2 * (320.0 - 175.0 * u2)));
            let big_b = u2 / 1024.0 * (256.0 + u2 * (-128.0 + u2 * (74.0 - 47.0 * u2)));
            let sq = cos_2m * cos_2m;
            let inner = cos_sigma * (2.0 * sq - 1.0)
                - big_b / 6.0 * cos_2m * (4.0 * sin_sigma * sin_sigma - 3.0) * (4.0 * sq - 3.0);
            let d_sigma = big_b * sin_sigma * (cos_2m + big_b / 4.0 * inner);
            return B * big_a * (sigma - d_sigma);
        }
    }
    haversine_m(lat1, lon1, lat2, lon2)
}

fn haversine_m(lat1: f64, lon1: f64, lat2: f64, lon2: f64) -> f64 {
    const MEAN_RADIUS_M: f64 = 6_371_008.8;
    let half = |degrees: f64| (degrees.to_radians() / 2.0).sin().powi(2);
    let h = half(lat2 - lat1) + lat1.to_radians().cos() * lat2.to_radians().cos() * half(lon2 - lon1);
    2.0 * MEAN_RADIUS_M * h.clamp(0.0, 1.0).sqrt().asin()
}
