//! The two ways to the ledger that are probed: its own calls, and the HTTP router over a real socket.
use super::house::House;
use crate::served::Served;
use crm_domain::bucket::Bucket;
use crm_domain::ids::Uuid;
use crm_domain::registry::{Query, View};
use crm_protocol::{
    BlobOffer, BlobState, CBOR, Nonce, NonceFor, Page, Pull, Pulled, Push, Pushed, Refusal, Renew, SignedIn, decode,
    encode, renewal_bytes,
};
use crm_server::ledger::{Caller, Ledger, LedgerError};
use ed25519_dalek::{Signer, SigningKey};
use flate2::read::GzDecoder;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What a request that was refused said, as bytes: nothing in it may tell anything.
pub type Answer<T> = Result<T, Vec<u8>>;

pub trait Door {
    fn pull(&self, caller: &Caller, pull: &Pull) -> Answer<Pulled>;
    fn page(&self, caller: &Caller, bucket: Bucket, generation: u32, no: u32) -> Answer<Page>;
    fn ask(&self, caller: &Caller, query: &Query) -> Answer<View>;
    fn push(&self, caller: &Caller, push: &Push) -> Answer<Pushed>;
    fn offer(&self, caller: &Caller, sha: &[u8; 32], len: u64) -> Answer<u64>;
    fn append(&self, caller: &Caller, sha: &[u8; 32], offset: u64, bytes: &[u8]) -> Answer<u64>;
    fn blob(&self, caller: &Caller, sha: &[u8; 32]) -> Answer<Vec<u8>>;
    fn blob_state(&self, caller: &Caller, sha: &[u8; 32]) -> Answer<u64>;
}

/// The ledger's own calls.
pub struct Straight {
    ledger: Arc<Ledger>,
    clock: Arc<AtomicU64>,
}

impl Straight {
    pub fn new(house: &House) -> Self {
        Self { ledger: house.ledger.clone(), clock: house.clock.clone() }
    }

    fn now(&self) -> u64 {
        self.clock.load(Ordering::SeqCst)
    }
}

fn said<T>(result: Result<T, LedgerError>) -> Answer<T> {
    result.map_err(|error| {
        assert!(!matches!(error, LedgerError::Store(_)), "the store failed: {error:?}");
        format!("{error:?}").into_bytes()
    })
}

impl Door for Straight {
    fn pull(&self, caller: &Caller, pull: &Pull) -> Answer<Pulled> {
        said(self.ledger.pull(caller, pull, self.now()))
    }
    fn page(&self, caller: &Caller, bucket: Bucket, generation: u32, no: u32) -> Answer<Page> {
        said(self.ledger.page(caller, bucket, generation, no, self.now()))
    }
    fn ask(&self, caller: &Caller, query: &Query) -> Answer<View> {
        said(self.ledger.ask(caller, query, self.now()))
    }
    fn push(&self, caller: &Caller, push: &Push) -> Answer<Pushed> {
        said(self.ledger.push(caller, push, self.now()))
    }
    fn offer(&self, caller: &Caller, sha: &[u8; 32], len: u64) -> Answer<u64> {
        said(self.ledger.offer_blob(caller, sha, len))
    }
    fn append(&self, caller: &Caller, sha: &[u8; 32], offset: u64, bytes: &[u8]) -> Answer<u64> {
        said(self.ledger.append_blob(caller, sha, offset, bytes))
    }
    fn blob(&self, caller: &Caller, sha: &[u8; 32]) -> Answer<Vec<u8>> {
        said(self.ledger.blob(caller, sha, self.now()))
    }
    fn blob_state(&self, caller: &Caller, sha: &[u8; 32]) -> Answer<u64> {
        said(self.ledger.blob_state(caller, sha, self.now())).map(|(len, _)| len)
    }
}

/// A server of its own on a free port. Phones renew their tokens with their keys; whoever is no phone brings a token of
/// her own making.
pub struct OverHttp {
    served: Served,
    clock: Arc<AtomicU64>,
    keys: BTreeMap<Uuid, SigningKey>,
    owners: BTreeMap<Uuid, Uuid>,
    tokens: RefCell<BTreeMap<Uuid, SignedIn>>,
    agent: ureq::Agent,
}

impl OverHttp {
    pub fn new(house: &House) -> Self {
        Self {
            served: Served::new(house.ledger.clone(), house.clock.clone()),
            clock: house.clock.clone(),
            keys: house.keys.clone(),
            owners: house.oracle.devices.iter().map(|(dev, device)| (*dev, device.user)).collect(),
            tokens: RefCell::default(),
            agent: ureq::Agent::config_builder().http_status_as_error(false).build().into(),
        }
    }

    fn bearer(&self, caller: &Caller) -> String {
        let key = self.keys.get(&caller.dev).filter(|_| self.owners.get(&caller.dev) == Some(&caller.user));
        let token = key.and_then(|key| self.token(caller.dev, key));
        let token = token.unwrap_or_else(|| [caller.user.into_bytes(), caller.dev.into_bytes()].concat());
        format!("Bearer {}", hex::encode(token))
    }

