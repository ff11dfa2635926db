//! The module's exports for its Worker (`pwa/importer-worker.js`): bytes and JSON in, JSON out.
//! A panic or a memory that cannot grow ends the module; the Worker says so and is thrown away.
use crate::{Limits, Workbook};
use crm_domain::imports::sheet::{ImportError, RowsRequest};
use serde::Serialize;
use wasm_bindgen::prelude::*;

/// An opened file, until the Worker is terminated.
#[wasm_bindgen]
pub struct Import {
    workbook: Workbook,
}

#[wasm_bindgen]
impl Import {
    /// Reads the file. Throws an `ImportError` as JSON.
    pub fn open(bytes: Vec<u8>) -> Result<Import, JsValue> {
        Workbook::open(&bytes, &Limits::default()).map(|workbook| Import { workbook }).map_err(thrown)
    }

    /// `Understood` as JSON.
    pub fn understood(&self) -> Result<String, JsValue> {
        json(&self.workbook.understood())
    }

    /// `SheetRows` as JSON for a `RowsRequest` as JSON; `progress` is called with rows done and rows in all.
    /// Throws an `ImportError` as JSON.
    pub fn rows(&self, request: &str, progress: &js_sys::Function) -> Result<String, JsValue> {
        let request: RowsRequest = serde_json::from_str(request).map_err(|_| thrown(ImportError::Mapping))?;
        let mut failed = None;
        let mut report = |done: u32, all: u32| {
            if let Err(error) = progress.call2(&JsValue::NULL, &done.into(), &all.into()) {
                failed = Some(error);
            }
        };
        let rows = self.workbook.rows(&request, &mut report).map_err(thrown)?;
        match failed {
            Some(error) => Err(error),
            None => json(&rows),
        }
    }
}

fn json(value: &impl Serialize) -> Result<String, JsValue> {
    serde_json::to_string(value).map_err(|e| JsValue::from_str(&e.to_string()))
}

fn thrown(error: ImportError) -> JsValue {
    serde_json::to_string(&error).map_or(JsValue::NULL, |json| JsValue::from_str(&json))
}
