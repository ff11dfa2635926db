//! All customers of one grid to another (bulk reassignment): one record that asks for it, and the server that does it in
//! steps and writes down how far it has come. What stood in the grid when it was asked for is moved, and nothing that came
//! later; taking it back moves what it moved.
use crate::book::Book;
use crate::bucket::{Bucket, Verb};
use crate::command::{Ctx, Draft, DraftChange, Patch, Reads, Rejection, Seen};
use crate::customers::{CUSTOMER, customer};
use crate::ids::Uuid;
use crate::kind::{Class, Kind};
use crate::query::{Asker, NotLoaded, Rows};
use crate::record;
use crate::rules::{Admission, Code};
use crate::val::Val;
use serde::{Deserialize, Serialize};

pub const TRANSFER: u16 = 26;

/// The kind that is moved, and the field that says where it is.
pub const MOVED: u16 = CUSTOMER;
pub const PLACE: u16 = customer::grid;

/// Who stands in a grid, in id order. What was merged goes with the one that it is.
pub fn standing_in(book: &Book, grid: Option<Uuid>) -> Vec<Uuid> {
    let mut ids: Vec<Uuid> =
        book.customers.iter().filter(|c| c.grid == grid && c.same_as.is_none()).map(|c| c.id).collect();
    ids.sort_unstable();
    ids
}

record! {
    /// Lies on the desk of the grid that the customers leave.
    pub struct Transfer in transfer {
        from: Uuid = 1 fixed public;
        to: Uuid = 2 fixed public;
        by: Uuid = 3 fixed public;
        at: i64 = 4 fixed public;
        /// The transfer that this one takes back: then only what that one moved is moved.
        undoes: Uuid = 5 fixed public;
        /// True: no further customers are moved.
        stopped: bool = 6 lww public;
        /// Written by the server.
        moved: i64 = 10 fixed public;
        finished_at: i64 = 11 fixed public;
        /// [`Code`] of what stopped it: the person may not any more.
        failed: i64 = 12 fixed public;
    }
}

impl Transfer {
    /// Whether the server has something to do.
    pub fn is_open(&self) -> bool {
        self.finished_at.is_none() && self.failed.is_none() && self.stopped != Some(true)
    }
}

pub fn transfer_kind() -> Kind {
    Kind {
        number: TRANSFER,
        name: "transfer",
        class: Class::A,
        fields: Transfer::FIELDS,
        root: None,
        home: |view| view.body.get(&transfer::from).and_then(Val::id).map(Bucket::GridLead),
        admit,
    }
}

fn admit(view: &Admission) -> Result<(), Code> {
    let row = Transfer::of(view.after);
    let servers = [transfer::moved, transfer::finished_at, transfer::failed];
    if view.change.new && servers.iter().any(|field| view.after.contains_key(field)) {
        return Err(Code::ServerOnly);
    }
    // Each step is done in this name.
    if view.change.new && row.by != Some(view.actor.user) {
        return Err(Code::NotAllowed);
    }
    match (row.from, row.to) {
        (Some(from), Some(to)) if from != to => Ok(()),
        _ => Err(Code::Malformed),
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Moves all customers of a grid to another. `undoes`: only those that this transfer moved.
    Begin { id: Uuid, from: Uuid, to: Uuid, undoes: Option<Uuid> },
    /// What has not been moved yet stays.
    Stop { transfer: Uuid },
}

impl Command {
    pub fn reads(&self) -> Reads {
        match self {
            Command::Begin { .. } => Reads::none(),
            Command::Stop { transfer } => Reads::row(*transfer),
        }
    }

    pub fn decide(&self, seen: &Seen, ctx: &mut Ctx) -> Result<Vec<Draft>, Rejection> {
        let change = match self {
            Command::Begin { id, from, to, undoes } => {
                // The desk says who may ask; whether she may put them there, the server sees step by step.
                if !ctx.actor.grants.allow(Bucket::Grid(*to), Verb::Put) {
                    return Err(Rejection::on(Code::NotAllowed, transfer::to));
                }
                let patch = Patch::new()
                    .set(transfer::from, *from)
                    .set(transfer::to, *to)
                    .set(transfer::by, ctx.actor.user)
                    .set(transfer::at, ctx.now as i64)
                    .some(transfer::undoes, *undoes);
                DraftChange::create(TRANSFER, *id, patch.done())
            }
            Command::Stop { transfer: id } => {
                seen.get(*id)?;
                DraftChange::edit(TRANSFER, *id, Patch::new().set(transfer::stopped, true).done())
            }
        };
        Ok(vec![change.into()])
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Query {
    /// The transfers from and to a grid, newest first.
    OfGrid(Uuid),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View(pub Vec<Line>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub id: Uuid,
    pub from: Uuid,
    pub to: Uuid,
    pub from_name: String,
    pub to_name: String,
    pub by: String,
    pub at: i64,
    pub moved: i64,
    pub state: Progress,
    /// It takes another one back.
    pub back: bool,
    /// It was taken back, or is being.
    pub taken_back: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Progress {
    Open,
    Done,
    Stopped,
    /// Whoever asked for it may not any more.
    Failed,
}

/// So many of a grid's are shown.
const SHOWN: usize = 5;

impl Query {
    pub fn answer(&self, book: &Book, _: &dyn Rows, asker: &Asker) -> Result<View, NotLoaded> {
        let Query::OfGrid(grid) = self;
        let reads = |row: &Transfer| row.from.is_some_and(|f| asker.grants.allow(Bucket::GridLead(f), Verb::Read));
        let about = |row: &Transfer| row.from == Some(*grid) || row.to == Some(*grid);
        let of_it = book.transfers.iter().filter(|(_, row)| about(row) && reads(row));
        let mut lines: Vec<Line> = of_it.map(|(id, row)| line(*id, row, book)).collect();
        crate::order::by_key(&mut lines, |t| std::cmp::Reverse((t.at, t.id)));
        lines.truncate(SHOWN);
        Ok(View(lines))
    }
}

fn line(id: Uuid, row: &Transfer, book: &Book) -> Line {
    Line {
        id,
        from: row.from.unwrap_or_default(),
        to: row.to.unwrap_or_default(),
        from_name: book.grid_name(row.from),
        to_name: book.grid_name(row.to),
        by: book.person_name(row.by),
        at: row.at.unwrap_or(0),
        moved: row.moved.unwrap_or(0),
        state: match row {
            _ if row.failed.is_some() => Progress::Failed,
            _ if row.finished_at.is_some() => Progress::Done,
            _ if row.stopped == Some(true) => Progress::Stopped,
            _ => Progress::Open,
        },
        back: row.undoes.is_some(),
        taken_back: book.transfers.values().any(|other| other.undoes == Some(id)),
    }
}
