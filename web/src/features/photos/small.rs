//! A picture made smaller by the browser, upright, as a JPEG.
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, ImageBitmap, ImageBitmapOptions, ImageEncodeOptions, ImageOrientation, OffscreenCanvas,
    OffscreenCanvasRenderingContext2d,
};

/// The longer side of a picture that is kept, and of the one that lists show, pixels.
pub const WHOLE: u32 = 1_600;
pub const LISTED: u32 = 240;
const QUALITY: f64 = 0.82;

/// A picture that the browser could read.
pub struct Decoded(ImageBitmap);

impl Drop for Decoded {
    fn drop(&mut self) {
        // Tens of megabytes, which need not wait for the collector.
        self.0.close();
    }
}

pub struct Jpeg {
    pub bytes: Vec<u8>,
    /// Pixels.
    pub size: (u32, u32),
}

/// Fails where the browser knows no such picture.
pub async fn decode(file: &Blob) -> Result<Decoded, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let upright = ImageBitmapOptions::new();
    upright.set_image_orientation(ImageOrientation::FromImage);
    let decoding = window.create_image_bitmap_with_blob_and_image_bitmap_options(file, &upright)?;
    Ok(Decoded(JsFuture::from(decoding).await?.dyn_into()?))
}

impl Decoded {
    /// At most so many pixels on the longer side; never larger than it was.
    pub async fn jpeg(&self, side: u32) -> Result<Jpeg, JsValue> {
        let (width, height) = (f64::from(self.0.width()), f64::from(self.0.height()));
        let scale = (f64::from(side) / width.max(height)).min(1.0);
        let size = ((width * scale).round().max(1.0) as u32, (height * scale).round().max(1.0) as u32);
        let canvas = OffscreenCanvas::new(size.0, size.1)?;
        let context = canvas.get_context("2d")?.ok_or(JsValue::NULL)?;
        let context: OffscreenCanvasRenderingContext2d = context.dyn_into()?;
        // What is transparent would come out black.
        context.set_fill_style_str("#fff");
        context.fill_rect(0.0, 0.0, f64::from(size.0), f64::from(size.1));
        context.draw_image_with_image_bitmap_and_dw_and_dh(&self.0, 0.0, 0.0, f64::from(size.0), f64::from(size.1))?;
        let how = ImageEncodeOptions::new();
        how.set_type("image/jpeg");
        how.set_quality(QUALITY);
        let blob: Blob = JsFuture::from(canvas.convert_to_blob_with_options(&how)?).await?.dyn_into()?;
        Ok(Jpeg { bytes: bytes_of(&blob).await?, size })
    }
}

pub async fn bytes_of(blob: &Blob) -> Result<Vec<u8>, JsValue> {
    Ok(Uint8Array::new(&JsFuture::from(blob.array_buffer()).await?).to_vec())
}

/// The small picture of a whole one; fails where these bytes are no picture.
pub async fn listed(bytes: &[u8]) -> Result<Vec<u8>, JsValue> {
    let parts = js_sys::Array::of1(&Uint8Array::from(bytes));
    let file = Blob::new_with_u8_array_sequence(&parts)?;
    Ok(decode(&file).await?.jpeg(LISTED).await?.bytes)
}
