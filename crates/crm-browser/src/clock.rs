//! The device's clock and waiting by it.
use js_sys::Promise;
use wasm_bindgen_futures::JsFuture;

/// Device clock, milliseconds since 1970.
pub fn now_ms() -> u64 {
    js_sys::Date::now() as u64
}

pub async fn wait(ms: u32) {
    let done = Promise::new(&mut |resolve, _| {
        let window = web_sys::window().expect("the app runs in a window");
        window
            .set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms as i32)
            .expect("a function is a timer's callback");
    });
    // A promise that is only ever resolved.
    JsFuture::from(done).await.expect("a timer does not fail");
}
