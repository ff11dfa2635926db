//! What is asked of customers: lists with search, filters and sorts; one customer whole.
use super::detail::detail;
use crate::book::{Book, CustomerLine};
use crate::geo::{self, Point as GeoPoint};
use crate::ids::Uuid;
use crate::query::{Asker, NotLoaded, Rows};
use crate::row::State;
use crate::search::{HitField, Reach, SearchQuery};
use crate::written::mask_phone;
use serde::{Deserialize, Serialize};

pub use super::detail::{
    ContactLine, Detail, Entry, EntryKind, FollowUpLine, MergedLine, NeedLine, PhotoLine, VisitLine,
};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Query {
    List(List),
    Detail {
        customer: Uuid,
    },
    /// Customers that a new one may already be: same name, or same phone.
    Same {
        name: String,
        phone: String,
    },
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sort {
    /// The next follow-up first; then who was longest not visited.
    #[default]
    Next,
    Distance,
    Name,
    LastVisit,
}

/// A window of the list. Texts are as typed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct List {
    pub text: String,
    pub grid: Option<Uuid>,
    /// `A` to `D`; empty: all.
    pub tiers: Vec<String>,
    /// Only customers with a follow-up that is due.
    pub overdue: bool,
    /// Only customers that were not visited within their tier's cadence.
    pub neglected: bool,
    /// Only customers not further than this from `near`, metres.
    pub within_m: Option<u32>,
    pub sort: Sort,
    /// Where the person is, WGS-84, 1e-7 degrees.
    pub near: Option<(i64, i64)>,
    pub archived: bool,
    pub offset: u32,
    pub limit: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// Customers held.
    pub total: u32,
    pub matched: u32,
    pub offset: u32,
    pub cards: Vec<Card>,
    /// Nothing fitted as typed; these are within one slip of it.
    pub fuzzy: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    pub id: Uuid,
    pub name: String,
    /// Ranges of characters of the name that the search met.
    pub matched: Vec<(u16, u16)>,
    pub contact: String,
    /// Masked: `138****6025`.
    pub phone: String,
    pub tier: String,
    pub grid: Option<Uuid>,
    pub grid_name: String,
    pub address: String,
    pub point: Option<(i64, i64)>,
    pub distance_m: Option<u32>,
    pub last_visit: Option<i64>,
    pub next_due: Option<i64>,
    pub next_text: String,
    pub overdue: bool,
    pub open_needs: u32,
    pub archived: bool,
    pub state: State,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum View {
    List(Page),
    /// None: not held here.
    Detail(Option<Box<Detail>>),
    Same(Vec<Card>),
}

impl Query {
    pub fn answer(&self, book: &Book, rows: &dyn Rows, asker: &Asker) -> Result<View, NotLoaded> {
        match self {
            Query::List(list) => Ok(View::List(list.answer(book, asker))),
            Query::Detail { customer } => detail(*customer, book, rows, asker).map(View::Detail),
            Query::Same { name, phone } => Ok(View::Same(same(book, name, phone, asker))),
        }
    }
}

impl List {
    fn answer(&self, book: &Book, asker: &Asker) -> Page {
        let query = SearchQuery::parse(&self.text);
        let keep = |line: &CustomerLine| self.keeps(line, book, asker);
        let window = self.offset as usize..self.offset.saturating_add(self.limit.min(500)) as usize;
        let total = count(book, asker);
        if !query.is_empty() {
            let near = self.sort == Sort::Distance && self.near.is_some();
            // Nearest first needs all that matched; by fit needs the window only.
            let limit = if near { usize::MAX } else { window.end };
            let plain = self.is_plain() && !asker.sifts;
            let found = book.customers.search.find(&query, limit, |slot| match plain {
                true if self.archived => book.customers.at(slot).is_some_and(was_taken_away),
                true => !book.customers.is_archived(slot),
                false => book.customers.at(slot).is_some_and(keep),
            });
            let mut hits = found.hits;
            if near {
                crate::order::by_key(&mut hits, |h| {
                    book.customers.at(h.slot).and_then(|l| self.distance(l)).unwrap_or(u32::MAX)
                });
            }
            let cards = slice(&hits, &window)
                .iter()
                .filter_map(|h| {
                    let line = book.customers.at(h.slot)?;
                    let names = h.matched.iter().filter(|(field, _)| *field == HitField::Name);
                    let matched = names.map(|(_, r)| (r.start as u16, r.end as u16)).collect();
                    Some(Card { matched, ..card(line, book, self.near, asker) })
                })
                .collect();
            let fuzzy = found.reach == Reach::Typo;
            return Page { total, matched: found.total as u32, offset: self.offset, cards, fuzzy };
        }
        let mut lines: Vec<&CustomerLine> = book.customers.iter().filter(|l| keep(l)).collect();
        self.order(&mut lines, book, window.end);
        let cards = slice(&lines, &window).iter().map(|l| card(l, book, self.near, asker)).collect();
        Page { total, matched: lines.len() as u32, offset: self.offset, cards, fuzzy: false }
    }

    /// Nothing but the text and `archived` decides.
    fn is_plain(&self) -> bool {
        let filtered = self.overdue || self.neglected || self.within_m.is_some();
        self.grid.is_none() && self.tiers.is_empty() && !filtered
    }

    fn keeps(&self, line: &CustomerLine, book: &Book, asker: &Asker) -> bool {
        (if self.archived { was_taken_away(line) } else { !line.archived })
            && asker.sees(line.grid)
            && self.grid.is_none_or(|g| line.grid == Some(g))
            && (self.tiers.is_empty() || self.tiers.iter().any(|t| t.as_bytes() == [line.tier]))
            && (!self.overdue || book.rollup(line.id).next.is_some_and(|(due, _)| due < asker.now))
            && (!self.neglected || neglected(line, book, asker.now))
            && self.within_m.is_none_or(|m| self.distance(line).is_some_and(|d| d <= m))
    }

    fn distance(&self, line: &CustomerLine) -> Option<u32> {
        distance(self.near, line.point)
    }

    /// Only the first `upto` need their order.
    fn order(&self, lines: &mut Vec<&CustomerLine>, book: &Book, upto: usize) {
        match self.sort {
            Sort::Next => sort_first(lines, upto, |l| {
                let roll = book.rollup(l.id);
                let next = roll.next.map_or(i64::MAX, |n| n.0);
                (next, last_visit(l, book).unwrap_or(i64::MIN), l.tier, l.id)
            }),
            Sort::Distance => {
                sort_first(lines, upto, |l| (self.distance(l).unwrap_or(u32::MAX), l.tier, l.id));
            }
            Sort::Name => {
                sort_first(lines, upto, |l| (l.order.as_str(), l.id));
            }
            Sort::LastVisit => {
                sort_first(lines, upto, |l| (std::cmp::Reverse(last_visit(l, book)), l.tier, l.id));
            }
        }
    }
}

/// Sorts the `upto` smallest to the front; the rest stays unordered, which a window never shows.
fn sort_first<'a, K: Ord>(items: &mut Vec<&'a CustomerLine>, upto: usize, key: impl Fn(&'a CustomerLine) -> K) {
    let keys: Vec<K> = items.iter().map(|i| key(i)).collect();
    let order = crate::order::first(keys.len(), upto, &|a, b| keys[a as usize].cmp(&keys[b as usize]));
    *items = order.into_iter().map(|place| items[place as usize]).collect();
}

fn slice<'a, T>(items: &'a [T], window: &std::ops::Range<usize>) -> &'a [T] {
    let end = window.end.min(items.len());
    &items[window.start.min(end)..end]
}

