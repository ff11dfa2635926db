//! Where the app runs and how it can be installed and updated: what a screen must know before and beside the sign-in. The
//! offers themselves are caught by `boot.js`, which runs before this module has loaded.
use crate::webcrypto;
use crm_replica::ports::Subscription;
use gloo::events::EventListener;
use js_sys::Promise;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{EventTarget, StorageEstimate, Window};

#[wasm_bindgen]
extern "C" {
    /// `window.zoufang`, which `boot.js` provides.
    type Boot;

    type Booted;

    #[wasm_bindgen(method, getter)]
    fn zoufang(this: &Booted) -> Option<Boot>;

    #[wasm_bindgen(method, getter, js_name = updateReady)]
    fn update_ready(this: &Boot) -> bool;

    #[wasm_bindgen(method, getter, js_name = installReady)]
    fn install_ready(this: &Boot) -> bool;

    #[wasm_bindgen(method, js_name = acceptUpdate)]
    fn accept_update(this: &Boot);

    #[wasm_bindgen(method)]
    fn install(this: &Boot) -> Promise;

    type Connected;

    #[wasm_bindgen(method, getter)]
    fn connection(this: &Connected) -> Option<EventTarget>;

    /// `navigator.connection`.
    type Connection;

    #[wasm_bindgen(method, getter, js_name = type)]
    fn kind(this: &Connection) -> Option<String>;

    #[wasm_bindgen(method, getter, js_name = saveData)]
    fn save_data(this: &Connection) -> Option<bool>;

    /// Only Safari has it.
    type Standalone;

    #[wasm_bindgen(method, getter)]
    fn standalone(this: &Standalone) -> Option<bool>;
}

/// How to get the app onto the home screen, here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstallHint {
    /// It runs as an installed app.
    Installed,
    /// The browser offers it: [`install`] asks.
    Offered,
    /// A tab of Safari on iOS, whose storage is evicted after 7 days: share sheet, *Add to Home Screen*.
    IosShareSheet,
    /// Inside another app (WeChat and the like), which cannot install and may lose storage: open in a browser.
    OpenInBrowser,
    /// By the browser's own menu, if at all.
    Menu,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Installed {
    Accepted,
    Dismissed,
    Unavailable,
}

fn window() -> Option<Window> {
    web_sys::window()
}

fn boot() -> Option<Boot> {
    window()?.unchecked_into::<Booted>().zoufang()
}

pub fn user_agent() -> String {
    window().and_then(|window| window.navigator().user_agent().ok()).unwrap_or_default()
}

/// Whether the page may use keys at all: not over plain HTTP from another machine.
pub fn is_secure() -> bool {
    webcrypto::subtle().is_some()
}

/// Whether the browser believes in a network. `true` promises nothing.
pub fn is_online() -> bool {
    window().is_none_or(|window| window.navigator().on_line())
}

/// What a byte costs on this network, as far as the browser tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Road {
    /// A mobile network, or she saves data.
    Metered,
    /// Wi-Fi or a cable.
    Free,
    Unknown,
}

/// Few browsers have it.
pub fn connection() -> Option<EventTarget> {
    window()?.navigator().unchecked_into::<Connected>().connection()
}

pub fn saves_data() -> bool {
    connection().is_some_and(|it| it.unchecked_into::<Connection>().save_data().unwrap_or(false))
}

pub fn road() -> Road {
    let kind = connection().and_then(|it| it.unchecked_into::<Connection>().kind());
    match kind.as_deref() {
        _ if saves_data() => Road::Metered,
        Some("cellular") => Road::Metered,
        Some("wifi" | "ethernet") => Road::Free,
        _ => Road::Unknown,
    }
}

/// The setting that keeps photos for the Wi-Fi.
const PHOTOS_WIFI: &str = "photos-wifi";

/// Always, unless she saves data, or wants them to wait for a Wi-Fi.
pub fn photos_may_go() -> bool {
    let waits_for_wifi = crate::settings::read(PHOTOS_WIFI).is_some() && road() == Road::Metered;
    !saves_data() && !waits_for_wifi
}

