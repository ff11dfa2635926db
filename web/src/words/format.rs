//! Times, distances, money and counts as people say them. The browser's `Intl` speaks where a language has its own way.
use super::Locale;
use super::time::{Age, DAY_MS, HOUR_MS, MINUTE_MS, age, day_of, local};
use js_sys::{Array, Function, Intl, Object, Reflect};
use std::cell::RefCell;
use std::collections::HashMap;
use wasm_bindgen::JsValue;

#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Format(pub Locale);

thread_local! {
    /// Making an Intl formatter is slow, using it is not.
    static FORMATTERS: RefCell<HashMap<(&'static str, &'static str), Function>> = RefCell::default();
}

const NUMBER: &str = "number";

impl Format {
    /// 刚刚, 12分钟前, 今天 14:05, 昨天 14:05, 周三, 11-02; with the year where it is another one.
    pub fn when(self, at: i64, now: i64) -> String {
        let zh = self.0 == Locale::Zh;
        match self.age(at, now) {
            Age::JustNow => if zh { "刚刚" } else { "just now" }.into(),
            Age::Minutes(n) if zh => format!("{n}分钟前"),
            Age::Minutes(n) => format!("{n} min ago"),
            Age::Day(days @ -1..=1) => format!("{} {}", self.near_day(days), self.clock(at)),
            Age::Day(_) => self.weekday(at),
            Age::ThisYear => self.month_day(at),
            Age::OtherYear => self.date(at),
        }
    }

    /// The day alone: 今天, 明天, 昨天, 周三, 11-02. For dates in the future and for days without an hour.
    pub fn day(self, at: i64, now: i64) -> String {
        match self.days(at, now) {
            days @ -1..=2 => self.near_day(days).into(),
            -6..=6 => self.weekday(at),
            _ if local(at).get_full_year() == local(now).get_full_year() => self.month_day(at),
            _ => self.date(at),
        }
    }

    /// When something is due: 今天, 今天 14:05, 周三. Midnight means the day.
    pub fn due(self, at: i64, now: i64) -> String {
        let day = self.day(at, now);
        if day_of(at).0 == at { day } else { format!("{day} {}", self.clock(at)) }
    }

    /// How late: 2 小时, 3 天. What is due on a day is late from the day after on.
    pub fn late(self, due: i64, now: i64) -> Option<String> {
        let end = if day_of(due).0 == due { day_of(due).1 } else { due };
        let zh = self.0 == Locale::Zh;
        Some(match now - end {
            ..0 => return None,
            by if by < HOUR_MS => {
                let n = (by / MINUTE_MS).max(1);
                if zh { format!("{n} 分钟") } else { format!("{n} min") }
            }
            by if by < DAY_MS => {
                let n = by / HOUR_MS;
                if zh { format!("{n} 小时") } else { format!("{n} h") }
            }
            by => {
                let n = (by / DAY_MS) as u64;
                if zh { format!("{n} 天") } else { super::plural(n, "day", "days") }
            }
        })
    }

    /// 14:05
    pub fn clock(self, at: i64) -> String {
        let date = local(at);
        format!("{:02}:{:02}", date.get_hours(), date.get_minutes())
    }

    /// 11月25日 周三
    pub fn long_day(self, at: i64) -> String {
        match self.0 {
            Locale::Zh => format!("{}月{}日 {}", local(at).get_month() + 1, local(at).get_date(), self.weekday(at)),
            Locale::En => self.intl(at, "long-day", &[("weekday", "short"), ("month", "short"), ("day", "numeric")]),
        }
    }

    /// 周三
    pub fn weekday(self, at: i64) -> String {
        self.intl(at, "weekday", &[("weekday", "short")])
    }

    /// 2026-11-25 14:05:09, for the exact value on tap.
    pub fn exact(self, at: i64) -> String {
        let date = local(at);
        let seconds = date.get_seconds();
        format!("{} {}:{seconds:02}", super::to_date_input(at), self.clock(at))
    }

