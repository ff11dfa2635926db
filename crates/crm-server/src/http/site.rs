//! The built app: embedded, or from a folder. Brotli twins where they are there and welcome, ETags, deep links, and the
//! headers that keep a page from doing what it should not.
use super::Shared;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::path::PathBuf;

#[derive(RustEmbed)]
#[folder = "$ZOUFANG_EMBED"]
#[allow_missing = true]
struct Embedded;

/// Where the app's files are, and what its styles need of the policy.
pub struct Site {
    folder: Option<PathBuf>,
    policy: HeaderValue,
}

impl Site {
    /// `folder`: instead of the embedded files.
    pub fn new(folder: Option<PathBuf>) -> Self {
        let mut site = Self { folder, policy: HeaderValue::from_static("default-src 'none'") };
        let hashes = site.bytes("csp.txt").map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let hashes: Vec<&str> = hashes.as_deref().unwrap_or_default().lines().map(str::trim).collect();
        let policy = format!(
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' {}; worker-src 'self'; \
             connect-src 'self'; img-src 'self' data: blob:; font-src 'self'; manifest-src 'self'; base-uri 'none'; \
             form-action 'none'; frame-ancestors 'none'",
            hashes.join(" ")
        );
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            site.policy = policy;
        }
        site
    }

    /// Whether there is an app at all.
    pub fn is_there(&self) -> bool {
        self.bytes("index.html").is_some()
    }

    fn bytes(&self, path: &str) -> Option<Cow<'static, [u8]>> {
        match &self.folder {
            // Only plain names: nothing climbs out of the folder.
            Some(folder) if path.split('/').all(|part| !part.is_empty() && !part.starts_with('.')) => {
                std::fs::read(folder.join(path)).ok().map(Cow::Owned)
            }
            Some(_) => None,
            None => Embedded::get(path).map(|file| file.data),
        }
    }
}

/// Any GET that is no route: a file of the app, or its page for a deep link.
pub async fn file(State(app): Shared, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let path = uri.path().trim_start_matches('/').to_owned();
    let path = if path.is_empty() { "index.html".to_owned() } else { path };
    let done = tokio::task::spawn_blocking(move || answer(&app.site, &path, &headers)).await;
    done.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

fn answer(site: &Site, path: &str, headers: &HeaderMap) -> Response {
    if path.ends_with(".br") || path == "csp.txt" {
        return StatusCode::NOT_FOUND.into_response();
    }
    // A deep link has no extension; what has one is a file, and is there or not.
    let is_file = path.rsplit('/').next().is_some_and(|name| name.contains('.')) || path.starts_with("assets/");
    let path = match site.bytes(path) {
        Some(_) => path,
        None if is_file => return StatusCode::NOT_FOUND.into_response(),
        None => "index.html",
    };
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let takes_brotli = accepted.split(',').any(|part| part.split(';').next().is_some_and(|name| name.trim() == "br"));
    let twin = if takes_brotli { site.bytes(&format!("{path}.br")) } else { None };
    let packed = twin.is_some();
    let Some(bytes) = twin.or_else(|| site.bytes(path)) else { return StatusCode::NOT_FOUND.into_response() };
    let hash = hex::encode(&Sha256::digest(&bytes)[..12]);
    let etag = format!("\"{hash}\"");
    let keep = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let common = [
        (header::CONTENT_TYPE, media_type(path).to_owned()),
        (header::CACHE_CONTROL, keep.to_owned()),
        (header::ETAG, etag.clone()),
        (header::VARY, "accept-encoding".to_owned()),
    ];
    if headers.get(header::IF_NONE_MATCH).is_some_and(|v| v.as_bytes() == etag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    let mut response = (common, Body::from(bytes.into_owned())).into_response();
    if packed {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    response
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "ico" => "image/x-icon",
        "webmanifest" => "application/manifest+json",
        "json" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

/// Headers that every answer carries.
pub async fn guard(State(app): Shared, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, app.site.policy.clone());
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(
        "permissions-policy",
        HeaderValue::from_static("geolocation=(self), camera=(self), microphone=(), payment=(), usb=()"),
    );
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    response
}
