//! The house as the porch sees it: through this alone, so that its code can come later.
use crate::host::{Gone, Host, Person, Resumed};
use crate::net::Enrolment;
use crm_domain::ids::Uuid;
use crm_protocol::SignedIn;
use crm_replica::ports::{Door, Later, SignInError};
use std::rc::Rc;

/// Somebody who was never in this browser, and is signed in at the server.
pub struct Newcomer {
    pub account: String,
    pub enrolment: Enrolment,
    pub answer: SignedIn,
}

pub trait House {
    fn door(&self) -> Rc<dyn Door>;
    /// Opens the copy of this person, who was signed in last. Needs no network.
    fn resume(&self, user: Uuid) -> Later<Resumed>;
    fn sign_in(&self, account: String, password: String) -> Later<Result<Person, SignInError>>;
    /// Makes her database, and sits her down at it.
    fn move_in(&self, newcomer: Newcomer) -> Later<Result<Person, SignInError>>;
    fn clock_error_ms(&self) -> Option<i64>;
    fn on_gone(&self, told: Box<dyn Fn(Gone)>);
}

impl House for Host {
    fn door(&self) -> Rc<dyn Door> {
        Rc::new(self.clone())
    }

    fn resume(&self, user: Uuid) -> Later<Resumed> {
        let host = self.clone();
        Box::pin(async move { host.resume(user).await })
    }

    fn sign_in(&self, account: String, password: String) -> Later<Result<Person, SignInError>> {
        let host = self.clone();
        Box::pin(async move { host.sign_in(&account, &password).await })
    }

    fn move_in(&self, newcomer: Newcomer) -> Later<Result<Person, SignInError>> {
        let host = self.clone();
        Box::pin(async move { host.move_in(newcomer).await })
    }

    fn clock_error_ms(&self) -> Option<i64> {
        self.clock_error_ms()
    }

    fn on_gone(&self, told: Box<dyn Fn(Gone)>) {
        self.on_gone(told);
    }
}