/// Not there any more by somebody's wish, rather than merged into another.
fn was_taken_away(line: &CustomerLine) -> bool {
    line.archived && line.same_as.is_none()
}

/// Customers that she may read.
pub(crate) fn count(book: &Book, asker: &Asker) -> u32 {
    match asker.sifts {
        true => book.customers.iter().filter(|line| asker.sees(line.grid)).count() as u32,
        false => book.customers.len() as u32,
    }
}

pub(crate) fn distance(from: Option<(i64, i64)>, to: Option<(i64, i64)>) -> Option<u32> {
    let point = |(lat, lon): (i64, i64)| GeoPoint { lat_e7: lat as i32, lon_e7: lon as i32 };
    Some(geo::distance_m(point(from?), point(to?)).round() as u32)
}

pub(crate) fn last_visit(line: &CustomerLine, book: &Book) -> Option<i64> {
    book.rollup(line.id).last_visit.max(line.earlier_visit)
}

/// Days between visits that a tier is due (4.3).
pub fn cadence_days(tier: u8) -> i64 {
    match tier {
        b'A' => 14,
        b'B' => 30,
        b'C' => 60,
        _ => 120,
    }
}

pub(crate) fn neglected(line: &CustomerLine, book: &Book, now: i64) -> bool {
    !line.archived && last_visit(line, book).is_none_or(|at| now - at > cadence_days(line.tier) * 86_400_000)
}

pub(crate) fn card(line: &CustomerLine, book: &Book, near: Option<(i64, i64)>, asker: &Asker) -> Card {
    let roll = book.rollup(line.id);
    Card {
        id: line.id,
        name: line.name.clone(),
        matched: vec![],
        contact: line.contact.clone(),
        phone: mask_phone(&line.phone),
        tier: char::from(line.tier).to_string(),
        grid: line.grid,
        grid_name: book.grid_name(line.grid),
        address: line.address.clone(),
        point: line.point,
        distance_m: distance(near, line.point),
        last_visit: last_visit(line, book),
        next_due: roll.next.map(|n| n.0),
        next_text: roll.next.map(|n| book.follow_ups[&n.1].text.clone()).unwrap_or_default(),
        overdue: roll.next.is_some_and(|n| n.0 < asker.now),
        open_needs: roll.open_needs,
        archived: line.archived,
        state: line.state,
    }
}

fn same(book: &Book, name: &str, phone: &str, asker: &Asker) -> Vec<Card> {
    let key = crate::written::name_key(name);
    let digits = |s: &str| s.chars().filter(char::is_ascii_digit).collect::<String>();
    let phone = digits(phone);
    book.customers
        .iter()
        .filter(|l| !l.archived && asker.sees(l.grid))
        .filter(|l| {
            (!key.is_empty() && crate::written::name_key(&l.name) == key)
                || (phone.len() >= 7 && digits(&l.phone) == phone)
        })
        .take(5)
        .map(|l| card(l, book, None, asker))
        .collect()
}
