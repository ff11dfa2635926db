//! Sealing (SYNC 2.13): AES-256-GCM by WebCrypto under one random data key per person. The data key lies in the database
//! wrapped by a key that never leaves the browser; a copy of the disk says nothing.
use crate::random;
use crate::webcrypto::{algorithm, all, buffer, bytes_of, subtle, usages};
use crm_replica::ports::{Key, Store};
use js_sys::{Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AesGcmParams, CryptoKey, SubtleCrypto};

/// Bytes of the random nonce in front of each sealed value.
const NONCE: usize = 12;

/// Either the value was not sealed by this key for this place, or WebCrypto refuses to work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealError {
    /// No WebCrypto here.
    Absent,
    /// The bytes were changed, moved, or are another key's.
    Tampered,
    Failed,
}

/// The place a value is bound to, so that two sealed values cannot be swapped: the store's name and the key.
pub fn place(store: Store, key: Key) -> Vec<u8> {
    let mut place = store.name().as_bytes().to_vec();
    place.push(0);
    place.extend_from_slice(&key.0.to_be_bytes());
    place.extend_from_slice(&key.1.to_be_bytes());
    place
}

/// Keys that lie in the database: the non-extractable wrapping key, and the data key wrapped by it.
#[derive(Clone, Debug)]
pub struct WrappedKey {
    pub wrapping: CryptoKey,
    pub wrapped: Vec<u8>,
}

pub struct Sealer {
    subtle: SubtleCrypto,
    key: CryptoKey,
}

impl Sealer {
    /// A new data key, and its wrapped form to be kept.
    pub async fn generate() -> Result<(Self, WrappedKey), SealError> {
        let subtle = subtle().ok_or(SealError::Absent)?;
        let kept = new_keys(&subtle).await.map_err(|_| SealError::Failed)?;
        // Unwrapped at once, so that the key in use is not extractable either.
        let sealer = Self::unwrap(&kept).await?;
        Ok((sealer, kept))
    }

    pub async fn unwrap(kept: &WrappedKey) -> Result<Self, SealError> {
        let subtle = subtle().ok_or(SealError::Absent)?;
        let promise = subtle.unwrap_key_with_js_u8_array_and_str_and_object(
            "raw",
            &Uint8Array::from(kept.wrapped.as_slice()),
            &kept.wrapping,
            "AES-KW",
            &algorithm(&[("name", "AES-GCM".into())]),
            false,
            &usages(&["encrypt", "decrypt"]),
        );
        let key = key(promise).await.map_err(|_| SealError::Tampered)?;
        Ok(Self { subtle, key })
    }

    /// With a key that was kept elsewhere: 32 bytes.
    pub async fn with_key(bytes: &[u8]) -> Result<Self, SealError> {
        let subtle = subtle().ok_or(SealError::Absent)?;
        let (bytes, usages) = (Uint8Array::from(bytes), usages(&["encrypt", "decrypt"]));
        let key = key(subtle.import_key_with_str("raw", &bytes, "AES-GCM", false, &usages));
        Ok(Self { key: key.await.map_err(|_| SealError::Failed)?, subtle })
    }

    /// Seals all values at once: nonce, then ciphertext with its tag. The bytes stay on the JavaScript side, where
    /// IndexedDB takes them from.
    pub async fn seal(&self, values: &[(Vec<u8>, &[u8])]) -> Result<Vec<Uint8Array>, SealError> {
        let nonces: Vec<[u8; NONCE]> = values.iter().map(|_| random::bytes()).collect();
        let sealing = values.iter().zip(&nonces).map(|((place, value), nonce)| {
            self.subtle.encrypt_with_object_and_js_u8_array(
                &params(&Uint8Array::from(nonce.as_slice()), place),
                &self.key,
                &Uint8Array::from(*value),
            )
        });
        let sealed = all(sealing).await.map_err(|_| SealError::Failed)?;
        Ok(sealed
            .iter()
            .zip(&nonces)
            .map(|(ciphertext, nonce)| {
                let ciphertext = bytes_of(&ciphertext);
                let whole = Uint8Array::new_with_length(NONCE as u32 + ciphertext.length());
                whole.set(&Uint8Array::from(nonce.as_slice()), 0);
                whole.set(&ciphertext, NONCE as u32);
                whole
            })
            .collect())
    }

    /// Opens what [`Self::seal`] gave, in order.
    pub async fn unseal(&self, values: &[(Vec<u8>, Uint8Array)]) -> Result<Vec<Vec<u8>>, SealError> {
        if values.iter().any(|(_, sealed)| sealed.length() < NONCE as u32) {
            return Err(SealError::Tampered);
        }
        let opening = values.iter().map(|(place, sealed)| -> Result<Promise, JsValue> {
            self.subtle.decrypt_with_object_and_js_u8_array(
                &params(&sealed.subarray(0, NONCE as u32), place),
                &self.key,
                &sealed.subarray(NONCE as u32, sealed.length()),
            )
        });
        let opened = all(opening).await.map_err(|_| SealError::Tampered)?;
        Ok(opened.iter().map(|plain| bytes_of(&plain).to_vec()).collect())
    }
}

fn params(nonce: &Uint8Array, place: &[u8]) -> AesGcmParams {
    let params = AesGcmParams::new("AES-GCM", nonce);
    params.set_additional_data(&Uint8Array::from(place));
    params
}

async fn new_keys(subtle: &SubtleCrypto) -> Result<WrappedKey, JsValue> {
    let wrapping = key(subtle.generate_key_with_object(
        &algorithm(&[("name", "AES-KW".into()), ("length", 256.into())]),
        false,
        &usages(&["wrapKey", "unwrapKey"]),
    ))
    .await?;
    let data = key(subtle.generate_key_with_object(
        &algorithm(&[("name", "AES-GCM".into()), ("length", 256.into())]),
        true,
        &usages(&["encrypt", "decrypt"]),
    ))
    .await?;
    let wrapped = buffer(subtle.wrap_key_with_str("raw", &data, &wrapping, "AES-KW")).await?;
    Ok(WrappedKey { wrapping, wrapped })
}

async fn key(promise: Result<Promise, JsValue>) -> Result<CryptoKey, JsValue> {
    JsFuture::from(promise?).await?.dyn_into()
}
