//! Bodies in and out: size limits before and after decompression, CBOR or JSON, and refusals with fitting statuses.
use super::App;
use crate::ledger::LedgerError;
use crate::ledger::store::StoreError;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use crm_protocol::{CBOR, JSON, Refusal, RefusalCode, encode};
use flate2::read::MultiGzDecoder;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::Read;
use std::time::Duration;

/// A message, after decompression. No ratio is asked beside it (SYNC 2.14 has 20): at this size nothing is a bomb, and a
/// push of many like ops packs better than that.
pub const MESSAGE: usize = 1024 * 1024;
/// A body that is not whole by then is given up: ten times what the largest push takes over the slowest of networks.
const BODY_WITHIN: Duration = Duration::from_secs(300);

/// Why a request gets no answer of its own kind.
#[derive(Debug)]
pub struct Failure {
    pub code: RefusalCode,
    pub retry_ms: Option<u64>,
}

impl Failure {
    pub fn failed() -> Self {
        Self { code: RefusalCode::Failed, retry_ms: None }
    }

    pub fn locked(retry_ms: u64) -> Self {
        Self { code: RefusalCode::Locked, retry_ms: Some(retry_ms) }
    }
}

impl From<RefusalCode> for Failure {
    fn from(code: RefusalCode) -> Self {
        Self { code, retry_ms: None }
    }
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        let code = match error {
            LedgerError::NotAllowed => RefusalCode::NotAllowed,
            LedgerError::NotFound => RefusalCode::NotFound,
            LedgerError::Malformed => RefusalCode::Malformed,
            LedgerError::TooLarge => RefusalCode::TooLarge,
            LedgerError::WrongPassword => RefusalCode::WrongPassword,
            LedgerError::WeakPassword => RefusalCode::WeakPassword,
            LedgerError::Inactive => RefusalCode::Inactive,
            LedgerError::SignInAgain => RefusalCode::SignInAgain,
            LedgerError::DeviceRevoked => RefusalCode::DeviceRevoked,
            LedgerError::Upgrade => RefusalCode::Upgrade,
            LedgerError::Gone => RefusalCode::Gone,
            LedgerError::Store(StoreError(what)) => {
                eprintln!("the database failed: {what}");
                RefusalCode::Failed
            }
        };
        code.into()
    }
}

fn status(code: RefusalCode) -> StatusCode {
    match code {
        RefusalCode::Malformed => StatusCode::BAD_REQUEST,
        RefusalCode::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        RefusalCode::WrongPassword | RefusalCode::SignInAgain => StatusCode::UNAUTHORIZED,
        RefusalCode::Locked => StatusCode::TOO_MANY_REQUESTS,
        RefusalCode::Inactive | RefusalCode::NotAllowed | RefusalCode::DeviceRevoked => StatusCode::FORBIDDEN,
        RefusalCode::NotFound => StatusCode::NOT_FOUND,
        RefusalCode::Upgrade => StatusCode::UPGRADE_REQUIRED,
        RefusalCode::Failed => StatusCode::INTERNAL_SERVER_ERROR,
        RefusalCode::WeakPassword => StatusCode::UNPROCESSABLE_ENTITY,
        RefusalCode::Gone => StatusCode::GONE,
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let now_ms = super::system_clock()();
        let refusal = Refusal { code: self.code, now_ms, retry_ms: self.retry_ms };
        let mut response = (status(self.code), encode(&refusal)).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(CBOR));
        // For whoever wants it in JSON.
        response.extensions_mut().insert(refusal);
        if let Some(ms) = self.retry_ms {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(ms.div_ceil(1000)));
        }
        response
    }
}

/// Whether the answer shall be JSON.
pub fn wants_json(asked: &HeaderMap) -> bool {
    let accepted = asked.get_all(header::ACCEPT).into_iter().filter_map(|value| value.to_str().ok());
    let mut kinds = accepted.flat_map(|value| value.split(',')).filter_map(|range| range.split(';').next());
    kinds.any(|kind| kind.trim().eq_ignore_ascii_case(JSON))
}

/// An answer that nobody may keep, in CBOR or as it was asked for.
pub fn answer<T: minicbor::Encode<()> + Serialize>(asked: &HeaderMap, message: &T) -> Result<Response, Failure> {
    let (kind, bytes) = match wants_json(asked) {
        true => (JSON, serde_json::to_vec(message).map_err(|_| Failure::failed())?),
        false => (CBOR, encode(message)),
    };
    Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")], bytes).into_response())
}

