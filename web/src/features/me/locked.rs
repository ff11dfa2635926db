//! What stands instead of customers on a device whose lease is over.
use super::text::Words;
use crate::components::{Button, ButtonKind, Empty, Icon, Page, go};
use crate::routes::Route;
use crate::state::{use_door, use_now, use_status};
use crate::words::{use_format, use_words};
use yew::prelude::*;
use yew_router::prelude::*;

#[component]
pub fn Locked() -> Html {
    let w = use_words::<Words>();
    let f = use_format();
    let (door, status, now) = (use_door(), use_status(), use_now(60_000));
    let navigator = use_navigator().expect("screens stand inside the router");
    let since = status.last_contact_ms.map_or_else(String::new, |at| f.when(at as i64, now));
    let sync = go(&navigator, Route::Sync);
    let reach = Callback::from(move |event: MouseEvent| {
        door.sync_now();
        sync.emit(event);
    });
    html! {
        <Page title={w.locked()}>
            <Empty icon={Icon::Lock} title={w.locked_since(&since)} text={w.locked_why()}>
                if status.owed() > 0 { <p>{ w.locked_unsent(status.owed()) }</p> }
                <Button kind={ButtonKind::Primary} onclick={reach}>{ w.to_sync() }</Button>
                <Button onclick={go(&navigator, Route::CheckIn)}>{ w.to_check_in() }</Button>
            </Empty>
        </Page>
    }
}
