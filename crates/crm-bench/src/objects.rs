//! The same rows as a web application would keep them: one plain object each, fields by name.
use crate::clock::object;
use crate::data::{city, held};
use crm_demo::DemoRow;
use crm_domain::customers::CUSTOMER;
use crm_domain::ids::op_id;
use crm_domain::registry::kind;
use crm_domain::val::Val;
use js_sys::{Array, Object, Reflect};
use std::collections::HashMap;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// Rows one after another, in portions.
#[wasm_bindgen]
pub struct Objects {
    rows: Box<dyn Iterator<Item = DemoRow>>,
    /// Field names as JavaScript's, by kind and number.
    names: HashMap<(u16, u16), JsValue>,
}

#[wasm_bindgen]
impl Objects {
    pub fn make(customers: usize) -> Objects {
        let rows = held(city(customers), false).map(|(_, row)| row);
        Objects { rows: Box::new(rows), names: HashMap::new() }
    }

    /// The next `count` rows as `{customers, others}`; both empty at the end.
    pub fn next(&mut self, count: usize) -> Object {
        let (customers, others) = (Array::new(), Array::new());
        for _ in 0..count {
            let Some(row) = self.rows.next() else { break };
            let of_kind = if row.kind == CUSTOMER { &customers } else { &others };
            of_kind.push(&self.object(&row));
        }
        object([("customers", customers.into()), ("others", others.into())])
    }

    fn object(&mut self, row: &DemoRow) -> Object {
        let made = object([
            ("id", row.id.to_string().into()),
            ("kind", row.kind.into()),
            ("root", row.root.to_string().into()),
            ("at", (row.at as f64).into()),
            ("by", op_id(row.id, 0).to_string().into()),
        ]);
        for (field, val) in &row.body {
            let name = self.names.entry((row.kind, *field)).or_insert_with(|| name(row.kind, *field).into());
            Reflect::set(&made, name, &value(val)).expect("a plain object takes fields");
        }
        made
    }
}

fn name(of: u16, field: u16) -> String {
    let spec = kind(of).and_then(|kind| kind.fields.iter().find(|spec| spec.number == field));
    spec.map_or_else(|| field.to_string(), |spec| spec.name.to_owned())
}

fn value(val: &Val) -> JsValue {
    match val {
        Val::Bool(bit) => (*bit).into(),
        Val::Int(number) => (*number as f64).into(),
        Val::Text(text) => text.into(),
        Val::Id(id) => id.to_string().into(),
        Val::List(items) => items.iter().map(value).collect::<Array>().into(),
        Val::Bytes(bytes) | Val::Other(bytes) => js_sys::Uint8Array::from(bytes.as_slice()).into(),
        // A patch stands in ops, never in a row.
        Val::Null | Val::Set(_) => JsValue::NULL,
    }
}
