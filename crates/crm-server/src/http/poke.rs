//! `GET /poke`: a line whenever something changes that the caller may read. A hint to pull, never data.
use super::answer::Failure;
use super::{App, Shared};
use crate::ledger::Caller;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use crm_domain::bucket::{Bucket, Verb};
use futures_util::stream;
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};

pub async fn poke(State(app): Shared, headers: HeaderMap) -> Result<impl IntoResponse, Failure> {
    let caller = app.caller(&headers).await?;
    let changed = app.changed.subscribe();
    let begin = Listening { app, caller, changed, greeted: false };
    let events = stream::unfold(begin, |mut listening| async move {
        let event = listening.next().await?;
        Some((Ok::<_, Infallible>(event), listening))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))))
}

struct Listening {
    app: Arc<App>,
    caller: Caller,
    changed: Receiver<Arc<BTreeSet<Bucket>>>,
    greeted: bool,
}

impl Listening {
    /// None: the server is closing, or the caller is no longer known; the device comes back with a new token.
    async fn next(&mut self) -> Option<Event> {
        if !self.greeted {
            self.greeted = true;
            return Some(Event::default().data("hello"));
        }
        loop {
            let mut buckets: BTreeSet<Bucket> = BTreeSet::new();
            match self.changed.recv().await {
                Ok(some) => buckets.extend(some.iter()),
                Err(RecvError::Lagged(_)) => return Some(Event::default().data("changed")),
                Err(RecvError::Closed) => return None,
            }
            loop {
                match self.changed.try_recv() {
                    Ok(more) => buckets.extend(more.iter()),
                    Err(TryRecvError::Lagged(_)) => return Some(Event::default().data("changed")),
                    Err(TryRecvError::Empty | TryRecvError::Closed) => break,
                }
            }
            let user = self.caller.user;
            let grants = self.app.on_ledger(move |ledger, now| ledger.grants(user, now)).await.ok()?;
            // Her own bucket stands even where she was deactivated: that is how she learns it.
            if buckets.iter().any(|b| *b == Bucket::User(user) || grants.allow(*b, Verb::Read)) {
                return Some(Event::default().data("changed"));
            }
        }
    }
}
