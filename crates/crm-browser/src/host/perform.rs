//! Performs what the replica asks for. Each outcome comes back as an input.
use super::Host;
use super::desk::Desk;
use super::leave::Gone;
use crate::environment;
use crate::tabs::Message;
use crm_replica::ports::{CommitError, Effect, Failure, Input, Storage, Store};
use gloo::timers::callback::Timeout;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

impl Host {
    pub(super) fn perform(&self, effect: Effect) {
        match effect {
            Effect::Answer { watch, view } => self.answer(watch, view),
            Effect::Done { ticket, result } => self.done(ticket, result),
            Effect::Status(status) => self.replica_status(status),
            Effect::Timer { after_ms } => {
                let host = self.clone();
                let after_ms = u32::try_from(after_ms).unwrap_or(u32::MAX);
                self.0.timer.replace(Some(Timeout::new(after_ms, move || host.feed(Input::Tick))));
            }
            effect => {
                // Without a desk the replica has no session, and asks for nothing more.
                let Some(desk) = self.desk() else { return };
                match effect {
                    Effect::Announce => desk.tell(&Message::Changed),
                    effect => spawn_local(self.clone().work(desk, effect)),
                }
            }
        }
    }

    /// What takes time. If the person has left meanwhile, nobody wants to hear of it.
    async fn work(self, desk: Rc<Desk>, effect: Effect) {
        let input = match effect {
            Effect::Commit { txn, writes, strict } => match desk.storage.commit(&writes, strict).await {
                Ok(()) => {
                    self.storage_works();
                    let touches = |store| writes.iter().any(|write| write.store == store);
                    if touches(Store::Blob) {
                        self.look_at_the_room(&desk);
                    }
                    self.feed_for(&desk, Input::Committed { txn });
                    if touches(Store::Outbox) || touches(Store::Blob) {
                        self.copy_unsent(&desk);
                    }
                    return;
                }
                Err(why) => {
                    self.feed_for(&desk, Input::CommitFailed { txn, why });
                    if why == CommitError::Fenced {
                        self.lost_the_lock(&desk).await;
                    }
                    return;
                }
            },
            Effect::Load { request, store, keys } => {
                let values = desk.storage.load(store, &keys).await.unwrap_or_else(|_| {
                    self.storage_failed(Storage::Broken);
                    vec![None; keys.len()]
                });
                Input::Loaded { request, values }
            }
            Effect::Sign { request, messages } => match desk.server.enrolment().signer.sign(&messages).await {
                Ok(signatures) => Input::Signed { request, signatures },
                // Nothing can be saved without signatures: said, and the commands that wait are given back.
                Err(_) => {
                    self.storage_failed(Storage::Broken);
                    return self.give_back_commands(Failure::Broken);
                }
            },
            Effect::Send { request, to, body } => {
                let answer = desk.server.send(to, body).await;
                Input::Answered { request, answer }
            }
            Effect::Wipe => return self.wiped(&desk).await,
            Effect::Answer { .. }
            | Effect::Done { .. }
            | Effect::Status(_)
            | Effect::Timer { .. }
            | Effect::Announce => {
                return;
            }
        };
        self.feed_for(&desk, input);
    }

    /// At 80 % of what the browser allows, what the server has too makes room (SYNC 2.8).
    pub(super) fn look_at_the_room(&self, desk: &Rc<Desk>) {
        let (host, desk) = (self.clone(), desk.clone());
        spawn_local(async move {
            let estimate = environment::storage_estimate().await;
            if estimate.is_some_and(|(used, allowed)| used >= allowed / 5 * 4) {
                host.feed_for(&desk, Input::Pressed);
            }
        });
    }

    /// Feeds what belongs to this person, unless another is at the desk by now.
    pub(super) fn feed_for(&self, desk: &Rc<Desk>, input: Input) {
        if self.desk().is_some_and(|present| Rc::ptr_eq(&present, desk)) {
            self.feed(input);
        }
    }

    async fn wiped(&self, desk: &Rc<Desk>) {
        self.forget(desk).await;
        self.tell_gone(Gone::Wiped);
    }
}
