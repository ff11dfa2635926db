//! The emergency export (SYNC 2.11): what could not be sent, unchanged, under a passphrase, as a file that another device of
//! the same person can push in this one's name.
use crate::random;
use crate::webcrypto::{algorithm, buffer, subtle, usages};
use crm_protocol::{EXPORT_MAGIC, EXPORT_NONCE, EXPORT_SALT, ExportFile};
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

pub use crm_protocol::{Exported, ExportedPhoto, Unsent};

/// OWASP's figure for PBKDF2 with HMAC-SHA-256.
const ITERATIONS: u32 = 600_000;
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
    let (salt, nonce) = (random::bytes::<EXPORT_SALT>(), random::bytes::<EXPORT_NONCE>());
    let key = key(&subtle, passphrase, &salt).await.ok()?;
    let plain = crm_protocol::encode(unsent);
    let sealing = subtle.encrypt_with_object_and_js_u8_array(&aes(&nonce), &key, &Uint8Array::from(plain.as_slice()));
    let sealed = buffer(sealing).await.ok()?;
    Some(ExportFile { salt: &salt, nonce: &nonce, sealed: &sealed }.write())
}

pub async fn open(file: &[u8], passphrase: &str) -> Result<Unsent, OpenError> {
    let ExportFile { salt, nonce, sealed } = ExportFile::read(file).ok_or(OpenError::NotOurs)?;
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
        ("additionalData", Uint8Array::from(EXPORT_MAGIC.as_slice()).into()),
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
