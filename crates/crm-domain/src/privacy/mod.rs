//! What a person agreed to, which numbers were looked at, and which device signs: events of trust.
use crate::book::Book;
use crate::command::{Ctx, Draft, DraftChange, Patch, Reads, Rejection, Seen};
use crate::ids::Uuid;
use crate::kind::{Class, Kind, with_actor, with_parent};
use crate::query::{Asker, NotLoaded, Rows};
use crate::record;
use crate::rules::anything;
use serde::{Deserialize, Serialize};

pub const REVEAL: u16 = 9;
pub const CONSENT: u16 = 10;
pub const ENROLLED: u16 = 11;

type Bytes = Vec<u8>;

record! {
    /// A masked phone number was shown on a tap.
    pub struct Reveal in reveal {
        customer: Uuid = 1 fixed public;
        by: Uuid = 2 fixed public;
        at: i64 = 3 fixed public;
    }
}

record! {
    /// What a person agreed to about her position, in which words and version (UX 3, first fix).
    pub struct Consent in consent {
        by: Uuid = 1 fixed public;
        at: i64 = 2 fixed public;
        version: i64 = 3 fixed public;
        wording: String = 4 fixed public;
        agreed: bool = 5 fixed public;
    }
}

record! {
    /// The first event of a device's chain: names the key that signs all others (SYNC 2.10).
    pub struct Enrolled in enrolled {
        by: Uuid = 1 fixed public;
        dev: Uuid = 2 fixed public;
        key: Bytes = 3 fixed public;
        at: i64 = 4 fixed public;
        /// After a fork: the device it was, and its head.
        was: Uuid = 5 fixed public;
        head: Bytes = 6 fixed public;
    }
}

pub fn reveal_kind() -> Kind {
    Kind {
        number: REVEAL,
        name: "reveal",
        class: Class::B,
        fields: Reveal::FIELDS,
        root: Some(reveal::customer),
        home: with_parent,
        admit: anything,
    }
}

pub fn consent_kind() -> Kind {
    Kind {
        number: CONSENT,
        name: "consent",
        class: Class::B,
        fields: Consent::FIELDS,
        root: None,
        home: with_actor,
        admit: anything,
    }
}

pub fn enrolled_kind() -> Kind {
    Kind { number: ENROLLED, name: "enrolled", fields: Enrolled::FIELDS, ..consent_kind() }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    RevealPhone { customer: Uuid },
    Consent { version: i64, wording: String, agreed: bool },
}

impl Command {
    pub fn reads(&self) -> Reads {
        match self {
            Command::RevealPhone { customer } => Reads::row(*customer),
            Command::Consent { .. } => Reads::none(),
        }
    }

    pub fn decide(&self, seen: &Seen, ctx: &mut Ctx) -> Result<Vec<Draft>, Rejection> {
        let (by, at) = (ctx.actor.user, ctx.now as i64);
        let change = match self {
            Command::RevealPhone { customer } => {
                seen.get(*customer)?;
                let patch = Patch::new().set(reveal::customer, *customer).set(reveal::by, by).set(reveal::at, at);
                DraftChange::create(REVEAL, ctx.ids.mint(), patch.done())
            }
            Command::Consent { version, wording, agreed } => {
                let patch = Patch::new()
                    .set(consent::by, by)
                    .set(consent::at, at)
                    .set(consent::version, *version)
                    .set(consent::wording, wording.as_str())
                    .set(consent::agreed, *agreed);
                DraftChange::create(CONSENT, ctx.ids.mint(), patch.done())
            }
        };
        Ok(vec![change.into()])
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Query {
    /// What this person agreed to, and the places that are held of her, newest first.
    Ledger,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// The newest answer, if she was asked: version, agreed, when.
    pub consent: Option<(i64, bool, i64)>,
    pub places: Vec<Place>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub at: i64,
    pub label: String,
    pub verdict: String,
    pub arrived: bool,
    pub dwell_ms: Option<i64>,
}

impl Query {
    pub fn answer(&self, book: &Book, _: &dyn Rows, asker: &Asker) -> Result<View, NotLoaded> {
        let mine = book.consents.values().filter(|c| c.by == Some(asker.user));
        let consent = mine.max_by_key(|c| c.at).map(|c| (c.version, c.agreed, c.at));
        let mut places: Vec<Place> = book
            .traces
            .values()
            .filter(|t| t.by == Some(asker.user))
            .map(|t| Place {
                at: t.at,
                label: t.label.clone(),
                verdict: t.verdict.clone(),
                arrived: t.event_kind == crate::visits::CHECK_IN,
                dwell_ms: t.dwell_ms,
            })
            .collect();
        crate::order::by_key(&mut places, |p| std::cmp::Reverse(p.at));
        places.truncate(500);
        Ok(View { consent, places })
    }
}
