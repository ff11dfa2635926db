//! The door while her book is on its way: her lists and her day are answered by the server until all of it is here, and
//! whatever is kept waits for the house. Then every call goes straight through.
use super::listed;
use crate::environment::{self, Road};
use crate::net::Server;
use crate::random;
use crm_domain::bucket::Bucket;
use crm_domain::ids::Uuid;
use crm_domain::people::Role;
use crm_domain::registry::{Command, Query, View};
use crm_replica::ports::{
    AskError, Attached, BringError, Brought, Door, Failure, Later, LookError, Sha, Status, Subscription,
};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll, Waker};
use wasm_bindgen_futures::spawn_local;

/// Clones are the same door.
#[derive(Clone)]
pub struct Lobby(Rc<Inner>);

struct Inner {
    role: Role,
    /// Asked until the house is there, which then asks itself.
    server: Option<Server>,
    house: RefCell<Option<Rc<dyn Door>>>,
    /// What the house shows is shown: her book is whole, or she has changed something in it.
    open: Cell<bool>,
    waiting: RefCell<Vec<Waker>>,
    watches: RefCell<BTreeMap<u64, Watch>>,
    statuses: RefCell<BTreeMap<u64, StatusWatch>>,
    arriving: RefCell<Option<Subscription>>,
    last_number: Cell<u64>,
    /// One question at a time is at the server.
    asking: Cell<bool>,
}

struct Watch {
    query: Query,
    changed: Rc<dyn Fn(View)>,
    asked: Asked,
    /// The house's last answer, held back until the lobby opens.
    held: Option<View>,
    inside: Option<Subscription>,
}

/// How far a question is at the server.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    NotYet,
    Answered,
    /// It is the house's to answer.
    Never,
}

struct StatusWatch {
    changed: Rc<dyn Fn(Status)>,
    inside: Option<Subscription>,
}

impl Lobby {
    /// The house is not there yet.
    pub fn waiting(server: Server, role: Role) -> Self {
        Self::new(Some(server), role)
    }

    /// The house is there, and her book may not be.
    pub fn before(house: Rc<dyn Door>, role: Role) -> Self {
        let lobby = Self::new(None, role);
        lobby.lead_to(house);
        lobby
    }

    fn new(server: Option<Server>, role: Role) -> Self {
        Self(Rc::new(Inner {
            role,
            server,
            house: RefCell::default(),
            open: Cell::new(false),
            waiting: RefCell::default(),
            watches: RefCell::default(),
            statuses: RefCell::default(),
            arriving: RefCell::default(),
            last_number: Cell::new(0),
            asking: Cell::new(false),
        }))
    }

    /// The house is there now.
    pub fn lead_to(&self, house: Rc<dyn Door>) {
        self.0.house.replace(Some(house.clone()));
        self.wake();
        let watches: Vec<u64> = self.0.watches.borrow().keys().copied().collect();
        for number in watches {
            self.look_inside(&house, number);
        }
        let statuses: Vec<u64> = self.0.statuses.borrow().keys().copied().collect();
        for number in statuses {
            let Some(changed) = self.0.statuses.borrow().get(&number).map(|it| it.changed.clone()) else { continue };
            let inside = house.status(Box::new(move |status| changed(status)));
            if let Some(it) = self.0.statuses.borrow_mut().get_mut(&number) {
                it.inside = Some(inside);
            }
        }
        let lobby = self.weak();
        let arriving = house.status(Box::new(move |status| {
            if let Some(lobby) = lobby.upgrade().filter(|_| !status.is_coming()) {
                Self(lobby).open();
            }
        }));
        self.0.arriving.replace(Some(arriving));
    }

    fn weak(&self) -> Weak<Inner> {
        Rc::downgrade(&self.0)
    }

    fn number(&self) -> u64 {
        self.0.last_number.set(self.0.last_number.get() + 1);
        self.0.last_number.get()
    }

    fn house(&self) -> Option<Rc<dyn Door>> {
        self.0.house.borrow().clone()
    }

    /// Waits for the house.
    async fn inside(self) -> Rc<dyn Door> {
        poll_fn(|cx| self.wait_for(cx, self.house())).await
    }

