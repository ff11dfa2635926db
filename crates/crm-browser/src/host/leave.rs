//! Going out: signing out, being wiped. What could not be sent stays sealed until the same person comes back.
use super::Host;
use super::desk::Desk;
use crate::clock::{now_ms, wait};
use crate::environment;
use crate::idb::Device;
use crate::mark::Mark;
use crate::spare::Spare;
use crate::tabs::Message;
use crm_replica::ports::{Failure, Status, Storage};
use std::rc::Rc;

/// Sending before a sign-out takes so long at most.
const SENDING_MS: u64 = 10_000;
const LOOK_MS: u32 = 100;

/// Why this person's data are not shown any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gone {
    /// In another tab.
    SignedOut,
    /// The server revoked this device, or it was reported lost: her data here were deleted.
    Wiped,
    /// She had just come in, and nothing can be kept here.
    NoStorage,
}

pub type Told = Rc<dyn Fn(Gone)>;

impl Host {
    /// Told when the person is gone without this tab having asked for it.
    pub fn on_gone(&self, told: impl Fn(Gone) + 'static) {
        self.0.gone.replace(Some(Rc::new(told)));
    }

    pub(super) fn tell_gone(&self, why: Gone) {
        let told = self.0.gone.borrow().clone();
        if let Some(told) = told {
            told(why);
        }
    }

    /// Sends first, as long as that may take; gives how many ops and photos stayed.
    pub(super) async fn leave(&self) -> u32 {
        let Some(desk) = self.desk() else { return 0 };
        if desk.is_writer() {
            self.wake();
        } else {
            desk.tell(&Message::SyncNow);
        }
        let until = now_ms() + SENDING_MS;
        while self.has_something_to_send() && now_ms() < until && self.has_a_way() {
            wait(LOOK_MS).await;
        }
        let unsent = self.present_status().owed();
        if let Err(failure) = signed_out().await {
            self.storage_failed(failure.into());
        }
        desk.tell(&Message::Over);
        self.close_desk();
        unsent
    }

    fn has_something_to_send(&self) -> bool {
        let Status { unsent, unsent_blobs, .. } = self.present_status();
        unsent > 0 || (!unsent_blobs.is_empty() && environment::photos_may_go())
    }

    /// Whether sending could still succeed.
    fn has_a_way(&self) -> bool {
        use crm_replica::ports::SyncState::{Forked, Offline, Refused, SignInAgain};
        let Status { sync, storage, .. } = self.present_status();
        storage == Storage::Fine && !matches!(sync, Offline | SignInAgain | Refused(_) | Forked)
    }

    /// Nobody is at the desk any more; the data stay as they are.
    pub(super) fn close_desk(&self) {
        let Some(desk) = self.0.desk.take() else { return };
        desk.server.set_token(None);
        desk.storage.leave_fence();
        desk.listening.take();
        desk.queueing.take();
        desk.rereading.take();
        desk.calling.take();
        desk.channel.take();
        desk.lock.take();
        self.0.timer.take();
        self.give_back_commands(Failure::NoWriter);
        self.start_afresh();
        self.clear_status();
    }

    /// Deletes this person's data and keys.
    pub(super) async fn forget(&self, desk: &Rc<Desk>) {
        let user = desk.record.borrow().user;
        desk.tell(&Message::Over);
        self.close_desk();
        let deleted = desk.storage.delete().await;
        let forgotten = async {
            let mut device = Device::read().await?;
            device.forget(user);
            device.write().await
        };
        if let Err(failure) = deleted.and(forgotten.await) {
            self.storage_failed(failure.into());
        }
        // Where there is no such cache there is nothing in it either.
        let _no_cache = Spare::forget(user).await;
        Mark::remove();
    }
}

async fn signed_out() -> Result<(), crate::idb::Failure> {
    let mut device = Device::read().await?;
    device.signed_in = None;
    device.write().await
}
