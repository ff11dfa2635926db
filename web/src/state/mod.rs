//! What screens share: the door to the replica, the session, and the hooks on both. Records live in the replica, not here.
mod ask;
mod kept;
mod session;
mod toasts;
mod use_asked;
mod use_command;
mod use_door;
mod use_draft;
mod use_now;
mod use_position;
mod use_query;
mod use_status;
mod use_wide;

pub use ask::Ask;
pub use kept::{Kept, KeptPlaces, use_kept};
pub use session::{Session, SessionAct, SessionHandle, Theme, use_session, use_who};
pub use toasts::{Teller, Toast, ToastAct, Toasts, use_toasts};
pub use use_asked::{Asked, use_asked};
pub use use_command::{Commander, use_command};
pub use use_door::{DeviceHandle, DoorHandle, Handles, SurroundingsHandle, use_device, use_door, use_surroundings};
pub use use_draft::{Draft, use_draft};
pub use use_now::use_now;
pub use use_position::{Whereabouts, use_position};
pub use use_query::{use_query, use_query_if};
pub use use_status::{use_coming, use_status};
pub use use_wide::use_wide;
