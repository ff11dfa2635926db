//! Gives the person a file.
use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// Long enough for slow phones to have begun the download.
const KEPT_MS: u32 = 60_000;

/// The browser would not make or save it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DownloadError;

/// Offers these bytes as a file of this name.
pub fn download(name: &str, media_type: &str, bytes: &[u8]) -> Result<(), DownloadError> {
    offer(name, media_type, bytes).map_err(|_| DownloadError)
}

fn offer(name: &str, media_type: &str, bytes: &[u8]) -> Result<(), JsValue> {
    let kind = BlobPropertyBag::new();
    kind.set_type(media_type);
    let parts = Array::of1(&Uint8Array::from(bytes));
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &kind)?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let document = web_sys::window().and_then(|window| window.document()).ok_or(JsValue::NULL)?;
    let link: HtmlAnchorElement = document.create_element("a")?.dyn_into()?;
    link.set_href(&url);
    link.set_download(name);
    link.click();
    gloo::timers::callback::Timeout::new(KEPT_MS, move || {
        // The URL may have gone with its page.
        let _revoked = Url::revoke_object_url(&url);
    })
    .forget();
    Ok(())
}
