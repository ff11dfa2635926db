//! The HTTP around the ledger: decode, authorise, call on a blocking thread, encode. No rule of the business is here.
mod account;
mod answer;
mod blob;
mod connections;
mod drain;
mod lockout;
mod metrics;
mod nonces;
mod poke;
mod site;
mod sync;
mod upkeep;

use crate::ledger::{Caller, Ledger, LedgerError};
use answer::Failure;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use crm_domain::bucket::Bucket;
use lockout::Lockout;
use metrics::Metrics;
use nonces::Nonces;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, broadcast};
use tower_http::compression::CompressionLayer;

pub use site::Site;

/// Milliseconds since 1970; tests bring their own.
pub type Clock = Arc<dyn Fn() -> u64 + Send + Sync>;

pub fn system_clock() -> Clock {
    Arc::new(|| {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        since.map_or(0, |d| d.as_millis() as u64)
    })
}

pub struct App {
    ledger: Arc<Ledger>,
    site: Site,
    clock: Clock,
    lockout: Mutex<Lockout>,
    nonces: Mutex<Nonces>,
    /// Passwords are hashed so many at a time: each takes 19 MiB and a core.
    hashing: Semaphore,
    changed: broadcast::Sender<Arc<BTreeSet<Bucket>>>,
    metrics: Metrics,
}

type Shared = State<Arc<App>>;

impl App {
    pub fn new(ledger: Arc<Ledger>, site: Site, clock: Clock) -> Arc<Self> {
        crate::ledger::ready_for_sign_in();
        let (changed, _) = broadcast::channel(256);
        let sender = changed.clone();
        ledger.listen(move |buckets| {
            // Fails only where nobody listens.
            let _ = sender.send(Arc::new(buckets.clone()));
        });
        Arc::new(Self {
            ledger,
            site,
            clock,
            lockout: Mutex::default(),
            nonces: Mutex::default(),
            hashing: Semaphore::new(2),
            changed,
            metrics: Metrics::default(),
        })
    }

    fn now(&self) -> u64 {
        (self.clock)()
    }

    /// Runs ledger work where it may block.
    async fn on_ledger<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Ledger, u64) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<T, Failure> {
        let (ledger, now) = (self.ledger.clone(), self.now());
        let done = tokio::task::spawn_blocking(move || work(&ledger, now)).await;
        match done {
            Ok(result) => result.map_err(Failure::from),
            Err(_) => Err(Failure::failed()),
        }
    }

    /// The same for whoever's token a request carries, in one go.
    async fn for_caller<T: Send + 'static>(
        self: &Arc<Self>,
        token: [u8; 32],
        work: impl FnOnce(&Ledger, &Caller, u64) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<T, Failure> {
        self.on_ledger(move |ledger, now| work(ledger, &ledger.caller_of(&token, now)?, now)).await
    }

    async fn caller(self: &Arc<Self>, headers: &HeaderMap) -> Result<Caller, Failure> {
        self.for_caller(answer::token(headers)?, |_, caller, _| Ok(*caller)).await
    }
}

/// Every route.
pub fn router(app: Arc<App>) -> Router {
    let dynamic = Router::new()
        .route("/auth/sign-in", post(account::sign_in))
        .route("/auth/device", get(account::device))
        .route("/auth/nonce", post(account::nonce))
        .route("/auth/renew", post(account::renew))
        .route("/auth/first", post(account::first))
        .route("/admin/password", post(account::password))
        .route("/sync/push", post(sync::push))
        .route("/sync/pull", post(sync::pull))
        .route("/sync/repair", post(sync::repair))
        .route("/page/{bucket}/{generation}/{no}", get(sync::page))
        .route("/ask", post(sync::ask))
        .layer(axum::middleware::from_fn(answer::refusals))
        .layer(CompressionLayer::new());
    let blobs = Router::new()
        .route("/blob", post(blob::offer))
        .route("/blob/{sha}", get(blob::whole).head(blob::state).patch(blob::append))
        .layer(axum::middleware::from_fn(answer::refusals));
    Router::new()
        .merge(dynamic)
        .merge(blobs)
        .route("/poke", get(poke::poke))
        .route("/health", get(health))
        .route("/metrics", get(metrics::metrics))
        .fallback(site::file)
        .layer(axum::middleware::from_fn(drain::drain))
        .layer(axum::middleware::from_fn_with_state(app.clone(), metrics::count))
        .layer(axum::middleware::from_fn_with_state(app.clone(), site::guard))
        .with_state(app)
}

/// Serves, and does what is to be done by itself, until `stop` is done; requests under way then have two seconds, since a listener of `/poke` never ends by itself.
pub async fn serve(app: Arc<App>, listener: TcpListener, stop: impl Future<Output = ()> + Send + 'static) {
    let stopping = Arc::new(tokio::sync::Notify::new());
    let told = stopping.clone();
    let stop = async move {
        stop.await;
        told.notify_one();
    };
    let grace = async move {
        stopping.notified().await;
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    };
    tokio::select! {
        () = connections::serve(router(app.clone()), listener, stop) => {}
        () = upkeep::run(app) => {}
        () = grace => {}
    }
}

/// 200 once the app can be used: the database answers.
async fn health(State(app): Shared) -> Response {
    match app.on_ledger(|ledger, _| ledger.epoch()).await {
        Ok(_) => (StatusCode::OK, "ok\n").into_response(),
        Err(failure) => failure.into_response(),
    }
}
