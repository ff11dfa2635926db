//! Request bodies over 1 KB are gzipped by the browser itself (SYNC 2.14).
use crate::bindings::{CompressionStream, pipe};
use crate::webcrypto::bytes_of;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

pub const WORTH_IT: usize = 1024;

/// None where the browser has no compression streams: the body goes as it is.
pub async fn gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let zipped = async {
        // A Response is the shortest way from bytes to a stream and back.
        let plain = Response::new_with_opt_js_u8_array(Some(&js_sys::Uint8Array::from(bytes)))?;
        let stream = plain.body().ok_or(JsValue::NULL)?;
        let through = pipe(&stream, &CompressionStream::new("gzip")?)?;
        let zipped = Response::new_with_opt_readable_stream(Some(&through))?;
        JsFuture::from(zipped.array_buffer()?).await
    };
    let zipped: Result<JsValue, JsValue> = zipped.await;
    Some(bytes_of(&zipped.ok()?).to_vec())
}
