//! The server's answer over all that its asker may read, and the local book's while the server cannot be reached.
use super::{Ask, DoorHandle, use_door, use_query_if, use_status};
use crm_replica::ports::AskError;
use gloo::events::EventListener;
use gloo::timers::callback::Interval;
use gloo::timers::future::TimeoutFuture;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use yew::prelude::*;

/// At least so often while the page is visible.
const EVERY_MS: u32 = 5_000;
/// Pokes that come together are one question.
const PAUSE_MS: u32 = 1_000;

#[derive(Clone, PartialEq)]
pub struct Asked<V: PartialEq> {
    pub view: Option<Rc<V>>,
    /// Why the server's answer is missing; then `view` is of what is held here.
    pub away: Option<AskError>,
    pub again: Callback<()>,
}

/// Asks on, never two questions at once.
struct Asking<Q> {
    door: DoorHandle,
    query: RefCell<Q>,
    busy: Cell<bool>,
    again: Cell<bool>,
    ended: Cell<bool>,
}

impl<Q: Ask> Asking<Q> {
    fn ask(self: &Rc<Self>, told: Callback<Result<Rc<Q::View>, AskError>>) {
        if self.busy.replace(true) {
            self.again.set(true);
            return;
        }
        let this = self.clone();
        wasm_bindgen_futures::spawn_local(async move {
            loop {
                this.again.set(false);
                let query = this.query.borrow().clone();
                let answer = this.door.ask(query.into()).await;
                let answer = answer.and_then(|view| Q::View::try_from(view).map_err(|_| AskError::Malformed));
                if this.ended.get() {
                    return;
                }
                told.emit(answer.map(Rc::new));
                if !this.again.get() {
                    break;
                }
                TimeoutFuture::new(PAUSE_MS).await;
            }
            this.busy.set(false);
        });
    }
}

/// Refreshed every few seconds while the page is visible, and at once when the server had something new.
#[hook]
pub fn use_asked<Q: Ask>(query: Q) -> Asked<Q::View> {
    let door = use_door();
    let status = use_status();
    let served = use_state_eq(|| None::<Rc<Q::View>>);
    let away = use_state_eq(|| None::<AskError>);
    let asking = {
        let (door, query) = (door.clone(), query.clone());
        use_memo(door, move |door| {
            Rc::new(Asking {
                door: door.clone(),
                query: RefCell::new(query),
                busy: Cell::new(false),
                again: Cell::new(false),
                ended: Cell::new(false),
            })
        })
    };
    let asking = (*asking).clone();
    asking.query.replace(query.clone());
    let told = {
        let (served, away) = (served.setter(), away.setter());
        use_callback((), move |answer: Result<Rc<Q::View>, AskError>, ()| match answer {
            Ok(view) => {
                served.set(Some(view));
                away.set(None);
            }
            Err(why) => away.set(Some(why)),
        })
    };
    {
        let (asking, told) = (asking.clone(), told.clone());
        use_effect_with((query.clone(), status.last_contact_ms), move |_| asking.ask(told));
    }
    {
        let (asking, told) = (asking.clone(), told.clone());
        use_effect_with((), move |()| {
            let ask = {
                let asking = asking.clone();
                move || {
                    if !gloo::utils::document().hidden() {
                        asking.ask(told.clone());
                    }
                }
            };
            let seen = EventListener::new(&gloo::utils::document(), "visibilitychange", {
                let ask = ask.clone();
                move |_| ask()
            });
            let ticking = Interval::new(EVERY_MS, ask);
            move || {
                asking.ended.set(true);
                drop((seen, ticking));
            }
        });
    }
    let local = use_query_if(away.is_some().then_some(query));
    let view = match (away.is_some(), local) {
        (true, Some(local)) => Some(local),
        _ => (*served).clone(),
    };
    let again = use_callback((), move |(), ()| asking.ask(told.clone()));
    Asked { view, away: *away, again }
}
