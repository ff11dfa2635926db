//! A refusal must arrive: where a handler answers before it has read the whole body, the rest is read and dropped first.
//! Otherwise the connection would be closed under a sender that is still writing, and he sees a broken pipe for an answer.
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use futures_util::StreamExt;
use http_body::{Frame, SizeHint};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::oneshot;

/// Whoever sends more than this after a refusal is cut off.
const MOST: usize = 16 * 1024 * 1024;
const LONGEST: Duration = Duration::from_secs(10);

/// A body that comes back to its owner when the handler is done with it.
struct Lent {
    body: Option<Body>,
    back: Option<oneshot::Sender<Body>>,
}

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        match &mut self.body {
            Some(body) => Pin::new(body).poll_frame(context),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(|| SizeHint::with_exact(0), HttpBody::size_hint)
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let (Some(body), Some(back)) = (self.body.take(), self.back.take()) {
            // Fails only where the connection is gone, and then nobody waits for the rest.
            let _ = back.send(body);
        }
    }
}

pub async fn drain(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let (back, returned) = oneshot::channel();
    let lent = Body::new(Lent { body: Some(body), back: Some(back) });
    let response = next.run(Request::from_parts(parts, lent)).await;
    if let Ok(rest) = returned.await
        && !rest.is_end_stream()
    {
        // Too slow or too much: the answer is sent all the same, and the connection closed.
        let _ = tokio::time::timeout(LONGEST, discard(rest)).await;
    }
    response
}

async fn discard(rest: Body) {
    let mut frames = rest.into_data_stream();
    let mut seen = 0;
    while let Some(Ok(bytes)) = frames.next().await {
        seen += bytes.len();
        if seen > MOST {
            return;
        }
    }
}
