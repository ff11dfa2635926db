//! Asking the replica: the answer, and every other one after it.
use super::{Ask, use_door};
use std::rc::Rc;
use yew::prelude::*;

/// The answer to `query`, kept up to date; none until the first one. While a changed query waits, the old answer stays,
/// so lists do not blink: a screen that shows one record has the record's id as its `key`.
#[hook]
pub fn use_query<Q: Ask>(query: Q) -> Option<Rc<Q::View>> {
    use_query_if(Some(query))
}

/// As [`use_query`]; `None` asks nothing and keeps what was there.
#[hook]
pub fn use_query_if<Q: Ask>(query: Option<Q>) -> Option<Rc<Q::View>> {
    let door = use_door();
    let answer = use_state_eq(|| None::<Rc<Q::View>>);
    let setter = answer.setter();
    use_effect_with((door, query), move |(door, query)| {
        let watching = query.clone().map(|query| {
            door.watch(
                query.into(),
                Box::new(move |view| {
                    if let Ok(view) = Q::View::try_from(view) {
                        setter.set(Some(Rc::new(view)));
                    }
                }),
            )
        });
        move || drop(watching)
    });
    (*answer).clone()
}