    fn then<T: 'static>(&self, call: impl FnOnce(&dyn Door) -> Later<T> + 'static) -> Later<T> {
        let lobby = self.clone();
        Box::pin(async move {
            let house = lobby.inside().await;
            call(&*house).await
        })
    }

    fn then_tell(&self, call: impl FnOnce(&dyn Door) + 'static) {
        match self.house() {
            Some(house) => call(&*house),
            None => {
                let lobby = self.clone();
                spawn_local(async move { call(&*lobby.inside().await) });
            }
        }
    }

    /// From now on the house's answers are shown.
    fn open(&self) {
        if self.0.open.replace(true) {
            return;
        }
        let held: Vec<_> = {
            let mut watches = self.0.watches.borrow_mut();
            watches.values_mut().filter_map(|watch| Some((watch.changed.clone(), watch.held.take()?))).collect()
        };
        for (changed, view) in held {
            changed(view);
        }
        self.wake();
    }

    /// Whether the server is asked: a supervisor's own lists are not (they are asked across all grids by her screens).
    fn asks(&self, query: &Query) -> bool {
        let hers = matches!(self.0.role, Role::Manager | Role::Lead);
        hers && matches!(query, Query::Customers(_) | Query::Today(_) | Query::Grids(_))
    }

    fn look_inside(&self, house: &Rc<dyn Door>, number: u64) {
        let Some(query) = self.0.watches.borrow().get(&number).map(|watch| watch.query.clone()) else { return };
        let lobby = self.weak();
        let inside = house.watch(
            query,
            Box::new(move |view| {
                if let Some(lobby) = lobby.upgrade() {
                    Self(lobby).answered_inside(number, view);
                }
            }),
        );
        if let Some(watch) = self.0.watches.borrow_mut().get_mut(&number) {
            watch.inside = Some(inside);
        }
    }

    fn answered_inside(&self, number: u64, view: View) {
        let shown = match self.0.watches.borrow_mut().get_mut(&number) {
            Some(watch) if self.0.open.get() || watch.asked == Asked::Never => watch.changed.clone(),
            Some(watch) => {
                watch.held = Some(view);
                return;
            }
            None => return,
        };
        shown(view);
    }

    /// Asks the server what was asked last: of what is typed, the rest is out of date.
    fn ask_next(&self) {
        if self.0.open.get() || self.0.asking.get() {
            return;
        }
        let next = {
            let watches = self.0.watches.borrow();
            let newest = watches.iter().rev().find(|(_, watch)| watch.asked == Asked::NotYet);
            newest.map(|(number, watch)| (*number, watch.query.clone()))
        };
        let Some((number, query)) = next else { return };
        self.0.asking.set(true);
        let lobby = self.clone();
        spawn_local(async move {
            let answer = lobby.ask_server(query).await.ok();
            lobby.0.asking.set(false);
            lobby.answered_by_server(number, answer);
            lobby.ask_next();
        });
    }

    async fn ask_server(&self, query: Query) -> Result<View, AskError> {
        let house = self.house();
        match (&self.0.server, house) {
            (Some(server), None) => match listed::question(&query) {
                Some(question) => listed::answer(&server.ask_in_json(question).await?).ok_or(AskError::Malformed),
                None => server.ask(query).await,
            },
            (_, Some(house)) => house.ask(query).await,
            (None, None) => Err(AskError::Unreachable),
        }
    }

    fn answered_by_server(&self, number: u64, answer: Option<View>) {
        if self.0.open.get() {
            return;
        }
        let (changed, view) = match self.0.watches.borrow_mut().get_mut(&number) {
            Some(watch) => {
                // What the server does not answer, the house does, as far as it can.
                watch.asked = if answer.is_some() { Asked::Answered } else { Asked::Never };
                (watch.changed.clone(), answer.or_else(|| watch.held.take()))
            }
            None => return,
        };
        if let Some(view) = view {
            changed(view);
        }
    }

    /// A customer whom the server has shown, or the grant that she writes by, may not be here yet: what is refused
    /// meanwhile is asked again when they are.
    async fn done(self, cause: Uuid, command: Command, attached: Option<Rc<Attached>>) -> Result<(), Failure> {
        let house = self.clone().inside().await;
        let ask = || match &attached {
            Some(attached) => house.command_with(cause, command.clone(), attached.clone()),
            None => house.command(cause, command.clone()),
        };
        let mut result = ask().await;
        if matches!(result, Err(Failure::Rejected(_))) && !self.0.open.get() {
            self.opened().await;
            result = ask().await;
        }
        // What she changed is seen in the house alone; that she agreed to something changes no list.
        if result.is_ok() && !matches!(command, Command::Privacy(_)) {
            self.open();
        }
        result
    }

    /// Waits until what the house shows is shown: her book is whole, or cannot become so now.
    async fn opened(&self) {
        poll_fn(|cx| self.wait_for(cx, self.0.open.get().then_some(()))).await;
    }

    fn wait_for<T>(&self, cx: &Context, there: Option<T>) -> Poll<T> {
        match there {
            Some(there) => Poll::Ready(there),
            None => {
                self.0.waiting.borrow_mut().push(cx.waker().clone());
                Poll::Pending
            }
        }
    }

    fn wake(&self) {
        for waker in self.0.waiting.take() {
            waker.wake();
        }
    }
}

