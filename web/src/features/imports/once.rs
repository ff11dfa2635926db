//! One answer of the local book, for work that needs it once.
use crate::state::DoorHandle;
use crm_domain::imports::{Query, View};
use js_sys::{Function, Promise};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// None: the book answered something else, which it never does.
pub async fn first_answer(door: &DoorHandle, query: Query) -> Option<View> {
    let said: Rc<RefCell<Option<View>>> = Rc::default();
    let resolve: Rc<RefCell<Option<Function>>> = Rc::default();
    let promise = {
        let kept = resolve.clone();
        Promise::new(&mut move |resolve, _| *kept.borrow_mut() = Some(resolve))
    };
    let watching = {
        let (said, resolve) = (said.clone(), resolve.clone());
        door.watch(
            query.into(),
            Box::new(move |view| {
                if let (Some(resolve), Ok(view)) = (resolve.take(), View::try_from(view)) {
                    *said.borrow_mut() = Some(view);
                    // A promise's own function takes any call.
                    let called = resolve.call0(&JsValue::NULL);
                    debug_assert!(called.is_ok());
                }
            }),
        )
    };
    JsFuture::from(promise).await.ok()?;
    drop(watching);
    said.take()
}