    fn token(&self, dev: Uuid, key: &SigningKey) -> Option<Vec<u8>> {
        let now = self.clock.load(Ordering::SeqCst);
        if let Some(known) = self.tokens.borrow().get(&dev).filter(|t| t.until_ms > now) {
            return Some(known.token.clone());
        }
        let nonce = self.request("POST", "/auth/nonce", None, &[], encode(&NonceFor { dev })).ok()?;
        let nonce = decode::<Nonce>(&nonce).expect("a nonce").nonce;
        let sig = key.sign(&renewal_bytes(dev, &nonce)).to_bytes();
        let renewed = self.request("POST", "/auth/renew", None, &[], encode(&Renew { dev, nonce, sig })).ok()?;
        let signed: SignedIn = decode(&renewed).expect("signed in");
        assert_eq!(signed.user, self.owners[&dev], "a token is its device's owner's");
        let token = signed.token.clone();
        self.tokens.borrow_mut().insert(dev, signed);
        Some(token)
    }

    fn request(
        &self,
        method: &str,
        path: &str,
        caller: Option<&Caller>,
        headers: &[(&str, String)],
        body: Vec<u8>,
    ) -> Answer<Vec<u8>> {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.served.address));
        if let Some(caller) = caller {
            request = request.header("authorization", self.bearer(caller));
        }
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let mut response = self.agent.run(request.body(body).expect("a request")).expect("an answer");
        let status = response.status().as_u16();
        assert_ne!(status, 500, "the server failed at {path}");
        let gzipped = response.headers().get("content-encoding").is_some_and(|v| v == "gzip");
        let length = response.headers().get("upload-length").map(|v| v.as_bytes().to_vec());
        let mut bytes = response.body_mut().read_to_vec().expect("a body");
        if method == "HEAD" {
            return if status == 200 { Ok(length.unwrap_or_default()) } else { Err(bytes) };
        }
        if gzipped {
            let packed = std::mem::take(&mut bytes);
            GzDecoder::new(packed.as_slice()).read_to_end(&mut bytes).expect("gzip");
        }
        match status {
            200 | 204 => Ok(bytes),
            _ => {
                let refusal: Refusal = decode(&bytes).expect("every refusal is one");
                assert_eq!(encode(&refusal), bytes, "a refusal holds nothing else");
                Err(bytes)
            }
        }
    }

    fn post<T: for<'b> minicbor::Decode<'b, ()>>(&self, caller: &Caller, path: &str, body: Vec<u8>) -> Answer<T> {
        let headers = [("content-type", CBOR.to_owned())];
        let bytes = self.request("POST", path, Some(caller), &headers, body)?;
        Ok(decode(&bytes).expect("an answer of its kind"))
    }
}

impl Door for OverHttp {
    fn pull(&self, caller: &Caller, pull: &Pull) -> Answer<Pulled> {
        self.post(caller, "/sync/pull", encode(pull))
    }
    fn page(&self, caller: &Caller, bucket: Bucket, generation: u32, no: u32) -> Answer<Page> {
        let path = format!("/page/{}/{generation}/{no}", hex::encode(bucket.to_bytes()));
        let bytes = self.request("GET", &path, Some(caller), &[], Vec::new())?;
        Ok(decode(&bytes).expect("a page"))
    }
    fn ask(&self, caller: &Caller, query: &Query) -> Answer<View> {
        let json = serde_json::to_vec(query).expect("a question is JSON");
        let bytes = self.request("POST", "/ask", Some(caller), &[], json)?;
        Ok(serde_json::from_slice(&bytes).expect("a view"))
    }
    fn push(&self, caller: &Caller, push: &Push) -> Answer<Pushed> {
        self.post(caller, "/sync/push", encode(push))
    }
    fn offer(&self, caller: &Caller, sha: &[u8; 32], len: u64) -> Answer<u64> {
        self.post(caller, "/blob", encode(&BlobOffer { sha256: *sha, len })).map(|s: BlobState| s.offset)
    }
    fn append(&self, caller: &Caller, sha: &[u8; 32], offset: u64, bytes: &[u8]) -> Answer<u64> {
        let headers = [("upload-offset", offset.to_string())];
        let path = format!("/blob/{}", hex::encode(sha));
        let answer = self.request("PATCH", &path, Some(caller), &headers, bytes.to_vec())?;
        Ok(decode::<BlobState>(&answer).expect("a state").offset)
    }
    fn blob(&self, caller: &Caller, sha: &[u8; 32]) -> Answer<Vec<u8>> {
        self.request("GET", &format!("/blob/{}", hex::encode(sha)), Some(caller), &[], Vec::new())
    }
    fn blob_state(&self, caller: &Caller, sha: &[u8; 32]) -> Answer<u64> {
        let length = self.request("HEAD", &format!("/blob/{}", hex::encode(sha)), Some(caller), &[], Vec::new())?;
        Ok(String::from_utf8(length).expect("text").parse().expect("a length"))
    }
}
