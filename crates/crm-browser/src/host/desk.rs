//! What belongs to the person who is signed in, in this tab: her storage, her device at the server, the lock, the channel.
use super::drafts::Place;
use super::spares::Spares;
use crate::idb::Storage;
use crate::net::{Listening, Server};
use crate::sign::Signer;
use crate::tabs::{Channel, Held, News, Queueing};
use crate::turns::Turns;
use crm_domain::ids::Uuid;
use crm_domain::people::Role;
use crm_protocol::SignedIn;
use crm_replica::ports::{Attached, Session};
use gloo::timers::callback::Timeout;
use minicbor::{Decode, Encode};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Who is signed in, for the screens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub org: Uuid,
    pub user: Uuid,
    pub account: String,
    pub name: String,
    pub role: Role,
}

/// The session as it is kept, sealed, in the person's database.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Record {
    #[cbor(n(0), with = "crm_domain::ids::cbor")]
    pub org: Uuid,
    #[cbor(n(1), with = "crm_domain::ids::cbor")]
    pub user: Uuid,
    #[cbor(n(2), with = "crm_domain::ids::cbor")]
    pub dev: Uuid,
    #[n(3)]
    pub account: String,
    #[n(4)]
    pub name: String,
    /// [`Role::word`].
    #[n(5)]
    pub role: String,
    #[n(6)]
    pub seed: u64,
    /// The server's, for the spare copy; none from one that gives none.
    #[cbor(n(7), with = "minicbor::bytes")]
    pub spare_key: Option<Vec<u8>>,
}

impl Record {
    /// A role of a newer version reads as the least.
    fn role(&self) -> Role {
        Role::from_word(&self.role).unwrap_or(Role::Manager)
    }

    /// What the server says of this person, at each sign-in and renewal.
    pub fn told(&mut self, answer: &SignedIn) {
        self.name.clone_from(&answer.name);
        self.role.clone_from(&answer.role);
        if answer.spare_key.is_some() {
            self.spare_key.clone_from(&answer.spare_key);
        }
    }

    pub fn person(&self) -> Person {
        Person {
            org: self.org,
            user: self.user,
            account: self.account.clone(),
            name: self.name.clone(),
            role: self.role(),
        }
    }

    pub fn session(&self, signer: &Signer, writer: bool) -> Session {
        Session {
            org: self.org,
            user: self.user,
            dev: self.dev,
            role: self.role(),
            alg: signer.alg,
            key: signer.public.clone(),
            seed: self.seed,
            writer,
        }
    }
}

pub struct Desk {
    /// This tab's name on the channel.
    pub tab: Uuid,
    pub record: RefCell<Record>,
    pub storage: Storage,
    pub server: Rc<Server>,
    pub channel: RefCell<Option<Channel>>,
    /// The writer's lock, while this tab writes.
    pub lock: RefCell<Option<Held>>,
    /// The lock is held and the replica knows it: commands may go in.
    pub writes: Cell<bool>,
    /// So many are on the way from the lock to writing; more than one where it was lost and taken again meanwhile.
    pub beginning: Cell<u32>,
    pub queueing: RefCell<Option<Queueing>>,
    /// The poke, while this tab writes and is seen.
    pub listening: RefCell<Option<Listening>>,
    /// What the writer told last, for a follower's status.
    pub news: RefCell<Option<News>>,
    /// Others wrote since this tab read the store; the timer until it reads it.
    pub stale: Cell<bool>,
    pub rereading: RefCell<Option<Timeout>>,
    /// Until the writer must have answered.
    pub calling: RefCell<Option<Timeout>>,
    /// On the way to becoming the writer.
    pub rising: Cell<bool>,
    /// Drafts are kept and read in the order in which a screen asks for it.
    pub drafts: Turns,
    /// Where this tab keeps them, once it has kept or sought one.
    pub place: RefCell<Option<Place>>,
    /// Persistence was asked for.
    pub persisted: Cell<bool>,
    pub spares: Spares,
}

impl Desk {
    pub fn new(record: Record, storage: Storage, server: Rc<Server>) -> Self {
        Self {
            tab: crate::random::id(),
            record: RefCell::new(record),
            storage,
            server,
            channel: RefCell::new(None),
            lock: RefCell::new(None),
            writes: Cell::new(false),
            beginning: Cell::new(0),
            queueing: RefCell::new(None),
            listening: RefCell::new(None),
            news: RefCell::new(None),
            stale: Cell::new(false),
            rereading: RefCell::new(None),
            calling: RefCell::new(None),
            rising: Cell::new(false),
            drafts: Turns::default(),
            place: RefCell::new(None),
            persisted: Cell::new(false),
            spares: Spares::default(),
        }
    }

    pub fn is_writer(&self) -> bool {
        self.lock.borrow().is_some()
    }

    pub fn lock_name(&self) -> String {
        format!("zoufang-writer-{}", self.record.borrow().user)
    }

    pub fn session(&self, writer: bool) -> Session {
        self.record.borrow().session(&self.server.enrolment().signer, writer)
    }

    pub fn tell(&self, message: &crate::tabs::Message) {
        self.tell_with(message, None);
    }

    pub fn tell_with(&self, message: &crate::tabs::Message, attached: Option<&Attached>) {
        if let Some(channel) = self.channel.borrow().as_ref() {
            channel.tell(message, attached);
        }
    }
}
