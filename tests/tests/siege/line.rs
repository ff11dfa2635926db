//! A device's way to the server over HTTP, as `crm-browser/src/net` has it in a browser: a token that its key renews, the
//! same words for the same failures.
use crm_domain::ids::Uuid;
use crm_protocol::{CBOR, Nonce, NonceFor, Refusal, RefusalCode, Renew, SignedIn, decode, encode, renewal_bytes};
use crm_replica::ports::{Endpoint, NetError};
use ed25519_dalek::{Signer, SigningKey};
use flate2::read::GzDecoder;
use std::io::Read;
use std::time::Duration;
use ureq::Agent;

pub struct Line {
    agent: Agent,
    pub address: String,
    dev: Uuid,
    key: SigningKey,
    token: Option<String>,
}

impl Line {
    pub fn new(dev: Uuid, key: SigningKey) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            // A connection of its own for each request, so that a proxy can deal with them one by one.
            .max_idle_connections(0)
            .timeout_global(Some(Duration::from_secs(20)));
        Self { agent: config.build().into(), address: String::new(), dev, key, token: None }
    }

    pub fn send(&mut self, to: Endpoint, body: &[u8]) -> Result<Vec<u8>, NetError> {
        let path = match to {
            Endpoint::Push => "/sync/push".to_owned(),
            Endpoint::Pull => "/sync/pull".to_owned(),
            Endpoint::Repair => "/sync/repair".to_owned(),
            Endpoint::Page { bucket, generation, no } => {
                format!("/page/{}/{generation}/{no}", hex::encode(bucket.to_bytes()))
            }
            Endpoint::Offer | Endpoint::Append { .. } => unreachable!("no photo is taken in a siege"),
        };
        let body = (!matches!(to, Endpoint::Page { .. })).then_some(body);
        let token = match self.token.clone() {
            Some(token) => token,
            None => self.renew()?,
        };
        match self.call(&path, body, Some(&token)) {
            Err(NetError::Refused { code: RefusalCode::SignInAgain, .. }) => {
                let token = self.renew()?;
                self.call(&path, body, Some(&token))
            }
            answer => answer,
        }
    }

    fn renew(&mut self) -> Result<String, NetError> {
        let dev = self.dev;
        let nonce: Nonce = read(self.call("/auth/nonce", Some(&encode(&NonceFor { dev })), None)?)?;
        let sig = self.key.sign(&renewal_bytes(dev, &nonce.nonce)).to_bytes();
        let renew = Renew { dev, nonce: nonce.nonce, sig };
        let signed_in: SignedIn = read(self.call("/auth/renew", Some(&encode(&renew)), None)?)?;
        let token = hex::encode(signed_in.token);
        self.token = Some(token.clone());
        Ok(token)
    }

    /// A POST where there is a body, else a GET.
    fn call(&self, path: &str, body: Option<&[u8]>, token: Option<&str>) -> Result<Vec<u8>, NetError> {
        let url = format!("{}{path}", self.address);
        let bearer = token.map(|token| format!("Bearer {token}"));
        let answer = match body {
            Some(body) => {
                let request = self.agent.post(url).header("content-type", CBOR);
                let request = bearer.iter().fold(request, |r, bearer| r.header("authorization", bearer));
                request.send(body)
            }
            None => {
                let request = self.agent.get(url);
                bearer.iter().fold(request, |r, bearer| r.header("authorization", bearer)).call()
            }
        };
        let mut answer = answer.map_err(|_| NetError::Unreachable)?;
        let status = answer.status().as_u16();
        let zipped = answer.headers().get("content-encoding").is_some_and(|v| v.as_bytes() == b"gzip");
        let mut body = answer.body_mut().read_to_vec().map_err(|_| NetError::Unreachable)?;
        if zipped {
            let mut plain = Vec::new();
            GzDecoder::new(body.as_slice()).read_to_end(&mut plain).map_err(|_| NetError::Unreachable)?;
            body = plain;
        }
        match (status, decode::<Refusal>(&body)) {
            (200..=299, _) => Ok(body),
            (_, Ok(refusal)) => Err(NetError::Refused { code: refusal.code, retry_ms: refusal.retry_ms }),
            (500.., Err(_)) => Err(NetError::Unreachable),
            (_, Err(_)) => Err(NetError::Malformed),
        }
    }
}

pub fn read<T: for<'b> minicbor::Decode<'b, ()>>(bytes: Vec<u8>) -> Result<T, NetError> {
    decode(&bytes).map_err(|_| NetError::Malformed)
}
