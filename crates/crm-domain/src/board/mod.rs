//! The supervisor's board (今日看板, 8.17): grids × people today, a live feed of visits. The same question is asked of a
//! phone's book and, over all grids, of the server's.
use crate::book::Book;
use crate::ids::Uuid;
use crate::people::Role;
use crate::query::{Asker, NotLoaded, Rows};
use crate::visits::CHECK_IN;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    /// The local day, milliseconds.
    pub day: (i64, i64),
    /// Only these grids; empty: all.
    pub grids: Vec<Uuid>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    pub as_of: i64,
    pub grids: u32,
    pub customers: u32,
    pub visits: u32,
    pub inside: u32,
    pub needs: u32,
    pub overdue: u32,
    /// Grids where anything happened or is late, the busiest first.
    pub rows: Vec<GridRow>,
    pub people: Vec<PersonRow>,
    /// Newest first.
    pub feed: Vec<FeedItem>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GridRow {
    pub grid: Option<Uuid>,
    pub name: String,
    pub lead: String,
    pub people: u32,
    pub visits: u32,
    pub planned: u32,
    pub inside: u32,
    pub needs: u32,
    pub overdue: u32,
    pub last_at: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRow {
    pub person: Option<Uuid>,
    pub name: String,
    pub visits: u32,
    pub inside: u32,
    pub last_at: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedItem {
    pub event: Option<Uuid>,
    pub at: i64,
    pub by: String,
    pub customer: Option<Uuid>,
    pub label: String,
    pub grid: Option<Uuid>,
    pub grid_name: String,
    pub arrived: bool,
    pub verdict: String,
    pub dwell_ms: Option<i64>,
}

const FEED: usize = 60;

impl Query {
    pub fn answer(&self, book: &Book, _: &dyn Rows, asker: &Asker) -> Result<View, NotLoaded> {
        let asked = |grid: Option<Uuid>| self.grids.is_empty() || grid.is_some_and(|g| self.grids.contains(&g));
        let today = |at: i64| (self.day.0..self.day.1).contains(&at);
        let grid_of = |root: Uuid| book.customer(root).and_then(|c| c.grid);
        let mut grids: BTreeMap<Option<Uuid>, GridRow> = BTreeMap::new();
        let mut people: BTreeMap<Option<Uuid>, PersonRow> = BTreeMap::new();
        let mut active: BTreeMap<Option<Uuid>, BTreeSet<Option<Uuid>>> = BTreeMap::new();

        let mut traces: Vec<_> = book.traces.values().filter(|t| today(t.at) && asked(t.grid)).collect();
        crate::order::by_key(&mut traces, |t| std::cmp::Reverse((t.at, t.event)));
        for trace in traces.iter().filter(|t| t.event_kind == CHECK_IN) {
            let inside = u32::from(trace.verdict == "inside");
            let row = grids.entry(trace.grid).or_default();
            (row.visits, row.inside) = (row.visits + 1, row.inside + inside);
            row.last_at = row.last_at.max(Some(trace.at));
            let person = people.entry(trace.by).or_default();
            (person.visits, person.inside) = (person.visits + 1, person.inside + inside);
            person.last_at = person.last_at.max(Some(trace.at));
            active.entry(trace.grid).or_default().insert(trace.by);
        }
        for visit in book.visits.values() {
            let planned = visit.started_at.is_none() && visit.planned_for.is_some_and(today);
            if planned && asked(grid_of(visit.root)) {
                grids.entry(grid_of(visit.root)).or_default().planned += 1;
            }
        }
        for need in book.needs.values().filter(|n| today(n.created_at) && asked(grid_of(n.root))) {
            grids.entry(grid_of(need.root)).or_default().needs += 1;
        }
        for step in book.follow_ups.values().filter(|f| f.due < asker.now && asked(grid_of(f.root))) {
            grids.entry(grid_of(step.root)).or_default().overdue += 1;
        }
        for (id, row) in &mut grids {
            let line = id.and_then(|g| book.grids.get(&g));
            row.grid = *id;
            row.name = line.map(|l| l.name.clone()).unwrap_or_default();
            row.lead = line.map(|l| book.person_name(l.lead)).unwrap_or_default();
            row.people = active.get(id).map_or(0, |a| a.len() as u32);
        }
        for (id, row) in &mut people {
            row.person = *id;
            row.name = book.person_name(*id);
        }
        let mut rows: Vec<GridRow> = grids.into_values().collect();
        crate::order::by(&mut rows, |a, b| (b.visits, b.overdue, &a.name).cmp(&(a.visits, a.overdue, &b.name)));
        let mut people: Vec<PersonRow> = people.into_values().collect();
        crate::order::by(&mut people, |a, b| (b.visits, &a.name).cmp(&(a.visits, &b.name)));
        let sum = |f: fn(&GridRow) -> u32| rows.iter().map(f).sum();
        Ok(View {
            as_of: asker.now,
            grids: book.grids.iter().filter(|(id, g)| !g.archived && asked(Some(**id))).count() as u32,
            customers: book.customers.iter().filter(|c| asked(c.grid)).count() as u32,
            visits: sum(|r| r.visits),
            inside: sum(|r| r.inside),
            needs: sum(|r| r.needs),
            overdue: sum(|r| r.overdue),
            people,
            feed: traces
                .iter()
                .take(FEED)
                .map(|t| FeedItem {
                    event: t.event,
                    at: t.at,
                    by: book.person_name(t.by),
                    customer: t.customer,
                    label: t.label.clone(),
                    grid: t.grid,
                    grid_name: book.grid_name(t.grid),
                    arrived: t.event_kind == CHECK_IN,
                    verdict: t.verdict.clone(),
                    dwell_ms: t.dwell_ms,
                })
                .collect(),
            rows,
        })
    }
}

/// Whether a role opens on the board.
pub fn opens_on_board(role: Role) -> bool {
    matches!(role, Role::Supervisor | Role::Administrator)
}
