//! What stands in front of the house (replica, storage, tabs) and is small enough to come with the first download: who is
//! here, the sign-in of somebody new, and the door through which she sees her list while the house is still on its way.
mod house;
mod listed;
mod lobby;

pub use house::{House, Newcomer};

use crate::clock::wait;
use crate::environment::{is_chromium, is_secure, user_agent};
use crate::host::{Gone, Person, Resumed, Told};
use crate::idb::{Device, Failure, begin_fresh_log};
use crate::mark::Mark;
use crate::net::{self, Enrolment, Server};
use crate::random;
use crate::sign::Signer;
use crate::spare::Spare;
use crate::turns::Turns;
use crm_domain::ids::Uuid;
use crm_domain::people::Role;
use crm_protocol::SignedIn;
use crm_replica::ports::{Door, Later, SignInError};
use lobby::Lobby;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// Between two tries to have the house of somebody who is in already.
const AGAIN_MS: u32 = 3_000;

/// Fetches the house; none where it could not be had now.
pub type Fetch = fn() -> Later<Option<Rc<dyn House>>>;

/// One per page; clones are the same.
#[derive(Clone)]
pub struct Porch(Rc<Inner>);

struct Inner {
    fetch: Fetch,
    /// Of those who need the house, one fetches it.
    fetching: Turns,
    house: RefCell<Option<Rc<dyn House>>>,
    gone: RefCell<Option<Told>>,
    clock_error_ms: Cell<Option<i64>>,
}

impl Porch {
    /// The house is sent for at once: whoever types a password finds it there afterwards.
    pub fn new(fetch: Fetch) -> Self {
        let porch = Self(Rc::new(Inner {
            fetch,
            fetching: Turns::default(),
            house: RefCell::default(),
            gone: RefCell::default(),
            clock_error_ms: Cell::new(None),
        }));
        let early = porch.clone();
        spawn_local(async move {
            // Where it fails now, whoever needs it asks again.
            early.house().await;
        });
        porch
    }

    /// What a cold start finds. Needs no network.
    pub async fn resume(&self) -> Resumed {
        match last_here().await {
            Ok(user) => {
                keep_from_loss();
                match self.house().await {
                    Some(house) => house.resume(user).await,
                    None => Resumed::Unfetched,
                }
            }
            Err(resumed) => resumed,
        }
    }

    /// The door of somebody whose copy is open.
    pub fn door(&self) -> Option<Rc<dyn Door>> {
        self.0.house.borrow().as_ref().map(|house| house.door())
    }

    /// Signs in at the server. Somebody who was here before goes to her own database; somebody new is in at once, and her
    /// database is made when the house is there.
    pub async fn sign_in(&self, account: &str, password: &str) -> Result<(Person, Rc<dyn Door>), SignInError> {
        if !is_secure() {
            return Err(SignInError::NoStorage);
        }
        let device = Device::read().await.map_err(|_| SignInError::NoStorage)?;
        let there = self.0.house.borrow().clone();
        let house = match there {
            None if !device.people.is_empty() => self.house().await,
            there => there,
        };
        if let Some(house) = house {
            let person = house.sign_in(account.into(), password.into()).await?;
            return Ok((person.clone(), Rc::new(Lobby::before(house.door(), person.role))));
        }
        if !device.people.is_empty() {
            return Err(SignInError::Unreachable);
        }
        self.welcome(account, password).await
    }

    async fn welcome(&self, account: &str, password: &str) -> Result<(Person, Rc<dyn Door>), SignInError> {
        let signer = Signer::generate().await.map_err(|_| SignInError::NoStorage)?;
        let enrolment = Enrolment { dev: random::id(), signer };
        let (error_ms, answer) = net::ask_sign_in(account, password, &enrolment).await;
        self.0.clock_error_ms.set(error_ms);
        let answer = answer?;
        let server = Server::new(enrolment.clone(), Box::new(|_: &SignedIn| {}));
        server.set_token(Some(&answer.token));
        let person = Person {
            org: answer.org,
            user: answer.user,
            account: account.into(),
            name: answer.name.clone(),
            role: Role::from_word(&answer.role).unwrap_or(Role::Manager),
        };
        let lobby = Lobby::waiting(server, person.role);
        let (porch, newcomer, arriving) =
            (self.clone(), Newcomer { account: account.into(), enrolment, answer }, lobby.clone());
        spawn_local(async move { porch.move_in(newcomer, &arriving).await });
        Ok((person, Rc::new(lobby)))
    }

    async fn move_in(&self, newcomer: Newcomer, lobby: &Lobby) {
        let house = loop {
            match self.house().await {
                Some(house) => break house,
                None => wait(AGAIN_MS).await,
            }
        };
        match house.move_in(newcomer).await {
            Ok(_) => lobby.lead_to(house.door()),
            Err(_) => self.tell_gone(Gone::NoStorage),
        }
    }

    /// Where this browser has nothing of anybody: when the server last heard from the device that it was, server
    /// milliseconds. Its cookie outlives what a system clears (SYNC 2.8), also where the mark's has ended.
    pub async fn cleared_since(&self) -> Option<u64> {
        net::heard_at().await
    }

    /// Device clock less server clock, milliseconds, as the last sign-in saw them; whether it succeeded or not.
    pub fn clock_error_ms(&self) -> Option<i64> {
        let house = self.0.house.borrow();
        house.as_ref().and_then(|house| house.clock_error_ms()).or(self.0.clock_error_ms.get())
    }

    /// Told when the person is gone without this tab having asked for it.
    pub fn on_gone(&self, told: impl Fn(Gone) + 'static) {
        self.0.gone.replace(Some(Rc::new(told)));
    }

    fn tell_gone(&self, why: Gone) {
        let told = self.0.gone.borrow().clone();
        if let Some(told) = told {
            told(why);
        }
    }

    /// None: it could not be fetched now.
    async fn house(&self) -> Option<Rc<dyn House>> {
        let turn = self.0.fetching.take();
        turn.come().await;
        let there = self.0.house.borrow().clone();
        if there.is_some() {
            return there;
        }
        let house = (self.0.fetch)().await?;
        let porch = self.clone();
        house.on_gone(Box::new(move |why| porch.tell_gone(why)));
        self.0.house.replace(Some(house.clone()));
        Some(house)
    }
}

/// Beside the start, not before it: until it is done, this is as safe as the browser alone.
fn keep_from_loss() {
    if is_chromium(&user_agent()) {
        spawn_local(async {
            if let Err(failure) = begin_fresh_log().await {
                web_sys::console::warn_1(&format!("the database goes on in its old log: {failure:?}").into());
            }
        });
    }
}

/// Whoever was signed in last; else what is found instead.
pub async fn last_here() -> Result<Uuid, Resumed> {
    if !is_secure() {
        return Err(Resumed::NoStorage);
    }
    let device = match Device::read().await {
        Ok(device) => device,
        Err(Failure::Absent) => return Err(Resumed::NoStorage),
        Err(_) => return Err(Resumed::Broken),
    };
    match device.signed_in {
        Some(user) => Ok(user),
        None if device.people.is_empty() => Err(nobody_here().await),
        None => Err(Resumed::SignIn(device.people)),
    }
}

/// Nobody was here, or the database is lost: then a mark says so, or a spare copy, for a killed browser may lose the mark too.
async fn nobody_here() -> Resumed {
    match (Mark::read(), Spare::count().await) {
        (None, 0) => Resumed::SignIn(vec![]),
        (mark, spared) => Resumed::Cleared { mark: mark.unwrap_or_default(), spared },
    }
}
