//! What every command shares: which rows it must see, what it judges with, what it makes.
use crate::ids::{Ids, Uuid};
use crate::row::Shown;
use crate::rules::{Actor, Code};
use crate::val::{Body, Field, Val};

/// The rows a command must see. The replica loads them first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// Records that stand alone: customers, people, grids, rows of a person's own.
    pub rows: Vec<Uuid>,
    /// Customers with all that belongs to them.
    pub roots: Vec<Uuid>,
}

impl Reads {
    pub fn none() -> Self {
        Self::default()
    }
    pub fn row(id: Uuid) -> Self {
        Self { rows: vec![id], ..Self::default() }
    }
    pub fn root(id: Uuid) -> Self {
        Self { roots: vec![id], ..Self::default() }
    }
}

/// What was loaded for [`Reads`].
#[derive(Clone, Debug, Default)]
pub struct Seen(pub Vec<Shown>);

impl Seen {
    pub fn get(&self, id: Uuid) -> Result<&Shown, Rejection> {
        self.0.iter().find(|s| s.id == id).ok_or(Rejection::of(Code::NotHere))
    }

    pub fn children(&self, root: Uuid, kind: u16) -> impl Iterator<Item = &Shown> {
        self.0.iter().filter(move |s| s.root == root && s.kind == kind)
    }
}

/// What a decision may depend on besides the rows it saw.
pub struct Ctx<'a> {
    pub actor: &'a Actor,
    /// The device's best estimate of true time, milliseconds.
    pub now: u64,
    /// Names this command for ever.
    pub cause: Uuid,
    pub ids: Ids,
}

/// One op to be: all its changes hold, or none. An event stands in a draft of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub changes: Vec<DraftChange>,
    /// What was refused and is tried again: its new name, taken from the old one. None: a part of the command.
    pub cause: Option<Uuid>,
}

impl Draft {
    pub fn of(changes: Vec<DraftChange>) -> Self {
        Self { changes, cause: None }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftChange {
    pub kind: u16,
    pub rec: Uuid,
    pub new: bool,
    pub yields: bool,
    pub patch: Body,
}

impl DraftChange {
    pub fn create(kind: u16, rec: Uuid, patch: Body) -> Self {
        Self { kind, rec, new: true, yields: false, patch }
    }
    pub fn edit(kind: u16, rec: Uuid, patch: Body) -> Self {
        Self { kind, rec, new: false, yields: false, patch }
    }
    pub fn yielding(mut self) -> Self {
        self.yields = true;
        self
    }
}

impl From<DraftChange> for Draft {
    fn from(change: DraftChange) -> Self {
        Draft::of(vec![change])
    }
}

/// The business says no; nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Rejection {
    pub code: Code,
    /// The field that it is about, where one is.
    pub field: Option<u16>,
}

impl Rejection {
    pub fn of(code: Code) -> Self {
        Self { code, field: None }
    }
    pub fn on(code: Code, field: u16) -> Self {
        Self { code, field: Some(field) }
    }
}

/// A body being put together.
#[derive(Clone, Debug, Default)]
pub struct Patch(Body);

impl Patch {
    pub fn new() -> Self {
        Self::default()
    }
    pub fn set(mut self, field: u16, value: impl Into<Val>) -> Self {
        self.0.insert(field, value.into());
        self
    }
    /// An absent value is left out, not cleared.
    pub fn some<T: Field>(mut self, field: u16, value: Option<T>) -> Self {
        if let Some(value) = value {
            self.0.insert(field, value.into_val());
        }
        self
    }
    pub fn done(self) -> Body {
        self.0
    }
}
