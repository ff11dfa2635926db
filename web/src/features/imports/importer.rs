//! The importer's Worker: a spreadsheet is read beside the page, and ending the Worker ends the reading.
use crm_domain::imports::sheet::{ImportError, RowsRequest, SheetRows, Understood};
use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use js_sys::{Array, ArrayBuffer, Object, Reflect};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};
use yew::prelude::Callback;

/// A Worker that says nothing for so long is given up.
const SILENCE_MS: u32 = 60_000;

/// What the Worker says; the last three end it.
#[derive(Clone)]
pub enum Heard {
    Understood(Understood),
    /// Rows done, rows in all.
    Progress(u32, u32),
    /// The answer to the newest request.
    Rows(SheetRows),
    /// The newest request, or the file, cannot be read.
    Refused(ImportError),
    /// The module gave up, or never came.
    Broken,
    /// Nothing was heard for a minute.
    Silent,
}

/// Dropping it ends the Worker, whatever it does.
pub struct Importer {
    worker: Worker,
    watch: Rc<Watch>,
    _listening: [EventListener; 2],
}

/// Questions that are not answered yet, and the patience with them.
struct Watch {
    pending: Cell<u32>,
    patience: RefCell<Option<Timeout>>,
    heard: Callback<Heard>,
}

impl Watch {
    /// A message came or went: the minute begins anew while anything is pending.
    fn wait(&self) {
        let heard = self.heard.clone();
        let waiting = self.pending.get() > 0;
        self.patience.replace(waiting.then(|| Timeout::new(SILENCE_MS, move || heard.emit(Heard::Silent))));
    }
}

impl Importer {
    /// None: this page has no importer, or the browser gives no Worker.
    pub fn start(heard: Callback<Heard>) -> Option<Importer> {
        let address = gloo::utils::document().query_selector("meta[name='module:importer']").ok()??;
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(&address.get_attribute("content")?, &options).ok()?;
        let watch = Rc::new(Watch { pending: Cell::new(0), patience: RefCell::new(None), heard: heard.clone() });
        let answered = {
            let (watch, heard) = (watch.clone(), heard.clone());
            EventListener::new(&worker, "message", move |event| {
                let Some(message) = event.dyn_ref::<MessageEvent>().map(MessageEvent::data) else { return };
                let said = read(&message).unwrap_or(Heard::Broken);
                if !matches!(said, Heard::Progress(..)) {
                    watch.pending.set(watch.pending.get().saturating_sub(1));
                }
                watch.wait();
                // An answer to an older question is of no use any more.
                let stale = matches!(said, Heard::Rows(_) | Heard::Refused(_)) && watch.pending.get() > 0;
                if !stale {
                    heard.emit(said);
                }
            })
        };
        let failed = EventListener::new(&worker, "error", move |_| heard.emit(Heard::Broken));
        Some(Importer { worker, watch, _listening: [answered, failed] })
    }

    /// Hands the file over. False: it could not be handed over.
    pub fn open(&self, bytes: &ArrayBuffer) -> bool {
        let message = message("open", "bytes", bytes);
        self.ask(message, &Array::of1(bytes))
    }

    /// Asks for every row. False: it could not be asked.
    pub fn rows(&self, request: &RowsRequest) -> bool {
        let Ok(json) = serde_json::to_string(request) else { return false };
        self.ask(message("rows", "request", &JsValue::from_str(&json)), &Array::new())
    }

    fn ask(&self, message: Object, given: &Array) -> bool {
        self.watch.pending.set(self.watch.pending.get() + 1);
        self.watch.wait();
        self.worker.post_message_with_transfer(&message, given).is_ok()
    }
}

impl Drop for Importer {
    fn drop(&mut self) {
        self.watch.patience.replace(None);
        self.worker.terminate();
    }
}

fn message(kind: &str, name: &str, value: &JsValue) -> Object {
    let message = Object::new();
    for (name, value) in [("type", &JsValue::from_str(kind)), (name, value)] {
        // A fresh object takes every property.
        let set = Reflect::set(&message, &JsValue::from_str(name), value);
        debug_assert!(set.is_ok());
    }
    message
}

/// None: it is nothing that the Worker says.
fn read(message: &JsValue) -> Option<Heard> {
    let part = |name: &str| Reflect::get(message, &JsValue::from_str(name)).ok();
    let json = || part("json")?.as_string();
    let number = |name: &str| Some(part(name)?.as_f64()? as u32);
    Some(match part("type")?.as_string()?.as_str() {
        "understood" => Heard::Understood(serde_json::from_str(&json()?).ok()?),
        "progress" => Heard::Progress(number("done")?, number("all")?),
        "rows" => Heard::Rows(serde_json::from_str(&json()?).ok()?),
        "refused" => Heard::Refused(serde_json::from_str(&json()?).ok()?),
        _ => return None,
    })
}
