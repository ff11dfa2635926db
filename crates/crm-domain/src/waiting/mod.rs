//! What waits at the server until somebody decides (SYNC 2.2): an op that waits lies on a desk, and whoever may write there
//! lets it through or refuses it. The decision is an op itself, so it is audited, and given back after a restore; it may
//! come before what it is about.
mod query;

use crate::bucket::Bucket;
use crate::command::{Ctx, Draft, DraftChange, Patch, Reads, Rejection, Seen};
use crate::ids::{OpId, Uuid};
use crate::kind::{Class, HomeView, Kind};
use crate::record;
use crate::rules::{Admission, Code, anything};
use crate::val::{Body, Val};
use serde::{Deserialize, Serialize};

pub use query::{Change, Field, Item, Query, Settled, View};

pub const WAITING: u16 = 34;
pub const DECISION: u16 = 24;

type Bytes = Vec<u8>;

record! {
    /// An op that waits, on the desk of those who may decide: written by the server.
    pub struct Waiting in waiting {
        /// The op's id, big-endian.
        op: Bytes = 1 fixed public;
        /// The op as it was sent; taken away once it holds.
        bytes: Bytes = 2 fixed personal;
        actor: Uuid = 3 fixed public;
        /// [`crate::rules::Why`].
        why: i64 = 4 fixed public;
        since: i64 = 5 fixed public;
        /// The customer that it is about, or the record itself; named by whoever may read it.
        root: Uuid = 6 fixed public;
        /// [`Bucket::to_bytes`] of the desk that it lies on.
        desk: Bytes = 7 fixed public;
        /// `allowed`, `refused`, or `arrived`: what it waited for came. Absent while it waits.
        settled: String = 10 fixed public;
        settled_at: i64 = 11 fixed public;
        /// Who decided.
        settled_by: Uuid = 12 fixed public;
    }
}

record! {
    /// A decision about one op at one desk. The first one counts.
    pub struct Decision in decision {
        /// The op's id, big-endian.
        op: Bytes = 1 fixed public;
        allow: bool = 2 fixed public;
        /// [`Bucket::to_bytes`]: whoever may write there decides.
        desk: Bytes = 3 fixed public;
    }
}

impl Decision {
    /// None where it names no op, or no desk.
    pub fn about(&self) -> Option<(OpId, Bucket, bool)> {
        Some((op_of(self.op.as_deref()?)?, desk_named(self.desk.as_deref()?)?, self.allow?))
    }
}

/// The desk where it is decided who may write into a bucket: a grid's leads, else the administrators.
pub fn desk_of(bucket: Bucket) -> Bucket {
    match bucket {
        Bucket::Grid(grid) | Bucket::GridLead(grid) | Bucket::Pool(grid) => Bucket::GridLead(grid),
        _ => Bucket::OrgAdmin,
    }
}

/// Whether ops are decided about in this bucket.
pub fn is_desk(bucket: Bucket) -> bool {
    matches!(bucket, Bucket::GridLead(_) | Bucket::OrgAdmin)
}

/// Since when a record of a desk is over, effective milliseconds: a line of the queue that is settled, a decision from the
/// moment it was written. None: it is open, or no desk's.
pub fn over_since(kind: u16, body: &Body, written_at: u64) -> Option<u64> {
    match kind {
        WAITING => Waiting::of(body).settled_at.map(|at| at as u64),
        DECISION => Some(written_at),
        _ => None,
    }
}

fn desk_named(bytes: &[u8]) -> Option<Bucket> {
    Bucket::from_bytes(bytes).filter(|desk| is_desk(*desk))
}

fn op_of(bytes: &[u8]) -> Option<OpId> {
    Some(OpId::from_be_bytes(bytes.try_into().ok()?))
}

fn desk_in(view: &HomeView, field: u16) -> Option<Bucket> {
    match view.body.get(&field)? {
        Val::Bytes(bytes) => desk_named(bytes),
        _ => None,
    }
}

fn admit_decision(view: &Admission) -> Result<(), Code> {
    Decision::of(view.after).about().map(drop).ok_or(Code::Malformed)
}

pub fn waiting_kind() -> Kind {
    Kind {
        number: WAITING,
        name: "waiting",
        class: Class::C,
        fields: Waiting::FIELDS,
        root: None,
        home: |view| desk_in(view, waiting::desk),
        admit: anything,
    }
}

pub fn decision_kind() -> Kind {
    Kind {
        number: DECISION,
        name: "decision",
        class: Class::A,
        fields: Decision::FIELDS,
        root: None,
        home: |view| desk_in(view, decision::desk),
        admit: admit_decision,
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Lets an op through, or refuses it, at the desk where it lies.
    Decide { op: OpId, desk: Bucket, allow: bool },
}

impl Command {
    pub fn reads(&self) -> Reads {
        Reads::none()
    }

    pub fn decide(&self, _: &Seen, ctx: &mut Ctx) -> Result<Vec<Draft>, Rejection> {
        let Command::Decide { op, desk, allow } = self;
        Ok(vec![DraftChange::create(DECISION, ctx.ids.mint(), body(*op, *desk, *allow)).into()])
    }
}

/// The fields of a decision.
pub fn body(op: OpId, desk: Bucket, allow: bool) -> Body {
    Patch::new()
        .set(decision::op, op.to_be_bytes().to_vec())
        .set(decision::allow, allow)
        .set(decision::desk, desk.to_bytes())
        .done()
}

/// A waiting op's line in the book, whole: there are few.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub row: Waiting,
    pub desk: Bucket,
    pub op: OpId,
}

impl Line {
    pub fn of(row: Waiting) -> Option<Self> {
        let (desk, op) = (desk_named(row.desk.as_deref()?)?, op_of(row.op.as_deref()?)?);
        Some(Self { row, desk, op })
    }
}
