//! Golden messages: one or more of each message, op, row, link and stored form, as this release writes them. What lies in
//! `crates/crm-protocol/golden/v<n>/` is never changed once release n (`APP`) is out; later ones still read it.
mod kinds;
mod samples;
mod seeds;
mod text;

pub use kinds::kinds;
pub use samples::samples;
pub use seeds::{SEEDS, seeds};
pub use text::{parse, render};

/// One message and its bytes.
pub struct Golden {
    pub name: &'static str,
    /// What it is, in a line.
    pub what: &'static str,
    pub bytes: Vec<u8>,
    /// Reads bytes as this kind of message and writes what it has read.
    pub again: fn(&[u8]) -> Result<Vec<u8>, String>,
    /// A map whose reader skips keys that it does not know.
    pub grows: bool,
}

/// The folder of a release's messages.
pub fn folder(release: u16) -> std::path::PathBuf {
    std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/crm-protocol/golden"))
        .join(format!("v{release}"))
}
