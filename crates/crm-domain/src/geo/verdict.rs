//! Whether a check-in happened at the customer's door, taking into account how well the phone knew where it was (8.11, feature 12).
//!
//! A fix says "within `accuracy` metres with 95 % confidence" (W3C Geolocation). Read as a round normal error this gives
//! the probability that the person stood within the radius around the customer:
//!
//! | accuracy | rule | verdict |
//! |---|---|---|
//! | up to the limit | P(inside) ≥ 0.9 | inside |
//! | up to the limit | P(inside) ≤ 0.1 | outside |
//! | up to the limit | in between | edge |
//! | coarser | even the nearest point of the 95 % circle is outside the radius | outside |
//! | coarser | otherwise | unknown |
//! | missing, zero, negative, or an old fix | | unknown |
//!
//! The limit is 200 m or twice the radius, whichever is more: a coarser fix alone can make P small at the very door.
use serde::{Deserialize, Serialize};

/// Metres: fixes that are coarser than this (or than twice the radius) prove nothing near the customer.
pub const ACCURACY_LIMIT_M: f64 = 200.0;
/// Milliseconds: an older fix is not the one that this check-in asked for.
pub const FRESH_MS: i64 = 30_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Verdict {
    Inside,
    Edge,
    Outside,
    Unknown,
}

/// The verdict on one fresh fix; all three in metres. For a fix that is not fresh ([`is_fresh`]) it is `Unknown`, whatever the distance.
pub fn verdict(distance_m: f64, accuracy_m: f64, radius_m: f64) -> Verdict {
    let known = distance_m.is_finite() && accuracy_m.is_finite() && radius_m.is_finite();
    if !known || distance_m < 0.0 || accuracy_m <= 0.0 || radius_m <= 0.0 {
        return Verdict::Unknown;
    }
    if accuracy_m > ACCURACY_LIMIT_M.max(2.0 * radius_m) {
        return if distance_m - accuracy_m > radius_m { Verdict::Outside } else { Verdict::Unknown };
    }
    match probability_inside(distance_m, accuracy_m, radius_m) {
        p if p >= 0.9 => Verdict::Inside,
        p if p <= 0.1 => Verdict::Outside,
        _ => Verdict::Edge,
    }
}

/// Whether a fix of this age (milliseconds; negative when the clocks disagree) may be judged at all.
pub fn is_fresh(age_ms: i64) -> bool {
    (-FRESH_MS..=FRESH_MS).contains(&age_ms)
}

