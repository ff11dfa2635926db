//! Sign-in, renewal, passwords, the first administrator.
use super::answer::{Failure, answer, message, random};
use super::{App, Shared};
use crate::ledger::{Lease, LedgerError, NewDevice};
use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use crm_domain::ids::Uuid;
use crm_protocol::{
    FirstAdministrator, Nonce, NonceFor, PROTO, RefusalCode, Remembered, Renew, SetPassword, SignIn, SignedIn,
};
use std::net::SocketAddr;
use std::sync::Arc;

pub async fn sign_in(
    State(app): Shared,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let asked: SignIn = message(&headers, body).await?;
    if asked.proto > PROTO {
        return Err(RefusalCode::Upgrade.into());
    }
    let account = asked.account.trim().to_ascii_lowercase();
    let (from, now) = (peer.ip(), app.now());
    let wait = app.lockout.lock().map_err(App::poisoned)?.wait(&account, from, now);
    if wait > 0 {
        return Err(Failure::locked(wait));
    }
    let token = random()?;
    let device = NewDevice { id: asked.dev, alg: asked.alg, key: asked.key, label: asked.label };
    let (name, password) = (account.clone(), asked.password);
    let permit = app.hashing.acquire().await.map_err(App::poisoned)?;
    let signed = app.on_ledger(move |ledger, now| ledger.sign_in(&name, &password, &device, &token, now)).await;
    drop(permit);
    {
        let mut lockout = app.lockout.lock().map_err(App::poisoned)?;
        match &signed {
            Ok(_) => lockout.succeeded(&account, from),
            Err(failure) if failure.code == RefusalCode::WrongPassword => lockout.failed(&account, from, now),
            Err(_) => {}
        }
    }
    signed_in(&app, &signed?, &token, &headers)
}

const COOKIE: &str = "zf_dev";

/// Survives where a browser clears its storage: then the app knows that there was something (SYNC 2.8).
fn device_cookie(dev: Uuid, headers: &HeaderMap) -> Result<HeaderValue, Failure> {
    // Behind a proxy that ends TLS the connection itself is plain.
    let secure = headers.get("x-forwarded-proto").is_some_and(|v| v == "https");
    let secure = if secure { "; Secure" } else { "" };
    let text = format!("{COOKIE}={}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Strict{secure}", dev.simple());
    HeaderValue::from_str(&text).map_err(|_| Failure::failed())
}

/// What the device of the cookie left here: asked where an app starts without its storage.
pub async fn device(State(app): Shared, headers: HeaderMap) -> Result<Response, Failure> {
    let heard_at = match cookie_device(&headers) {
        Some(dev) => app.on_ledger(move |ledger, _| ledger.heard_at(dev)).await?,
        None => None,
    };
    answer(&headers, &Remembered { heard_at })
}

fn cookie_device(headers: &HeaderMap) -> Option<Uuid> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let ours = |one: &str| one.trim().strip_prefix(COOKIE)?.strip_prefix('=').and_then(|id| Uuid::parse_str(id).ok());
    cookies.flat_map(|all| all.split(';')).find_map(ours)
}

/// The answer to a sign-in and to a renewal; the cookie lives on with each.
fn signed_in(app: &App, lease: &Lease, token: &[u8; 32], headers: &HeaderMap) -> Result<Response, Failure> {
    let signed = SignedIn {
        token: token.to_vec(),
        until_ms: lease.until_ms,
        org: app.ledger.org(),
        user: lease.caller.user,
        name: lease.name.clone(),
        role: lease.role.clone(),
        epoch: lease.epoch,
        now_ms: app.now(),
        spare_key: Some(app.ledger.spare_key(lease.caller.user).to_vec()),
    };
    let mut response = answer(headers, &signed)?;
    response.headers_mut().insert(header::SET_COOKIE, device_cookie(lease.caller.dev, headers)?);
    Ok(response)
}

pub async fn nonce(State(app): Shared, headers: HeaderMap, body: Body) -> Result<Response, Failure> {
    let asked: NonceFor = message(&headers, body).await?;
    let (nonce, now_ms) = (random()?, app.now());
    app.nonces.lock().map_err(App::poisoned)?.give(asked.dev, nonce, now_ms);
    answer(&headers, &Nonce { nonce, now_ms })
}

pub async fn renew(State(app): Shared, headers: HeaderMap, body: Body) -> Result<Response, Failure> {
    let asked: Renew = message(&headers, body).await?;
    if !app.nonces.lock().map_err(App::poisoned)?.take(asked.dev, &asked.nonce, app.now()) {
        return Err(LedgerError::SignInAgain.into());
    }
    let token = random()?;
    let renewed =
        move |ledger: &crate::ledger::Ledger, now| ledger.renew(asked.dev, &asked.nonce, &asked.sig, &token, now);
    let lease = app.on_ledger(renewed).await?;
    signed_in(&app, &lease, &token, &headers)
}

pub async fn first(State(app): Shared, headers: HeaderMap, body: Body) -> Result<StatusCode, Failure> {
    let asked: FirstAdministrator = message(&headers, body).await?;
    hashing(&app, move |ledger, now| ledger.first_administrator(&asked, now).map(drop)).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub async fn password(State(app): Shared, headers: HeaderMap, body: Body) -> Result<Response, Failure> {
    let caller = app.caller(&headers).await?;
    let asked: SetPassword = message(&headers, body).await?;
    hashing(&app, move |ledger, now| ledger.change_password(&caller, &asked, now)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn hashing<T: Send + 'static>(
    app: &Arc<App>,
    work: impl FnOnce(&crate::ledger::Ledger, u64) -> Result<T, LedgerError> + Send + 'static,
) -> Result<T, Failure> {
    let _permit = app.hashing.acquire().await.map_err(App::poisoned)?;
    app.on_ledger(work).await
}
