//! Money, counts and degrees as written: 0.7万元, ￥1,872.13, 337元/月, 约2600户, 113.69°.
use super::decimal::Decimal;
use super::text::clean;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberError {
    /// Not a number, or with words that change what it means.
    Unreadable,
    /// A number, but not one that can be held or counted.
    OutOfRange,
}

/// Renminbi in minor units (fen). Without a unit the text is in yuan × 10^`power`, as the column's header says (万元: 4).
pub fn money(text: &str, power: i32) -> Result<i64, NumberError> {
    let text = clean(text).to_lowercase();
    let mut rest: &str = &text;
    for before in ["约", "大约", "¥", "rmb", "cny", "人民币"] {
        rest = rest.trim_start().strip_prefix(before).unwrap_or(rest);
    }
    // "/年" is not among them: it says another thing than monthly money, and so is refused.
    for after in ["/月", "每月", "左右", "整", "元", "块", "rmb", "cny"] {
        rest = rest.trim_end().strip_suffix(after).unwrap_or(rest);
    }
    let (number, unit) = unit_of(rest.trim());
    let decimal = Decimal::read(number.trim()).ok_or(NumberError::Unreadable)?;
    decimal.scaled(2 + unit.unwrap_or(power)).ok_or(NumberError::OutOfRange)
}

/// A count of households or the like: whole, from 0 to 1,000,000,000.
pub fn count(text: &str) -> Result<u32, NumberError> {
    let text = clean(text);
    let mut rest = text.trim_start_matches('约').trim();
    for after in ["左右", "余户", "多户", "户", "家", "个", "人"] {
        rest = rest.strip_suffix(after).unwrap_or(rest).trim();
    }
    let (number, unit) = unit_of(rest);
    let decimal = Decimal::read(number.trim()).ok_or(NumberError::Unreadable)?;
    let power = unit.unwrap_or(0);
    let whole = Decimal { exponent: decimal.exponent.saturating_add(power), ..decimal };
    match whole.scaled(0) {
        Some(n @ 0..=1_000_000_000) if whole.is_whole() => Ok(n as u32),
        _ => Err(NumberError::OutOfRange),
    }
}

/// Decimal degrees; a degree sign and a compass letter are allowed. The range is the caller's to judge.
pub fn degrees(text: &str) -> Result<f64, NumberError> {
    let text = clean(text).to_uppercase();
    let rest = text.trim_matches(|c: char| matches!(c, 'E' | 'N' | '°' | ' ') || "东经北纬".contains(c));
    Decimal::read(rest).ok_or(NumberError::Unreadable)?;
    rest.parse().map_err(|_| NumberError::Unreadable)
}

/// A trailing power of ten, as its exponent.
fn unit_of(text: &str) -> (&str, Option<i32>) {
    for (unit, power) in
        [("千万", 7), ("百万", 6), ("亿", 8), ("万", 4), ("w", 4), ("W", 4), ("千", 3), ("k", 3), ("K", 3)]
    {
        if let Some(number) = text.strip_suffix(unit) {
            return (number, Some(power));
        }
    }
    (text, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use NumberError::*;

    #[test]
    fn money_is_read_to_the_fen() {
        for (given, power, expected) in [
            ("0.1万元", 0, Ok(100_000)),
            ("62.99", 0, Ok(6_299)),
            ("￥1,872.13", 0, Ok(187_213)),
            ("¥ 21.65", 0, Ok(2_165)),
            ("５０７８", 0, Ok(507_800)),
            ("961元", 0, Ok(96_100)),
            ("337元/月", 0, Ok(33_700)),
            ("0.3w", 0, Ok(300_000)),
            ("0.0032亿", 0, Ok(32_000_000)),
            ("约1.2万", 0, Ok(1_200_000)),
            ("３，９３２．５元", 0, Ok(393_250)),
            ("1872.1299999999999", 0, Ok(187_213)),
            ("-5", 0, Ok(-500)),
            ("0", 0, Ok(0)),
            // The header says 万元; a unit in the cell is stronger.
            ("0.7", 4, Ok(700_000)),
            ("0.7亿", 4, Ok(7_000_000_000)),
            ("#REF!", 0, Err(Unreadable)),
            ("面议", 0, Err(Unreadable)),
            ("100-200", 0, Err(Unreadable)),
            ("1200元/年", 0, Err(Unreadable)),
            ("", 0, Err(Unreadable)),
            ("1e308", 0, Err(OutOfRange)),
        ] {
            assert_eq!(money(given, power), expected, "{given:?}");
        }
    }

    #[test]
    fn counts_are_whole_and_bounded() {
        for (given, expected) in [
            ("3户", Ok(3)),
            ("35 户", Ok(35)),
            ("约2600户", Ok(2600)),
            ("2,600户", Ok(2600)),
            ("１２０", Ok(120)),
            ("3.0", Ok(3)),
            ("1.2万户", Ok(12_000)),
            ("0", Ok(0)),
            ("2.5", Err(OutOfRange)),
            ("-1", Err(OutOfRange)),
            ("1e12", Err(OutOfRange)),
            ("若干", Err(Unreadable)),
            ("", Err(Unreadable)),
        ] {
            assert_eq!(count(given), expected, "{given:?}");
        }
    }

    #[test]
    fn degrees_are_decimal() {
        for (given, expected) in [
            ("113.690911", Ok(113.690911)),
            (" 23.05° ", Ok(23.05)),
            ("东经113.7", Ok(113.7)),
            ("N23.1", Ok(23.1)),
            ("１１３．５", Ok(113.5)),
            ("-33.9", Ok(-33.9)),
            ("113°41′", Err(Unreadable)),
            ("abc", Err(Unreadable)),
            ("inf", Err(Unreadable)),
        ] {
            assert_eq!(degrees(given), expected, "{given:?}");
        }
    }
}
