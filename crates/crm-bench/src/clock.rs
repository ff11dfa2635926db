//! The page's clock, and where the time of one measurement went.
use js_sys::{Object, Reflect};
use std::collections::BTreeMap;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;
}

/// Milliseconds since the page began; steps of 5 µs on an isolated page.
pub fn ms() -> f64 {
    now()
}

/// Milliseconds by step.
#[derive(Default)]
pub struct Spans(BTreeMap<String, f64>);

impl Spans {
    /// Adds the time since `since` to a step.
    pub fn add(&mut self, step: &str, since: f64) {
        let took = ms() - since;
        match self.0.get_mut(step) {
            Some(sum) => *sum += took,
            None => {
                self.0.insert(step.into(), took);
            }
        }
    }

    pub fn to_js(&self) -> Object {
        object(self.0.iter().map(|(step, took)| (step.as_str(), (*took).into())))
    }
}

/// A plain object of these fields.
pub fn object<'a>(fields: impl IntoIterator<Item = (&'a str, JsValue)>) -> Object {
    let object = Object::new();
    for (name, value) in fields {
        // Setting a field of a plain object cannot fail.
        Reflect::set(&object, &name.into(), &value).expect("a plain object takes fields");
    }
    object
}
