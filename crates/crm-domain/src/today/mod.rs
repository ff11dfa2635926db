//! Today (今日): the next thing to do first, a promise to a customer before any task of our own (1.4).
use crate::book::Book;
use crate::customers::{Card, card, neglected};
use crate::ids::Uuid;
use crate::query::{Asker, NotLoaded, Rows};
use crate::row::State;
use crate::visits::CHECK_IN;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Query {
    /// The local day, milliseconds: start, and start of the next.
    pub day: (i64, i64),
    /// Where the person is, WGS-84, 1e-7 degrees, if she said.
    pub near: Option<(i64, i64)>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct View {
    /// Promises due by the end of the day, the oldest first.
    pub promises: Vec<Due>,
    /// Other follow-ups due by the end of the day.
    pub due: Vec<Due>,
    /// My visits of the day in order: done, open, then planned.
    pub visits: Vec<Stop>,
    pub open_visit: Option<OpenVisit>,
    /// Beyond their tier's cadence (4.3).
    pub neglected: u32,
    /// Not visited within their cadence and at most 1 km away; none without a position.
    pub nearby: Option<u32>,
    pub made: Numbers,
    pub customers: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Due {
    pub follow_up: Uuid,
    pub due: i64,
    pub text: String,
    pub state: State,
    pub card: Card,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stop {
    pub visit: Uuid,
    pub planned_for: Option<i64>,
    pub started_at: Option<i64>,
    pub ended_at: Option<i64>,
    pub verdict: String,
    pub label: String,
    pub customer: Option<Uuid>,
    /// None where the customer has left this device.
    pub card: Option<Card>,
    pub state: State,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenVisit {
    pub visit: Uuid,
    pub customer: Uuid,
    pub name: String,
    pub started_at: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbers {
    pub visits: u32,
    pub needs: u32,
    pub follow_ups: u32,
    pub new_customers: u32,
}

const MANY: usize = 50;
const NEAR_M: u32 = 1000;

impl Query {
    pub fn answer(&self, book: &Book, _: &dyn Rows, asker: &Asker) -> Result<View, NotLoaded> {
        let (start, end) = self.day;
        let today = |at: i64| (start..end).contains(&at);
        let mut open: Vec<_> = book.follow_ups.iter().filter(|(_, f)| f.due < end).collect();
        crate::order::by_key(&mut open, |(id, f)| (f.due, **id));
        let dues = |promised: bool| {
            open.iter()
                .filter(|(_, f)| f.promised == promised)
                .filter_map(|(id, f)| {
                    let line = book.customer(f.root).filter(|c| !c.archived && asker.sees(c.grid))?;
                    let card = card(line, book, self.near, asker);
                    Some(Due { follow_up: **id, due: f.due, text: f.text.clone(), state: f.state, card })
                })
                .take(MANY)
                .collect::<Vec<_>>()
        };
        let visits = self.visits(book, asker);
        let mine = |by: Option<Uuid>| by == Some(asker.user);
        let seen = || book.customers.iter().filter(|line| asker.sees(line.grid));
        let made = Numbers {
            visits: visits.iter().filter(|v| v.started_at.is_some()).count() as u32,
            needs: book.needs.values().filter(|n| mine(n.by) && today(n.created_at)).count() as u32,
            follow_ups: open.iter().filter(|(_, f)| mine(f.by)).count() as u32,
            new_customers: seen().filter(|c| c.created_at.is_some_and(today)).count() as u32,
        };
        let neglect: Vec<_> = seen().filter(|line| neglected(line, book, asker.now)).collect();
        let nearby = self.near.map(|_| {
            let close = |p| crate::customers::distance(self.near, p).is_some_and(|d| d <= NEAR_M);
            neglect.iter().filter(|l| close(l.point)).count() as u32
        });
        Ok(View {
            promises: dues(true),
            due: dues(false),
            open_visit: open_visit(book, asker),
            visits,
            neglected: neglect.len() as u32,
            nearby,
            made,
            customers: crate::customers::count(book, asker),
        })
    }

    /// Visits held as rows, and those that only a trace remembers because the customer has left.
    fn visits(&self, book: &Book, asker: &Asker) -> Vec<Stop> {
        let today = |at: Option<i64>| at.is_some_and(|at| (self.day.0..self.day.1).contains(&at));
        let mut stops: Vec<Stop> = book
            .visits
            .iter()
            .filter(|(_, v)| v.by == Some(asker.user) && sees(book, v.root, asker))
            .filter(|(_, v)| today(v.started_at) || (v.started_at.is_none() && today(v.planned_for)))
            .map(|(id, v)| {
                let card = book.customer(v.root).map(|l| card(l, book, self.near, asker));
                Stop {
                    visit: *id,
                    planned_for: v.planned_for,
                    started_at: v.started_at,
                    ended_at: v.ended_at,
                    verdict: v.verdict.clone().unwrap_or_default(),
                    label: card.as_ref().map(|c| c.name.clone()).unwrap_or_default(),
                    customer: Some(v.root),
                    card,
                    state: v.state,
                }
            })
            .collect();
        for trace in book.traces.values().filter(|t| t.by == Some(asker.user) && today(Some(t.at))) {
            let Some(visit) = trace.visit.filter(|v| !stops.iter().any(|s| s.visit == *v && s.card.is_some())) else {
                continue;
            };
            let index = stops.iter().position(|s| s.visit == visit).unwrap_or_else(|| {
                stops.push(Stop {
                    visit,
                    planned_for: None,
                    started_at: None,
                    ended_at: None,
                    verdict: String::new(),
                    label: trace.label.clone(),
                    customer: trace.customer,
                    card: None,
                    state: State::Confirmed,
                });
                stops.len() - 1
            });
            if trace.event_kind == CHECK_IN {
                stops[index].started_at = Some(trace.at);
                stops[index].verdict.clone_from(&trace.verdict);
            } else {
                stops[index].ended_at = Some(trace.at);
            }
        }
        crate::order::by_key(&mut stops, |s| (s.started_at.is_none(), s.started_at.or(s.planned_for), s.visit));
        stops
    }
}

fn sees(book: &Book, customer: Uuid, asker: &Asker) -> bool {
    !asker.sifts || book.customer(customer).is_some_and(|line| asker.sees(line.grid))
}

/// The visit that this person has begun and not ended; the newest, should there be several.
fn open_visit(book: &Book, asker: &Asker) -> Option<OpenVisit> {
    book.visits
        .iter()
        .filter(|(_, v)| v.by == Some(asker.user) && v.ended_at.is_none() && sees(book, v.root, asker))
        .filter_map(|(id, v)| Some((v.started_at?, *id, v.root)))
        .max()
        .map(|(started_at, visit, customer)| OpenVisit {
            visit,
            customer,
            name: book.customer(customer).map(|c| c.name.clone()).unwrap_or_default(),
            started_at,
        })
}
