//! What the organisation has settled for all its devices: one record, in the bucket that everybody reads.
use crate::book::Book;
use crate::bucket::Bucket;
use crate::command::{Ctx, Draft, DraftChange, Patch, Reads, Rejection, Seen};
use crate::ids::{Uuid, derived_id};
use crate::kind::{Class, Kind};
use crate::query::{Asker, NotLoaded, Rows};
use crate::record;
use crate::rules::{Admission, Code};
use serde::{Deserialize, Serialize};

pub const SETTINGS: u16 = 27;

/// A device without contact for longer shows no customers until it has been in contact (SYNC 2.13).
pub const LEASE_DAYS: i64 = 45;
/// The choices that administrators have.
pub const LEASES: [i64; 5] = [7, 14, 30, LEASE_DAYS, 90];

record! {
    pub struct Settings in settings {
        lease_days: i64 = 1 lww public;
    }
}

/// There is one.
pub fn id() -> Uuid {
    derived_id(0, &[b"settings"])
}

pub fn settings_kind() -> Kind {
    Kind {
        number: SETTINGS,
        name: "settings",
        class: Class::A,
        fields: Settings::FIELDS,
        root: None,
        home: |_| Some(Bucket::Org),
        admit,
    }
}

fn admit(view: &Admission) -> Result<(), Code> {
    let lease = Settings::of(view.after).lease_days;
    if view.change.rec != id() {
        return Err(Code::Malformed);
    }
    if lease.is_some_and(|days| !LEASES.contains(&days)) { Err(Code::OutOfRange) } else { Ok(()) }
}

/// Whether a device's customers are locked: its last contact, and the time now, both milliseconds.
pub fn lease_is_over(last_contact: Option<i64>, now: i64, lease_days: i64) -> bool {
    last_contact.is_some_and(|at| now - at > lease_days * 86_400_000)
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    SetLease { days: i64 },
}

impl Command {
    pub fn reads(&self) -> Reads {
        Reads::row(id())
    }

    pub fn decide(&self, seen: &Seen, _: &mut Ctx) -> Result<Vec<Draft>, Rejection> {
        let Command::SetLease { days } = self;
        let patch = Patch::new().set(settings::lease_days, *days).done();
        let change = match seen.get(id()) {
            Ok(_) => DraftChange::edit(SETTINGS, id(), patch),
            Err(_) => DraftChange::create(SETTINGS, id(), patch),
        };
        Ok(vec![change.into()])
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Query {
    Now,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    pub lease_days: i64,
}

impl Query {
    pub fn answer(&self, book: &Book, _: &dyn Rows, _: &Asker) -> Result<View, NotLoaded> {
        Ok(View { lease_days: book.settings.lease_days.unwrap_or(LEASE_DAYS) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_ends_after_its_days_and_never_without_a_contact() {
        const DAY: i64 = 86_400_000;
        for (contact, now, days, over) in [
            (None, 400 * DAY, 45, false),
            (Some(0), 45 * DAY, 45, false),
            (Some(0), 45 * DAY + 1, 45, true),
            (Some(0), 8 * DAY, 7, true),
            // A clock that was set back.
            (Some(50 * DAY), 0, 7, false),
        ] {
            assert_eq!(lease_is_over(contact, now, days), over, "{contact:?} {now} {days}");
        }
    }
}
