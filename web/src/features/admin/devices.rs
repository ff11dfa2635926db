//! Devices: whose, since when, and the two ways to stop one, told apart by what happens to unsent work.
use super::panes::{Panes, has_all};
use super::text::Words;
use crate::components::{Button, ButtonKind, Card, Empty, HalfScreen, Icon, Row, SelectField, Skeleton, dotted};
use crate::routes::Route;
use crate::state::{use_command, use_kept, use_now, use_query, use_toasts, use_who};
use crate::words::{use_format, use_words};
use crm_domain::people::{Command, DeviceLine, Query, Role};
use crm_domain::settings;
use yew::prelude::*;

const ACTIVE: &str = "active";
const REVOKED: &str = "revoked";
const LOST: &str = "lost";

#[component]
pub fn Devices() -> Html {
    let w = use_words::<Words>();
    let who = use_who();
    let view = use_query(Query::All);
    let text = use_kept("admin/devices", String::new);
    let list = match view.as_deref() {
        _ if who.role != Role::Administrator => html! { <p class="admin-hint">{ w.only_administrators() }</p> },
        None => html! { <Skeleton rows=5 /> },
        Some(view) => {
            let fits = |d: &&DeviceLine| has_all(&format!("{} {}", d.user_name, d.label), &text);
            let fitting: Vec<DeviceLine> = view.devices.iter().filter(fits).cloned().collect();
            let (title, why) = match view.devices.is_empty() {
                true => (w.no_devices(), w.no_devices_why()),
                false => (w.no_devices_fit(), w.no_people_why()),
            };
            if fitting.is_empty() {
                html! { <Card><Empty icon={Icon::MonitorSmartphone} {title} text={why} /></Card> }
            } else {
                html! { <Card class="row-wrap"><DeviceLines devices={fitting} named=true /></Card> }
            }
        }
    };
    html! {
        <Panes
            route={Route::Devices}
            title={w.devices()}
            search={w.search_devices()}
            hint={w.search_devices_hint()}
            text={(*text).clone()}
            ontext={{ let text = text.clone(); Callback::from(move |typed: String| text.set(typed)) }}
            opens=false
        >
            if who.role == Role::Administrator { <Lease /> }
            { list }
        </Panes>
    }
}

/// How long a device shows customers without having been in contact.
#[component]
fn Lease() -> Html {
    let w = use_words::<Words>();
    let (commands, toasts) = (use_command(), use_toasts());
    let Some(settings) = use_query(settings::Query::Now) else { return Html::default() };
    let choices = settings::LEASES.iter().map(|days| (days.to_string().into(), w.days(*days).into()));
    let onchange = Callback::from(move |word: String| {
        let (toasts, Ok(days)) = (toasts.clone(), word.parse()) else { return };
        commands.act(settings::Command::SetLease { days }, move || toasts.say(w.saved()));
    });
    html! {
        <Card>
            <SelectField
                id="lease"
                label={w.lease()}
                value={settings.lease_days.to_string()}
                options={Vec::from_iter(choices)}
                {onchange}
            />
            <p class="admin-hint admin-lease">{ w.lease_why() }</p>
        </Card>
    }
}

#[derive(Properties, PartialEq)]
pub struct DeviceLinesProps {
    pub devices: Vec<DeviceLine>,
    /// Of several people: the name comes first.
    #[prop_or_default]
    pub named: bool,
}

/// Devices, each with what can be done to it.
#[component]
pub fn DeviceLines(props: &DeviceLinesProps) -> Html {
    let w = use_words::<Words>();
    let f = use_format();
    let now = use_now(60_000);
    let (commands, toasts) = (use_command(), use_toasts());
    let stopping = use_state_eq(|| None::<DeviceLine>);
    if props.devices.is_empty() {
        return html! { <p class="admin-hint">{ w.no_devices() }</p> };
    }
    let set = {
        let stopping = stopping.setter();
        Callback::from(move |(device, state): (DeviceLine, &'static str)| {
            stopping.set(None);
            let (again, told) = (commands.clone(), toasts.clone());
            let to = move |state: &str| Command::SetDevice { device: device.id, state: state.into() };
            commands.act(to(state), move || {
                let back = Callback::from(move |()| again.act(to(&device.state), || ()));
                let text = match state {
                    REVOKED => w.device_revoked(),
                    LOST => w.device_lost(),
                    _ => w.device_restored(),
                };
                told.undo(text, back);
            });
        })
    };
    let rows = props.devices.iter().map(|device| {
        let (state, tone) = match device.state.as_str() {
            REVOKED => (w.revoked(), "tag"),
            LOST => (w.lost(), "tag tag-a"),
            _ => (w.active(), "admin-active"),
        };
        let stopped = device.state != ACTIVE;
        let facts = [
            props.named.then(|| html! { &device.label }),
            Some(html! { w.enrolled(&f.when(device.enrolled_at, now)) }),
            Some(html! { <span class={tone}>{ state }</span> }),
        ];
        let end = if stopped {
            let (set, device) = (set.clone(), device.clone());
            let label = w.restore_of(&device.user_name, &device.label);
            html! { <Button label={label} onclick={set.reform(move |_: MouseEvent| (device.clone(), ACTIVE))}>{ w.restore() }</Button> }
        } else {
            let (stopping, device) = (stopping.setter(), device.clone());
            let label = w.stop_device_of(&device.user_name, &device.label);
            html! { <Button label={label} onclick={Callback::from(move |_: MouseEvent| stopping.set(Some(device.clone())))}>{ w.stop_device() }</Button> }
        };
        let title = if props.named { &device.user_name } else { &device.label };
        html! { <Row key={device.id.to_string()} title={html! { title }} detail={dotted(facts.into_iter().flatten())} {end} /> }
    });
    let close = {
        let stopping = stopping.setter();
        Callback::from(move |()| stopping.set(None))
    };
    html! {
        <>
            { for rows }
            if let Some(device) = &*stopping { <Stop device={device.clone()} set={set.clone()} onclose={close} /> }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct StopProps {
    device: DeviceLine,
    set: Callback<(DeviceLine, &'static str)>,
    onclose: Callback<()>,
}

/// The second step: which of the two, and what each does.
#[component]
fn Stop(props: &StopProps) -> Html {
    let w = use_words::<Words>();
    let way = |state: &'static str| {
        let device = props.device.clone();
        props.set.reform(move |_: MouseEvent| (device.clone(), state))
    };
    html! {
        <HalfScreen title={w.stop_title(&props.device.user_name)} close={w.close()} onclose={props.onclose.clone()}>
            <div class="admin-stop">
                <p class="admin-hint">{ &props.device.label }</p>
                <Button block=true onclick={way(REVOKED)}>{ w.revoke() }</Button>
                <p class="admin-hint">{ w.revoke_why() }</p>
                <Button kind={ButtonKind::Danger} block=true onclick={way(LOST)}>{ w.lose() }</Button>
                <p class="admin-hint">{ w.lose_why() }</p>
            </div>
        </HalfScreen>
    }
}
