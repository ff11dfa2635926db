//! The sync page: one sentence on top, what is the matter and what to do, the queue, and the facts for whoever helps.
use super::bring::Bring;
use super::export::Export;
use super::photo_road::PhotoRoad;
use super::queue::Queue;
use super::sign_out::use_sign_out;
use super::text::{BringWords, SyncWords};
use crate::components::{Button, ButtonKind, Card, Icon, Page, SectionTitle, StateMark};
use crate::routes::Route;
use crate::state::{use_door, use_now, use_status, use_surroundings, use_toasts, use_who};
use crate::words::{Format, StateWords, refusal, use_format, use_words};
use crm_domain::row::State;
use crm_replica::ports::{Status, Storage, SyncState};
use yew::prelude::*;

/// A clock further off than this is told.
const CLOCK_OFF_MS: i64 = 60_000;

/// 一切已确认, or how many wait since when.
pub fn summary(status: &Status, w: SyncWords, f: Format, now: i64) -> String {
    match (status.unsent, status.oldest_unsent_ms) {
        (0, _) if status.last_contact_ms.is_none() => w.not_yet().into(),
        (0, _) if !status.unsent_blobs.is_empty() => w.photos_wait(status.unsent_blobs.len() as u32),
        (0, _) => w.all_confirmed().into(),
        (n, Some(oldest)) => w.waiting(n, &f.when(oldest as i64, now)),
        (n, None) => w.waiting_now(n),
    }
}

/// What keeps this copy and the server apart, and what to do about it.
fn trouble(status: &Status, w: SyncWords, f: Format, now: i64) -> Option<String> {
    match (status.storage, &status.sync) {
        (Storage::Full, _) => Some(w.full().into()),
        (Storage::Broken, _) => Some(w.broken().into()),
        (Storage::Unreadable, _) => Some(w.unreadable().into()),
        _ if status.outdated => Some(w.outdated().into()),
        (_, SyncState::Offline) => Some(match status.last_contact_ms {
            Some(at) => w.unreachable(&f.when(at as i64, now)),
            None => w.unreachable_ever().into(),
        }),
        (_, SyncState::SignInAgain) if status.unsent > 0 => Some(w.expired(status.unsent)),
        (_, SyncState::SignInAgain) => Some(w.expired_none().into()),
        (_, SyncState::Refused(code)) => Some(refusal(*code, f.0).into()),
        (_, SyncState::Forked) => Some(w.forked().into()),
        _ if status.left_to_newer > 0 => Some(w.left_to_newer(status.left_to_newer)),
        (_, SyncState::Starting | SyncState::Settled | SyncState::Syncing) => None,
    }
}

#[component]
pub fn Sync() -> Html {
    let w = use_words::<SyncWords>();
    let f = use_format();
    let (door, status) = (use_door(), use_status());
    let now = use_now(10_000);
    let b = use_words::<BringWords>();
    let (exporting, bringing) = (use_state_eq(|| false), use_state_eq(|| false));
    let syncing = status.sync == SyncState::Syncing;
    let sync = Callback::from(move |_: MouseEvent| door.sync_now());
    let (leaving, leave) = use_sign_out();
    // Nothing can be sent before she has signed in again: that is the button to press.
    let again = matches!(status.sync, SyncState::SignInAgain | SyncState::Forked);
    let kind = if again { ButtonKind::Plain } else { ButtonKind::Primary };
    let set = |state: &UseStateHandle<bool>, value: bool| {
        let state = state.setter();
        move || state.set(value)
    };
    let (open, close) = (set(&exporting, true), set(&exporting, false));
    let (bring, brought) = (set(&bringing, true), set(&bringing, false));
    let all_sent = status.owed() == 0;
    let settled = all_sent && status.last_contact_ms.is_some();
    let mark = if settled { State::Confirmed } else { State::OnPhone };
    html! {
        <Page title={w.title()} back={Route::Me}>
            <Card class="card-pad sync-top">
                <p class="sync-sentence" role="status">{ summary(&status, w, f, now) }</p>
                if !all_sent || settled { <StateMark state={mark} /> }
                if let Some(trouble) = trouble(&status, w, f, now) {
                    <p class="notice">{ Icon::TriangleAlert }<span>{ trouble }</span></p>
                }
                if again {
                    <Button kind={ButtonKind::Primary} block=true busy={leaving} onclick={leave}>{ w.sign_in_again() }</Button>
                }
                <Button {kind} icon={Icon::RefreshCw} block=true busy={syncing} onclick={sync}>
                    { if syncing { w.asked() } else { w.sync_now() } }
                </Button>
            </Card>
            if status.unsent > 0 {
                <Queue queue={status.queue.clone()} unsent={status.unsent} {now} />
            }
            if !all_sent {
                <Card class="card-pad sync-export">
                    <p>{ w.export_why() }</p>
                    <Button icon={Icon::Download} onclick={Callback::from(move |_: MouseEvent| open())}>{ w.export() }</Button>
                </Card>
            }
            <PhotoRoad />
            <Facts {status} {now} />
            <Card class="card-pad sync-export">
                <p>{ b.why() }</p>
                <Button icon={Icon::Upload} onclick={Callback::from(move |_: MouseEvent| bring())}>{ b.bring() }</Button>
            </Card>
            if *bringing { <Bring onclose={Callback::from(move |()| brought())} /> }
            if *exporting { <Export onclose={Callback::from(move |()| close())} /> }
        </Page>
    }
}

