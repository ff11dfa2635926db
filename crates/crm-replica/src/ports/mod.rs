//! The replica's doors: what goes in, what comes out, and what screens may use of it.
mod device;
mod door;
mod effect;
mod input;

/// Screens word them.
pub use crm_protocol::RefusalCode;
pub use device::{Device, LocateError, Located, Watching};
pub use door::{
    AskError, BringError, Brought, Door, Failure, Later, LookError, Queued, SignInError, Status, Storage, Subscription,
    SyncState, UnsentBlob,
};
pub use effect::{Effect, Endpoint, Key, Store, Write};
pub use input::{Attached, CommitError, Input, NetError, Opened, Session, Sha};
