//! Sign-in, renewal, administration of secrets.
use crm_domain::ids::Uuid;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// `POST /auth/sign-in`. Enrols the device's key.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Deserialize)]
#[cbor(map)]
pub struct SignIn {
    #[n(0)]
    pub proto: u16,
    #[n(1)]
    pub app: u16,
    #[n(2)]
    pub account: String,
    #[n(3)]
    pub password: String,
    /// Minted by the device; the same at every sign-in of the same user on it.
    #[cbor(n(4), with = "crm_domain::ids::cbor")]
    pub dev: Uuid,
    /// 0 = Ed25519 (32 bytes raw), 1 = ECDSA P-256 (65 bytes, uncompressed point).
    #[n(5)]
    pub alg: u8,
    #[cbor(n(6), with = "minicbor::bytes")]
    #[serde(with = "hex::serde")]
    pub key: Vec<u8>,
    /// What the administrator will see: browser and system.
    #[n(7)]
    pub label: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize)]
#[cbor(map)]
pub struct SignedIn {
    #[cbor(n(0), with = "minicbor::bytes")]
    #[serde(with = "hex::serde")]
    pub token: Vec<u8>,
    /// When the token ends, server milliseconds.
    #[n(1)]
    pub until_ms: u64,
    #[cbor(n(2), with = "crm_domain::ids::cbor")]
    pub org: Uuid,
    #[cbor(n(3), with = "crm_domain::ids::cbor")]
    pub user: Uuid,
    #[n(4)]
    pub name: String,
    #[n(5)]
    pub role: String,
    #[n(6)]
    #[serde(with = "crate::json::text")]
    pub epoch: u64,
    #[n(7)]
    pub now_ms: u64,
    /// Seals the copy of unsent work that an app keeps outside its database (32 bytes): the same for this person at every
    /// sign-in, so that whoever lost the database can read the copy. None from a server that knows of no such thing.
    #[cbor(n(8), with = "minicbor::bytes")]
    #[serde(default, with = "crate::json::hex_or_none")]
    pub spare_key: Option<Vec<u8>>,
}

/// `POST /auth/nonce {dev}` → nonce; `POST /auth/renew {dev, nonce, sig}` → [`SignedIn`].
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Deserialize)]
#[cbor(map)]
pub struct NonceFor {
    #[cbor(n(0), with = "crm_domain::ids::cbor")]
    pub dev: Uuid,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize)]
#[cbor(map)]
pub struct Nonce {
    #[cbor(n(0), with = "minicbor::bytes")]
    #[serde(with = "hex::serde")]
    pub nonce: [u8; 32],
    #[n(1)]
    pub now_ms: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Deserialize)]
#[cbor(map)]
pub struct Renew {
    #[cbor(n(0), with = "crm_domain::ids::cbor")]
    pub dev: Uuid,
    #[cbor(n(1), with = "minicbor::bytes")]
    #[serde(with = "hex::serde")]
    pub nonce: [u8; 32],
    /// Over [`renewal_bytes`].
    #[cbor(n(2), with = "minicbor::bytes")]
    #[serde(with = "hex::serde")]
    pub sig: [u8; 64],
}

/// `GET /auth/device`: what the server knows of the device that the cookie `zf_dev` names.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize)]
#[cbor(map)]
pub struct Remembered {
    /// When it was last heard from, server milliseconds. None: there is no such cookie, or the device is not in use.
    #[n(0)]
    pub heard_at: Option<u64>,
}

/// What the device's key signs to renew its token.
pub fn renewal_bytes(dev: Uuid, nonce: &[u8; 32]) -> Vec<u8> {
    [b"zoufang/renew/1".as_slice(), dev.as_bytes(), nonce].concat()
}

/// `POST /admin/password`: sets a person's password (administrators), or one's own with the old one.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Deserialize)]
#[cbor(map)]
pub struct SetPassword {
    #[cbor(n(0), with = "crm_domain::ids::cbor")]
    pub user: Uuid,
    #[n(1)]
    pub password: String,
    #[n(2)]
    pub old: Option<String>,
}

/// `POST /auth/first`: the one-time link's token creates the first administrator.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Deserialize)]
#[cbor(map)]
pub struct FirstAdministrator {
    #[n(0)]
    pub token: String,
    #[n(1)]
    pub name: String,
    #[n(2)]
    pub account: String,
    #[n(3)]
    pub password: String,
}

/// The body of every answer that is not 2xx. The screen words it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize)]
#[cbor(map)]
pub struct Refusal {
    #[n(0)]
    pub code: RefusalCode,
    #[n(1)]
    pub now_ms: u64,
    /// Milliseconds to wait, where waiting helps.
    #[n(2)]
    pub retry_ms: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize)]
#[cbor(index_only)]
pub enum RefusalCode {
    /// The bytes are not such a message.
    #[n(0)]
    Malformed,
    #[n(1)]
    TooLarge,
    /// No such account, or another password: never told apart.
    #[n(2)]
    WrongPassword,
    /// Too many failures; see `retry_ms`.
    #[n(3)]
    Locked,
    /// The person was deactivated.
    #[n(4)]
    Inactive,
    /// The token ended, or is none.
    #[n(5)]
    SignInAgain,
    #[n(6)]
    NotAllowed,
    #[n(7)]
    NotFound,
    /// The device was revoked.
    #[n(8)]
    DeviceRevoked,
    /// This app is too old: read-only, and still push.
    #[n(9)]
    Upgrade,
    /// The server failed; nothing was taken.
    #[n(10)]
    Failed,
    /// A password that is too short or too common.
    #[n(11)]
    WeakPassword,
    /// The page's generation is gone: ask the bucket again.
    #[n(12)]
    Gone,
}
