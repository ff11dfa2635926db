//! Commands, questions and answers as JSON, for other tabs and for `/ask`. The code for it is large and not needed to show
//! the book, so with the feature `split` it lies in the wasm file of what opens later (`web/README.md`).
use crm_domain::registry::{Command, Query, View};

/// The code did not arrive.
#[cfg(feature = "split")]
pub type Missing = wasm_split_helpers::SplitLoaderError;
#[cfg(not(feature = "split"))]
pub type Missing = std::convert::Infallible;

macro_rules! later {
    ($($(#[$doc:meta])* pub fn $name:ident($arg:ident: $from:ty) -> $to:ty $body:block)*) => {$(
        $(#[$doc])*
        #[cfg(feature = "split")]
        #[wasm_split_helpers::wasm_split(rest, fallible)]
        pub fn $name($arg: $from) -> Result<$to, Missing> {
            Ok($body)
        }

        $(#[$doc])*
        #[cfg(not(feature = "split"))]
        pub async fn $name($arg: $from) -> Result<$to, Missing> {
            Ok($body)
        }
    )*};
}

later! {
    pub fn of_command(command: Command) -> Option<String> {
        serde_json::to_string(&command).ok()
    }

    /// None: of another version.
    pub fn command(text: String) -> Option<Command> {
        serde_json::from_str(&text).ok()
    }

    pub fn of_query(query: Query) -> Option<Vec<u8>> {
        serde_json::to_vec(&query).ok()
    }

    /// None: of another version.
    pub fn view(bytes: Vec<u8>) -> Option<View> {
        serde_json::from_slice(&bytes).ok()
    }
}
