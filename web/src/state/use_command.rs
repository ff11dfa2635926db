//! Doing something: a command to the replica, told as a failure in words when it was not done.
use super::{DoorHandle, Teller, use_door, use_session, use_toasts};
use crate::words::{Locale, failure};
use crm_domain::registry::Command;
use crm_replica::ports::{Attached, Failure};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Clone, PartialEq)]
pub struct Commander {
    door: DoorHandle,
    toasts: Teller,
    locale: Locale,
}

impl Commander {
    /// Saved on this device when it says Ok. Should the writing tab not answer, it is asked once more with the same
    /// cause, which does it once.
    pub async fn run(&self, command: impl Into<Command>) -> Result<(), Failure> {
        let (cause, command) = (self.door.new_id(), command.into());
        match self.door.command(cause, command.clone()).await {
            Err(Failure::NoWriter) => self.door.command(cause, command).await,
            done => done,
        }
    }

    /// The same for a command that brings a photo along.
    pub async fn run_with(&self, command: impl Into<Command>, attached: Rc<Attached>) -> Result<(), Failure> {
        let (cause, command) = (self.door.new_id(), command.into());
        match self.door.command_with(cause, command.clone(), attached.clone()).await {
            Err(Failure::NoWriter) => self.door.command_with(cause, command, attached).await,
            done => done,
        }
    }

    /// Runs it and calls back with what became of it.
    pub fn then(&self, command: impl Into<Command>, done: impl FnOnce(Result<(), Failure>) + 'static) {
        let (this, command) = (self.clone(), command.into());
        wasm_bindgen_futures::spawn_local(async move { done(this.run(command).await) });
    }

    /// Runs it; a failure is shown as a toast, success calls back.
    pub fn act(&self, command: impl Into<Command>, done: impl FnOnce() + 'static) {
        let this = self.clone();
        self.then(command, move |result| match result {
            Ok(()) => done(),
            Err(why) => this.tell(why),
        });
    }

    /// Shows a failure that no field can show.
    pub fn tell(&self, why: Failure) {
        self.toasts.fail(failure(why, self.locale));
    }
}

#[hook]
pub fn use_command() -> Commander {
    Commander { door: use_door(), toasts: use_toasts(), locale: use_session().locale }
}
