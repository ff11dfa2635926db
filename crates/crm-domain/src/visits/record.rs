//! Fields of visits and of the two events that prove them.
use crate::ids::Uuid;
use crate::kind::{Class, Kind, with_parent};
use crate::record;
use crate::rules::{Admission, Code, anything};
use crate::val::Val;

pub const VISIT: u16 = 3;
pub const CHECK_IN: u16 = 6;
pub const CHECK_OUT: u16 = 7;

record! {
    /// A planned or unplanned call on a customer; open from check-in to check-out.
    pub struct Visit in visit {
        customer: Uuid = 1 fixed public;
        by: Uuid = 2 fixed public;
        /// The day it is planned for, milliseconds of its local midnight.
        planned_for: i64 = 3 lww public;
        started_at: i64 = 4 first public;
        ended_at: i64 = 5 first public;
        /// `return`, `pitch`, `collect`, `complaint`, or a text of one's own.
        purpose: String = 6 lww public;
        /// `good`, `fair`, `bad` (1.2).
        feedback: String = 7 lww public;
        notes: String = 8 lww personal;
        /// Why there is no next step, where there is none.
        no_next: String = 9 lww public;
        check_in: Uuid = 10 first public;
        check_out: Uuid = 11 first public;
        next: Uuid = 12 lww public;
        verdict: String = 13 first public;
    }
}

record! {
    /// Proof of presence at the start of a visit (8.11). The fix and the reason are committed, so that they can be
    /// erased without breaking the chain.
    pub struct CheckIn in check_in {
        customer: Uuid = 1 fixed public;
        visit: Uuid = 2 fixed public;
        by: Uuid = 3 fixed public;
        /// Device time of the tap, milliseconds.
        at: i64 = 4 fixed public;
        lat_e7: i64 = 5 fixed personal committed;
        lon_e7: i64 = 6 fixed personal committed;
        /// Metres, one standard deviation as the device gives it.
        accuracy_m: i64 = 7 fixed public;
        /// Age of the fix at the tap, milliseconds.
        fix_age_ms: i64 = 8 fixed public;
        distance_m: i64 = 9 fixed public;
        /// `inside`, `edge`, `outside`, `unknown`.
        verdict: String = 10 fixed public;
        reason: String = 11 fixed personal committed;
        /// Device clock less the newest server time known, milliseconds.
        clock_offset_ms: i64 = 12 fixed public;
        utc_offset_min: i64 = 13 fixed public;
        last_contact_ms: i64 = 14 fixed public;
        /// Why there is no fix: `denied`, `unavailable`, `slow`, `stale`.
        no_fix: String = 15 fixed public;
        radius_m: i64 = 16 fixed public;
    }
}

record! {
    /// The end of a visit.
    pub struct CheckOut in check_out {
        customer: Uuid = 1 fixed public;
        visit: Uuid = 2 fixed public;
        by: Uuid = 3 fixed public;
        at: i64 = 4 fixed public;
        lat_e7: i64 = 5 fixed personal committed;
        lon_e7: i64 = 6 fixed personal committed;
        accuracy_m: i64 = 7 fixed public;
        fix_age_ms: i64 = 8 fixed public;
        distance_m: i64 = 9 fixed public;
        verdict: String = 10 fixed public;
        clock_offset_ms: i64 = 12 fixed public;
        utc_offset_min: i64 = 13 fixed public;
        last_contact_ms: i64 = 14 fixed public;
        no_fix: String = 15 fixed public;
        /// From check-in to check-out, milliseconds.
        dwell_ms: i64 = 17 fixed public;
    }
}

pub fn visit_kind() -> Kind {
    Kind {
        number: VISIT,
        name: "visit",
        class: Class::A,
        fields: Visit::FIELDS,
        root: Some(visit::customer),
        home: with_parent,
        admit: admit_visit,
    }
}

pub fn check_in_kind() -> Kind {
    Kind {
        number: CHECK_IN,
        name: "check_in",
        class: Class::B,
        fields: CheckIn::FIELDS,
        root: Some(check_in::customer),
        home: with_parent,
        admit: anything,
    }
}

pub fn check_out_kind() -> Kind {
    Kind {
        number: CHECK_OUT,
        name: "check_out",
        class: Class::B,
        fields: CheckOut::FIELDS,
        root: Some(check_out::customer),
        home: with_parent,
        admit: anything,
    }
}

/// A closed visit has a next step or says why not (UX 3).
fn admit_visit(view: &Admission) -> Result<(), Code> {
    let closed = |field: u16| view.after.get(&field).is_some_and(|v| *v != Val::Null);
    if closed(visit::ended_at) && !closed(visit::next) && !closed(visit::no_next) {
        return Err(Code::NextStepMissing);
    }
    Ok(())
}
