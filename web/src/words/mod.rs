//! Words, typed per slice, Chinese first: a missing translation does not compile. How to add some: `web/README.md`.
mod format;
mod states;
mod time;
mod values;

pub use format::Format;
pub use states::{StateWords, failure, mark_of, refusal, rejection, waiting};
pub use time::{DAY_MS, HOUR_MS, MINUTE_MS, day_of, days_from, from_date_input, next_weekday, to_date_input};
pub use values::ValueWords;

use crate::state::use_session;
use yew::prelude::*;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Locale {
    #[default]
    Zh,
    En,
}

impl Locale {
    pub const ALL: [Locale; 2] = [Locale::Zh, Locale::En];

    /// As it stands in `lang` and in the settings.
    pub fn tag(self) -> &'static str {
        match self {
            Locale::Zh => "zh-CN",
            Locale::En => "en",
        }
    }

    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|l| l.tag() == tag)
    }

    /// What the browser speaks; English where it is neither.
    pub fn of_browser() -> Self {
        match gloo::utils::window().navigator().language() {
            Some(tag) if !tag.to_ascii_lowercase().starts_with("zh") => Locale::En,
            _ => Locale::Zh,
        }
    }
}

/// The words of a slice in the person's language: `let w = use_words::<text::Words>();`.
#[hook]
pub fn use_words<W: From<Locale> + 'static>() -> W {
    W::from(use_session().locale)
}

/// Dates, distances, money in the person's language.
#[hook]
pub fn use_format() -> Format {
    Format(use_session().locale)
}

/// `n` with its noun in English.
pub fn plural(n: u64, one: &str, many: &str) -> String {
    let noun = if n == 1 { one } else { many };
    format!("{n} {noun}")
}

/// Declares the words of a slice: a name, then zh-CN and en. A plain word is a `&'static str`; one with arguments is a
/// `String` whose literals name the arguments, and a block stands where a literal does not do (plurals).
///
/// `words! { pub struct Words { title => "今日", "Today"; late(by: &str) => "逾期 {by}", "{by} overdue"; } }`
#[macro_export]
macro_rules! words {
    ($(#[$meta:meta])* pub struct $name:ident {
        $( $key:ident $(( $($arg:ident : $ty:ty),+ ))? => $zh:tt, $en:tt; )*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq)]
        pub struct $name(pub $crate::words::Locale);

        impl From<$crate::words::Locale> for $name {
            fn from(locale: $crate::words::Locale) -> Self {
                Self(locale)
            }
        }

        #[allow(clippy::wrong_self_convention, clippy::new_ret_no_self, reason = "a word is named by what it says")]
        impl $name {
            $( $crate::word!($key $(( $($arg : $ty),+ ))? => $zh, $en); )*
        }
    };
}

/// One entry of [`words!`].
#[macro_export]
macro_rules! word {
    ($key:ident => $zh:literal, $en:literal) => {
        pub fn $key(self) -> &'static str {
            match self.0 {
                $crate::words::Locale::Zh => $zh,
                $crate::words::Locale::En => $en,
            }
        }
    };
    ($key:ident ($($arg:ident : $ty:ty),+) => $zh:tt, $en:tt) => {
        pub fn $key(self, $($arg: $ty),+) -> String {
            match self.0 {
                $crate::words::Locale::Zh => $crate::word!(@said $zh),
                $crate::words::Locale::En => $crate::word!(@said $en),
            }
        }
    };
    (@said $literal:literal) => { format!($literal) };
    (@said $block:block) => { $block };
}