impl Door for Lobby {
    fn command(&self, cause: Uuid, command: Command) -> Later<Result<(), Failure>> {
        Box::pin(self.clone().done(cause, command, None))
    }

    fn command_with(&self, cause: Uuid, command: Command, attached: Rc<Attached>) -> Later<Result<(), Failure>> {
        Box::pin(self.clone().done(cause, command, Some(attached)))
    }

    fn kept_photo(&self, sha: Sha, small: bool) -> Later<Option<Vec<u8>>> {
        self.then(move |house| house.kept_photo(sha, small))
    }

    fn fetch_photo(&self, sha: Sha) -> Later<Result<Vec<u8>, LookError>> {
        self.then(move |house| house.fetch_photo(sha))
    }

    fn keep_photo(&self, photo: Rc<Attached>) {
        self.then_tell(move |house| house.keep_photo(photo));
    }

    fn is_frugal(&self) -> bool {
        environment::road() == Road::Metered
    }

    fn watch(&self, query: Query, changed: Box<dyn Fn(View)>) -> Subscription {
        let house = self.house();
        if let Some(house) = house.as_ref().filter(|_| self.0.open.get()) {
            return house.watch(query, changed);
        }
        let number = self.number();
        let asked = if self.asks(&query) { Asked::NotYet } else { Asked::Never };
        let watch = Watch { query, changed: changed.into(), asked, held: None, inside: None };
        self.0.watches.borrow_mut().insert(number, watch);
        if let Some(house) = house {
            self.look_inside(&house, number);
        }
        self.ask_next();
        let lobby = self.clone();
        Subscription::new(move || {
            let gone = lobby.0.watches.borrow_mut().remove(&number);
            drop(gone);
        })
    }

    fn status(&self, changed: Box<dyn Fn(Status)>) -> Subscription {
        if let Some(house) = self.house() {
            return house.status(changed);
        }
        changed(Status::default());
        let number = self.number();
        let watch = StatusWatch { changed: changed.into(), inside: None };
        self.0.statuses.borrow_mut().insert(number, watch);
        let lobby = self.clone();
        Subscription::new(move || {
            let gone = lobby.0.statuses.borrow_mut().remove(&number);
            drop(gone);
        })
    }

    fn ask(&self, query: Query) -> Later<Result<View, AskError>> {
        self.then(move |house| house.ask(query))
    }

    fn subscribe(&self, bucket: Bucket) {
        self.then_tell(move |house| house.subscribe(bucket));
    }

    fn sync_now(&self) {
        self.then_tell(|house| house.sync_now());
    }

    fn new_id(&self) -> Uuid {
        random::id()
    }

    fn save_draft(&self, name: &str, text: Option<String>) {
        let name = name.to_owned();
        self.then_tell(move |house| house.save_draft(&name, text));
    }

    fn draft(&self, name: &str) -> Later<Option<String>> {
        let name = name.to_owned();
        self.then(move |house| house.draft(&name))
    }

    fn sign_out(&self) -> Later<u32> {
        self.then(|house| house.sign_out())
    }

    fn export_unsent(&self, passphrase: &str) -> Later<Option<Vec<u8>>> {
        let passphrase = passphrase.to_owned();
        self.then(move |house| house.export_unsent(&passphrase))
    }

    fn bring_unsent(&self, file: Vec<u8>, passphrase: &str) -> Later<Result<Brought, BringError>> {
        let passphrase = passphrase.to_owned();
        self.then(move |house| house.bring_unsent(file, &passphrase))
    }

    fn set_password(&self, user: Uuid, password: String, old: Option<String>) -> Later<Result<(), AskError>> {
        self.then(move |house| house.set_password(user, password, old))
    }
}
