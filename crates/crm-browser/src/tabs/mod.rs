//! Several tabs, one writer (SYNC 2.7): a Web Lock says who writes, a channel carries what the others want done.
mod channel;
mod lock;

pub use channel::{Channel, Forwarded, Message, News};
pub use lock::{Held, How, Queueing};
