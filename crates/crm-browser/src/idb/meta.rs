//! What stands in `meta`, the one plain store: the schema's version, the fence, and the keys, which are of no use to
//! whoever copies the disk. Who the person is lies there sealed.
use super::connection::META;
use super::failure::Failure;
use super::transaction::{Change, get, put};
use crate::seal::WrappedKey;
use crate::sign::Signer;
use indexed_db_futures::database::Database;
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::CryptoKey;

const SCHEMA: f64 = 1.0;
/// What the sealed identity is bound to.
pub const PLACE: &[u8] = b"meta\0identity";

/// Who uses this database, and with which keys.
pub struct Identity {
    pub keys: WrappedKey,
    pub signer: Signer,
    /// The session's record, sealed.
    pub session: Uint8Array,
}

pub async fn read(database: &Database) -> Result<Option<Identity>, Failure> {
    let names = ["wrapping", "wrapped", "signing", "public", "alg", "session"];
    let values = get(database, META, &names.map(JsValue::from_str)).await?;
    let Ok::<[JsValue; 6], _>([wrapping, wrapped, signing, public, alg, session]) =
        values.into_iter().flatten().collect::<Vec<_>>().try_into()
    else {
        return Ok(None);
    };
    let key = |value: JsValue| value.dyn_into::<CryptoKey>().map_err(|_| Failure::Tampered);
    Ok(Some(Identity {
        keys: WrappedKey { wrapping: key(wrapping)?, wrapped: Uint8Array::new(&wrapped).to_vec() },
        signer: Signer {
            alg: alg.as_f64().ok_or(Failure::Tampered)? as u8,
            private: key(signing)?,
            public: Uint8Array::new(&public).to_vec(),
        },
        session: Uint8Array::new(&session),
    }))
}

/// Keeps the identity, durably. The fence is another matter.
pub async fn write(database: &Database, identity: &Identity) -> Result<(), Failure> {
    let entries: [(&str, JsValue); 7] = [
        ("schema", SCHEMA.into()),
        ("wrapping", identity.keys.wrapping.clone().into()),
        ("wrapped", Uint8Array::from(identity.keys.wrapped.as_slice()).into()),
        ("signing", identity.signer.private.clone().into()),
        ("public", Uint8Array::from(identity.signer.public.as_slice()).into()),
        ("alg", identity.signer.alg.into()),
        ("session", identity.session.clone().into()),
    ];
    let changes = entries.map(|(name, value)| Change { store: META, key: name.into(), value: Some(value) });
    put(database, None, &changes, true).await
}
