//! The device's key (SYNC 2.10, 2.13): made here, never extractable, kept as a `CryptoKey` in the database. Ed25519 where
//! the browser has it, ECDSA P-256 elsewhere.
use crate::webcrypto::{algorithm, all, buffer, bytes_of, subtle, usages};
use js_sys::{Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

/// The numbers that `SignIn` and `Link` carry.
pub const ED25519: u8 = 0;
pub const P256: u8 = 1;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignError {
    /// No WebCrypto here.
    Absent,
    Failed,
}

#[derive(Clone, Debug)]
pub struct Signer {
    pub alg: u8,
    pub private: CryptoKey,
    /// 32 bytes raw (Ed25519) or 65 bytes, an uncompressed point (P-256).
    pub public: Vec<u8>,
}

impl Signer {
    pub async fn generate() -> Result<Self, SignError> {
        let subtle = subtle().ok_or(SignError::Absent)?;
        match pair(&subtle, ED25519).await {
            Ok(signer) => Ok(signer),
            Err(_) => pair(&subtle, P256).await.map_err(|_| SignError::Failed),
        }
    }

    /// A key of this algorithm, or none where the browser lacks it.
    pub async fn generate_with(alg: u8) -> Result<Self, SignError> {
        let subtle = subtle().ok_or(SignError::Absent)?;
        pair(&subtle, alg).await.map_err(|_| SignError::Failed)
    }

    /// One signature of 64 bytes per message; for P-256 r and s side by side.
    pub async fn sign(&self, messages: &[Vec<u8>]) -> Result<Vec<[u8; 64]>, SignError> {
        let subtle = subtle().ok_or(SignError::Absent)?;
        let how = signing(self.alg);
        let signing = messages.iter().map(|message| {
            subtle.sign_with_object_and_js_u8_array(&how, &self.private, &Uint8Array::from(message.as_slice()))
        });
        let signatures = all(signing).await.map_err(|_| SignError::Failed)?;
        signatures.iter().map(|one| bytes_of(&one).to_vec().try_into().map_err(|_| SignError::Failed)).collect()
    }
}

/// Whether the signature is of this message by the holder of this public key.
pub async fn verify(alg: u8, public: &[u8], message: &[u8], signature: &[u8; 64]) -> Result<bool, SignError> {
    let subtle = subtle().ok_or(SignError::Absent)?;
    let verified = async {
        let import = subtle.import_key_with_object(
            "raw",
            &Uint8Array::from(public),
            &generation(alg),
            true,
            &usages(&["verify"]),
        )?;
        let key: CryptoKey = JsFuture::from(import).await?.dyn_into()?;
        let verify = subtle.verify_with_object_and_js_u8_array_and_js_u8_array(
            &signing(alg),
            &key,
            &Uint8Array::from(signature.as_slice()),
            &Uint8Array::from(message),
        )?;
        JsFuture::from(verify).await
    };
    let verified: Result<JsValue, JsValue> = verified.await;
    verified.map(|yes| yes.is_truthy()).map_err(|_| SignError::Failed)
}

async fn pair(subtle: &SubtleCrypto, alg: u8) -> Result<Signer, JsValue> {
    let promise = subtle.generate_key_with_object(&generation(alg), false, &usages(&["sign", "verify"]))?;
    let pair = JsFuture::from(promise).await?;
    let private: CryptoKey = Reflect::get(&pair, &"privateKey".into())?.dyn_into()?;
    let public: CryptoKey = Reflect::get(&pair, &"publicKey".into())?.dyn_into()?;
    let public = buffer(subtle.export_key("raw", &public)).await?;
    Ok(Signer { alg, private, public })
}

fn generation(alg: u8) -> Object {
    match alg {
        ED25519 => algorithm(&[("name", "Ed25519".into())]),
        _ => algorithm(&[("name", "ECDSA".into()), ("namedCurve", "P-256".into())]),
    }
}

fn signing(alg: u8) -> Object {
    match alg {
        ED25519 => algorithm(&[("name", "Ed25519".into())]),
        _ => algorithm(&[("name", "ECDSA".into()), ("hash", "SHA-256".into())]),
    }
}
