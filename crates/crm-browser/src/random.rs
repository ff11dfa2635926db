//! Randomness from the browser: ids, causes, salts.
use crm_domain::ids::Uuid;

/// `N` fresh random bytes.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    // Without randomness there are no ids and no keys; nothing sensible could go on.
    web_sys::window()
        .and_then(|window| window.crypto().ok())
        .and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).ok())
        .expect("the browser gives random bytes");
    bytes
}

/// A new UUIDv7 of this moment.
pub fn id() -> Uuid {
    uuid::Builder::from_unix_timestamp_millis(js_sys::Date::now() as u64, &bytes()).into_uuid()
}