#[derive(Properties, PartialEq)]
struct FactsProps {
    status: std::rc::Rc<Status>,
    now: i64,
}

#[component]
fn Facts(props: &FactsProps) -> Html {
    let w = use_words::<SyncWords>();
    let states = use_words::<StateWords>();
    let f = use_format();
    let (surroundings, toasts, who) = (use_surroundings(), use_toasts(), use_who());
    let storage = use_state_eq(|| None::<(u64, u64)>);
    {
        let storage = storage.setter();
        use_effect_with(surroundings.clone(), move |surroundings| {
            let asked = surroundings.storage();
            wasm_bindgen_futures::spawn_local(async move { storage.set(asked.await) });
        });
    }
    let (status, now) = (&props.status, props.now);
    let contact = status.last_contact_ms.map_or(w.not_yet().into(), |at| f.when(at as i64, now));
    let exact = status.last_contact_ms.map(|at| f.exact(at as i64));
    let space = storage.map_or(w.storage_unknown().into(), |(used, all)| w.storage_of(&size(used), &size(all)));
    let held = match status.buckets_coming {
        0 => w.held_all(status.buckets),
        coming => w.held_coming(status.buckets, coming),
    };
    let mut facts: Vec<(&'static str, String)> = vec![
        (w.state(), states.sync(status)),
        (w.last_contact(), contact),
        (w.held(), held),
        (w.clock(), clock(status.clock_offset_ms, w, f)),
        (w.storage(), space),
        (w.backups(), if status.backups { w.backups_on() } else { w.backups_off() }.into()),
    ];
    if !status.unsent_blobs.is_empty() {
        let bytes = status.unsent_blobs.iter().map(|it| u64::from(it.len)).sum();
        facts.insert(1, (w.photos(), w.photos_unsent(status.unsent_blobs.len() as u32, &size(bytes))));
    }
    if status.brought_back > 0 {
        facts.insert(1, (w.brought_back(), w.brought_back_items(status.brought_back)));
    }
    if let Some(exact) = exact {
        facts.insert(2, (w.data_age(), exact));
    }
    let copy = {
        let text = diagnostics(status, *storage, &who.user.to_string(), &surroundings.server(), now);
        Callback::from(move |_: MouseEvent| {
            let (copying, toasts) = (surroundings.copy(&text), toasts.clone());
            wasm_bindgen_futures::spawn_local(async move {
                if copying.await { toasts.say(w.copied()) } else { toasts.fail(w.not_copied()) }
            });
        })
    };
    html! {
        <>
            <SectionTitle>{ w.state() }</SectionTitle>
            <Card>
                <dl class="facts">
                    { for facts.into_iter().map(|(name, value)| html! { <div><dt>{ name }</dt><dd>{ value }</dd></div> }) }
                </dl>
            </Card>
            if !status.writer { <p class="me-note">{ w.other_tab() }</p> }
            <Card class="card-pad sync-export">
                <p>{ w.copy_why() }</p>
                <Button icon={Icon::Copy} onclick={copy}>{ w.copy() }</Button>
            </Card>
        </>
    }
}

fn clock(offset_ms: i64, w: SyncWords, f: Format) -> String {
    // The offset leads from the device's clock to the server's: above zero the device is slow.
    match offset_ms {
        by if by.abs() < CLOCK_OFF_MS => w.clock_right().into(),
        by if by > 0 => w.clock_slow(&f.span(by)),
        by => w.clock_fast(&f.span(-by)),
    }
}

/// 3.2 MB
fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KB", "MB", "GB", "TB"];
    let mut value = bytes as f64 / 1024.0;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}

/// For an administrator, in the form of the program's own names. Holds no record and no name of a person or customer.
fn diagnostics(status: &Status, storage: Option<(u64, u64)>, user: &str, server: &str, now: i64) -> String {
    let queue: Vec<String> =
        status.queue.iter().map(|q| format!("  {} kind {} {:?} at {}", q.n, q.kind, q.state, q.at_ms)).collect();
    format!(
        "zoufang {}\nserver {server}\nuser {user}\nnow {now}\nsync {:?}\nstorage {:?} {storage:?}\nready {} writer {}\nunsent {} oldest {:?}\nlast contact {:?}\nclock offset {} ms\nbuckets {} coming {} pages {:?} repaired {} brought back {} unreadable {} outdated {} left to newer {}\nqueue\n{}",
        env!("CARGO_PKG_VERSION"),
        status.sync,
        status.storage,
        status.ready,
        status.writer,
        status.unsent,
        status.oldest_unsent_ms,
        status.last_contact_ms,
        status.clock_offset_ms,
        status.buckets,
        status.buckets_coming,
        status.pages,
        status.repaired,
        status.brought_back,
        status.unreadable,
        status.outdated,
        status.left_to_newer,
        queue.join("\n"),
    )
}
