//! What screens need of the machine besides the replica and the position: the way in, and what kind of browser this is.
//! Implemented where the app is wired, in `main.rs`.
use crm_domain::ids::Uuid;
use crm_domain::people::Role;
use crm_replica::ports::{Device, Door, Later, SignInError, Subscription};
use std::rc::Rc;

/// Everything that the app stands on.
#[derive(Clone)]
pub struct Ports {
    pub entrance: Rc<dyn Entrance>,
    pub device: Rc<dyn Device>,
    pub surroundings: Rc<dyn Surroundings>,
}

/// The person at this device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    pub user: Uuid,
    pub account: String,
    pub name: String,
    pub role: Role,
}

/// An open copy of the book, and whose it is.
#[derive(Clone)]
pub struct Entered {
    pub who: Who,
    pub door: Rc<dyn Door>,
}

/// What a start without the network finds.
#[derive(Clone)]
pub enum Resumed {
    /// The copy of whoever was signed in last is open.
    Open(Entered),
    /// Nobody is signed in; the account used last, if there is one.
    Nobody { last_account: Option<String> },
    /// The system cleared this phone's storage since it was last used: what had not been sent, and when the server was
    /// last reached, server milliseconds. `spared` of it lies here in a spare copy, and goes up after the next sign-in.
    Cleared { unsent: u32, last_contact_ms: Option<u64>, spared: u32 },
    /// No IndexedDB or no WebCrypto: nothing can be kept here.
    NoStorage,
    /// The database is there and does not open.
    Broken,
    /// The code that opens her copy could not be fetched.
    Unfetched,
}

/// Why somebody is not signed in any more without having asked for it here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gone {
    /// Signed out in another tab.
    SignedOut,
    /// The device was revoked or reported lost, and her data here are deleted.
    Wiped,
    /// She had just come in, and nothing can be kept here.
    NoStorage,
}

/// The way in.
pub trait Entrance {
    fn resume(&self) -> Later<Resumed>;
    fn sign_in(&self, account: String, password: String) -> Later<Result<Entered, SignInError>>;
    /// Asked where nothing is here: when the server last heard from this device, if it had something once.
    fn cleared_since(&self) -> Later<Option<u64>>;
    /// Device clock less server clock, milliseconds, where it is known: a clock that is far off makes check-in times wrong.
    fn clock_error_ms(&self) -> Option<i64>;
    fn on_gone(&self, told: Box<dyn Fn(Gone)>);
}

/// What a person must know or do before sign-in, so that nothing typed is lost later (UX 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstallHint {
    /// Installed, or nothing to gain by it.
    None,
    /// The browser can install at a tap.
    AndroidPrompt,
    /// Safari in a tab: the home screen by hand, in three steps.
    IosSteps,
    /// Inside another app's browser (WeChat): open it in a real one.
    InApp,
}

/// The browser around the app.
pub trait Surroundings {
    fn install_hint(&self) -> InstallHint;
    /// Shows the browser's install question; whether the person agreed.
    fn install(&self) -> Later<bool>;
    fn online(&self) -> bool;
    /// Whether the browser tells a mobile network from Wi-Fi.
    fn tells_roads(&self) -> bool;
    /// She asked the phone to save data.
    fn saves_data(&self) -> bool;
    /// The host that this app was loaded from, as people read it.
    fn server(&self) -> String;
    /// A new version waits to take over.
    fn update_ready(&self) -> bool;
    /// Lets it take over; the page reloads.
    fn accept_update(&self);
    /// Calls back whenever one of the above may have changed.
    fn changed(&self, told: Box<dyn Fn()>) -> Subscription;
    /// A small setting of this device: `locale`, `theme`, `large`, `last-grid`.
    fn setting(&self, name: &str) -> Option<String>;
    fn keep_setting(&self, name: &str, value: Option<&str>);
    /// Hands a file to the person; false where the browser would not.
    fn give_file(&self, name: &str, mime: &str, bytes: Vec<u8>) -> bool;
    fn copy(&self, text: &str) -> Later<bool>;
    /// Bytes in use and bytes allowed, where the browser tells.
    fn storage(&self) -> Later<Option<(u64, u64)>>;
}
