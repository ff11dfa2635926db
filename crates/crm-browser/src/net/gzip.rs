//! Request bodies over 1 KB are gzipped by the browser itself (SYNC 2.14).
use crate::bindings::{CompressionStream, pipe};
use crate::webcrypto::bytes_of;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

const WORTH_IT: usize = 1024;
/// The server takes a body that grows more than so many times for a bomb.
const SUSPICIOUS: usize = 20;

/// None where the body goes as it is: it is small, or too good to be believed, or the browser has no compression streams.
pub async fn gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    if bytes.len() <= WORTH_IT {
        return None;
    }
    let zipped = async {
        // A Response is the shortest way from bytes to a stream and back.
        let plain = Response::new_with_opt_js_u8_array(Some(&js_sys::Uint8Array::from(bytes)))?;
        let stream = plain.body().ok_or(JsValue::NULL)?;
        let through = pipe(&stream, &CompressionStream::new("gzip")?)?;
        let zipped = Response::new_with_opt_readable_stream(Some(&through))?;
        JsFuture::from(zipped.array_buffer()?).await
    };
    let zipped: Result<JsValue, JsValue> = zipped.await;
    let zipped = bytes_of(&zipped.ok()?).to_vec();
    (bytes.len() <= zipped.len() * SUSPICIOUS).then_some(zipped)
}
