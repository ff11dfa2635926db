//! People, what they were granted, and their devices. Administration is ops too (SYNC 2.1), secrets apart.
mod command;
mod query;
mod record;

pub use command::Command;
pub use query::{DeviceLine, Given, Line, Query, View};
pub use record::{
    DEVICE, Device, GRANT, Grant, PERSON, Person, Role, account_name, device, device_kind, grant, grant_kind, person,
    person_kind, role_grants,
};
