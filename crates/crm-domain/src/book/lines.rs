//! One line per record that a list or a board may need, without reading the record itself.
use crate::bucket::Bucket;
use crate::grids::Grid;
use crate::history::{Fate, Inbox, Trace};
use crate::ids::{OpId, Uuid};
use crate::imports::Batch;
use crate::people::{Device, Grant, Person, Role};
use crate::privacy::Consent;
use crate::row::State;
use std::collections::BTreeSet;

/// What a customer's children add up to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rollup {
    pub last_visit: Option<i64>,
    /// The earliest open follow-up: when it is due, and which.
    pub next: Option<(i64, Uuid)>,
    pub open_needs: u32,
    pub follow_ups: BTreeSet<Uuid>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenFollowUp {
    pub root: Uuid,
    pub due: i64,
    pub text: String,
    pub promised: bool,
    pub by: Option<Uuid>,
    pub state: State,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeedLine {
    pub root: Uuid,
    pub by: Option<Uuid>,
    pub created_at: i64,
    pub open: bool,
    pub urgency: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitLine {
    pub root: Uuid,
    pub by: Option<Uuid>,
    pub planned_for: Option<i64>,
    pub started_at: Option<i64>,
    pub ended_at: Option<i64>,
    pub verdict: Option<String>,
    pub state: State,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceLine {
    pub customer: Option<Uuid>,
    pub label: String,
    pub event_kind: u16,
    pub event: Option<Uuid>,
    pub visit: Option<Uuid>,
    pub at: i64,
    pub verdict: String,
    pub grid: Option<Uuid>,
    pub dwell_ms: Option<i64>,
    pub by: Option<Uuid>,
}

impl TraceLine {
    pub fn of(row: Trace) -> Self {
        Self {
            customer: row.customer,
            label: row.label.unwrap_or_default(),
            event_kind: row.event_kind.unwrap_or(0) as u16,
            event: row.event,
            visit: row.visit,
            at: row.at.unwrap_or(0),
            verdict: row.verdict.unwrap_or_default(),
            grid: row.grid,
            dwell_ms: row.dwell_ms,
            by: row.by,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GridLine {
    pub name: String,
    pub code: String,
    pub town: String,
    pub lead: Option<Uuid>,
    pub point: Option<(i64, i64)>,
    pub archived: bool,
}

impl GridLine {
    pub fn of(row: Grid, archived: bool) -> Self {
        Self {
            name: row.name.unwrap_or_default(),
            code: row.code.unwrap_or_default(),
            town: row.town.unwrap_or_default(),
            lead: row.lead,
            point: row.lat_e7.zip(row.lon_e7),
            archived,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonLine {
    pub name: String,
    pub account: String,
    pub role: Role,
    pub active: bool,
}

impl PersonLine {
    /// A role of a newer version reads as the one that may least.
    pub fn of(row: Person) -> Self {
        Self {
            name: row.name.unwrap_or_default(),
            account: row.account.unwrap_or_default(),
            role: row.role.as_deref().and_then(Role::from_word).unwrap_or(Role::Manager),
            active: row.active.unwrap_or(true),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantLine {
    pub user: Uuid,
    pub bucket: Bucket,
    pub verb: i64,
    pub ended: bool,
}

impl GrantLine {
    pub fn of(row: Grant) -> Option<Self> {
        let bucket = Bucket::from_bytes(row.bucket.as_deref()?)?;
        Some(Self { user: row.user?, bucket, verb: row.verb?, ended: row.ended_at.is_some() })
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceLine {
    pub user: Option<Uuid>,
    pub label: String,
    pub state: String,
    pub enrolled_at: i64,
}

impl DeviceLine {
    pub fn of(row: Device) -> Self {
        Self {
            user: row.user,
            label: row.label.unwrap_or_default(),
            state: row.state.unwrap_or_default(),
            enrolled_at: row.enrolled_at.unwrap_or(0),
        }
    }
}

/// An inbox row whole: there are few.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboxLine {
    pub row: Inbox,
    pub resolved: bool,
    /// [`Inbox::fate`], read once.
    pub fate: Option<(OpId, Fate)>,
}

impl InboxLine {
    pub fn of(row: Inbox) -> Self {
        let resolved = row.resolved.as_deref().is_some_and(|r| !r.is_empty());
        let fate = row.fate();
        Self { row, resolved, fate }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentLine {
    pub by: Option<Uuid>,
    pub at: i64,
    pub version: i64,
    pub agreed: bool,
}

impl ConsentLine {
    pub fn of(row: Consent) -> Self {
        Self {
            by: row.by,
            at: row.at.unwrap_or(0),
            version: row.version.unwrap_or(0),
            agreed: row.agreed.unwrap_or(false),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportLine {
    pub file: String,
    pub at: i64,
    pub created: i64,
    pub updated: i64,
    pub refused: i64,
    pub reverted_at: Option<i64>,
}

impl ImportLine {
    pub fn of(row: Batch) -> Self {
        Self {
            file: row.file.unwrap_or_default(),
            at: row.at.unwrap_or(0),
            created: row.created.unwrap_or(0),
            updated: row.updated.unwrap_or(0),
            refused: row.refused.unwrap_or(0),
            reverted_at: row.reverted_at,
        }
    }
}
