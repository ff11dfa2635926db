//! What the page lives through: shown, hidden, online, offline.
use super::Host;
use crate::environment;
use crate::tabs::Message;
use crm_replica::ports::Input;
use gloo::events::EventListener;
use web_sys::VisibilityState;

pub fn is_visible() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    document.is_some_and(|document| document.visibility_state() == VisibilityState::Visible)
}

impl Host {
    pub(super) fn listen_to_the_page(&self) {
        let Some(window) = web_sys::window() else { return };
        let mut listeners = self.0.listeners.borrow_mut();
        let mut on_window = |name: &'static str, then: fn(&Host)| {
            let host = self.clone();
            listeners.push(EventListener::new(&window, name, move |_| then(&host)));
        };
        on_window("online", Host::online);
        on_window("offline", Host::merge_status);
        on_window("pagehide", Host::hidden);
        if let Some(connection) = environment::connection() {
            let host = self.clone();
            listeners.push(EventListener::new(&connection, "change", move |_| host.wake()));
        }
        if let Some(document) = window.document() {
            let host = self.clone();
            listeners.push(EventListener::new(&document, "visibilitychange", move |_| {
                if is_visible() { host.shown() } else { host.hidden() }
            }));
        }
    }

    fn online(&self) {
        self.merge_status();
        self.wake();
    }

    /// Now is a good time to sync.
    pub(super) fn wake(&self) {
        self.tell_road();
        self.feed(Input::Wake);
    }

    /// Photos may have to wait for another road.
    pub(super) fn tell_road(&self) {
        self.feed(Input::Road { blobs: environment::photos_may_go() });
    }

    fn shown(&self) {
        let Some(desk) = self.desk() else { return };
        if desk.is_writer() {
            self.wake();
            self.listen_for_pokes(&desk);
        } else {
            self.reread(&desk);
            self.call_the_writer(&desk);
        }
    }

    fn hidden(&self) {
        let Some(desk) = self.desk() else { return };
        if desk.is_writer() {
            self.feed(Input::Hidden);
            desk.listening.borrow_mut().take();
            desk.tell(&Message::WriterHidden);
        }
    }
}
