//! First come, first served, among the tasks of one tab. Commits are sealed side by side and still take effect in the order
//! they were asked for; of requests that need a new token only one fetches it.
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

#[derive(Default)]
pub struct Turns(Rc<RefCell<Queue>>);

#[derive(Default)]
struct Queue {
    last: u64,
    /// Everybody who has not left yet, with the waker of those who wait.
    standing: BTreeMap<u64, Option<Waker>>,
}

/// A place in the queue; dropping it lets the next one in.
pub struct Turn {
    queue: Rc<RefCell<Queue>>,
    number: u64,
}

impl Turns {
    pub fn take(&self) -> Turn {
        let mut queue = self.0.borrow_mut();
        queue.last += 1;
        let number = queue.last;
        queue.standing.insert(number, None);
        Turn { queue: self.0.clone(), number }
    }
}

impl Turn {
    /// Waits until everybody who came before has left.
    pub async fn come(&self) {
        poll_fn(|cx| {
            let mut queue = self.queue.borrow_mut();
            if queue.standing.first_key_value().is_some_and(|(first, _)| *first == self.number) {
                return Poll::Ready(());
            }
            queue.standing.insert(self.number, Some(cx.waker().clone()));
            Poll::Pending
        })
        .await;
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut queue = self.queue.borrow_mut();
        queue.standing.remove(&self.number);
        if let Some(mut next) = queue.standing.first_entry()
            && let Some(waker) = next.get_mut().take()
        {
            waker.wake();
        }
    }
}
