//! Counters in the text form that Prometheus reads. Nothing personal.
use super::Shared;
use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

#[derive(Default)]
pub struct Metrics {
    requests: AtomicU64,
    refused: AtomicU64,
    failed: AtomicU64,
    ops: AtomicU64,
}

impl Metrics {
    pub fn pushed(&self, ops: usize) {
        self.ops.fetch_add(ops as u64, Relaxed);
    }
}

pub async fn count(State(app): Shared, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    app.metrics.requests.fetch_add(1, Relaxed);
    let status = response.status();
    if status.is_server_error() {
        app.metrics.failed.fetch_add(1, Relaxed);
    } else if status.is_client_error() {
        app.metrics.refused.fetch_add(1, Relaxed);
    }
    response
}

pub async fn metrics(State(app): Shared) -> impl IntoResponse {
    let m = &app.metrics;
    let lines = [
        ("requests", m.requests.load(Relaxed)),
        ("refused", m.refused.load(Relaxed)),
        ("failed", m.failed.load(Relaxed)),
        ("pushed_ops", m.ops.load(Relaxed)),
        ("commits", app.ledger.commits()),
    ];
    let text: String = lines
        .iter()
        .map(|(name, n)| format!("# TYPE zoufang_{name}_total counter\nzoufang_{name}_total {n}\n"))
        .collect();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text)
}
