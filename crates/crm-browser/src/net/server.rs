//! The server as this device knows it: its requests, with a short token that the device's key renews (SYNC 2.13).
use super::http::{Body, Call, accepted, call, exchange};
use crate::clock::now_ms;
use crate::device_label::device_label;
use crate::environment::user_agent;
use crate::json;
use crate::sign::Signer;
use crate::turns::Turns;
use crm_domain::ids::Uuid;
use crm_domain::photos::sha256;
use crm_domain::registry::{Query, View};
use crm_protocol::{
    APP, BLOB_CHUNK, BlobOffer, BlobState, CBOR, Nonce, NonceFor, PROTO, Push, Pushed, Refusal, RefusalCode,
    Remembered, Renew, SetPassword, SignIn, SignedIn, decode, encode,
};
use crm_replica::ports::{AskError, Endpoint, LookError, NetError, Sha, SignInError};
use std::cell::RefCell;
use std::rc::Rc;

const JSON: &str = "application/json";

/// This device at the server.
#[derive(Clone, Debug)]
pub struct Enrolment {
    pub dev: Uuid,
    pub signer: Signer,
}

pub struct Server {
    enrolment: Enrolment,
    token: RefCell<Option<Rc<str>>>,
    /// Of requests that need a new token, one fetches it.
    renewing: Turns,
    /// Told at each renewal: name and role may have changed.
    renewed: Box<dyn Fn(&SignedIn)>,
}

/// What a sign-in brought, and the server's clock where it was told: a clock that is far off breaks sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub answer: Result<SignedIn, NetError>,
    pub server_ms: Option<u64>,
}

/// `POST /auth/sign-in`: no token yet.
pub async fn sign_in(message: &SignIn) -> Asked {
    let call = Call { path: "/auth/sign-in", body: Some(Body::Whole(CBOR, encode(message))), token: None };
    let (status, body) = match exchange(call).await {
        Ok(answer) => answer,
        Err(error) => return Asked { answer: Err(error), server_ms: None },
    };
    match accepted(status, &body) {
        Ok(()) => {
            let answer = decode::<SignedIn>(&body).map_err(|_| NetError::Malformed);
            let server_ms = answer.as_ref().ok().map(|signed_in| signed_in.now_ms);
            Asked { answer, server_ms }
        }
        Err(error) => Asked { answer: Err(error), server_ms: decode::<Refusal>(&body).ok().map(|it| it.now_ms) },
    }
}

/// Signs this device in, with how far its clock is ahead of the server's, milliseconds, where that was told.
pub async fn ask_sign_in(
    account: &str,
    password: &str,
    with: &Enrolment,
) -> (Option<i64>, Result<SignedIn, SignInError>) {
    let message = SignIn {
        proto: PROTO,
        app: APP,
        account: account.into(),
        password: password.into(),
        dev: with.dev,
        alg: with.signer.alg,
        key: with.signer.public.clone(),
        label: device_label(&user_agent()),
    };
    let asked = sign_in(&message).await;
    let error_ms = asked.server_ms.map(|server_ms| now_ms() as i64 - server_ms as i64);
    let answer = asked.answer.map_err(|error| match error {
        NetError::Unreachable => SignInError::Unreachable,
        NetError::Refused { code, retry_ms } => SignInError::Refused { code, retry_ms },
        NetError::Malformed => SignInError::Malformed,
    });
    (error_ms, answer)
}

/// `GET /auth/device`: when the server last heard from the device whose cookie this browser has, server milliseconds.
/// None too where the server is out of reach: it is asked again at the next start.
pub async fn heard_at() -> Option<u64> {
    let answer = call(Call { path: "/auth/device", body: None, token: None }).await.ok()?;
    decode::<Remembered>(&answer).ok()?.heard_at
}

/// A request that needs no token, and its answer.
async fn open<T: for<'b> minicbor::Decode<'b, ()>>(path: &str, body: Vec<u8>) -> Result<T, NetError> {
    let answer = call(Call { path, body: Some(Body::Whole(CBOR, body)), token: None }).await?;
    decode(&answer).map_err(|_| NetError::Malformed)
}

impl Server {
    pub fn new(enrolment: Enrolment, renewed: Box<dyn Fn(&SignedIn)>) -> Self {
        Self { enrolment, token: RefCell::new(None), renewing: Turns::default(), renewed }
    }

    pub fn enrolment(&self) -> &Enrolment {
        &self.enrolment
    }

    pub fn set_token(&self, token: Option<&[u8]>) {
        self.token.replace(token.map(|bytes| hex::encode(bytes).into()));
    }

    pub async fn send(&self, to: Endpoint, body: Vec<u8>) -> Result<Vec<u8>, NetError> {
        match to {
            Endpoint::Push => self.call("/sync/push", Some(Body::Whole(CBOR, body))).await,
            Endpoint::Pull => self.call("/sync/pull", Some(Body::Whole(CBOR, body))).await,
            Endpoint::Repair => self.call("/sync/repair", Some(Body::Whole(CBOR, body))).await,
            Endpoint::Page { bucket, generation, no } => {
                self.call(&format!("/page/{}/{generation}/{no}", hex::encode(bucket.to_bytes())), None).await
            }
            Endpoint::Offer => self.call("/blob", Some(Body::Whole(CBOR, body))).await,
            Endpoint::Append { sha, offset } => {
                self.call(&format!("/blob/{}", hex::encode(sha)), Some(Body::Chunk(offset, body))).await
            }
        }
    }

