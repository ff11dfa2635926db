//! Local days and how far away a time is. Milliseconds since 1970 UTC in, local calendar by the browser's clock.
use js_sys::Date;
use wasm_bindgen::JsValue;

pub const MINUTE_MS: i64 = 60_000;
pub const HOUR_MS: i64 = 60 * MINUTE_MS;
pub const DAY_MS: i64 = 24 * HOUR_MS;

/// A time in the browser's zone.
pub(super) fn local(at: i64) -> Date {
    Date::new(&JsValue::from_f64(at as f64))
}

fn midnight(date: &Date, plus_days: i32) -> i64 {
    let day = date.get_date() as i32 + plus_days;
    Date::new_with_year_month_day(date.get_full_year(), date.get_month() as i32, day).get_time() as i64
}

/// The local day of `at`: its start, and the start of the next. Days are not always 24 hours.
pub fn day_of(at: i64) -> (i64, i64) {
    let date = local(at);
    (midnight(&date, 0), midnight(&date, 1))
}

/// The start of the local day `days` after that of `at`.
pub fn days_from(at: i64, days: i32) -> i64 {
    midnight(&local(at), days)
}

/// The start of the given weekday (0 = Sunday) of the week after that of `at`; weeks begin on Monday.
pub fn next_weekday(at: i64, weekday: u32) -> i64 {
    days_from(at, days_to_next_week(local(at).get_day(), weekday))
}

fn days_to_next_week(today: u32, weekday: u32) -> i32 {
    let from_monday = |day: u32| (day as i32 + 6) % 7;
    7 - from_monday(today) + from_monday(weekday)
}

/// The value of `<input type="date">` for the local day of `at`.
pub fn to_date_input(at: i64) -> String {
    let date = local(at);
    format!("{:04}-{:02}-{:02}", date.get_full_year(), date.get_month() + 1, date.get_date())
}

/// The start of the local day that `<input type="date">` names.
pub fn from_date_input(value: &str) -> Option<i64> {
    let mut parts = value.split('-').map(|part| part.parse::<u32>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    (year >= 1970 && (1..=12).contains(&month) && (1..=31).contains(&day))
        .then(|| Date::new_with_year_month_day(year, month as i32 - 1, day as i32).get_time() as i64)
}

/// How people place a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Age {
    JustNow,
    Minutes(i64),
    /// Days from today: -1 yesterday, 1 tomorrow.
    Day(i64),
    /// In this calendar year, further than a week.
    ThisYear,
    OtherYear,
}

/// `days`: local days from now to the time.
pub(super) fn age(now: i64, at: i64, days: i64, same_year: bool) -> Age {
    match now - at {
        ago @ 0..HOUR_MS if ago < MINUTE_MS => Age::JustNow,
        ago @ 0..HOUR_MS => Age::Minutes(ago / MINUTE_MS),
        _ if days.abs() < 7 => Age::Day(days),
        _ if same_year => Age::ThisYear,
        _ => Age::OtherYear,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

    #[wasm_bindgen_test]
    fn a_time_is_placed_as_people_say_it() {
        let now = 1_800_000_000_000;
        for (ago, days, same_year, expected) in [
            (0, 0, true, Age::JustNow),
            (59_999, 0, true, Age::JustNow),
            (60_000, 0, true, Age::Minutes(1)),
            (HOUR_MS - 1, 0, true, Age::Minutes(59)),
            (HOUR_MS, 0, true, Age::Day(0)),
            (-1, 0, true, Age::Day(0)),
            (DAY_MS, -1, true, Age::Day(-1)),
            (6 * DAY_MS, -6, true, Age::Day(-6)),
            (7 * DAY_MS, -7, true, Age::ThisYear),
            (400 * DAY_MS, -400, false, Age::OtherYear),
        ] {
            assert_eq!(age(now, now - ago, days, same_year), expected, "{ago} ms ago");
        }
    }

    #[wasm_bindgen_test]
    fn next_wednesday_is_in_the_week_after_this_one() {
        // Today as a weekday from Sunday = 0, and the days to next week's Wednesday.
        for (today, expected) in [(1, 9), (2, 8), (3, 7), (4, 6), (6, 4), (0, 3)] {
            assert_eq!(days_to_next_week(today, 3), expected, "from weekday {today}");
        }
    }

    #[wasm_bindgen_test]
    fn a_date_goes_into_its_field_and_back() {
        for value in ["2026-11-25", "2028-02-29", "1999-12-31"] {
            let at = from_date_input(value).unwrap_or_default();
            assert_eq!(to_date_input(at), value);
            assert_eq!(day_of(at).0, at);
        }
        assert_eq!(from_date_input(""), None);
        assert_eq!(from_date_input("2026-13-01"), None);
    }
}
