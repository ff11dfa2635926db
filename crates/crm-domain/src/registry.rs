//! The directory: every kind, command and query of every slice, one line each.
use crate::book::Book;
use crate::command::{Ctx, Draft, Reads, Rejection, Seen};
use crate::kind::Kind;
use crate::query::{Asker, NotLoaded, Rows};
use crate::val::Body;
use crate::{
    board, customers, follow_ups, grids, history, imports, needs, notes, people, photos, privacy, settings, today,
    transfers, visits, waiting,
};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

static KINDS: LazyLock<Vec<Kind>> = LazyLock::new(|| {
    vec![
        customers::customer_kind(),
        customers::contact_kind(),
        visits::visit_kind(),
        visits::check_in_kind(),
        visits::check_out_kind(),
        needs::need_kind(),
        follow_ups::follow_up_kind(),
        notes::note_kind(),
        photos::photo_kind(),
        privacy::reveal_kind(),
        privacy::consent_kind(),
        privacy::enrolled_kind(),
        imports::batch_kind(),
        imports::replaced_kind(),
        grids::grid_kind(),
        settings::settings_kind(),
        transfers::transfer_kind(),
        people::person_kind(),
        people::grant_kind(),
        people::device_kind(),
        waiting::decision_kind(),
        history::change_kind(),
        history::inbox_kind(),
        history::trace_kind(),
        history::verdict_kind(),
        history::log_root_kind(),
        waiting::waiting_kind(),
    ]
});

/// The declaration of kind `number`; none for a kind of a newer version.
pub fn kind(number: u16) -> Option<&'static Kind> {
    kinds().iter().find(|k| k.number == number)
}

/// What an event leaves in its author's own bucket, so that her day stays whole when a customer moves.
pub fn trace(kind: u16, body: &Body, parent: Option<&Body>) -> Option<history::Trace> {
    visits::trace(kind, body, parent)
}

pub fn kinds() -> &'static [Kind] {
    #[cfg(feature = "editions")]
    if let Some(kinds) = edition::chosen() {
        return kinds;
    }
    &KINDS
}

/// Another release's declarations in place of ours, for the tests alone: without the feature nothing of it is there.
#[cfg(feature = "editions")]
pub mod edition {
    use crate::kind::Kind;
    use std::cell::Cell;

    thread_local! {
        static CHOSEN: Cell<Option<&'static [Kind]>> = const { Cell::new(None) };
    }

    pub(super) fn chosen() -> Option<&'static [Kind]> {
        CHOSEN.get()
    }

    /// Runs with these kinds, on this thread.
    pub fn with<T>(kinds: &'static [Kind], run: impl FnOnce() -> T) -> T {
        let before = CHOSEN.replace(Some(kinds));
        let done = run();
        CHOSEN.set(before);
        done
    }
}

macro_rules! commands {
    ($($slice:ident => $variant:ident),* $(,)?) => {
        /// What a person does. Data: kept, forwarded between tabs, replayed.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum Command { $($variant($slice::Command),)* }

        impl Command {
            pub fn reads(&self) -> Reads {
                match self { $(Command::$variant(c) => c.reads(),)* }
            }

            /// Pure: the same rows, actor, time and cause give the same drafts.
            pub fn decide(&self, seen: &Seen, ctx: &mut Ctx) -> Result<Vec<Draft>, Rejection> {
                match self { $(Command::$variant(c) => c.decide(seen, ctx),)* }
            }
        }

        $(impl From<$slice::Command> for Command {
            fn from(command: $slice::Command) -> Self { Command::$variant(command) }
        })*
    };
}
commands! {
    customers => Customers,
    visits => Visits,
    needs => Needs,
    follow_ups => FollowUps,
    notes => Notes,
    photos => Photos,
    privacy => Privacy,
    imports => Imports,
    grids => Grids,
    people => People,
    history => History,
    waiting => Waiting,
    transfers => Transfers,
    settings => Settings,
}

macro_rules! queries {
    ($($slice:ident => $variant:ident),* $(,)?) => {
        /// What a screen asks. The phone answers from its copy; `POST /ask` answers the same over all grids.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub enum Query { $($variant($slice::Query),)* }

        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub enum View { $($variant($slice::View),)* }

        impl Query {
            /// Fails with the customers whose rows must be loaded first.
            pub fn answer(&self, book: &Book, rows: &dyn Rows, asker: &Asker) -> Result<View, NotLoaded> {
                match self { $(Query::$variant(q) => q.answer(book, rows, asker).map(View::$variant),)* }
            }
        }

        $(impl From<$slice::Query> for Query {
            fn from(query: $slice::Query) -> Self { Query::$variant(query) }
        }
        impl TryFrom<View> for $slice::View {
            type Error = ();
            fn try_from(view: View) -> Result<Self, ()> {
                #[allow(irrefutable_let_patterns, unreachable_patterns, reason = "one slice or many")]
                match view { View::$variant(v) => Ok(v), _ => Err(()) }
            }
        })*
    };
}
queries! {
    customers => Customers,
    today => Today,
    board => Board,
    grids => Grids,
    people => People,
    history => History,
    imports => Imports,
    privacy => Privacy,
    waiting => Waiting,
    transfers => Transfers,
    settings => Settings,
}