/// The probability that the true place is within `radius_m` of the customer, within 0.001.
/// The error is a round normal distribution whose 95 % radius is `accuracy_m`, so its standard deviation is `accuracy_m` / 2.4477 per axis.
pub fn probability_inside(distance_m: f64, accuracy_m: f64, radius_m: f64) -> f64 {
    let sigma = accuracy_m / 2.447_746_8;
    let (d, r) = (distance_m / sigma, radius_m / sigma);
    // Integrate over the chords of the circle: along the line to the customer step by step, across it in closed form.
    // The variable is the angle on the circle, which takes the vertical ends out of the integrand;
    // beyond eight standard deviations there is nothing to add.
    const STEPS: usize = 400;
    let angle = |x: f64| (x / r).clamp(-1.0, 1.0).asin();
    let (a, b) = (angle(-d - 8.0), angle(8.0 - d));
    let step = (b - a) / STEPS as f64;
    let value = |t: f64| {
        let (sin, cos) = t.sin_cos();
        let along = d + r * sin;
        let density = (-along * along / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
        density * erf(r * cos / std::f64::consts::SQRT_2) * r * cos
    };
    let inner: f64 = (1..STEPS).map(|i| value(a + step * i as f64) * if i % 2 == 1 { 4.0 } else { 2.0 }).sum();
    ((value(a) + inner + value(b)) * step / 3.0).clamp(0.0, 1.0)
}

/// Abramowitz and Stegun 7.1.26, within 1.5e-7, for x ≥ 0.
fn erf(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.327_591_1 * x);
    let poly =
        t * (0.254_829_592 + t * (-0.284_496_736 + t * (1.421_413_741 + t * (-1.453_152_027 + t * 1.061_405_429))));
    1.0 - poly * (-x * x).exp()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Verdict::*;

    #[test]
    fn the_verdict_weighs_distance_against_accuracy() {
        let table = [
            // distance, accuracy, radius, expected
            (0.0, 10.0, 100.0, Inside),
            (38.0, 12.0, 100.0, Inside),
            (90.0, 10.0, 100.0, Inside),
            (97.0, 10.0, 100.0, Edge),
            (100.0, 5.0, 100.0, Edge),
            (103.0, 10.0, 100.0, Edge),
            (110.0, 10.0, 100.0, Outside),
            (60.0, 65.0, 100.0, Inside),
            (75.0, 65.0, 100.0, Edge),
            (250.0, 65.0, 100.0, Outside),
            (0.0, 150.0, 100.0, Edge),
            (0.0, 201.0, 100.0, Unknown),
            (0.0, 3000.0, 100.0, Unknown),
            (2500.0, 3000.0, 100.0, Unknown),
            (3200.0, 3000.0, 100.0, Outside),
            (0.0, 500.0, 300.0, Edge),
            (10.0, 0.0, 100.0, Unknown),
            (10.0, -1.0, 100.0, Unknown),
            (10.0, f64::NAN, 100.0, Unknown),
            (f64::INFINITY, 10.0, 100.0, Unknown),
        ];
        for (distance, accuracy, radius, expected) in table {
            assert_eq!(verdict(distance, accuracy, radius), expected, "{distance} m ± {accuracy} m, radius {radius} m");
        }
    }

    #[test]
    fn the_probability_agrees_with_the_closed_form_at_the_centre() {
        // At distance zero the error is Rayleigh: P = 1 - exp(-r²/2σ²); at r = accuracy it is 95 % by definition.
        for (accuracy, radius) in [(10.0, 10.0), (50.0, 100.0), (100.0, 50.0), (150.0, 100.0), (5.0, 500.0)] {
            let sigma: f64 = accuracy / 2.447_746_8;
            let exact = 1.0 - (-(radius * radius) / (2.0 * sigma * sigma)).exp();
            let got = probability_inside(0.0, accuracy, radius);
            assert!((got - exact).abs() < 1e-3, "±{accuracy} m, {radius} m: {got} for {exact}");
        }
    }

    #[test]
    fn the_probability_agrees_with_counting_on_a_grid() {
        for (distance, accuracy, radius) in
            [(97.0, 10.0, 100.0), (60.0, 65.0, 100.0), (120.0, 90.0, 100.0), (30.0, 200.0, 150.0)]
        {
            let sigma = accuracy / 2.447_746_8;
            let (mut inside, mut all) = (0.0, 0.0);
            for i in -250..=250 {
                for j in -250..=250 {
                    let (x, y) = (f64::from(i) / 50.0, f64::from(j) / 50.0);
                    let weight = (-(x * x + y * y) / 2.0).exp();
                    all += weight;
                    if (distance + x * sigma).hypot(y * sigma) <= radius {
                        inside += weight;
                    }
                }
            }
            let got = probability_inside(distance, accuracy, radius);
            assert!(
                (got - inside / all).abs() < 3e-3,
                "{distance} ± {accuracy} in {radius}: {got} for {}",
                inside / all
            );
        }
    }

    #[test]
    fn farther_is_never_more_inside() {
        for accuracy in [3.0, 12.0, 65.0, 199.0] {
            let p: Vec<f64> = (0..100).map(|i| probability_inside(f64::from(i) * 5.0, accuracy, 100.0)).collect();
            assert!(p.windows(2).all(|w| w[1] <= w[0] + 1e-6), "±{accuracy}: {p:?}");
        }
    }

    #[test]
    fn a_fix_from_before_or_from_the_future_is_not_fresh() {
        for (age, expected) in [(0, true), (30_000, true), (30_001, false), (-30_000, true), (-30_001, false)] {
            assert_eq!(is_fresh(age), expected, "{age} ms");
        }
    }
}