    /// 17:32, 1:02:33
    pub fn stopwatch(self, ms: i64) -> String {
        let seconds = ms.max(0) / 1000;
        let (h, m, s) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        if h > 0 { format!("{h}:{m:02}:{s:02}") } else { format!("{m:02}:{s:02}") }
    }

    /// 17 分钟, 1 小时 2 分
    pub fn span(self, ms: i64) -> String {
        let minutes = (ms.max(0) + MINUTE_MS / 2) / MINUTE_MS;
        match (self.0, minutes / 60, minutes % 60) {
            (Locale::Zh, 0, m) => format!("{m} 分钟"),
            (Locale::Zh, h, m) => format!("{h} 小时 {m} 分"),
            (Locale::En, 0, m) => format!("{m} min"),
            (Locale::En, h, m) => format!("{h} h {m} min"),
        }
    }

    /// 38 米, 1.2 公里; metres in.
    pub fn distance(self, m: u32) -> String {
        let (near, far) = match self.0 {
            Locale::Zh => ("米", "公里"),
            Locale::En => ("m", "km"),
        };
        match m {
            0..1000 => format!("{m} {near}"),
            1000..10_000 => format!("{:.1} {far}", f64::from(m) / 1000.0),
            _ => format!("{} {far}", self.count(u64::from(m / 1000))),
        }
    }

    /// ¥1,234.50; from ten thousand on 5.2万, 3.2亿 in Chinese. Minor units in.
    pub fn money(self, minor: i64) -> String {
        let yuan = minor as f64 / 100.0;
        match (self.0, yuan.abs()) {
            (Locale::Zh, size) if size >= 1e8 => format!("¥{}亿", one_digit(yuan / 1e8)),
            (Locale::Zh, size) if size >= 1e4 => format!("¥{}万", one_digit(yuan / 1e4)),
            _ => self.number(
                "money",
                &[("style", "currency"), ("currency", "CNY"), ("currencyDisplay", "narrowSymbol")],
                yuan,
            ),
        }
    }

    /// 20,134
    pub fn count(self, n: u64) -> String {
        self.number(NUMBER, &[], n as f64)
    }

    /// 93%
    pub fn percent(self, part: u64, whole: u64) -> String {
        let percent = (part * 100 + whole / 2).checked_div(whole);
        percent.map_or_else(|| "–".into(), |n| format!("{n}%"))
    }

    fn near_day(self, days: i64) -> &'static str {
        match (self.0, days) {
            (Locale::Zh, -1) => "昨天",
            (Locale::Zh, 0) => "今天",
            (Locale::Zh, 1) => "明天",
            (Locale::Zh, _) => "后天",
            (Locale::En, -1) => "yesterday",
            (Locale::En, 0) => "today",
            (Locale::En, 1) => "tomorrow",
            (Locale::En, _) => "in 2 days",
        }
    }

    /// 11-02
    pub fn month_day(self, at: i64) -> String {
        match self.0 {
            Locale::Zh => super::to_date_input(at).split_off(5),
            Locale::En => self.intl(at, "month-day", &[("month", "short"), ("day", "numeric")]),
        }
    }

    fn date(self, at: i64) -> String {
        match self.0 {
            Locale::Zh => super::to_date_input(at),
            Locale::En => self.intl(at, "date", &[("year", "numeric"), ("month", "short"), ("day", "numeric")]),
        }
    }

    /// Local days from `now` to `at`. Noon to noon, so that a day of 23 or 25 hours counts as one.
    fn days(self, at: i64, now: i64) -> i64 {
        let noon = |at: i64| day_of(at).0 + DAY_MS / 2;
        (noon(at) - noon(now) + DAY_MS / 2).div_euclid(DAY_MS)
    }

    fn age(self, at: i64, now: i64) -> Age {
        let same_year = local(at).get_full_year() == local(now).get_full_year();
        age(now, at, self.days(at, now), same_year)
    }

    fn intl(self, at: i64, name: &'static str, options: &[(&str, &str)]) -> String {
        self.formatted(name, at as f64, || Intl::DateTimeFormat::new(&self.locales(), &object(options)).format())
    }

    fn number(self, name: &'static str, options: &[(&str, &str)], value: f64) -> String {
        self.formatted(name, value, || Intl::NumberFormat::new(&self.locales(), &object(options)).format())
    }

    fn locales(self) -> Array {
        Array::of1(&JsValue::from_str(self.0.tag()))
    }

    fn formatted(self, name: &'static str, value: f64, make: impl FnOnce() -> Function) -> String {
        let format = FORMATTERS.with_borrow_mut(|made| made.entry((self.0.tag(), name)).or_insert_with(make).clone());
        let said = format.call1(&JsValue::NULL, &JsValue::from_f64(value));
        said.ok().and_then(|text| text.as_string()).unwrap_or_default()
    }
}

