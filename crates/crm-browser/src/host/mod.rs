//! The replica's surroundings in one tab: feeds it inputs one after the other, performs the effects, and is the door that
//! screens use. Everything runs on the page's one thread; nothing here is re-entered.
mod arrive;
mod commands;
mod desk;
mod door;
mod drafts;
mod leave;
mod page;
mod perform;
mod role;
mod spares;
mod status;

pub use arrive::Resumed;
pub use desk::Person;
pub use leave::{Gone, Told};

use crate::clock;
use crm_domain::registry::{Query, View};
use crm_replica::ports::Input;
use crm_replica::{Now, Replica};
use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

/// One per page; clones are the same host.
#[derive(Clone)]
pub struct Host(Rc<Inner>);

struct Inner {
    replica: RefCell<Replica>,
    inputs: RefCell<VecDeque<Input>>,
    stepping: Cell<bool>,
    /// Of the person who is signed in; none: nobody is.
    desk: RefCell<Option<Rc<desk::Desk>>>,
    watches: RefCell<BTreeMap<u64, Watch>>,
    tickets: RefCell<BTreeMap<u64, commands::Ticket>>,
    statuses: status::Statuses,
    timer: RefCell<Option<Timeout>>,
    gone: RefCell<Option<leave::Told>>,
    listeners: RefCell<Vec<EventListener>>,
    last_number: Cell<u64>,
    clock_error_ms: Cell<Option<i64>>,
}

struct Watch {
    query: Query,
    changed: Rc<dyn Fn(View)>,
}

impl Default for Host {
    fn default() -> Self {
        Self::new()
    }
}

impl Host {
    /// Listens to the page (visibility, network). Nobody is signed in yet: see [`Self::resume`].
    pub fn new() -> Self {
        let host = Self(Rc::new(Inner {
            replica: RefCell::new(Replica::new()),
            inputs: RefCell::default(),
            stepping: Cell::new(false),
            desk: RefCell::new(None),
            watches: RefCell::default(),
            tickets: RefCell::default(),
            statuses: status::Statuses::default(),
            timer: RefCell::new(None),
            gone: RefCell::new(None),
            listeners: RefCell::default(),
            last_number: Cell::new(0),
            clock_error_ms: Cell::new(None),
        }));
        host.listen_to_the_page();
        host
    }

    fn number(&self) -> u64 {
        let number = self.0.last_number.get() + 1;
        self.0.last_number.set(number);
        number
    }

    /// Feeds the replica. An input that comes while another is worked off (a screen that asks from a callback) waits.
    fn feed(&self, input: Input) {
        self.0.inputs.borrow_mut().push_back(input);
        if self.0.stepping.replace(true) {
            return;
        }
        while let Some(input) = self.next_input() {
            let effects = self.0.replica.borrow_mut().step(Now { device_ms: clock::now_ms() }, input);
            for effect in effects {
                self.perform(effect);
            }
        }
        self.0.stepping.set(false);
    }

    fn next_input(&self) -> Option<Input> {
        self.0.inputs.borrow_mut().pop_front()
    }

    fn desk(&self) -> Option<Rc<desk::Desk>> {
        self.0.desk.borrow().clone()
    }

    /// A new replica, for another person. What screens watch is watched again there.
    fn start_afresh(&self) {
        self.0.inputs.borrow_mut().clear();
        self.0.replica.replace(Replica::new());
        let watched: Vec<(u64, Query)> =
            self.0.watches.borrow().iter().map(|(watch, it)| (*watch, it.query.clone())).collect();
        for (watch, query) in watched {
            self.feed(Input::Watch { watch, query });
        }
    }
}
