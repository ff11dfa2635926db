//! The year before today, its workdays, and the diary by which one grid's visits follow one another.
use crate::draw::Draw;

pub const MINUTE: i64 = 60_000;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;
/// China keeps one time all year.
pub const UTC_OFFSET_MIN: i64 = 8 * 60;

/// When the system went live: the morning a year before today.
pub fn go_live(today: i64) -> i64 {
    today - 365 * DAY + 9 * HOUR
}

/// Local midnights of Mondays to Fridays after the first day and before today, ascending.
fn workdays(today: i64) -> impl Iterator<Item = i64> {
    let local_day = (today + UTC_OFFSET_MIN * MINUTE) / DAY;
    // 1970-01-01 was a Thursday, so Monday is 0 after adding three.
    (1..365).rev().filter(move |ago| (local_day - ago + 3).rem_euclid(7) < 5).map(move |ago| today - ago * DAY)
}

/// The days on which a grid is visited, and how full each of them is.
pub struct Diary {
    /// (midnight, first free minute)
    days: Vec<(i64, i64)>,
}

const MORNING: i64 = 9 * 60;
const LUNCH: (i64, i64) = (12 * 60, 13 * 60 + 30);
const EVENING: i64 = 17 * 60 + 30;
/// Minutes from one customer to the next.
const LONGEST_WAY: i64 = 8;
const TRIES: usize = 12;

impl Diary {
    /// A manager of `grids` grids is in grid number `which` of hers every `grids`-th workday.
    pub fn new(today: i64, which: usize, grids: usize) -> Self {
        let days = workdays(today).enumerate().filter(|(i, _)| i % grids == which % grids);
        Self { days: days.map(|(_, day)| (day, MORNING)).collect() }
    }

    /// Start and end of a visit of so many minutes on a day after `from`; none when no day is left.
    pub fn book(&mut self, from: i64, minutes: i64, draw: &mut Draw) -> Option<(i64, i64)> {
        let first = self.days.partition_point(|(day, _)| *day < from);
        if first == self.days.len() {
            return None;
        }
        let mut any_day = || first + draw.below(self.days.len() - first);
        // A full day gives way to another, within reason.
        let at = (0..TRIES).map(|_| any_day()).find(|at| self.days[*at].1 + minutes + LONGEST_WAY <= EVENING);
        let at = at.unwrap_or_else(any_day);
        Some(self.book_on(at, minutes, draw))
    }

    /// The same on the last workday, or as many workdays of this grid before it as asked.
    pub fn book_lately(&mut self, back: usize, minutes: i64, draw: &mut Draw) -> (i64, i64) {
        let at = self.days.len() - 1 - back.min(self.days.len() - 1);
        self.book_on(at, minutes, draw)
    }

    fn book_on(&mut self, at: usize, minutes: i64, draw: &mut Draw) -> (i64, i64) {
        let (day, free) = &mut self.days[at];
        let mut start = *free + draw.between(2, LONGEST_WAY);
        if start + minutes > LUNCH.0 && start < LUNCH.1 {
            start = LUNCH.1 + draw.between(0, 10);
        }
        if start + minutes > EVENING {
            // A day of more visits than it can hold happens in benchmarks only: they lie side by side.
            start = MORNING + draw.between(0, EVENING - MORNING - minutes);
        } else {
            *free = start + minutes;
        }
        let begin = *day + start * MINUTE + draw.between(0, 59) * 1000;
        (begin, begin + minutes * MINUTE)
    }
}
