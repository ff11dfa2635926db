//! Browser interfaces that web-sys hides behind its unstable flag (which would change stable signatures for the whole tree)
//! or lacks: Web Locks, compression streams, the install offer that `boot.js` keeps.
use js_sys::{Function, Object, Promise};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{Navigator, ReadableStream};

#[wasm_bindgen]
extern "C" {
    pub type LockManager;

    #[wasm_bindgen(method, catch, js_name = request)]
    pub fn request(
        this: &LockManager,
        name: &str,
        options: &Object,
        granted: &Function,
    ) -> Result<Promise, wasm_bindgen::JsValue>;

    #[wasm_bindgen(extends = Object)]
    pub type CompressionStream;

    #[wasm_bindgen(constructor, catch)]
    pub fn new(format: &str) -> Result<CompressionStream, wasm_bindgen::JsValue>;

    /// Parts of interfaces that web-sys has otherwise.
    type Beyond;

    #[wasm_bindgen(method, getter)]
    fn locks(this: &Beyond) -> Option<LockManager>;

    #[wasm_bindgen(method, catch, js_name = pipeThrough)]
    fn pipe_through(this: &Beyond, through: &CompressionStream) -> Result<ReadableStream, wasm_bindgen::JsValue>;
}

/// None in browsers older than our baseline, and outside a secure context.
pub fn locks(navigator: &Navigator) -> Option<LockManager> {
    navigator.unchecked_ref::<Beyond>().locks()
}

pub fn pipe(stream: &ReadableStream, through: &CompressionStream) -> Result<ReadableStream, wasm_bindgen::JsValue> {
    stream.unchecked_ref::<Beyond>().pipe_through(through)
}
