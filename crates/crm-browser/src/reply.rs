//! An answer that comes later, within one thread: the half that is kept and the future that is handed out.
use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::rc::Rc;
use std::task::{Poll, Waker};

/// Dropped without an answer, its future never ends; so whoever holds one answers.
pub struct Reply<T>(Rc<RefCell<Slot<T>>>);

struct Slot<T> {
    value: Option<T>,
    waker: Option<Waker>,
}

impl<T> Reply<T> {
    pub fn new() -> (Self, impl Future<Output = T>) {
        let slot = Rc::new(RefCell::new(Slot { value: None, waker: None }));
        let waiting = slot.clone();
        let future = poll_fn(move |cx| {
            let mut slot = waiting.borrow_mut();
            match slot.value.take() {
                Some(value) => Poll::Ready(value),
                None => {
                    slot.waker = Some(cx.waker().clone());
                    Poll::Pending
                }
            }
        });
        (Self(slot), future)
    }

    /// The first answer counts.
    pub fn give(&self, value: T) {
        let mut slot = self.0.borrow_mut();
        slot.value.get_or_insert(value);
        if let Some(waker) = slot.waker.take() {
            waker.wake();
        }
    }
}

impl<T> Clone for Reply<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}
