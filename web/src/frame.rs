//! What stands around every screen: the tab bar on phones, the rail on wide ones, the open visit, the new version.
use crate::components::{Button, ButtonKind, DownloadBar, Icon, StorageBar, VisitBar};
use crate::features;
use crate::routes::{Route, Tab};
use crate::state::{
    KeptPlaces, use_kept, use_now, use_query, use_status, use_surroundings, use_toasts, use_who, use_wide,
};
use crate::words;
use crate::words::{day_of, plural, use_words};
use crm_domain::board::opens_on_board;
use crm_domain::people::Role;
use crm_domain::{history, settings, today};
use wasm_bindgen::JsCast;
use yew::prelude::*;
use yew_router::prelude::*;

words! {
    pub struct Words {
        places => "主导航", "Main";
        today => "今日", "Today";
        customers => "客户", "Customers";
        check_in => "签到", "Check in";
        attention => "待处理", "Attention";
        me => "我的", "Me";
        board => "看板", "Board";
        people => "人员", "People";
        new_version => "有新版本", "New version available";
        update => "更新", "Update";
        outdated => "请更新应用，资料只读；未发送的内容会照常上传", "Please update. You can only read; what is unsent still goes up";
        brought_back(n: u32) => "上次没发送的 {n} 项已找回并送出", { format!("{} that had not been sent came back and went up", plural(u64::from(n), "item", "items")) };
        waiting(n: u32) => "{n} 项待处理", "{n} to attend to";
    }
}

impl Words {
    fn tab(self, tab: Tab) -> &'static str {
        match tab {
            Tab::Today => self.today(),
            Tab::Customers => self.customers(),
            Tab::CheckIn => self.check_in(),
            Tab::Attention => self.attention(),
            Tab::Me => self.me(),
        }
    }
}

fn icon_of(tab: Tab) -> Icon {
    match tab {
        Tab::Today => Icon::CalendarDays,
        Tab::Customers => Icon::Users,
        Tab::CheckIn => Icon::MapPin,
        Tab::Attention => Icon::Inbox,
        Tab::Me => Icon::CircleUserRound,
    }
}

#[component]
pub fn Frame() -> Html {
    let route = use_route::<Route>().unwrap_or(Route::NotFound);
    let location = use_location();
    let wide = use_wide();
    let who = use_who();
    let now = use_now(60_000);
    let day = use_query(today::Query { day: day_of(now), near: None });
    let attention = use_query(history::Query::Attention);
    let waiting = attention.map_or(0, |view| view.open.len() as u32);
    let places = use_context::<KeptPlaces>().expect("the app provides the kept places");

    // Another screen: count it for Back, and put the focus at its title for those who listen.
    let path = location.map(|l| l.path().to_owned());
    use_effect_with(path, move |_| {
        let opened = places.get::<u32>(crate::components::SCREENS).unwrap_or(0);
        places.keep(crate::components::SCREENS, opened + 1);
        if opened > 0 {
            focus_title();
        }
    });

    use_told_of_what_came_back();

    // The first screen stands: time for the code of the others.
    use_effect_with((), |()| {
        wasm_bindgen_futures::spawn_local(async {
            // Where it fails now, the screen that needs it says so.
            features::fetched().await;
        });
    });

    let locked = use_locked(now);
    let board_first = wide && opens_on_board(who.role);
    let switch = Callback::from(move |route: Route| match locked && !route.stays_open() {
        true => features::screen(Route::Locked, board_first),
        false => features::screen(route, board_first),
    });
    let open_visit = day.as_ref().and_then(|day| day.open_visit.clone());
    let in_visit = matches!(route, Route::Visit { .. });
    html! {
        <div class={classes!("frame", wide.then_some("frame-wide"))}>
            if wide { <Rail route={route.clone()} role={who.role} {waiting} /> }
            <div class="stage">
                <StorageBar />
                <UpdateBar />
                <DownloadBar />
                <Switch<Route> render={switch} />
                if let Some(visit) = open_visit.filter(|_| !in_visit) { <VisitBar {visit} /> }
                if !wide && route.is_root() { <TabBar route={route.clone()} {waiting} /> }
            </div>
        </div>
    }
}

/// What a lost database had not sent has gone up from its spare copy.
#[hook]
fn use_told_of_what_came_back() {
    let (w, toasts, status) = (use_words::<Words>(), use_toasts(), use_status());
    use_effect_with(status.brought_back, move |n| {
        if *n > 0 {
            toasts.say(w.brought_back(*n));
        }
    });
}

/// Without contact for longer than the organisation allows, customers are not shown (SYNC 2.13).
#[hook]
fn use_locked(now: i64) -> bool {
    let status = use_status();
    let days = use_query(settings::Query::Now).map_or(settings::LEASE_DAYS, |view| view.lease_days);
    // By the server's clock, as far as it is known: a wrong one must not lock for ever.
    settings::lease_is_over(status.last_contact_ms.map(|ms| ms as i64), now + status.clock_offset_ms, days)
}

