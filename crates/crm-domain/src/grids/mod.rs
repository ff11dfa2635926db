//! Grids (网格, 8.1): the sales territories. Everybody reads them; administrators change them.
use crate::book::Book;
use crate::bucket::{Bucket, Verb};
use crate::command::{Ctx, Draft, DraftChange, Patch, Reads, Rejection, Seen};
use crate::customers::differing;
use crate::ids::Uuid;
use crate::kind::{Class, Kind};
use crate::query::{Asker, NotLoaded, Rows};
use crate::record;
use crate::rules::{Code, needs_text};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

pub const GRID: u16 = 20;

record! {
    /// A territory with one accountable lead (8.6).
    pub struct Grid in grid {
        name: String = 1 lww public;
        code: String = 2 lww public;
        town: String = 3 lww public;
        lead: Uuid = 4 lww public;
        /// A point inside it, WGS-84, 1e-7 degrees.
        lat_e7: i64 = 5 lww public;
        lon_e7: i64 = 6 lww public;
    }
}

pub fn grid_kind() -> Kind {
    Kind {
        number: GRID,
        name: "grid",
        class: Class::A,
        fields: Grid::FIELDS,
        root: None,
        home: |_| Some(Bucket::Org),
        admit: |view| needs_text(view, grid::name, Code::NameMissing),
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    Create { id: Uuid, name: String, code: Option<String>, town: Option<String>, lead: Option<Uuid> },
    Edit { grid: Uuid, name: Option<String>, code: Option<String>, town: Option<String>, lead: Option<Uuid> },
    Archive { grid: Uuid, archived: bool },
}

impl Command {
    pub fn reads(&self) -> Reads {
        match self {
            Command::Create { .. } => Reads::none(),
            Command::Edit { grid, .. } | Command::Archive { grid, .. } => Reads::row(*grid),
        }
    }

    pub fn decide(&self, seen: &Seen, _: &mut Ctx) -> Result<Vec<Draft>, Rejection> {
        let change = match self {
            Command::Create { id, name, code, town, lead } => DraftChange::create(
                GRID,
                *id,
                Patch::new()
                    .set(grid::name, name.trim())
                    .some(grid::code, code.clone())
                    .some(grid::town, town.clone())
                    .some(grid::lead, *lead)
                    .done(),
            ),
            Command::Edit { grid: id, name, code, town, lead } => {
                let patch = Patch::new()
                    .some(grid::name, name.clone())
                    .some(grid::code, code.clone())
                    .some(grid::town, town.clone())
                    .some(grid::lead, *lead);
                DraftChange::edit(GRID, *id, differing(patch.done(), &seen.get(*id)?.body)?)
            }
            Command::Archive { grid: id, archived } => {
                let patch = Patch::new().set(crate::kind::ARCHIVED, *archived).done();
                DraftChange::edit(GRID, *id, differing(patch, &seen.get(*id)?.body)?)
            }
        };
        Ok(vec![change.into()])
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Query {
    /// Every grid, by name.
    All,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View(pub Vec<Line>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub id: Uuid,
    pub name: String,
    pub code: String,
    pub town: String,
    pub lead: Option<Uuid>,
    pub lead_name: String,
    /// Customers of it that are held here.
    pub customers: u32,
    pub archived: bool,
    /// Whoever asks may put customers into it.
    pub open: bool,
}

impl Query {
    pub fn answer(&self, book: &Book, _: &dyn Rows, asker: &Asker) -> Result<View, NotLoaded> {
        let mut held: HashMap<Uuid, u32> = HashMap::new();
        for grid in book.customers.iter().filter(|c| !c.archived).filter_map(|c| c.grid) {
            *held.entry(grid).or_default() += 1;
        }
        let mut lines: Vec<Line> = book
            .grids
            .iter()
            .map(|(id, g)| Line {
                id: *id,
                name: g.name.clone(),
                code: g.code.clone(),
                town: g.town.clone(),
                lead: g.lead,
                lead_name: book.person_name(g.lead),
                customers: held.get(id).copied().unwrap_or(0),
                archived: g.archived,
                open: !g.archived && asker.grants.allow(Bucket::Grid(*id), Verb::Put),
            })
            .collect();
        crate::order::by(&mut lines, |a, b| (&a.town, &a.name, a.id).cmp(&(&b.town, &b.name, b.id)));
        Ok(View(lines))
    }
}
