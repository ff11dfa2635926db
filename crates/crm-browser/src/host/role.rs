//! Writer or follower (SYNC 2.7): who holds the lock, and what passes between the tabs.
use super::Host;
use super::desk::Desk;
use super::leave::Gone;
use super::page::is_visible;
use crate::net::Listening;
use crate::tabs::{Channel, Forwarded, Held, How, Message};
use crm_replica::ports::{Attached, Failure, Input, Storage};
use gloo::timers::callback::Timeout;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// Changes of the writer that come within so long are read at once.
const REREAD_MS: u32 = 200;
/// A writer that does not answer a visible tab for so long is taken for frozen. A busy one that is taken for it loses
/// nothing: the fence parts the two.
const ANSWER_MS: u32 = 1_000;

impl Host {
    /// Takes a place among the person's tabs: the writer's if it is free.
    pub(super) async fn join_tabs(&self, desk: &Rc<Desk>) {
        let channel = Channel::open(desk.record.borrow().user, {
            let (host, desk) = (self.clone(), Rc::downgrade(desk));
            move |message, attached| {
                if let Some(desk) = desk.upgrade() {
                    host.heard(&desk, message, attached);
                }
            }
        });
        desk.channel.replace(channel.ok());
        if !self.rise(desk, How::IfFree).await {
            self.read_store(desk, false).await;
            self.queue_for_the_lock(desk);
            self.call_the_writer(desk);
        }
    }

    /// A tab that is looked at asks for the lock. A writer that is looked at too answers with its news, a hidden one hands
    /// over, a frozen one does neither and loses the lock.
    pub(super) fn call_the_writer(&self, desk: &Rc<Desk>) {
        if !is_visible() || desk.is_writer() {
            return;
        }
        desk.tell(&Message::MayI);
        let (host, later) = (self.clone(), Rc::downgrade(desk));
        let unanswered = move || {
            if let Some(desk) = later.upgrade().filter(|_| is_visible()) {
                spawn_local(async move {
                    host.rise(&desk, How::Steal).await;
                });
            }
        };
        desk.calling.replace(Some(Timeout::new(ANSWER_MS, unanswered)));
    }

    /// Becomes the writer. False: another tab is.
    pub(super) async fn rise(&self, desk: &Rc<Desk>, how: How) -> bool {
        if desk.is_writer() || desk.rising.replace(true) {
            return true;
        }
        desk.queueing.borrow_mut().take();
        let held = Held::take(&desk.lock_name(), how, self.when_stolen(desk)).await;
        desk.rising.set(false);
        match held {
            Some(held) => {
                self.crowned(desk, held).await;
                true
            }
            None => false,
        }
    }