fn focus_title() {
    let title = gloo::utils::document().query_selector(".stage .page-title").ok().flatten();
    if let Some(title) = title.and_then(|t| t.dyn_into::<web_sys::HtmlElement>().ok()) {
        // A screen without a title keeps the focus where it was.
        let _ = title.focus();
    }
}

#[derive(Properties, PartialEq)]
struct TabBarProps {
    route: Route,
    waiting: u32,
}

#[component]
fn TabBar(props: &TabBarProps) -> Html {
    let w = use_words::<Words>();
    let tabs = Tab::ALL.iter().map(|tab| {
        let current = props.route.tab() == *tab;
        place(w, *tab, current, if *tab == Tab::Attention { props.waiting } else { 0 })
    });
    html! { <nav class="tabs" aria-label={w.places()}>{ for tabs }</nav> }
}

fn place(w: Words, tab: Tab, current: bool, waiting: u32) -> Html {
    html! { <Place to={tab.route()} icon={icon_of(tab)} text={w.tab(tab)} {current} {waiting} raised={tab == Tab::CheckIn} /> }
}

#[derive(Properties, PartialEq)]
struct PlaceProps {
    to: Route,
    icon: Icon,
    text: AttrValue,
    current: bool,
    #[prop_or_default]
    waiting: u32,
    #[prop_or_default]
    raised: bool,
}

/// A link of the tab bar or the rail. The router's own link cannot say `aria-current`.
#[component]
fn Place(props: &PlaceProps) -> Html {
    let w = use_words::<Words>();
    let navigator = use_navigator().expect("the frame stands inside the router");
    let to = props.to.clone();
    let onclick = Callback::from(move |event: MouseEvent| {
        if !(event.meta_key() || event.ctrl_key() || event.shift_key()) {
            event.prevent_default();
            navigator.push(&to);
        }
    });
    html! {
        <a
            class={classes!("tab", props.raised.then_some("tab-raised"))}
            href={props.to.to_path()}
            aria-label={&props.text}
            aria-description={(props.waiting > 0).then(|| w.waiting(props.waiting))}
            aria-current={props.current.then_some("page")}
            {onclick}
        >
            <span class="tab-icon">{ props.icon }</span>
            <span class="tab-text">{ &props.text }</span>
            if props.waiting > 0 {
                // Drawn by CSS: as text it would be part of the link's name.
                <span class="badge" data-count={props.waiting.min(99).to_string()} />
            }
        </a>
    }
}

#[derive(Properties, PartialEq)]
struct RailProps {
    route: Route,
    role: Role,
    waiting: u32,
}

#[component]
fn Rail(props: &RailProps) -> Html {
    let w = use_words::<Words>();
    let oversees = opens_on_board(props.role);
    let at = |route: Route| props.route == route;
    let on_tab = |tab: Tab| props.route.tab() == tab && !at(Route::Board) && !at(Route::People);
    html! {
        <nav class="rail" aria-label={w.places()}>
            if oversees {
                <Place
                    to={Route::Board}
                    icon={Icon::LayoutDashboard}
                    text={w.board()}
                    current={at(Route::Board) || at(Route::Today)}
                />
            } else {
                { place(w, Tab::Today, on_tab(Tab::Today), 0) }
            }
            if props.role == Role::Lead {
                <Place to={Route::Board} icon={Icon::LayoutDashboard} text={w.board()} current={at(Route::Board)} />
            }
            { place(w, Tab::Customers, on_tab(Tab::Customers), 0) }
            { place(w, Tab::CheckIn, on_tab(Tab::CheckIn), 0) }
            { place(w, Tab::Attention, on_tab(Tab::Attention), props.waiting) }
            if props.role == Role::Administrator {
                <Place to={Route::People} icon={Icon::UserPlus} text={w.people()} current={at(Route::People)} />
            }
            { place(w, Tab::Me, on_tab(Tab::Me), 0) }
        </nav>
    }
}

/// A new version waits, and takes over only when the person says so; or this one has become too old for the server.
#[component]
fn UpdateBar() -> Html {
    let w = use_words::<Words>();
    let surroundings = use_surroundings();
    let ready = use_state_eq(|| surroundings.update_ready());
    let later = use_kept("update-later", || false);
    {
        let (surroundings, ready) = (surroundings.clone(), ready.setter());
        use_effect_with((), move |()| {
            let told = surroundings.clone();
            let listening = surroundings.changed(Box::new(move || ready.set(told.update_ready())));
            move || drop(listening)
        });
    }
    let outdated = use_status().outdated;
    if !outdated && (!*ready || *later) {
        return Html::default();
    }
    let text = if outdated { w.outdated() } else { w.new_version() };
    let onclick = Callback::from(move |_: MouseEvent| surroundings.accept_update());
    html! {
        <aside class="update-bar" aria-label={w.new_version()}>
            { Icon::RefreshCw }
            <span role="status">{ text }</span>
            <Button kind={ButtonKind::Primary} {onclick}>{ w.update() }</Button>
        </aside>
    }
}