/// Whether this runs inside another app's browser, by its signature.
pub fn is_in_app(user_agent: &str) -> bool {
    const SIGNS: [&str; 8] = ["MicroMessenger", "wxwork", "DingTalk", "AlipayClient", "QQ/", "Weibo", "FBAN", "FBAV"];
    SIGNS.iter().any(|sign| user_agent.contains(sign))
}

/// Its IndexedDB is LevelDB. Chrome on iOS is none.
pub fn is_chromium(user_agent: &str) -> bool {
    user_agent.contains("Chrome/")
}

pub fn is_ios(user_agent: &str) -> bool {
    ["iPhone", "iPad", "iPod"].iter().any(|device| user_agent.contains(device))
}

fn is_standalone() -> bool {
    let Some(window) = window() else { return false };
    let by_media = window.match_media("(display-mode: standalone)").ok().flatten().is_some_and(|media| media.matches());
    let navigator: JsValue = window.navigator().into();
    by_media || navigator.unchecked_into::<Standalone>().standalone().unwrap_or(false)
}

pub fn install_hint() -> InstallHint {
    let agent = user_agent();
    if is_standalone() {
        InstallHint::Installed
    } else if is_in_app(&agent) {
        InstallHint::OpenInBrowser
    } else if boot().is_some_and(|boot| boot.install_ready()) {
        InstallHint::Offered
    } else if is_ios(&agent) {
        InstallHint::IosShareSheet
    } else {
        InstallHint::Menu
    }
}

/// Shows the browser's own install question.
pub async fn install() -> Installed {
    let Some(asked) = boot().map(|boot| boot.install()) else { return Installed::Unavailable };
    match JsFuture::from(asked).await.ok().and_then(|outcome| outcome.as_string()).as_deref() {
        Some("accepted") => Installed::Accepted,
        Some("dismissed") => Installed::Dismissed,
        _ => Installed::Unavailable,
    }
}

/// Whether a newer version waits to be let in.
pub fn update_ready() -> bool {
    boot().is_some_and(|boot| boot.update_ready())
}

/// Lets the waiting version take over and reloads. Only after the person agreed and what she typed is kept.
pub fn accept_update() {
    if let Some(boot) = boot() {
        boot.accept_update();
    }
}

/// What `boot.js` announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Announced {
    /// A newer version waits.
    UpdateReady,
    /// Another tab let it in: this one is of the old version until it is reloaded.
    UpdateTaken,
    /// The browser offers installation.
    InstallReady,
}

pub fn on_announced(told: impl Fn(Announced) + Clone + 'static) -> Subscription {
    let names = [
        ("zoufang:update-ready", Announced::UpdateReady),
        ("zoufang:update-taken", Announced::UpdateTaken),
        ("zoufang:install-ready", Announced::InstallReady),
    ];
    let listeners: Vec<EventListener> = window()
        .into_iter()
        .flat_map(|window| {
            names.map(|(name, what)| {
                let told = told.clone();
                EventListener::new(&window, name, move |_| told(what))
            })
        })
        .collect();
    Subscription::new(move || drop(listeners))
}

/// Asks the browser not to evict this origin's storage. False: it may.
pub async fn persist_storage() -> bool {
    let asked = window().and_then(|window| window.navigator().storage().persist().ok());
    match asked {
        Some(asked) => JsFuture::from(asked).await.is_ok_and(|granted| granted.is_truthy()),
        None => false,
    }
}

/// Bytes used and allowed, as far as the browser tells.
pub async fn storage_estimate() -> Option<(u64, u64)> {
    let asked = window()?.navigator().storage().estimate().ok()?;
    let estimate: StorageEstimate = JsFuture::from(asked).await.ok()?.unchecked_into();
    Some((estimate.get_usage()? as u64, estimate.get_quota()? as u64))
}

/// Puts a text on the clipboard; false where the browser refuses.
pub async fn copy(text: &str) -> bool {
    let Some(window) = window() else { return false };
    JsFuture::from(window.navigator().clipboard().write_text(text)).await.is_ok()
}

/// Host and port that the app was loaded from.
pub fn server() -> String {
    window().and_then(|window| window.location().host().ok()).unwrap_or_default()
}
