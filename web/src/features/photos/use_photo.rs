//! A photo's picture: from this device, else from the server, and kept from then on.
use super::small;
use crate::state::{DoorHandle, use_door, use_status};
use crm_replica::ports::{Attached, LookError, Sha};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, BlobPropertyBag, Url};
use yew::prelude::*;

/// The address of bytes in memory, as long as something shows it.
#[derive(Debug, PartialEq)]
pub struct Address(pub String);

impl Address {
    fn of(bytes: &[u8]) -> Option<Self> {
        let kind = BlobPropertyBag::new();
        kind.set_type("image/jpeg");
        let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
        let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &kind).ok()?;
        Url::create_object_url_with_blob(&blob).ok().map(Self)
    }
}

impl Drop for Address {
    fn drop(&mut self) {
        // It may have gone with its page.
        let _revoked = Url::revoke_object_url(&self.0);
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Look {
    Loading,
    Here(Rc<Address>),
    Missing(LookError),
}

/// `small`: for a list, where a metered network is not used for it. Each new `again` looks once more, and so does each
/// new contact with the server while it is missing.
#[hook]
pub fn use_photo(sha: Sha, small: bool, again: u32) -> Look {
    let (door, status) = (use_door(), use_status());
    let look = use_state_eq(|| Look::Loading);
    let contact = matches!(*look, Look::Missing(_)).then_some(status.last_contact_ms);
    {
        let look = look.setter();
        use_effect_with((sha, again, contact), move |_| {
            spawn_local(async move {
                let found = bytes(&door, sha, small).await;
                look.set(match found.and_then(|bytes| Address::of(&bytes).ok_or(LookError::Malformed)) {
                    Ok(address) => Look::Here(Rc::new(address)),
                    Err(why) => Look::Missing(why),
                });
            });
        });
    }
    (*look).clone()
}

async fn bytes(door: &DoorHandle, sha: Sha, small: bool) -> Result<Vec<u8>, LookError> {
    if let Some(bytes) = door.kept_photo(sha, small).await {
        return Ok(bytes);
    }
    if small && door.is_frugal() {
        return Err(LookError::Unreachable);
    }
    let bytes = door.fetch_photo(sha).await?;
    let listed = small::listed(&bytes).await.map_err(|_| LookError::Malformed)?;
    let shown = if small { listed.clone() } else { bytes.clone() };
    door.keep_photo(Rc::new(Attached { sha, bytes, small: listed }));
    Ok(shown)
}
