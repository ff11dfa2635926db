//! Dates as written: 2025/11/22, 2026.4.23, 2026年4月25日, 20260428, 26-6-14, 2026-05-31 14:30, Excel serials.
use super::text::clean;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateError {
    Unreadable,
    /// Written like a date, but there is no such day: 2026-02-30, month 13.
    Impossible,
}

/// A day in the proleptic Gregorian calendar, without a time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CivilDate {
    pub year: i32,
    pub month: u8,
    pub day: u8,
}

impl CivilDate {
    /// `None` when there is no such day.
    pub fn new(year: i32, month: u8, day: u8) -> Option<CivilDate> {
        let date = CivilDate { year, month, day };
        ((1..=12).contains(&month) && day >= 1 && CivilDate::from_epoch_days(date.epoch_days()) == date).then_some(date)
    }

    /// Days since 1970-01-01 (Howard Hinnant, days_from_civil).
    pub fn epoch_days(self) -> i32 {
        let year = if self.month <= 2 { self.year - 1 } else { self.year };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month = (i32::from(self.month) + 9) % 12;
        let day_of_year = (153 * month + 2) / 5 + i32::from(self.day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }

    /// The day that is so many days after 1970-01-01 (Howard Hinnant, civil_from_days).
    pub fn from_epoch_days(days: i32) -> CivilDate {
        let z = days + 719_468;
        let era = z.div_euclid(146_097);
        let day_of_era = z.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let m = (5 * day_of_year + 2) / 153;
        let month = if m < 10 { m + 3 } else { m - 9 };
        CivilDate {
            year: year_of_era + era * 400 + i32::from(month <= 2),
            month: month as u8,
            day: (day_of_year - (153 * m + 2) / 5 + 1) as u8,
        }
    }

    /// The day of an Excel serial in the 1900 system, 1954-10-03 to 2119-01-09; `None` outside, where a number is hardly a date.
    pub fn from_excel_serial(serial: i32) -> Option<CivilDate> {
        (20_000..=80_000).contains(&serial).then(|| CivilDate::from_epoch_days(serial - 25_569))
    }
}

/// The day that is written, the time of day left out. Years have four digits, or two for 2000 to 2099; the order is year, month, day.
pub fn date(text: &str) -> Result<CivilDate, DateError> {
    let text = clean(text);
    let day = day_part(&text);
    let numbers: Vec<&str> = day.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty()).collect();
    let separators = day.chars().filter(|c| !c.is_ascii_digit()).all(|c| "/-.年月日号 ".contains(c));
    match numbers[..] {
        _ if !separators => Err(DateError::Unreadable),
        [n] if n == day && n.len() == 8 => civil(&n[..4], &n[4..6], &n[6..]),
        [n] if n == day && n.len() == 5 => serial(n),
        [n, fraction] if day.contains('.') && n.len() == 5 && day == format!("{n}.{fraction}") => serial(n),
        [y, m, d] if matches!(y.len(), 2 | 4) && m.len() <= 2 && d.len() <= 2 => civil(y, m, d),
        _ => Err(DateError::Unreadable),
    }
}

/// What stands before a time of day.
fn day_part(text: &str) -> &str {
    let end = text.find(['T', ':']).unwrap_or(text.len());
    let before = &text[..end];
    if end == text.len() {
        // "2026年 4月 25日 星期六" and the like: only a weekday may follow.
        return before.split("星期").next().unwrap_or(before).trim();
    }
    if text[end..].starts_with('T') {
        return before;
    }
    // The hour belongs to the time: it is the last number before the colon.
    before.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches(|c: char| "上下午 ".contains(c))
}

fn serial(digits: &str) -> Result<CivilDate, DateError> {
    digits.parse().ok().and_then(CivilDate::from_excel_serial).ok_or(DateError::Unreadable)
}

fn civil(year: &str, month: &str, day: &str) -> Result<CivilDate, DateError> {
    let number = |s: &str| s.parse::<u16>().map_err(|_| DateError::Unreadable);
    let year = number(year)? + if year.len() == 2 { 2000 } else { 0 };
    let (month, day) = (number(month)?, number(day)?);
    if !(1900..=2199).contains(&year) {
        return Err(DateError::Impossible);
    }
    CivilDate::new(i32::from(year), month as u8, day as u8).ok_or(DateError::Impossible)
}

#[cfg(test)]
mod tests {
    use super::*;
    use DateError::*;

    #[test]
    fn dates_are_read_however_written() {
        let day = |y, m, d| Ok(CivilDate { year: y, month: m, day: d });
        for (given, expected) in [
            ("2025/11/22", day(2025, 11, 22)),
            ("2026/5/7", day(2026, 5, 7)),
            ("2026-02-19", day(2026, 2, 19)),
            ("2026.4.23", day(2026, 4, 23)),
            ("2026年4月25日", day(2026, 4, 25)),
            ("2026年 4月 25日 星期六", day(2026, 4, 25)),
            ("20260428", day(2026, 4, 28)),
            ("20181008", day(2018, 10, 8)),
            ("2026-05-31 14:30", day(2026, 5, 31)),
            ("2026-05-31T14:30:00", day(2026, 5, 31)),
            ("2026/5/31 下午2:30:00", day(2026, 5, 31)),
            ("２０２６－０６－２２", day(2026, 6, 22)),
            ("26-6-14", day(2026, 6, 14)),
            ("45983", day(2025, 11, 22)),
            ("45983.0", day(2025, 11, 22)),
            ("46151.604166", day(2026, 5, 9)),
            ("2024-02-29", day(2024, 2, 29)),
            ("2026-02-29", Err(Impossible)),
            ("2026-02-30", Err(Impossible)),
            ("2026年13月5日", Err(Impossible)),
            ("20261301", Err(Impossible)),
            ("0001-01-01", Err(Impossible)),
            ("", Err(Unreadable)),
            ("昨天", Err(Unreadable)),
            ("6月14日", Err(Unreadable)),
            ("5/7/2026", Err(Unreadable)),
            ("2026", Err(Unreadable)),
            ("12345", Err(Unreadable)),
            ("2026-05", Err(Unreadable)),
            ("2026-05-31abc", Err(Unreadable)),
            ("1e308", Err(Unreadable)),
        ] {
            assert_eq!(date(given), expected, "{given:?}");
        }
    }

    #[test]
    fn days_and_dates_are_each_others_inverse() {
        assert_eq!(CivilDate { year: 1970, month: 1, day: 1 }.epoch_days(), 0);
        assert_eq!(CivilDate { year: 2000, month: 3, day: 1 }.epoch_days(), 11_017);
        for days in (-200_000..200_000).step_by(17) {
            assert_eq!(CivilDate::from_epoch_days(days).epoch_days(), days);
        }
    }

    #[test]
    fn there_is_no_day_zero_and_no_month_thirteen() {
        for (y, m, d) in [(2026, 0, 1), (2026, 13, 1), (2026, 1, 0), (2026, 4, 31), (2100, 2, 29)] {
            assert_eq!(CivilDate::new(y, m, d), None, "{y}-{m}-{d}");
        }
    }
}
