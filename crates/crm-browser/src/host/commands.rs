//! Commands on their way: to the replica here, or to the tab that writes. A cause is done once, however often it is asked.
use super::Host;
use super::page::is_visible;
use crate::json;
use crate::random;
use crate::reply::Reply;
use crate::tabs::{Forwarded, How, Message};
use crm_domain::ids::Uuid;
use crm_domain::registry::Command;
use crm_replica::ports::{Attached, Failure, Input};
use gloo::timers::callback::Timeout;
use std::future::Future;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// A visible tab that hears no *taken* for so long takes the writer's place.
const TAKEN_MS: u32 = 300;
/// And for so long no *done* after it.
const DONE_MS: u32 = 10_000;
/// A command that no writer could take is tried so often.
const TRIES: u32 = 4;

pub struct Ticket {
    asked: Asked,
    answer: Answer,
    tries: u32,
    /// Until the writer must have been heard.
    patience: Option<Timeout>,
}

#[derive(Clone)]
struct Asked {
    cause: Uuid,
    entropy: [u8; 32],
    command: Command,
    attached: Option<Rc<Attached>>,
}

enum Answer {
    Here(Reply<Result<(), Failure>>),
    /// Another tab's ticket.
    There {
        tab: Uuid,
        ticket: u64,
    },
}

impl Host {
    pub(super) fn ask_command(
        &self,
        cause: Uuid,
        command: Command,
        attached: Option<Rc<Attached>>,
    ) -> impl Future<Output = Result<(), Failure>> + use<> {
        let (reply, answer) = Reply::new();
        self.issue(Asked { cause, entropy: random::bytes(), command, attached }, Answer::Here(reply));
        answer
    }

    /// A command of another version is not understood and not answered, which is what the other tab's patience is for.
    pub(super) fn take_for_another(&self, tab: Uuid, ticket: u64, asked: Forwarded) {
        let host = self.clone();
        spawn_local(async move {
            let Forwarded { cause, entropy, command, attached } = asked;
            if let Ok(Some(command)) = json::command(command).await {
                host.issue(Asked { cause, entropy, command, attached }, Answer::There { tab, ticket });
            }
        });
    }

    fn issue(&self, asked: Asked, answer: Answer) {
        let ticket = self.number();
        let it = Ticket { asked, answer, tries: 0, patience: None };
        self.0.tickets.borrow_mut().insert(ticket, it);
        self.route(ticket);
    }

    /// Everything that waits, on its way again: this tab's role has changed.
    pub(super) fn route_all(&self) {
        let waiting: Vec<u64> = self.0.tickets.borrow().keys().copied().collect();
        for ticket in waiting {
            self.route(ticket);
        }
    }

    fn route(&self, ticket: u64) {
        let Some(desk) = self.desk() else { return self.done(ticket, Err(Failure::NoWriter)) };
        let mut tickets = self.0.tickets.borrow_mut();
        let Some(it) = tickets.get_mut(&ticket) else { return };
        it.patience = None;
        if desk.is_writer() && !desk.writes.get() {
            // Routed again once it is known here what the last writer left.
            drop(tickets);
            if desk.beginning.get() == 0 {
                let host = self.clone();
                spawn_local(async move { host.begin_writing(&desk).await });
            }
            return;
        }
        it.tries += 1;
        if it.tries > TRIES {
            drop(tickets);
            return self.finish(ticket, Err(Failure::NoWriter));
        }
        let Asked { cause, entropy, command, attached } = it.asked.clone();
        if desk.is_writer() {
            drop(tickets);
            return self.feed(Input::Command { ticket, cause, entropy, command, attached });
        }
        if let Answer::There { .. } = it.answer {
            // The tab that asked hears nothing and asks the new writer itself.
            tickets.remove(&ticket);
            return;
        }
        it.patience = Some(self.patience(ticket, TAKEN_MS));
        drop(tickets);
        spawn_local(async move {
            // Where it cannot be written, the writer is not heard, and this tab takes its place.
            if let Ok(Some(command)) = json::of_command(command).await {
                let asked = Message::Command { tab: desk.tab, ticket, cause, entropy, command };
                desk.tell_with(&asked, attached.as_deref());
            }
        });
    }

    fn patience(&self, ticket: u64, ms: u32) -> Timeout {
        let host = self.clone();
        Timeout::new(ms, move || host.not_heard(ticket))
    }

    /// The writer is silent: a tab that is looked at takes its place. A hidden one gives the command back.
    fn not_heard(&self, ticket: u64) {
        let Some(desk) = self.desk() else { return self.finish(ticket, Err(Failure::NoWriter)) };
        if desk.is_writer() || !self.0.tickets.borrow().contains_key(&ticket) {
            return;
        }
        if !is_visible() {
            return self.finish(ticket, Err(Failure::NoWriter));
        }
        let host = self.clone();
        spawn_local(async move {
            // As the writer it routes all that waits.
            host.rise(&desk, How::Steal).await;
        });
    }

    pub(super) fn taken(&self, ticket: u64) {
        let patience = self.patience(ticket, DONE_MS);
        if let Some(it) = self.0.tickets.borrow_mut().get_mut(&ticket) {
            it.patience = Some(patience);
        }
    }

    /// The replica here has ended it.
    pub(super) fn done(&self, ticket: u64, result: Result<(), Failure>) {
        // The lock was lost under it: the new writer does it, once, by its cause.
        if result == Err(Failure::NoWriter) && self.desk().is_some() {
            return self.route_later(ticket);
        }
        if result.is_ok() {
            self.ask_for_persistence();
        }
        self.finish(ticket, result);
    }

    pub(super) fn done_by_the_writer(&self, ticket: u64, result: Result<(), Failure>) {
        self.done(ticket, result);
    }

    /// Once this tab's role is settled. The pause lets a writer that is just leaving be gone.
    fn route_later(&self, ticket: u64) {
        let host = self.clone();
        let again = Timeout::new(TAKEN_MS, move || host.route(ticket));
        if let Some(it) = self.0.tickets.borrow_mut().get_mut(&ticket) {
            it.patience = Some(again);
        }
    }

    fn finish(&self, ticket: u64, result: Result<(), Failure>) {
        let Some(it) = self.0.tickets.borrow_mut().remove(&ticket) else { return };
        match it.answer {
            Answer::Here(reply) => reply.give(result),
            Answer::There { tab, ticket } => {
                if let Some(desk) = self.desk() {
                    desk.tell(&Message::Done { tab, ticket, result });
                }
            }
        }
    }

    /// Nothing can be saved, or the person leaves: what was typed is still the screens'.
    pub(super) fn give_back_commands(&self, why: Failure) {
        let waiting: Vec<u64> = self.0.tickets.borrow().keys().copied().collect();
        for ticket in waiting {
            self.finish(ticket, Err(why));
        }
    }
}
