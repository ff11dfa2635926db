//! Customers (客户): the organisations and persons that a manager's book is made of, and their contacts (联系人).
mod command;
mod detail;
mod query;
mod record;
#[cfg(test)]
mod tests;

pub(crate) use command::merged_into;
pub use command::{Command, Details, differing};
pub(crate) use detail::{plain, plain_val};
pub use query::{
    Card, ContactLine, Detail, Entry, EntryKind, FollowUpLine, List, MergedLine, NeedLine, Page, PhotoLine, Query,
    Sort, View, VisitLine, cadence_days,
};
pub(crate) use query::{card, count, distance, neglected};
pub use record::{CONTACT, CUSTOMER, Contact, Customer, contact, contact_kind, customer, customer_kind, home_of};
