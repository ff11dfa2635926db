//! A decimal number exactly as written, so that 0.0032亿 is 320,000 and a phone in scientific notation shows what it lost.

/// `mantissa` × 10^`exponent`; `significant` counts the digits written before any exponent, leading zeros not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    pub mantissa: i128,
    pub exponent: i32,
    pub significant: u32,
    pub scientific: bool,
}

impl Decimal {
    /// Reads `[+-]digits[.digits][E[+-]digits]`, grouping commas allowed between digits; at most 30 digits.
    pub fn read(text: &str) -> Option<Decimal> {
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (body, power) = match rest.split_once(['e', 'E']) {
            Some((body, power)) if power.len() <= 5 => (body, Some(power.parse::<i32>().ok()?)),
            Some(_) => return None,
            None => (rest, None),
        };
        let (whole, fraction) = body.split_once('.').unwrap_or((body, ""));
        let whole = ungrouped(whole)?;
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let digits = whole + fraction;
        if digits.len() > 30 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let mantissa: i128 = digits.parse().ok()?;
        Some(Decimal {
            mantissa: if negative { -mantissa } else { mantissa },
            exponent: power.unwrap_or(0) - fraction.len() as i32,
            significant: digits.trim_start_matches('0').len() as u32,
            scientific: power.is_some(),
        })
    }

    /// The value × 10^`places` as a whole number, half away from zero; `None` where it does not fit.
    pub fn scaled(self, places: i32) -> Option<i64> {
        let shift = self.exponent + places;
        let value = if self.mantissa == 0 {
            0
        } else if shift >= 0 {
            self.mantissa.checked_mul(10_i128.checked_pow(shift as u32)?)?
        } else {
            let Some(unit) = 10_i128.checked_pow(shift.unsigned_abs()) else { return Some(0) };
            let half = unit / 2 * self.mantissa.signum();
            (self.mantissa + half) / unit
        };
        i64::try_from(value).ok()
    }

    /// Whether the value is whole.
    pub fn is_whole(self) -> bool {
        self.mantissa == 0
            || self.exponent >= 0
            || 10_i128.checked_pow(self.exponent.unsigned_abs()).is_some_and(|unit| self.mantissa % unit == 0)
    }
}

/// Commas group digits only where they stand between digits; "1,,2" and ",5" are not numbers.
fn ungrouped(whole: &str) -> Option<String> {
    let edge = whole.starts_with(',') || whole.ends_with(',') || whole.contains(",,");
    (!edge).then(|| whole.replace(',', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact_and_round_half_away_from_zero() {
        for (text, places, expected) in [
            ("0", 2, Some(0)),
            ("62.99", 2, Some(6299)),
            ("1,872.13", 2, Some(187_213)),
            ("-1.005", 2, Some(-101)),
            ("1872.1299999999999", 2, Some(187_213)),
            ("0.0032", 10, Some(32_000_000)),
            ("1.6494682174E+10", 0, Some(16_494_682_174)),
            ("1e-400", 2, Some(0)),
            ("1e308", 2, None),
            ("99999999999999999999", 2, None),
        ] {
            assert_eq!(Decimal::read(text).and_then(|d| d.scaled(places)), expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_a_number_is_not_read() {
        for text in ["", ".", "-", "1.2.3", "1,,2", ",5", "5,", "12a", "e5", "1e", "1e99999999", "０"] {
            assert_eq!(Decimal::read(text), None, "{text:?}");
        }
    }

    #[test]
    fn significant_digits_are_those_written() {
        for (text, expected) in [("1.64123E+10", 6), ("1.6494682174E+10", 11), ("0012", 2), ("16166155758.0", 12)] {
            assert_eq!(Decimal::read(text).map(|d| d.significant), Some(expected), "{text}");
        }
    }
}
