//! What was typed and not yet saved: sealed, under the name of its screen and the place of its tab, for any version of the
//! app (SYNC 2.7). Each tab of a person takes the first free place and holds its lock; what a place holds whose tab is gone
//! is offered to the next tab that opens the screen.
use super::Host;
use super::desk::Desk;
use crate::tabs::{Held, How};
use crm_domain::ids::{Uuid, derived_id};
use crm_replica::ports::{Key, Store, Write};
use crm_replica::saved::Draft;
use wasm_bindgen_futures::spawn_local;

/// Places for tabs. Who finds none shares the first.
const PLACES: u32 = 32;

/// A tab's place among a person's tabs; without locks there is no telling tabs apart, and all share the first.
pub struct Place {
    number: u32,
    _held: Option<Held>,
}

fn key(place: u32, name: &str) -> Key {
    let hash: Uuid = derived_id(0, &[b"draft", name.as_bytes()]);
    (place, hash.as_u64_pair().1)
}

/// None: its tab lives.
async fn take(desk: &Desk, number: u32) -> Option<Held> {
    let user = desk.record.borrow().user;
    Held::take(&format!("zoufang-drafts-{user}-{number}"), How::IfFree, || ()).await
}

async fn place(desk: &Desk) -> u32 {
    if let Some(place) = &*desk.place.borrow() {
        return place.number;
    }
    let mut place = Place { number: 0, _held: None };
    for number in 0..PLACES {
        let held = take(desk, number).await;
        if held.is_some() {
            place = Place { number, _held: held };
            break;
        }
    }
    desk.place.borrow_mut().insert(place).number
}

impl Host {
    pub(super) fn keep_draft(&self, name: &str, text: Option<String>) {
        let Some(desk) = self.desk() else { return };
        let (host, name, turn) = (self.clone(), name.to_owned(), desk.drafts.take());
        spawn_local(async move {
            turn.come().await;
            let at = key(place(&desk).await, &name);
            host.put_draft(&desk, at, text.map(|text| crm_protocol::encode(&Draft { name, text }))).await;
        });
    }

    async fn put_draft(&self, desk: &Desk, key: Key, value: Option<Vec<u8>>) {
        match desk.storage.keep(Write { store: Store::Draft, key, value }).await {
            Ok(()) => self.storage_works(),
            Err(failure) => self.storage_failed(failure.into()),
        }
    }

    pub(super) async fn read_draft(&self, name: &str) -> Option<String> {
        let desk = self.desk()?;
        let turn = desk.drafts.take();
        turn.come().await;
        let mine = place(&desk).await;
        let places: Vec<u32> = [mine].into_iter().chain((0..PLACES).filter(|other| *other != mine)).collect();
        let keys: Vec<Key> = places.iter().map(|place| key(*place, name)).collect();
        let values = desk.storage.load(Store::Draft, &keys).await.ok()?;
        for (place, value) in places.into_iter().zip(values) {
            let Some(draft) = value.as_ref().and_then(|value| crm_protocol::decode::<Draft>(value).ok()) else {
                continue;
            };
            if draft.name != name {
                continue;
            }
            if place != mine {
                let Some(_gone) = take(&desk, place).await else { continue };
                self.put_draft(&desk, key(mine, name), value).await;
                self.put_draft(&desk, key(place, name), None).await;
            }
            return Some(draft.text);
        }
        None
    }
}
