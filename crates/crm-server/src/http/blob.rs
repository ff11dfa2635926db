//! Photos in resumable chunks (SYNC 2.9).
use super::Shared;
use super::answer::{Failure, answer, body, message};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use crm_protocol::{BLOB_CHUNK, BlobOffer, BlobState, RefusalCode};

const OFFSET: &str = "upload-offset";

fn sha_of(text: &str) -> Result<[u8; 32], Failure> {
    hex::decode(text).ok().and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| RefusalCode::Malformed.into())
}

pub async fn offer(State(app): Shared, headers: HeaderMap, body: Body) -> Result<Response, Failure> {
    let caller = app.caller(&headers).await?;
    let asked: BlobOffer = message(&headers, body).await?;
    let offset = app.on_ledger(move |ledger, _| ledger.offer_blob(&caller, &asked.sha256, asked.len)).await?;
    answer(&headers, &BlobState { offset })
}

pub async fn append(
    State(app): Shared,
    Path(sha): Path<String>,
    headers: HeaderMap,
    from: Body,
) -> Result<Response, Failure> {
    let caller = app.caller(&headers).await?;
    let sha = sha_of(&sha)?;
    let offset = headers.get(OFFSET).and_then(|v| v.to_str().ok()).and_then(|v| v.parse().ok());
    let offset: u64 = offset.ok_or(RefusalCode::Malformed)?;
    let bytes = body(&headers, from, BLOB_CHUNK).await?;
    let offset = app.on_ledger(move |ledger, _| ledger.append_blob(&caller, &sha, offset, &bytes)).await?;
    answer(&headers, &BlobState { offset })
}

pub async fn state(State(app): Shared, Path(sha): Path<String>, headers: HeaderMap) -> Result<Response, Failure> {
    let caller = app.caller(&headers).await?;
    let sha = sha_of(&sha)?;
    let (len, offset) = app.on_ledger(move |ledger, now| ledger.blob_state(&caller, &sha, now)).await?;
    Ok([(OFFSET, offset.to_string()), ("upload-length", len.to_string())].into_response())
}

pub async fn whole(State(app): Shared, Path(sha): Path<String>, headers: HeaderMap) -> Result<Response, Failure> {
    let caller = app.caller(&headers).await?;
    let sha = sha_of(&sha)?;
    let bytes = app.on_ledger(move |ledger, now| ledger.blob(&caller, &sha, now)).await?;
    // Shown as nothing that a browser would run, and kept by none: a device keeps its copy sealed.
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CONTENT_DISPOSITION, "attachment"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, bytes).into_response())
}
