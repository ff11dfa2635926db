//! The way to the server: requests with a token that renews itself, and the poke that says when to look again.
mod gzip;
mod http;
mod poke;
mod server;

pub use poke::Listening;
pub use server::{Asked, Enrolment, Server, ask_sign_in, heard_at, sign_in};
