//! What sealing and signing share of WebCrypto: the interface itself, and turning its promises into bytes.
use js_sys::{Array, ArrayBuffer, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::SubtleCrypto;

/// None outside a secure context (plain HTTP on another machine), where browsers hide it.
pub fn subtle() -> Option<SubtleCrypto> {
    let crypto = web_sys::window()?.crypto().ok()?;
    Some(crypto.subtle()).filter(|subtle| subtle.is_object())
}

/// An algorithm as WebCrypto wants it: an object of these fields.
pub fn algorithm(fields: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in fields {
        // Setting a field of a plain object cannot fail.
        Reflect::set(&object, &JsValue::from_str(name), value).expect("a plain object takes fields");
    }
    object
}

pub fn usages(names: &[&str]) -> Array {
    names.iter().map(|name| JsValue::from_str(name)).collect()
}

pub fn bytes_of(buffer: &JsValue) -> Uint8Array {
    Uint8Array::new(buffer)
}

/// Waits for an `ArrayBuffer`.
pub async fn buffer(promise: Result<Promise, JsValue>) -> Result<Vec<u8>, JsValue> {
    let buffer: ArrayBuffer = JsFuture::from(promise?).await?.dyn_into()?;
    Ok(bytes_of(&buffer).to_vec())
}

/// Waits for all of them at once: one turn of the event loop, not one each.
pub async fn all(promises: impl Iterator<Item = Result<Promise, JsValue>>) -> Result<Array, JsValue> {
    let promises = promises.collect::<Result<Array, JsValue>>()?;
    JsFuture::from(Promise::all(&promises)).await?.dyn_into()
}
