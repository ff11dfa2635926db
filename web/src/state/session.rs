//! The one small reducer: who is here, in which language and looks. Everything else is asked of the replica.
use crate::ports::{Surroundings, Who};
use crate::words::Locale;
use std::rc::Rc;
use yew::prelude::*;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Light or dark as the system says.
    #[default]
    System,
    Light,
    Dark,
    /// For the street at noon: no greys, contrast of 10:1 at least.
    Sunlight,
}

impl Theme {
    pub const ALL: [Theme; 4] = [Theme::System, Theme::Light, Theme::Dark, Theme::Sunlight];

    /// As it stands in `data-theme` and in the settings.
    pub fn word(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
            Theme::Sunlight => "sunlight",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.word() == word)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// None before sign-in.
    pub who: Option<Who>,
    pub locale: Locale,
    pub theme: Theme,
    /// Type 1.25 times as large.
    pub large: bool,
}

pub enum SessionAct {
    SignedIn(Who),
    SignedOut,
    Locale(Locale),
    Theme(Theme),
    Large(bool),
}

impl Session {
    /// As this device keeps it; the browser's language where nothing was chosen.
    pub fn kept(surroundings: &dyn Surroundings) -> Self {
        let chosen = surroundings.setting("locale").and_then(|tag| Locale::from_tag(&tag));
        let theme = surroundings.setting("theme").and_then(|word| Theme::from_word(&word));
        Self {
            who: None,
            locale: chosen.unwrap_or_else(Locale::of_browser),
            theme: theme.unwrap_or_default(),
            large: surroundings.setting("large").is_some(),
        }
    }

    /// Keeps the choices on this device and shows them on the document.
    pub fn show(&self, surroundings: &dyn Surroundings) {
        surroundings.keep_setting("locale", Some(self.locale.tag()));
        surroundings.keep_setting("theme", Some(self.theme.word()));
        surroundings.keep_setting("large", self.large.then_some("1"));
        let document = gloo::utils::document();
        let Some(root) = document.document_element() else { return };
        set_or_remove(&root, "lang", Some(self.locale.tag()));
        set_or_remove(&root, "data-theme", Some(self.theme.word()));
        set_or_remove(&root, "data-large", self.large.then_some(""));
        // WeUI's own variables listen to the body.
        let weui = match self.theme {
            Theme::System => None,
            Theme::Dark => Some("dark"),
            Theme::Light | Theme::Sunlight => Some("light"),
        };
        set_or_remove(&gloo::utils::body(), "data-weui-theme", weui);
    }
}

fn set_or_remove(element: &web_sys::Element, name: &str, value: Option<&str>) {
    // Fails only for a name that is no name.
    let done = match value {
        Some(value) => element.set_attribute(name, value),
        None => element.remove_attribute(name),
    };
    debug_assert!(done.is_ok());
}

impl Reducible for Session {
    type Action = SessionAct;

    fn reduce(self: Rc<Self>, act: SessionAct) -> Rc<Self> {
        let mut next = (*self).clone();
        match act {
            SessionAct::SignedIn(who) => next.who = Some(who),
            SessionAct::SignedOut => next.who = None,
            SessionAct::Locale(locale) => next.locale = locale,
            SessionAct::Theme(theme) => next.theme = theme,
            SessionAct::Large(large) => next.large = large,
        }
        if next == *self { self } else { Rc::new(next) }
    }
}

pub type SessionHandle = UseReducerHandle<Session>;

/// The session; dispatch a [`SessionAct`] on it.
#[hook]
pub fn use_session() -> SessionHandle {
    use_context::<SessionHandle>().expect("the app provides the session")
}

/// The person who is signed in.
#[hook]
pub fn use_who() -> Who {
    use_session().who.clone().expect("screens behind sign-in have a person")
}
