//! What the ledger and the phone both ask before an op holds: who may, and does every rule of its kind hold.
use crate::bucket::{Bucket, Grants, Verb};
use crate::ids::Uuid;
use crate::kind::{Class, HomeView, Kind, Policy, archived};
use crate::op::Change;
use crate::val::{Body, Val};
use serde::{Deserialize, Serialize};

/// Why an op was refused. Numbers travel and are kept; the screen words them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u16)]
pub enum Code {
    Malformed = 1,
    TooLarge = 2,
    /// A create of a record that is there.
    Exists = 3,
    /// An edit of a record that was purged.
    Purged = 4,
    /// It builds on an op that was refused.
    DependsOnRefused = 5,
    /// The field may not be written this way.
    FixedField = 6,
    /// Only the server writes this kind.
    ServerOnly = 7,
    /// The name is missing.
    NameMissing = 10,
    /// A follow-up has no date (UX 3, requirement 6.3).
    DateMissing = 11,
    /// A phone number that cannot be dialled.
    PhoneInvalid = 12,
    /// Out of the range that the field allows.
    OutOfRange = 13,
    /// A text longer than its field allows.
    TooLong = 14,
    /// The visit is already closed.
    VisitClosed = 15,
    /// Check-out needs the next step, or a reason for none.
    NextStepMissing = 16,
    /// The record that a command names is not on this device.
    NotHere = 17,
    /// The person may not do this.
    NotAllowed = 18,
    /// The account name is taken or unusable.
    AccountInvalid = 19,
    /// A reason is asked for and missing.
    ReasonMissing = 20,
    /// The last administrator cannot be taken away.
    LastAdministrator = 21,
    /// Nothing would change.
    Nothing = 22,
    /// One of the two is merged into another already.
    MergedAlready = 23,
}

impl Code {
    pub const ALL: &'static [Code] = &[
        Code::Malformed,
        Code::TooLarge,
        Code::Exists,
        Code::Purged,
        Code::DependsOnRefused,
        Code::FixedField,
        Code::ServerOnly,
        Code::NameMissing,
        Code::DateMissing,
        Code::PhoneInvalid,
        Code::OutOfRange,
        Code::TooLong,
        Code::VisitClosed,
        Code::NextStepMissing,
        Code::NotHere,
        Code::NotAllowed,
        Code::AccountInvalid,
        Code::ReasonMissing,
        Code::LastAdministrator,
        Code::Nothing,
        Code::MergedAlready,
    ];

    pub fn from_number(n: u16) -> Option<Self> {
        Self::ALL.iter().copied().find(|c| *c as u16 == n)
    }
}

/// Why an op waits at the server instead of being applied (SYNC 2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u16)]
pub enum Why {
    NoGrant = 1,
    UnknownRecord = 2,
    UnknownKind = 3,
    Undecodable = 4,
    DeviceRevoked = 5,
    /// An earlier op waits on the same record.
    BehindAnother = 6,
}

/// Who acts, with what she was granted at the op's time.
#[derive(Clone, Debug)]
pub struct Actor {
    pub user: Uuid,
    pub grants: Grants,
}

/// What `admit` judges: one change, the record before and after it, its parent.
pub struct Admission<'a> {
    pub change: &'a Change,
    pub before: Option<&'a Body>,
    pub after: &'a Body,
    pub parent: Option<&'a Body>,
    pub actor: &'a Actor,
    /// Effective time, milliseconds.
    pub at: u64,
}

/// The rules of every kind, then the kind's own.
pub fn admit(kind: &Kind, view: &Admission) -> Result<(), Code> {
    // Of what the server writes, a person may only set what is declared for her (an inbox item's `resolved`).
    let hers = |f: &u16| kind.field(*f).is_some_and(|spec| spec.policy != Policy::Fixed);
    if kind.class == Class::C && (view.change.new || !view.change.patch.keys().all(hers)) {
        return Err(Code::ServerOnly);
    }
    if view.change.new && view.before.is_some() {
        return Err(Code::Exists);
    }
    if !view.change.new {
        let fixed = |f: &u16| kind.class == Class::B || kind.policy(*f) == Policy::Fixed;
        if view.change.patch.keys().any(fixed) {
            return Err(Code::FixedField);
        }
    }
    for (field, val) in &view.change.patch {
        let Some(spec) = kind.field(*field) else { continue };
        if let Val::Text(text) = val
            && text.len() > MAX_TEXT
        {
            return Err(Code::TooLong);
        }
        if !spec.committed && !spec.ty.holds(val) {
            return Err(Code::OutOfRange);
        }
    }
    (kind.admit)(view)
}

/// The longest text of a field, bytes.
pub const MAX_TEXT: usize = 8 * 1024;

impl crate::kind::Type {
    /// A cleared field is null, whatever its type.
    fn holds(self, val: &Val) -> bool {
        use crate::kind::Type;
        matches!(
            (self, val),
            (_, Val::Null)
                | (Type::Text, Val::Text(_))
                | (Type::Int, Val::Int(_))
                | (Type::Bool, Val::Bool(_))
                | (Type::Id, Val::Id(_))
                | (Type::Bytes, Val::Bytes(_))
                | (Type::Set, Val::Set(_) | Val::List(_))
        )
    }
}

/// The verb that a change needs on the record's home before it, and on its home after it where that is another.
pub fn may(actor: &Actor, before: Option<Bucket>, after: Bucket) -> bool {
    let own = after == Bucket::User(actor.user);
    match before {
        None => own || actor.grants.allow(after, Verb::Put),
        Some(home) if home == after => own || actor.grants.allow(home, Verb::Write),
        Some(home) => actor.grants.allow(home, Verb::Write) && actor.grants.allow(after, Verb::Put),
    }
}

/// The home of a record: its kind's rule on its body and its root's.
pub fn home(kind: &Kind, rec: Uuid, body: &Body, parent: Option<&Body>, actor: Uuid) -> Option<Bucket> {
    (kind.home)(&HomeView { rec, body, parent, actor })
}

/// For kinds without rules of their own.
pub fn anything(_: &Admission) -> Result<(), Code> {
    Ok(())
}

/// A required text is there after the change and not blank.
pub fn needs_text(view: &Admission, field: u16, code: Code) -> Result<(), Code> {
    match view.after.get(&field).and_then(Val::text) {
        Some(text) if !text.trim().is_empty() => Ok(()),
        _ if archived(view.after) => Ok(()),
        _ => Err(code),
    }
}
