//! What the server writes for people to read: history, inbox, traces, verdicts (SYNC 2.3). All are class C.
mod attention;
mod query;

use crate::ids::{OpId, Uuid};
use crate::kind::{Class, Kind, with_actor, with_parent};
use crate::op::Op;
use crate::record;
use crate::rules::anything;

pub use attention::{Choice, Command};
pub use query::{Item, Query, View, attention};

pub const CHANGE: u16 = 30;
pub const INBOX: u16 = 31;
pub const TRACE: u16 = 32;
pub const VERDICT: u16 = 33;
pub const LOG_ROOT: u16 = 35;

type Bytes = Vec<u8>;

record! {
    /// One admitted edit of one field: a child of the record's root.
    pub struct Change in change {
        customer: Uuid = 1 fixed public;
        rec: Uuid = 2 fixed public;
        rec_kind: i64 = 3 fixed public;
        field: i64 = 4 fixed public;
        actor: Uuid = 5 fixed public;
        at: i64 = 6 fixed public;
        /// CBOR of the values before and after; where a value lost, `lost` holds it.
        old: Bytes = 7 fixed personal;
        new: Bytes = 8 fixed personal;
        lost: Bytes = 9 fixed personal;
        /// Whose value was lost.
        loser: Uuid = 10 fixed public;
    }
}

record! {
    /// What became of an op that was not simply applied: lies with whoever lost, was refused or waits.
    pub struct Inbox in inbox {
        /// `lost`, `refused`, `waiting`, `yielded`.
        what: String = 1 fixed public;
        /// [`crate::rules::Code`] or [`crate::rules::Why`].
        code: i64 = 2 fixed public;
        /// The op's bytes, so that any of her devices can offer it again.
        op: Bytes = 3 fixed personal;
        rec: Uuid = 4 fixed public;
        rec_kind: i64 = 5 fixed public;
        root: Uuid = 6 fixed public;
        field: i64 = 7 fixed public;
        /// CBOR: the value that lost and the one that stands.
        mine: Bytes = 8 fixed personal;
        theirs: Bytes = 9 fixed personal;
        /// Whose value stands, and since when.
        other: Uuid = 10 fixed public;
        other_at: i64 = 11 fixed public;
        at: i64 = 12 fixed public;
        label: String = 13 fixed personal;
        mine_at: i64 = 14 fixed public;
        /// `mine`, `theirs`, `both`, `seen`, `again`, `same`: set by the person.
        resolved: String = 20 lww public;
    }
}

record! {
    /// What an event leaves in its author's own bucket, so that her day stays whole when a customer moves.
    pub struct Trace in trace {
        customer: Uuid = 1 fixed public;
        label: String = 2 fixed personal;
        /// The event's kind and id.
        event_kind: i64 = 3 fixed public;
        event: Uuid = 4 fixed public;
        visit: Uuid = 5 fixed public;
        at: i64 = 6 fixed public;
        verdict: String = 7 fixed public;
        grid: Uuid = 8 fixed public;
        dwell_ms: i64 = 9 fixed public;
        by: Uuid = 10 fixed public;
    }
}

record! {
    /// The server's receipt for an event, beside it, since the event itself never changes (SYNC 2.10).
    pub struct Verdict in verdict {
        customer: Uuid = 1 fixed public;
        event: Uuid = 2 fixed public;
        /// The event's hash.
        hash: Bytes = 3 fixed public;
        received_at: i64 = 4 fixed public;
        /// The server's Ed25519 signature over (hash, received_at).
        sig: Bytes = 5 fixed public;
        /// Comma-separated: `link` (chain broken), `signature`, `late`, `unauthorised`, `orphan`.
        flags: String = 6 fixed public;
        /// Of an orphan: from when on its author's rights count, once it is known where it belongs.
        rights_at: i64 = 7 fixed public;
    }
}

record! {
    /// The root of the receipts' log as it stood that day, held by every device of the organisation (SYNC 2.10).
    pub struct LogRoot in log_root {
        /// The epoch that the log began with.
        log: Bytes = 1 fixed public;
        /// So many leaves.
        size: i64 = 2 fixed public;
        /// RFC 6962, SHA-256.
        root: Bytes = 3 fixed public;
        at: i64 = 4 fixed public;
        /// The server's Ed25519 signature over (log, size, root, at).
        sig: Bytes = 5 fixed public;
    }
}

fn server_kind(number: u16, name: &'static str, fields: &'static [crate::kind::FieldSpec]) -> Kind {
    Kind { number, name, class: Class::C, fields, root: Some(1), home: with_parent, admit: anything }
}

pub fn change_kind() -> Kind {
    server_kind(CHANGE, "change", Change::FIELDS)
}

pub fn verdict_kind() -> Kind {
    server_kind(VERDICT, "verdict", Verdict::FIELDS)
}

pub fn log_root_kind() -> Kind {
    let home = |_: &crate::kind::HomeView| Some(crate::bucket::Bucket::Org);
    Kind { root: None, home, ..server_kind(LOG_ROOT, "log_root", LogRoot::FIELDS) }
}

pub fn inbox_kind() -> Kind {
    Kind { root: None, home: with_actor, ..server_kind(INBOX, "inbox", Inbox::FIELDS) }
}

pub fn trace_kind() -> Kind {
    Kind { root: None, home: with_actor, ..server_kind(TRACE, "trace", Trace::FIELDS) }
}

/// What an inbox item tells of an op that was refused or waits. Of several items of one op the greatest holds: what waited
/// and was refused has one of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    Waits,
    /// It waited, and was let through.
    Holds,
    /// It was refused, and put away or offered again.
    Settled,
    /// [`crate::rules::Code`] as its number.
    Refused(u16),
}

impl Inbox {
    /// None for what merely lost or yielded, and where the op cannot be read.
    pub fn fate(&self) -> Option<(OpId, Fate)> {
        let fate = match (self.what.as_deref()?, self.resolved.as_deref().unwrap_or_default()) {
            ("refused", "") => Fate::Refused(self.code.unwrap_or(0) as u16),
            ("waiting", "") => Fate::Waits,
            ("waiting", "mine") => Fate::Holds,
            ("refused" | "waiting", _) => Fate::Settled,
            _ => return None,
        };
        Some((Op::from_bytes(self.op.as_deref()?).ok()?.id(), fate))
    }
}
