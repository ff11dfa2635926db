//! The server's poke: a stream of events that says only *look again*. Read by fetch, because an `EventSource` cannot carry
//! the token. A hint and no more: what is missed here comes with the next regular pull.
use super::http::{Call, Patience, fetch, read};
use super::server::Server;
use crate::clock::wait;
use crate::random;
use crm_protocol::RefusalCode;
use crm_replica::ports::NetError;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use web_sys::AbortController;

const PATH: &str = "/poke";
/// The server keeps the line alive by comments; silence for so long means that it is dead.
const SILENCE_MS: u32 = 90_000;
const BACKOFF_MIN_MS: u32 = 1_000;
const BACKOFF_MAX_MS: u32 = 300_000;

/// Listens until it is dropped.
pub struct Listening(Rc<Line>);

#[derive(Default)]
struct Line {
    /// None: hung up.
    request: RefCell<Option<AbortController>>,
    over: std::cell::Cell<bool>,
}

impl Listening {
    /// Calls `poked` at each event; connects again when the line breaks, later each time that it breaks at once.
    pub fn start(server: Rc<Server>, poked: impl Fn() + 'static) -> Self {
        let line = Rc::new(Line::default());
        spawn_local({
            let line = line.clone();
            async move {
                let mut failures = 0;
                while !line.over.get() {
                    failures = match listen(&server, &line, &poked).await {
                        Heard::Something => 0,
                        Heard::Nothing => failures + 1,
                        Heard::NeverAgain => return,
                    };
                    wait(backoff(failures)).await;
                }
            }
        });
        Self(line)
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.over.set(true);
        if let Some(request) = self.0.request.take() {
            request.abort();
        }
    }
}

enum Heard {
    Something,
    Nothing,
    /// The server does not want us: only a sign-in changes that.
    NeverAgain,
}

impl Heard {
    fn instead(error: &NetError) -> Self {
        match error {
            NetError::Unreachable | NetError::Malformed => Heard::Nothing,
            NetError::Refused { code: RefusalCode::Failed | RefusalCode::Locked, .. } => Heard::Nothing,
            NetError::Refused { .. } => Heard::NeverAgain,
        }
    }
}

async fn listen(server: &Server, line: &Line, poked: &impl Fn()) -> Heard {
    let token = match server.token().await {
        Ok(token) => token,
        Err(error) => return Heard::instead(&error),
    };
    let Ok(controller) = AbortController::new() else { return Heard::NeverAgain };
    line.request.replace(Some(controller.clone()));
    if line.over.get() {
        return Heard::Nothing;
    }
    let patience = Patience::of(controller.clone(), SILENCE_MS);
    let Ok(response) = fetch(Call { path: PATH, body: None, token: Some(&token) }, &controller).await else {
        return Heard::Nothing;
    };
    if response.status() == 401 {
        return match server.renew(Some(token)).await {
            Ok(_) => Heard::Nothing,
            Err(error) => Heard::instead(&error),
        };
    }
    if !response.ok() {
        return Heard::Nothing;
    }
    let mut heard = Heard::Nothing;
    let mut at_line_start = true;
    // How it ended does not matter: the line is down, and is tried again.
    let _ended = read(&response, |chunk| {
        patience.heard();
        heard = Heard::Something;
        if has_event(&chunk.to_vec(), &mut at_line_start) {
            poked();
        }
    })
    .await;
    heard
}

/// Whether a chunk of the stream begins a line that is not a comment: the kinds of events are all alike to us.
fn has_event(chunk: &[u8], at_line_start: &mut bool) -> bool {
    let mut found = false;
    for byte in chunk {
        let new_line = matches!(byte, b'\n' | b'\r');
        found |= *at_line_start && !new_line && *byte != b':';
        *at_line_start = new_line;
    }
    found
}

/// Full jitter, so that devices which lost the server together don't come back together.
fn backoff(failures: u32) -> u32 {
    let most = BACKOFF_MIN_MS.saturating_mul(1 << failures.min(9)).min(BACKOFF_MAX_MS);
    BACKOFF_MIN_MS.max(u32::from_le_bytes(random::bytes()) % most)
}
