//! Keeps a killed Chromium from losing everything at the start after the next one.
//!
//! Chromium's LevelDB opens the log of the last run and goes on behind its end. Where that run was killed between a
//! record's header and its content, what follows stands behind a torn record; LevelDB tolerates one at the end of a log
//! only, so the next start finds "checksum mismatch", and Chromium deletes the whole database ("loss total"). Seen in
//! 3 of some 530 kills in the middle of a write, with no code of ours in the page.
//!
//! A log ends for good when some 4 MB were written: the tables take over, and a new one begins. So that much is written at
//! each start, as early as can be, and taken away again.
use super::connection::Connection;
use super::failure::Failure;
use super::transaction::{Change, put};
use js_sys::Uint8Array;
use wasm_bindgen::JsValue;

const DATABASE: &str = "zoufang-log";
const STORE: &str = "filler";
/// Larger values lie in files of their own, beside the log.
const VALUE: u32 = 40_000;
/// Together a little more than the 4 MB after which LevelDB begins a new log.
const VALUES: u32 = 110;

/// Everything that is written from now on stands in a log of its own. On a full disk the log stays as it is.
pub async fn begin_fresh_log() -> Result<(), Failure> {
    let connection = Connection::open(DATABASE, &[STORE]).await?;
    let filler = Uint8Array::new_with_length(VALUE);
    let all = |value: Option<&JsValue>| -> Vec<Change> {
        (0..VALUES).map(|n| Change { store: STORE, key: n.to_string().into(), value: value.cloned() }).collect()
    };
    put(&connection.database, None, &all(Some(&filler)), false).await?;
    // The new log begins with the next write.
    put(&connection.database, None, &all(None), false).await
}