/// Refusals as JSON, where that was asked for.
pub async fn refusals(request: Request, next: Next) -> Response {
    let json = wants_json(request.headers());
    let response = next.run(request).await;
    match response.extensions().get::<Refusal>().filter(|_| json).map(serde_json::to_vec) {
        Some(Ok(bytes)) => {
            let (mut head, _) = response.into_parts();
            head.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(JSON));
            Response::from_parts(head, Body::from(bytes))
        }
        _ => response,
    }
}

/// The body, unpacked where it says that it is gzipped; at most `limit` bytes of it. Fails as the server's failure where
/// its sender never finishes: whoever was only slow may come again.
pub async fn body(headers: &HeaderMap, body: Body, limit: usize) -> Result<Bytes, Failure> {
    let said = headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<usize>().ok());
    if said.is_some_and(|n| n > limit) {
        return Err(RefusalCode::TooLarge.into());
    }
    let whole = tokio::time::timeout(BODY_WITHIN, to_bytes(body, limit)).await.map_err(|_| Failure::failed())?;
    let bytes = whole.map_err(|error| {
        let over = std::error::Error::source(&error).is_some();
        Failure::from(if over { RefusalCode::TooLarge } else { RefusalCode::Malformed })
    })?;
    match headers.get(header::CONTENT_ENCODING).map(HeaderValue::as_bytes) {
        None | Some(b"identity") => Ok(bytes),
        Some(b"gzip") => unpack(&bytes, limit),
        Some(_) => Err(RefusalCode::Malformed.into()),
    }
}

fn unpack(packed: &[u8], limit: usize) -> Result<Bytes, Failure> {
    let mut bytes = Vec::new();
    let read = MultiGzDecoder::new(packed).take(limit as u64 + 1).read_to_end(&mut bytes);
    if bytes.len() > limit {
        return Err(RefusalCode::TooLarge.into());
    }
    read.map_err(|_| Failure::from(RefusalCode::Malformed))?;
    Ok(bytes.into())
}

/// A whole message.
pub async fn message<T: for<'b> minicbor::Decode<'b, ()> + DeserializeOwned>(
    headers: &HeaderMap,
    from: Body,
) -> Result<T, Failure> {
    Ok(read(headers, &body(headers, from, MESSAGE).await?)?)
}

/// A message from its bytes, CBOR or JSON as the headers say.
pub fn read<T: for<'b> minicbor::Decode<'b, ()> + DeserializeOwned>(
    headers: &HeaderMap,
    bytes: &[u8],
) -> Result<T, LedgerError> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or(CBOR);
    match kind.split(';').next().map(str::trim) {
        Some(JSON) => serde_json::from_slice(bytes).map_err(|_| LedgerError::Malformed),
        _ => minicbor::decode(bytes).map_err(|_| LedgerError::Malformed),
    }
}

/// The token that a request carries: 64 hex digits.
pub fn token(headers: &HeaderMap) -> Result<[u8; 32], Failure> {
    let value = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
    let bytes = value.and_then(|v| v.strip_prefix("Bearer ")).and_then(|text| hex::decode(text).ok());
    bytes.and_then(|bytes| bytes.try_into().ok()).ok_or(LedgerError::SignInAgain.into())
}

/// Fresh randomness. Fails where the system has none, and then nothing secret may be made.
pub fn random() -> Result<[u8; 32], Failure> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| Failure::failed())?;
    Ok(bytes)
}

impl App {
    /// What a failure looks like with a lock that a panic has poisoned.
    pub fn poisoned<T>(_: T) -> Failure {
        Failure::failed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::{StreamExt, stream};

    #[tokio::test(start_paused = true)]
    async fn whoever_never_finishes_a_body_is_given_up() {
        let first = stream::iter([Ok::<_, std::io::Error>("half")]);
        let never_whole = Body::from_stream(first.chain(stream::pending()));
        let headers = HeaderMap::new();
        let read = tokio::time::timeout(2 * BODY_WITHIN, body(&headers, never_whole, MESSAGE))
            .await
            .expect("it ends by itself");
        assert_eq!(read.expect_err("it is not whole").code, RefusalCode::Failed);
    }
}
