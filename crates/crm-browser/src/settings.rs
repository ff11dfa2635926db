//! Small settings of this device (language, theme, large type): not secret, not worth a transaction, needed before the first
//! paint. Private windows may refuse them; then they last as long as the page.
use web_sys::Storage;

const PREFIX: &str = "zoufang.";

fn store() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

pub fn read(name: &str) -> Option<String> {
    store()?.get_item(&format!("{PREFIX}{name}")).ok().flatten()
}

/// None: forgotten.
pub fn keep(name: &str, value: Option<&str>) {
    let name = format!("{PREFIX}{name}");
    if let Some(store) = store() {
        // A full or refused store loses a setting, nothing else.
        let _kept = match value {
            Some(value) => store.set_item(&name, value),
            None => store.remove_item(&name),
        };
    }
}
