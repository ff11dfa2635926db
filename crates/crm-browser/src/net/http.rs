//! One request and its whole answer, or the news that none came.
use super::gzip::gzip;
use crm_protocol::Refusal;
use crm_replica::ports::NetError;
use gloo::timers::callback::Timeout;
use js_sys::{Reflect, Uint8Array};
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Headers, ReadableStreamDefaultReader, RequestInit, Response};

/// A request without any sign of life for so long is given up. A slow answer that goes on coming is not.
const PATIENCE_MS: u32 = 30_000;

pub struct Call<'a> {
    pub path: &'a str,
    pub body: Option<Body<'a>>,
    pub token: Option<&'a str>,
}

/// What is sent along; without it the request is a GET.
#[derive(Clone)]
pub enum Body<'a> {
    /// By POST, with its media type.
    Whole(&'a str, Vec<u8>),
    /// By PATCH: the bytes of something larger, from this one on.
    Chunk(u64, Vec<u8>),
}

/// Aborts a request when nothing was heard for a while.
pub struct Patience {
    controller: AbortController,
    ms: u32,
    timer: RefCell<Option<Timeout>>,
}

impl Patience {
    pub fn of(controller: AbortController, ms: u32) -> Self {
        let patience = Self { controller, ms, timer: RefCell::new(None) };
        patience.heard();
        patience
    }

    /// Something came: waits anew.
    pub fn heard(&self) {
        let controller = self.controller.clone();
        self.timer.replace(Some(Timeout::new(self.ms, move || controller.abort())));
    }
}

/// Sends and gives the answer's body where the status is a success.
pub async fn call(call: Call<'_>) -> Result<Vec<u8>, NetError> {
    let (status, body) = exchange(call).await?;
    accepted(status, &body)?;
    Ok(body)
}

/// Sends and reads the whole answer: status and body.
pub async fn exchange(call: Call<'_>) -> Result<(u16, Vec<u8>), NetError> {
    let controller = AbortController::new().map_err(|_| NetError::Unreachable)?;
    let patience = Patience::of(controller.clone(), PATIENCE_MS);
    let response = fetch(call, &controller).await.map_err(|_| NetError::Unreachable)?;
    patience.heard();
    let mut bytes = Vec::new();
    read(&response, |chunk| {
        patience.heard();
        bytes.extend_from_slice(&chunk.to_vec());
    })
    .await
    .map_err(|_| NetError::Unreachable)?;
    Ok((response.status(), bytes))
}

/// Sends; resolves when the answer's head is there.
pub async fn fetch(call: Call<'_>, controller: &AbortController) -> Result<Response, JsValue> {
    let headers = Headers::new()?;
    if let Some(token) = call.token {
        headers.set("Authorization", &format!("Bearer {token}"))?;
    }
    let init = RequestInit::new();
    init.set_signal(Some(&controller.signal()));
    match call.body {
        Some(Body::Whole(media_type, bytes)) => {
            init.set_method("POST");
            headers.set("Content-Type", media_type)?;
            let zipped = gzip(&bytes).await;
            if zipped.is_some() {
                headers.set("Content-Encoding", "gzip")?;
            }
            init.set_body(&Uint8Array::from(zipped.unwrap_or(bytes).as_slice()));
        }
        // A picture is packed already.
        Some(Body::Chunk(offset, bytes)) => {
            init.set_method("PATCH");
            headers.set("Content-Type", "application/offset+octet-stream")?;
            headers.set("Upload-Offset", &offset.to_string())?;
            init.set_body(&Uint8Array::from(bytes.as_slice()));
        }
        None => {}
    }
    init.set_headers(&headers);
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    JsFuture::from(window.fetch_with_str_and_init(call.path, &init)).await?.dyn_into()
}

/// Reads the body to its end, chunk by chunk.
pub async fn read(response: &Response, mut chunk: impl FnMut(&Uint8Array)) -> Result<(), JsValue> {
    let Some(body) = response.body() else { return Ok(()) };
    let reader: ReadableStreamDefaultReader = body.get_reader().dyn_into()?;
    loop {
        let next = JsFuture::from(reader.read()).await?;
        if Reflect::get(&next, &"done".into())?.is_truthy() {
            return Ok(());
        }
        chunk(&Reflect::get(&next, &"value".into())?.dyn_into()?);
    }
}

/// What an answer that is not 2xx says. Something between us and the server answers in its own words: unreachable.
pub fn accepted(status: u16, body: &[u8]) -> Result<(), NetError> {
    match (status, crm_protocol::decode::<Refusal>(body)) {
        (200..=299, _) => Ok(()),
        (_, Ok(refusal)) => Err(NetError::Refused { code: refusal.code, retry_ms: refusal.retry_ms }),
        (500.., Err(_)) => Err(NetError::Unreachable),
        (_, Err(_)) => Err(NetError::Malformed),
    }
}
