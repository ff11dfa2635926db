//! The tab's first screen: who is here, how far sync is, and the doors to everything of one's own.
use super::attendance::{Day, today};
use super::sign_out::SignOut;
use super::sync::summary;
use super::text::{SyncWords, Words};
use crate::components::{Button, Card, Icon, LinkRow, Page, SectionTitle};
use crate::routes::Route;
use crate::state::{use_now, use_query, use_status, use_surroundings, use_who};
use crate::words::{Format, ValueWords, day_of, use_format, use_words};
use crm_domain::people::Role;
use crm_domain::today::Query;
use yew::prelude::*;

#[component]
pub fn Me() -> Html {
    let w = use_words::<Words>();
    let values = use_words::<ValueWords>();
    let sync = use_words::<SyncWords>();
    let f = use_format();
    let (who, status, surroundings) = (use_who(), use_status(), use_surroundings());
    let now = use_now(60_000);
    let day = use_query(Query { day: day_of(now), near: None });
    let leaving = use_state_eq(|| false);
    let worked = day.map(|day| times(&today(&day.visits), w, f)).unwrap_or_default();
    let leave = Callback::from({
        let leaving = leaving.setter();
        move |_: MouseEvent| leaving.set(true)
    });
    let stay = Callback::from({
        let leaving = leaving.setter();
        move |()| leaving.set(false)
    });
    let link = |to: Route, icon: Icon, title: &'static str, detail: Html| {
        html! { <LinkRow {to} {icon} title={html! { title }} {detail} /> }
    };
    html! {
        <Page title={w.me()}>
            <Card class="me-who">
                <span class="me-letter" aria-hidden="true">{ who.name.chars().next().unwrap_or('·') }</span>
                <div>
                    <b>{ &who.name }</b>
                    <span>{ values.role_of(who.role) }</span>
                </div>
            </Card>
            if who.role >= Role::Lead {
                <Card>
                    { link(Route::Board, Icon::LayoutDashboard, w.board(), html! { w.board_why() }) }
                    { link(Route::Waiting, Icon::Hourglass, w.waiting(), html! { w.waiting_why() }) }
                </Card>
            }
            <Card>
                { link(Route::Sync, Icon::CloudUpload, w.sync(), html! { summary(&status, sync, f, now) }) }
                { link(Route::Attendance, Icon::CalendarClock, w.attendance(), html! { worked }) }
                { link(Route::Privacy, Icon::ShieldCheck, w.privacy(), html! { w.privacy_why() }) }
                { link(Route::Imports, Icon::FileSpreadsheet, w.imports(), Html::default()) }
                { link(Route::Settings, Icon::Settings, w.settings(), html! { w.settings_why() }) }
            </Card>
            if who.role == Role::Administrator {
                <SectionTitle>{ w.administration() }</SectionTitle>
                <Card>
                    { link(Route::People, Icon::Users, w.people(), Html::default()) }
                    { link(Route::Grids, Icon::Grid3x3, w.grids(), Html::default()) }
                    { link(Route::Devices, Icon::MonitorSmartphone, w.devices(), Html::default()) }
                </Card>
            }
            <div class="me-out">
                <Button icon={Icon::LogOut} block=true onclick={leave}>{ w.sign_out() }</Button>
                <p>{ w.version(env!("CARGO_PKG_VERSION")) }<br />{ w.server(&surroundings.server()) }</p>
            </div>
            if *leaving { <SignOut onclose={stay} /> }
        </Page>
    }
}

fn times(day: &Day, w: Words, f: Format) -> String {
    match (day.first_in, day.last_out) {
        (Some(from), Some(to)) => w.today_times(&f.clock(from), &f.clock(to)),
        (Some(from), None) => w.today_from(&f.clock(from)),
        _ => w.none_today().into(),
    }
}