    fn when_stolen(&self, desk: &Rc<Desk>) -> impl FnOnce() + 'static {
        let (host, desk) = (self.clone(), Rc::downgrade(desk));
        move || {
            if let Some(desk) = desk.upgrade() {
                spawn_local(async move { host.lost_the_lock(&desk).await });
            }
        }
    }

    /// The lock is ours.
    async fn crowned(&self, desk: &Rc<Desk>, held: Held) {
        desk.lock.replace(Some(held));
        desk.calling.replace(None);
        desk.news.replace(None);
        self.begin_writing(desk).await;
    }

    /// Takes the fence, then reads what the last writer left. Where the storage fails, what waits is given back, and the
    /// next command tries it again.
    pub(super) async fn begin_writing(&self, desk: &Rc<Desk>) {
        desk.beginning.update(|many| many + 1);
        let began = match desk.storage.take_fence().await {
            Ok(()) => self.read_store(desk, true).await,
            // Left meanwhile: whoever takes the lock again begins anew.
            Err(crate::idb::Failure::Fenced) => true,
            Err(_) => false,
        };
        desk.beginning.update(|many| many - 1);
        if desk.beginning.get() > 0 {
            return;
        }
        if !began && desk.is_writer() {
            // What can be read is shown; only nothing is written.
            if let Ok(opened) = desk.storage.load_all().await {
                self.feed_for(desk, Input::Open { session: desk.session(false), opened });
            }
            self.storage_failed(Storage::Broken);
            return self.give_back_commands(Failure::Broken);
        }
        self.storage_works();
        desk.writes.set(desk.is_writer());
        self.tell_road();
        self.look_at_the_room(desk);
        self.copy_unsent(desk);
        self.listen_for_pokes(desk);
        self.route_all();
        if !is_visible() {
            desk.tell(&Message::WriterHidden);
        }
    }

    /// Another tab writes now: this one shows.
    pub(super) async fn lost_the_lock(&self, desk: &Rc<Desk>) {
        let Some(held) = desk.lock.borrow_mut().take() else { return };
        drop(held);
        desk.writes.set(false);
        desk.storage.leave_fence();
        desk.listening.borrow_mut().take();
        self.read_store(desk, false).await;
        self.queue_for_the_lock(desk);
        self.route_all();
    }

    fn queue_for_the_lock(&self, desk: &Rc<Desk>) {
        let granted = {
            let (host, desk) = (self.clone(), Rc::downgrade(desk));
            move |held| {
                if let Some(desk) = desk.upgrade() {
                    let host = host.clone();
                    spawn_local(async move { host.crowned(&desk, held).await });
                }
            }
        };
        desk.queueing.replace(Held::queue(&desk.lock_name(), granted, self.when_stolen(desk)));
    }

    /// False: it could not be read.
    pub(super) async fn read_store(&self, desk: &Rc<Desk>, writer: bool) -> bool {
        desk.stale.set(false);
        match desk.storage.load_all().await {
            Ok(opened) if writer == desk.is_writer() => {
                self.feed_for(desk, Input::Open { session: desk.session(writer), opened });
                true
            }
            // The role changed while it was read; whoever changed it reads again.
            Ok(_) => true,
            Err(_) => {
                self.storage_failed(Storage::Broken);
                false
            }
        }
    }

    /// Only the writer that is looked at listens.
    pub(super) fn listen_for_pokes(&self, desk: &Rc<Desk>) {
        let listens = desk.is_writer() && is_visible();
        if !listens {
            desk.listening.borrow_mut().take();
        } else if desk.listening.borrow().is_none() {
            let host = self.clone();
            desk.listening.replace(Some(Listening::start(desk.server.clone(), move || host.wake())));
        }
    }

    fn heard(&self, desk: &Rc<Desk>, message: Message, attached: Option<Rc<Attached>>) {
        match message {
            Message::Changed => self.reread_soon(desk),
            Message::Command { tab, ticket, cause, entropy, command } if desk.is_writer() => {
                desk.tell(&Message::Taken { tab, ticket });
                self.take_for_another(tab, ticket, Forwarded { cause, entropy, command, attached });
            }
            Message::Taken { tab, ticket } if tab == desk.tab => self.taken(ticket),
            Message::Done { tab, ticket, result } if tab == desk.tab => self.done_by_the_writer(ticket, result),
            Message::Subscribe(bucket) if desk.is_writer() => self.feed(Input::Subscribe { bucket }),
            Message::SyncNow if desk.is_writer() => self.wake(),
            Message::WriterHidden => self.call_the_writer(desk),
            Message::MayI if desk.is_writer() => {
                if is_visible() {
                    self.tell_news(desk);
                } else {
                    let (host, desk) = (self.clone(), desk.clone());
                    spawn_local(async move { host.lost_the_lock(&desk).await });
                }
            }
            Message::News(news) if !desk.is_writer() => {
                desk.calling.replace(None);
                desk.news.replace(Some(news));
                self.merge_status();
            }
            Message::Over => {
                self.close_desk();
                self.tell_gone(Gone::SignedOut);
            }
            // For the other role, or another tab.
            Message::Command { .. }
            | Message::Taken { .. }
            | Message::Done { .. }
            | Message::Subscribe(_)
            | Message::SyncNow
            | Message::MayI
            | Message::News(_) => {}
        }
    }

    /// A hidden tab reads when it is looked at again.
    fn reread_soon(&self, desk: &Rc<Desk>) {
        if desk.is_writer() {
            return;
        }
        desk.stale.set(true);
        if is_visible() && desk.rereading.borrow().is_none() {
            let (host, later) = (self.clone(), desk.clone());
            let reread = move || {
                later.rereading.borrow_mut().take().map(Timeout::forget);
                host.reread(&later);
            };
            desk.rereading.replace(Some(Timeout::new(REREAD_MS, reread)));
        }
    }

    pub(super) fn reread(&self, desk: &Rc<Desk>) {
        if desk.stale.get() && !desk.is_writer() {
            let (host, desk) = (self.clone(), desk.clone());
            spawn_local(async move {
                host.read_store(&desk, false).await;
            });
        }
    }
}
