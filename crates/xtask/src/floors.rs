//! The house's floors as data: which crate may depend on which, what it must never know, and where it runs.
//! This is the table of the architecture (`crates/README.md`); `cargo xtask tidy` holds the workspace to it.

/// Where a crate is compiled and tested.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Host,
    /// Only for the phone: web-sys has no meaning elsewhere.
    Phone,
    /// Tested on the host, shipped to the phone as a module of its own.
    Both,
}

/// One crate of the workspace.
pub struct Floor {
    pub name: &'static str,
    pub place: Place,
    /// Crates of the workspace that it may depend on (tests' dependencies aside).
    pub may: &'static [&'static str],
    /// Outside crates that would bring in what this floor must not do.
    pub never: &'static [&'static str],
}

const NO_BROWSER: &[&str] = &["web-sys", "js-sys", "wasm-bindgen", "wasm-bindgen-futures", "gloo", "yew"];
/// No IO, no clock, no randomness, no async, no web, no SQL.
const PURE: &[&str] = &[
    "async-trait",
    "axum",
    "chrono",
    "fastrand",
    "futures",
    "getrandom",
    "gloo",
    "indexed_db_futures",
    "js-sys",
    "postgres",
    "rand",
    "rusqlite",
    "time",
    "tokio",
    "wasm-bindgen",
    "wasm-bindgen-futures",
    "web-sys",
    "yew",
];

pub const FLOORS: [Floor; 14] = [
    Floor { name: "crm-search", place: Place::Host, may: &[], never: PURE },
    Floor { name: "crm-domain", place: Place::Host, may: &["crm-search"], never: PURE },
    Floor { name: "crm-protocol", place: Place::Host, may: &["crm-domain"], never: PURE },
    Floor { name: "crm-replica", place: Place::Host, may: &["crm-domain", "crm-protocol"], never: PURE },
    Floor {
        name: "crm-browser",
        place: Place::Phone,
        may: &["crm-domain", "crm-protocol", "crm-replica"],
        never: &["yew", "yew-router"],
    },
    Floor {
        name: "crm-importer",
        place: Place::Both,
        may: &["crm-domain"],
        never: &["web-sys", "gloo", "indexed_db_futures", "yew", "tokio"],
    },
    Floor { name: "crm-demo", place: Place::Host, may: &["crm-domain"], never: PURE },
    Floor {
        name: "crm-server",
        place: Place::Host,
        may: &["crm-demo", "crm-domain", "crm-protocol"],
        never: NO_BROWSER,
    },
    Floor {
        name: "crm-testkit",
        place: Place::Host,
        may: &["crm-domain", "crm-protocol", "crm-replica"],
        never: &["yew"],
    },
    Floor {
        name: "web",
        place: Place::Phone,
        may: &["crm-browser", "crm-domain", "crm-replica"],
        never: &["indexed_db_futures", "rusqlite", "tokio"],
    },
    Floor {
        name: "tests",
        place: Place::Host,
        may: &["crm-demo", "crm-domain", "crm-importer", "crm-protocol", "crm-replica", "crm-server", "crm-testkit"],
        never: &[],
    },
    // Never shipped: the floors below the screens, measured in the browser.
    Floor {
        name: "crm-bench",
        place: Place::Phone,
        may: &["crm-browser", "crm-demo", "crm-domain", "crm-protocol", "crm-replica", "crm-search"],
        never: &["yew"],
    },
    Floor { name: "xtask", place: Place::Host, may: &[], never: &[] },
    Floor { name: "wasm-test-runner", place: Place::Host, may: &[], never: &[] },
];

/// Crates that hold no feature: they carry every record kind and know none by name.
pub const FEATURELESS: [&str; 4] = ["crm-protocol", "crm-replica", "crm-browser", "crm-server"];

/// The names of the crates in these places.
pub fn in_places(places: &[Place]) -> impl Iterator<Item = &'static str> {
    FLOORS.iter().filter(move |floor| places.contains(&floor.place)).map(|floor| floor.name)
}