fn one_digit(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

fn object(options: &[(&str, &str)]) -> Object {
    let object = Object::new();
    for (name, value) in options {
        // A fresh object takes every property.
        let set = Reflect::set(&object, &JsValue::from_str(name), &JsValue::from_str(value));
        debug_assert!(set.is_ok());
    }
    object
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{days_from, from_date_input};
    use wasm_bindgen_test::wasm_bindgen_test;

    /// Wednesday, 2026-11-25 14:08 local.
    fn now() -> i64 {
        from_date_input("2026-11-25").unwrap_or_default() + 14 * HOUR_MS + 8 * MINUTE_MS
    }

    #[wasm_bindgen_test]
    fn times_are_said_as_people_say_them() {
        let (zh, en, now) = (Format(Locale::Zh), Format(Locale::En), now());
        for (at, chinese, english) in [
            (now - 5_000, "刚刚", "just now"),
            (now - 12 * MINUTE_MS, "12分钟前", "12 min ago"),
            (now - 3 * HOUR_MS, "今天 11:08", "today 11:08"),
            (now - DAY_MS, "昨天 14:08", "yesterday 14:08"),
            (now - 3 * DAY_MS, "周日", "Sun"),
            (now - 23 * DAY_MS, "11-02", "Nov 2"),
            (now - 400 * DAY_MS, "2025-10-21", "Oct 21, 2025"),
        ] {
            assert_eq!((zh.when(at, now).as_str(), en.when(at, now).as_str()), (chinese, english));
        }
    }

    #[wasm_bindgen_test]
    fn a_day_without_an_hour_is_late_only_after_it_ended() {
        let (f, now) = (Format(Locale::Zh), now());
        let today = days_from(now, 0);
        assert_eq!(f.late(today, now), None);
        assert_eq!(f.late(now - 2 * HOUR_MS, now).as_deref(), Some("2 小时"));
        assert_eq!(f.late(days_from(now, -3), now).as_deref(), Some("2 天"));
        assert_eq!(f.due(today, now), "今天");
        assert_eq!(f.due(now, now), "今天 14:08");
        assert_eq!(f.due(days_from(now, 7), now), "12-02");
    }

    #[wasm_bindgen_test]
    fn money_distance_and_counts_have_the_units_people_use() {
        let (zh, en) = (Format(Locale::Zh), Format(Locale::En));
        for (minor, chinese, english) in [
            (123_450, "¥1,234.50", "¥1,234.50"),
            (5_200_000, "¥5.2万", "¥52,000.00"),
            (32_000_000_000, "¥3.2亿", "¥320,000,000.00"),
        ] {
            assert_eq!((zh.money(minor).as_str(), en.money(minor).as_str()), (chinese, english));
        }
        assert_eq!((zh.distance(38), en.distance(1_240)), ("38 米".into(), "1.2 km".into()));
        assert_eq!((zh.count(20_134), zh.percent(93, 100)), ("20,134".into(), "93%".into()));
        assert_eq!((zh.stopwatch(1_052_000), zh.span(62 * MINUTE_MS)), ("17:32".into(), "1 小时 2 分".into()));
    }
}
