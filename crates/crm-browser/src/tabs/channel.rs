//! What tabs of one person tell each other. JSON on a `BroadcastChannel`; a tab of another version that sends something
//! unknown is not understood and not answered, which is what the timeouts are for.
use crm_domain::bucket::Bucket;
use crm_domain::ids::Uuid;
use crm_protocol::RefusalCode;
use crm_replica::ports::{Attached, Failure, Status, Storage, SyncState};
use gloo::events::EventListener;
use js_sys::{Array, Uint8Array};
use serde::{Deserialize, Serialize};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BroadcastChannel, MessageEvent};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Message {
    /// The store is newer than what others have in memory.
    Changed,
    /// To the writer: do this. `tab` and `ticket` name the answer's place.
    Command {
        tab: Uuid,
        ticket: u64,
        cause: Uuid,
        entropy: [u8; 32],
        /// Itself JSON ([`crate::json`]).
        command: String,
    },
    /// The writer has it, and has not begun yet.
    Taken {
        tab: Uuid,
        ticket: u64,
    },
    Done {
        tab: Uuid,
        ticket: u64,
        result: Result<(), Failure>,
    },
    Subscribe(Bucket),
    SyncNow,
    /// The writer is hidden: who is looked at may have the lock.
    WriterHidden,
    /// A visible tab would like to write.
    MayI,
    /// What only the writer knows.
    News(News),
    /// Signed out, or wiped: whoever shows this person's data stops.
    Over,
}

/// The writer's way to the server, for the other tabs' status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct News {
    sync: Sync,
    storage: u8,
    last_contact_ms: Option<u64>,
    clock_offset_ms: i64,
    backups: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Sync {
    Starting,
    Settled,
    Syncing,
    Offline,
    SignInAgain,
    /// The refusal's code as CBOR.
    Refused(Vec<u8>),
    Forked,
}

impl News {
    pub fn of(status: &Status) -> Self {
        let sync = match status.sync {
            SyncState::Starting => Sync::Starting,
            SyncState::Settled => Sync::Settled,
            SyncState::Syncing => Sync::Syncing,
            SyncState::Offline => Sync::Offline,
            SyncState::SignInAgain => Sync::SignInAgain,
            SyncState::Refused(code) => Sync::Refused(crm_protocol::encode(&code)),
            SyncState::Forked => Sync::Forked,
        };
        let storage = match status.storage {
            Storage::Fine => 0,
            Storage::Full => 1,
            Storage::Broken => 2,
            Storage::Unreadable => 3,
        };
        Self {
            sync,
            storage,
            last_contact_ms: status.last_contact_ms,
            clock_offset_ms: status.clock_offset_ms,
            backups: status.backups,
        }
    }

    /// A follower's own status with what the writer knows better.
    pub fn merge_into(&self, status: &mut Status) {
        status.sync = match &self.sync {
            Sync::Starting => SyncState::Starting,
            Sync::Settled => SyncState::Settled,
            Sync::Syncing => SyncState::Syncing,
            Sync::Offline => SyncState::Offline,
            Sync::SignInAgain => SyncState::SignInAgain,
            Sync::Refused(code) => {
                SyncState::Refused(crm_protocol::decode::<RefusalCode>(code).unwrap_or(RefusalCode::Failed))
            }
            Sync::Forked => SyncState::Forked,
        };
        if status.storage == Storage::Fine {
            status.storage = match self.storage {
                0 => Storage::Fine,
                1 => Storage::Full,
                2 => Storage::Broken,
                _ => Storage::Unreadable,
            };
        }
        status.last_contact_ms = self.last_contact_ms.max(status.last_contact_ms);
        status.clock_offset_ms = self.clock_offset_ms;
        status.backups = self.backups;
    }
}

fn attached_of(parts: &Array) -> Option<Attached> {
    let bytes = |at| Some(parts.get(at).dyn_into::<Uint8Array>().ok()?.to_vec());
    Some(Attached { sha: bytes(1)?.try_into().ok()?, bytes: bytes(2)?, small: bytes(3)? })
}

/// A command that another tab asks this one to do.
pub struct Forwarded {
    pub cause: Uuid,
    pub entropy: [u8; 32],
    /// JSON.
    pub command: String,
    pub attached: Option<Rc<Attached>>,
}

pub struct Channel {
    channel: BroadcastChannel,
    _listener: EventListener,
}

impl Channel {
    pub fn open(user: Uuid, heard: impl Fn(Message, Option<Rc<Attached>>) + 'static) -> Result<Self, JsValue> {
        let channel = BroadcastChannel::new(&format!("zoufang-{user}"))?;
        let listener = EventListener::new(&channel, "message", move |event| {
            let Some(data) = event.dyn_ref::<MessageEvent>().map(MessageEvent::data) else { return };
            let parts = data.dyn_ref::<Array>();
            let text = parts.map_or(data.clone(), |parts| parts.get(0)).as_string();
            if let Some(message) = text.and_then(|text| serde_json::from_str(&text).ok()) {
                heard(message, parts.and_then(attached_of).map(Rc::new));
            }
        });
        Ok(Self { channel, _listener: listener })
    }

    /// A photo goes beside the text, as an array of both.
    pub fn tell(&self, message: &Message, attached: Option<&Attached>) {
        // Nobody to hear it is no failure, and neither is a channel that a closing page has already lost.
        if let Ok(text) = serde_json::to_string(message) {
            let data = match attached {
                None => text.into(),
                Some(Attached { sha, bytes, small }) => {
                    let parts = [sha.as_slice(), bytes, small].map(Uint8Array::from);
                    Array::from_iter(std::iter::once(JsValue::from(text)).chain(parts.map(JsValue::from))).into()
                }
            };
            let _told = self.channel.post_message(&data);
        }
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.channel.close();
    }
}
