//! Push, pull, pages and questions.
use super::Shared;
use super::answer::{Failure, MESSAGE, answer, body, message, read, token, wants_json};
use crate::failpoint::{Point, reached};
use crate::ledger::{Caller, Ledger};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use crm_domain::bucket::Bucket;
use crm_domain::registry::Query;
use crm_protocol::{CBOR, Push, RefusalCode, Repair};

pub async fn push(State(app): Shared, headers: HeaderMap, from: Body) -> Result<Response, Failure> {
    let token = token(&headers)?;
    let bytes = body(&headers, from, MESSAGE).await?;
    reached(Point::PushRead);
    let (said, counts) = (headers.clone(), app.clone());
    let push = move |ledger: &Ledger, caller: &Caller, now| {
        let push: Push = read(&said, &bytes)?;
        counts.metrics.pushed(push.ops.len());
        ledger.push(caller, &push, now)
    };
    let pushed = app.for_caller(token, push).await?;
    reached(Point::PushTaken);
    answer(&headers, &pushed)
}

pub async fn pull(State(app): Shared, headers: HeaderMap, from: Body) -> Result<Response, Failure> {
    let token = token(&headers)?;
    let bytes = body(&headers, from, MESSAGE).await?;
    let said = headers.clone();
    let pull = move |ledger: &Ledger, caller: &Caller, now| ledger.pull(caller, &read(&said, &bytes)?, now);
    answer(&headers, &app.for_caller(token, pull).await?)
}

pub async fn repair(State(app): Shared, headers: HeaderMap, body: Body) -> Result<Response, Failure> {
    let caller = app.caller(&headers).await?;
    let repair: Repair = message(&headers, body).await?;
    answer(&headers, &app.on_ledger(move |ledger, now| ledger.repair(&caller, &repair, now)).await?)
}

pub async fn page(
    State(app): Shared,
    Path((bucket, generation, no)): Path<(String, u32, u32)>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let caller = app.caller(&headers).await?;
    let bucket =
        hex::decode(&bucket).ok().and_then(|bytes| Bucket::from_bytes(&bytes)).ok_or(RefusalCode::Malformed)?;
    if wants_json(&headers) {
        let page = app.on_ledger(move |ledger, now| ledger.page(&caller, bucket, generation, no, now)).await?;
        return answer(&headers, &page);
    }
    let kept = move |ledger: &Ledger, now| {
        let epoch = ledger.epoch()?;
        Ok((epoch, ledger.page_gzip(&caller, bucket, generation, no, now)?))
    };
    let (epoch, bytes) = app.on_ledger(kept).await?;
    // Another epoch may number another page the same.
    let etag = format!("\"{epoch:x}-{generation}-{no}\"");
    let fixed = [(header::ETAG, etag.clone()), (header::CACHE_CONTROL, "private, no-cache".to_owned())];
    if headers.get(header::IF_NONE_MATCH).is_some_and(|v| v.as_bytes() == etag.as_bytes()) {
        return Ok((StatusCode::NOT_MODIFIED, fixed).into_response());
    }
    let kind = [(header::CONTENT_TYPE, CBOR), (header::CONTENT_ENCODING, "gzip")];
    Ok((fixed, kind, bytes).into_response())
}

/// JSON of [`Query`] in, of [`crm_domain::registry::View`] out.
pub async fn ask(State(app): Shared, headers: HeaderMap, from: Body) -> Result<Response, Failure> {
    let caller = app.caller(&headers).await?;
    let bytes = body(&headers, from, MESSAGE).await?;
    let query: Query = serde_json::from_slice(&bytes).map_err(|_| RefusalCode::Malformed)?;
    let view = app.on_ledger(move |ledger, now| ledger.ask(&caller, &query, now)).await?;
    let json = serde_json::to_vec(&view).map_err(|_| Failure::failed())?;
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, json).into_response())
}
