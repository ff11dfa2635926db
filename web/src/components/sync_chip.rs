//! The header's few words about sync: a state, never a spinner in the way.
use crate::routes::Route;
use crate::state::{use_now, use_status};
use crate::words::{StateWords, use_format, use_words};
use crm_replica::ports::{Status, Storage, SyncState};
use yew::prelude::*;
use yew_router::prelude::*;

#[component]
pub fn SyncChip() -> Html {
    let status = use_status();
    let w = use_words::<StateWords>();
    let f = use_format();
    let now = use_now(30_000);
    let quiet = status.owed() == 0 && status.storage == Storage::Fine && !status.outdated;
    let text = match (&status.sync, status.last_contact_ms) {
        (SyncState::Settled, Some(at)) if quiet => {
            format!("{} {}", w.settled(), f.when(at as i64, now))
        }
        _ => w.sync(&status),
    };
    html! {
        <Link<Route> to={Route::Sync} classes="sync-chip">
            <span class={classes!("sync-dot", tone(&status))} aria-hidden="true" />
            <span role="status">{ text }</span>
        </Link<Route>>
    }
}

fn tone(status: &Status) -> &'static str {
    match (status.storage, &status.sync) {
        (Storage::Full | Storage::Broken | Storage::Unreadable, _) | (_, SyncState::Refused(_) | SyncState::Forked) => {
            "sync-bad"
        }
        (_, SyncState::Offline | SyncState::SignInAgain) => "sync-warn",
        _ if status.outdated || status.owed() > 0 => "sync-warn",
        _ => "sync-good",
    }
}
