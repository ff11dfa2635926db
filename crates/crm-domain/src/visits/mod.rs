//! Visits (走访): a call on a customer, proved by check-in and check-out events (签到, 签退).
mod command;
mod record;
#[cfg(test)]
mod tests;
mod trace;

pub use command::{Command, Fix, NextStep, Position, RADIUS_M};
pub use record::{
    CHECK_IN, CHECK_OUT, CheckIn, CheckOut, VISIT, Visit, check_in, check_in_kind, check_out, check_out_kind, visit,
    visit_kind,
};
pub use trace::trace;
