//! `fetch` answered by the test: the requests are seen as the server would see them.
use crm_protocol::{Refusal, RefusalCode, encode};
use js_sys::{Function, Promise, Reflect, Uint8Array};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{Headers, RequestInit, Response};

#[derive(Clone, Debug)]
pub struct Request {
    pub path: String,
    pub method: String,
    /// Without "Bearer ".
    pub token: Option<String>,
    pub content_type: Option<String>,
    pub zipped: bool,
    /// Where a chunk begins.
    pub offset: Option<u64>,
    /// Unzipped.
    pub body: Vec<u8>,
}

pub enum Answer {
    Body(Vec<u8>),
    Failed(u16, Vec<u8>),
    /// No network.
    Lost,
    /// Nothing, until the request is aborted.
    Silence,
}

pub fn refusal(code: RefusalCode) -> Answer {
    let status = if code == RefusalCode::SignInAgain { 401 } else { 400 };
    Answer::Failed(status, encode(&Refusal { code, now_ms: 5, retry_ms: Some(7) }))
}

/// In place of `fetch` until it is dropped.
pub struct FakeServer {
    real: JsValue,
    _fetch: Closure<dyn FnMut(String, RequestInit) -> Promise>,
    pub seen: Rc<RefCell<Vec<Request>>>,
}

impl FakeServer {
    pub fn start(answer: impl Fn(&Request) -> Answer + 'static) -> Self {
        let window = web_sys::window().expect("a window");
        let real = Reflect::get(&window, &"fetch".into()).expect("fetch");
        let seen = Rc::new(RefCell::new(Vec::new()));
        let answer = Rc::new(answer);
        let fetch = Closure::<dyn FnMut(String, RequestInit) -> Promise>::new({
            let seen = seen.clone();
            move |path: String, init: RequestInit| {
                let (seen, answer) = (seen.clone(), answer.clone());
                future_to_promise(async move {
                    let request = read(path, &init).await;
                    seen.borrow_mut().push(request.clone());
                    respond(answer(&request), &init).await
                })
            }
        });
        Reflect::set(&window, &"fetch".into(), fetch.as_ref()).expect("replaced");
        Self { real, _fetch: fetch, seen }
    }

    pub fn paths(&self) -> Vec<String> {
        self.seen.borrow().iter().map(|request| request.path.clone()).collect()
    }
}

impl Drop for FakeServer {
    fn drop(&mut self) {
        let window = web_sys::window().expect("a window");
        Reflect::set(&window, &"fetch".into(), &self.real).expect("put back");
    }
}

async fn read(path: String, init: &RequestInit) -> Request {
    let headers: Headers = init.get_headers().unchecked_into();
    let header = |name: &str| headers.get(name).expect("headers");
    let body = init.get_body();
    let body = if body.is_undefined() { Vec::new() } else { Uint8Array::new(&body).to_vec() };
    let zipped = header("Content-Encoding").as_deref() == Some("gzip");
    Request {
        path,
        method: init.get_method().unwrap_or_else(|| "GET".into()),
        token: header("Authorization").and_then(|value| value.strip_prefix("Bearer ").map(str::to_owned)),
        content_type: header("Content-Type"),
        zipped,
        offset: header("Upload-Offset").and_then(|value| value.parse().ok()),
        body: if zipped { unzip(&body).await } else { body },
    }
}

async fn unzip(bytes: &[u8]) -> Vec<u8> {
    let unzip = Function::new_with_args(
        "bytes",
        "return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer()",
    );
    let unzipped = unzip.call1(&JsValue::NULL, &Uint8Array::from(bytes)).expect("a promise");
    Uint8Array::new(&JsFuture::from(Promise::from(unzipped)).await.expect("gzip")).to_vec()
}

async fn respond(answer: Answer, init: &RequestInit) -> Result<JsValue, JsValue> {
    let response = |status: u16, body: &[u8]| {
        let init = web_sys::ResponseInit::new();
        init.set_status(status);
        Response::new_with_opt_js_u8_array_and_init(Some(&Uint8Array::from(body)), &init).map(JsValue::from)
    };
    match answer {
        Answer::Body(body) => response(200, &body),
        Answer::Failed(status, body) => response(status, &body),
        Answer::Lost => Err(js_sys::TypeError::new("Failed to fetch").into()),
        Answer::Silence => {
            let signal = init.get_signal().expect("a signal");
            let aborted = Promise::new(&mut |_, reject| signal.set_onabort(Some(&reject)));
            JsFuture::from(aborted).await
        }
    }
}
