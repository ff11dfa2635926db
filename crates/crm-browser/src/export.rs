//! The emergency export (SYNC 2.11): what could not be sent, unchanged, under a passphrase, as a file that another device of
//! the same person can push in this one's name.
use crate::random;
use crate::webcrypto::{algorithm, buffer, subtle, usages};
use crm_domain::ids::Uuid;
use js_sys::Uint8Array;
use minicbor::{Decode, Encode};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

/// OWASP's figure for PBKDF2 with HMAC-SHA-256.
const ITERATIONS: u32 = 600_000;
/// First bytes of the file; the last one is its version.
const MAGIC: &[u8; 8] = b"zoufang\x01";
const SALT: usize = 16;
const NONCE: usize = 12;

/// Unsent ops of one device.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Unsent {
    #[cbor(n(0), with = "crm_domain::ids::cbor")]
    pub org: Uuid,
    #[cbor(n(1), with = "crm_domain::ids::cbor")]
    pub user: Uuid,
    #[cbor(n(2), with = "crm_domain::ids::cbor")]
    pub dev: Uuid,
    #[n(3)]
    pub ops: Vec<Exported>,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Exported {
    /// The op's place in that device's queue.
    #[n(0)]
    pub n: u64,
    #[cbor(n(1), with = "minicbor::bytes")]
    pub op: Vec<u8>,
    /// The newest server time that the device knew when it first sent or exported the op; 0: none.
    #[n(2)]
    pub first_sent: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// Not such a file, or one of a newer version.
    NotOurs,
    /// Another passphrase, or a damaged file: never told apart.
    WrongPassphrase,
    /// No WebCrypto here.
    Absent,
}

/// The file: magic, salt, nonce, ciphertext. None where WebCrypto refuses.
pub async fn seal(unsent: &Unsent, passphrase: &str) -> Option<Vec<u8>> {
    let subtle = subtle()?;
    let (salt, nonce) = (random::bytes::<SALT>(), random::bytes::<NONCE>());
    let key = key(&subtle, passphrase, &salt).await.ok()?;
    let plain = crm_protocol::encode(unsent);
    let sealing = subtle.encrypt_with_object_and_js_u8_array(&aes(&nonce), &key, &Uint8Array::from(plain.as_slice()));
    let sealed = buffer(sealing).await.ok()?;
    Some([MAGIC.as_slice(), &salt, &nonce, &sealed].concat())
}

pub async fn open(file: &[u8], passphrase: &str) -> Result<Unsent, OpenError> {
    let rest = file.strip_prefix(MAGIC).ok_or(OpenError::NotOurs)?;
    let (salt, rest) = rest.split_at_checked(SALT).ok_or(OpenError::NotOurs)?;
    let (nonce, sealed) = rest.split_at_checked(NONCE).ok_or(OpenError::NotOurs)?;
    let subtle = subtle().ok_or(OpenError::Absent)?;
    let key = key(&subtle, passphrase, salt).await.map_err(|_| OpenError::Absent)?;
    let opening = subtle.decrypt_with_object_and_js_u8_array(&aes(nonce), &key, &Uint8Array::from(sealed));
    let plain = buffer(opening).await.map_err(|_| OpenError::WrongPassphrase)?;
    crm_protocol::decode(&plain).map_err(|_| OpenError::NotOurs)
}

fn aes(nonce: &[u8]) -> js_sys::Object {
    algorithm(&[
        ("name", "AES-GCM".into()),
        ("iv", Uint8Array::from(nonce).into()),
        ("additionalData", Uint8Array::from(MAGIC.as_slice()).into()),
    ])
}

async fn key(subtle: &SubtleCrypto, passphrase: &str, salt: &[u8]) -> Result<CryptoKey, JsValue> {
    let secret = Uint8Array::from(passphrase.as_bytes());
    let derive = usages(&["deriveKey"]);
    let imported = subtle.import_key_with_str("raw", &secret, "PBKDF2", false, &derive)?;
    let secret: CryptoKey = JsFuture::from(imported).await?.dyn_into()?;
    let how = algorithm(&[
        ("name", "PBKDF2".into()),
        ("hash", "SHA-256".into()),
        ("salt", Uint8Array::from(salt).into()),
        ("iterations", ITERATIONS.into()),
    ]);
    let what = algorithm(&[("name", "AES-GCM".into()), ("length", 256.into())]);
    let derived =
        subtle.derive_key_with_object_and_object(&how, &secret, &what, false, &usages(&["encrypt", "decrypt"]))?;
    JsFuture::from(derived).await?.dyn_into()
}
