//! What a screen was like when it was left: filters, scroll positions. Kept while the app runs, so Back finds its place.
use std::any::Any;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use yew::prelude::*;

/// Values by name.
#[derive(Clone, Default)]
pub struct KeptPlaces(Rc<RefCell<HashMap<String, Rc<dyn Any>>>>);

impl PartialEq for KeptPlaces {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl KeptPlaces {
    pub fn get<T: Clone + 'static>(&self, name: &str) -> Option<T> {
        self.0.borrow().get(name).and_then(|value| value.downcast_ref::<T>().cloned())
    }

    pub fn keep<T: 'static>(&self, name: &str, value: T) {
        self.0.borrow_mut().insert(name.to_owned(), Rc::new(value));
    }
}

/// A state that outlives its screen.
#[derive(Clone)]
pub struct Kept<T: Clone + PartialEq + 'static> {
    value: UseStateHandle<T>,
    places: KeptPlaces,
    name: Rc<str>,
}

impl<T: Clone + PartialEq + 'static> Kept<T> {
    pub fn set(&self, value: T) {
        self.places.keep(&self.name, value.clone());
        self.value.set(value);
    }

    /// Changes a copy of the newest value, also within one event that changes it twice.
    pub fn update(&self, change: impl FnOnce(&mut T)) {
        let mut value = self.places.get::<T>(&self.name).unwrap_or_else(|| (*self.value).clone());
        change(&mut value);
        self.set(value);
    }
}

impl<T: Clone + PartialEq + 'static> std::ops::Deref for Kept<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

/// The value kept under `name`, or `first` when there is none yet.
#[hook]
pub fn use_kept<T: Clone + PartialEq + 'static>(name: &'static str, first: impl FnOnce() -> T) -> Kept<T> {
    let places = use_context::<KeptPlaces>().expect("the app provides the kept places");
    let value = {
        let places = places.clone();
        use_state_eq(move || places.get(name).unwrap_or_else(first))
    };
    Kept { value, places, name: name.into() }
}