    pub async fn ask(&self, query: Query) -> Result<View, AskError> {
        let question = json::of_query(query).await.map_err(|_| AskError::Unreachable)?.ok_or(AskError::Malformed)?;
        let answer = self.ask_in_json(question).await?;
        json::view(answer).await.map_err(|_| AskError::Unreachable)?.ok_or(AskError::Malformed)
    }

    pub async fn ask_in_json(&self, question: Vec<u8>) -> Result<Vec<u8>, AskError> {
        self.call("/ask", Some(Body::Whole(JSON, question))).await.map_err(asked)
    }

    /// A push outside the replica's own: another device's queue.
    pub async fn push(&self, push: &Push) -> Result<Pushed, AskError> {
        let answer = self.call("/sync/push", Some(Body::Whole(CBOR, encode(push)))).await.map_err(asked)?;
        decode(&answer).map_err(|_| AskError::Malformed)
    }

    /// A photo that the server has, of the hash that was asked for.
    pub async fn photo(&self, sha: Sha) -> Result<Vec<u8>, LookError> {
        let bytes = self.call(&format!("/blob/{}", hex::encode(sha)), None).await.map_err(|error| match error {
            NetError::Unreachable => LookError::Unreachable,
            NetError::Refused { code: RefusalCode::NotFound | RefusalCode::NotAllowed, .. } => LookError::NotThere,
            NetError::Refused { code, .. } => LookError::Refused(code),
            NetError::Malformed => LookError::Malformed,
        })?;
        if sha256(&bytes) == sha { Ok(bytes) } else { Err(LookError::Malformed) }
    }

    /// Delivers a photo outside the replica's own queue: one that another device of hers could not send.
    pub async fn deliver(&self, bytes: &[u8]) -> Result<(), AskError> {
        let sha = sha256(bytes);
        let offer = BlobOffer { sha256: sha, len: bytes.len() as u64 };
        let mut state = self.send(Endpoint::Offer, encode(&offer)).await;
        let mut stood = None;
        loop {
            let BlobState { offset } = decode(&state.map_err(asked)?).map_err(|_| AskError::Malformed)?;
            let from = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
            if from == bytes.len() {
                return Ok(());
            }
            // A server that does not get on would be asked for ever.
            if stood.is_some_and(|stood| from <= stood) {
                return Err(AskError::Malformed);
            }
            stood = Some(from);
            let chunk = bytes[from..bytes.len().min(from + BLOB_CHUNK)].to_vec();
            state = self.send(Endpoint::Append { sha, offset }, chunk).await;
        }
    }

    pub async fn set_password(&self, message: &SetPassword) -> Result<(), AskError> {
        self.call("/admin/password", Some(Body::Whole(CBOR, encode(message)))).await.map(drop).map_err(asked)
    }

    /// A token that worked when it was last tried.
    pub async fn token(&self) -> Result<Rc<str>, NetError> {
        let known = self.token.borrow().clone();
        match known {
            Some(token) => Ok(token),
            None => self.renew(None).await,
        }
    }

    /// Sends with the token; if it has ended, renews it once and sends again.
    async fn call(&self, path: &str, body: Option<Body<'_>>) -> Result<Vec<u8>, NetError> {
        let token = self.token().await?;
        match call(Call { path, body: body.clone(), token: Some(&token) }).await {
            Err(NetError::Refused { code: RefusalCode::SignInAgain, .. }) => {
                let token = self.renew(Some(token)).await?;
                call(Call { path, body, token: Some(&token) }).await
            }
            answer => answer,
        }
    }

    /// A token other than `old`, by the device's signature over the server's nonce.
    pub async fn renew(&self, old: Option<Rc<str>>) -> Result<Rc<str>, NetError> {
        let turn = self.renewing.take();
        turn.come().await;
        let newer = self.token.borrow().clone().filter(|token| Some(token) != old.as_ref());
        if let Some(token) = newer {
            return Ok(token);
        }
        let dev = self.enrolment.dev;
        let Nonce { nonce, .. } = open("/auth/nonce", encode(&NonceFor { dev })).await?;
        let message = crm_protocol::renewal_bytes(dev, &nonce);
        let signed =
            self.enrolment.signer.sign(&[message]).await.ok().and_then(|signatures| signatures.first().copied());
        // A key that cannot sign any more cannot renew: the person signs in again.
        let sig = signed.ok_or(NetError::Refused { code: RefusalCode::SignInAgain, retry_ms: None })?;
        let answer: SignedIn = open("/auth/renew", encode(&Renew { dev, nonce, sig })).await?;
        self.set_token(Some(&answer.token));
        (self.renewed)(&answer);
        Ok(hex::encode(answer.token).into())
    }
}

fn asked(error: NetError) -> AskError {
    match error {
        NetError::Unreachable => AskError::Unreachable,
        NetError::Refused { code, .. } => AskError::Refused(code),
        NetError::Malformed => AskError::Malformed,
    }
}
