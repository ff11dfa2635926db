//! What was typed and not saved yet: survives a killed tab, forgotten once it is saved.
use super::{DoorHandle, use_door};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::rc::Rc;
use yew::prelude::*;

/// A form's values, each change kept as a draft.
#[derive(Clone)]
pub struct Draft<T: Clone + PartialEq + 'static> {
    value: UseStateHandle<T>,
    newest: Rc<std::cell::RefCell<Option<T>>>,
    /// What was left from an earlier time and is shown now.
    restored: UseStateHandle<bool>,
    loaded: UseStateHandle<bool>,
    door: DoorHandle,
    name: Rc<str>,
}

impl<T: Clone + PartialEq + Serialize + DeserializeOwned + 'static> Draft<T> {
    /// Changes the value and keeps it.
    pub fn update(&self, change: impl FnOnce(&mut T)) {
        let mut value = self.newest.borrow().clone().unwrap_or_else(|| (*self.value).clone());
        change(&mut value);
        *self.newest.borrow_mut() = Some(value.clone());
        self.door.save_draft(&self.name, serde_json::to_string(&value).ok());
        self.value.set(value);
    }

    /// Changes the value as it comes from elsewhere (the record itself); nothing was typed.
    pub fn start(&self, value: T) {
        *self.newest.borrow_mut() = Some(value.clone());
        self.value.set(value);
    }

    /// Saved, or thrown away.
    pub fn forget(&self) {
        *self.newest.borrow_mut() = None;
        self.door.save_draft(&self.name, None);
        self.restored.set(false);
    }

    /// Whether the value is what an earlier visit to the screen left unsaved.
    pub fn restored(&self) -> bool {
        *self.restored
    }

    /// Whether it is known if there was a draft.
    pub fn loaded(&self) -> bool {
        *self.loaded
    }
}

impl<T: Clone + PartialEq + 'static> std::ops::Deref for Draft<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

/// `name` is of the route and the record, such as `edit-customer/<id>`.
#[hook]
pub fn use_draft<T>(name: String, first: impl FnOnce() -> T) -> Draft<T>
where
    T: Clone + PartialEq + Serialize + DeserializeOwned + 'static,
{
    let door = use_door();
    let value = use_state_eq(first);
    let newest = use_mut_ref(|| None::<T>);
    let restored = use_state_eq(|| false);
    let loaded = use_state_eq(|| false);
    let draft = Draft { value, newest, restored, loaded, door: door.clone(), name: name.as_str().into() };
    {
        let draft = draft.clone();
        use_effect_with((door, name), move |(door, name)| {
            let later = door.draft(name);
            wasm_bindgen_futures::spawn_local(async move {
                let left = later.await.and_then(|text| serde_json::from_str::<T>(&text).ok());
                // What was typed while the draft was looked for wins.
                if let Some(left) = left
                    && draft.newest.borrow().is_none()
                {
                    draft.start(left);
                    draft.restored.set(true);
                }
                draft.loaded.set(true);
            });
        });
    }
    draft
}
