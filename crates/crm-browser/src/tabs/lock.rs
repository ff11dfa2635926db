//! The writer's lock. Holding it is a courtesy among tabs that are alive; what really keeps two writers apart is the fence
//! in every transaction.
use crate::bindings::locks;
use crate::reply::Reply;
use js_sys::{Function, Object, Promise, Reflect};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::AbortController;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// Only if nobody holds it.
    IfFree,
    /// From whoever holds it, however frozen.
    Steal,
}

/// The lock, held until this is dropped or another tab steals it.
pub struct Held(Function);

impl Drop for Held {
    fn drop(&mut self) {
        // Resolving the lock's promise releases it. A promise's own function does not throw.
        let _released = self.0.call0(&JsValue::NULL);
    }
}

/// A place in the lock's queue; dropping it leaves the queue.
pub struct Queueing(AbortController);

impl Drop for Queueing {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Held {
    /// None: another tab holds it. `lost` is called when it is stolen from us later.
    pub async fn take(name: &str, how: How, lost: impl FnOnce() + 'static) -> Option<Held> {
        let option = match how {
            How::IfFree => "ifAvailable",
            How::Steal => "steal",
        };
        let (granted, waiting) = Reply::new();
        request(name, option, &JsValue::TRUE, move |held| granted.give(held), lost);
        waiting.await
    }

    /// Waits for its turn behind whoever holds it, and calls `granted` then, unless the place is dropped before.
    pub fn queue(name: &str, granted: impl Fn(Held) + 'static, lost: impl FnOnce() + 'static) -> Option<Queueing> {
        let controller = AbortController::new().ok()?;
        let signal = controller.signal();
        request(name, "signal", &signal, move |held| held.into_iter().for_each(&granted), lost);
        Some(Queueing(controller))
    }
}

fn request(
    name: &str,
    option: &str,
    value: &JsValue,
    settled: impl Fn(Option<Held>) + 'static,
    lost: impl FnOnce() + 'static,
) {
    let settled = Rc::new(settled);
    let held = Rc::new(Cell::new(false));
    let granted = Closure::once_into_js({
        let (settled, held) = (settled.clone(), held.clone());
        move |lock: JsValue| -> Promise {
            if lock.is_null() {
                settled(None);
                return Promise::resolve(&JsValue::UNDEFINED);
            }
            held.set(true);
            Promise::new(&mut |release, _| settled(Some(Held(release))))
        }
    });
    let options = Object::new();
    let asked = Reflect::set(&options, &option.into(), value).and_then(|_| {
        let navigator = web_sys::window().ok_or(JsValue::NULL)?.navigator();
        locks(&navigator).ok_or(JsValue::NULL)?.request(name, &options, granted.unchecked_ref())
    });
    let Ok(asked) = asked else { return settled(None) };
    spawn_local(async move {
        let over = JsFuture::from(asked).await;
        match (over, held.get()) {
            (Err(_), true) => lost(),
            // Left the queue, or refused: never held.
            (Err(_), false) => settled(None),
            (Ok(_), _) => {}
        }
    });
}
