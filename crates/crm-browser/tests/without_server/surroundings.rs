//! Where the app runs, and what `boot.js` told it before it had loaded.
use crm_browser::download::download;
use crm_browser::environment::{
    Announced, InstallHint, Installed, accept_update, install, install_hint, is_in_app, is_ios, on_announced,
    storage_estimate, update_ready,
};
use crm_browser::settings;
use js_sys::Function;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

fn run(body: &str) -> JsValue {
    Function::new_no_args(body).call0(&JsValue::NULL).expect("runs")
}

#[wasm_bindgen_test]
fn browsers_are_known_by_their_signatures() {
    let table = [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 16_4 like Mac OS X) Version/16.4 Mobile/15E148 Safari/604.1", true, false),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 16_4 like Mac OS X) Mobile/15E148 MicroMessenger/8.0.40", true, true),
        ("Mozilla/5.0 (Linux; Android 13; M2102K1C) Chrome/111.0 Mobile Safari/537.36", false, false),
        (
            "Mozilla/5.0 (Linux; Android 13; wv) Chrome/111.0 Mobile Safari/537.36 wxwork/4.1 MicroMessenger/7.0",
            false,
            true,
        ),
        ("Mozilla/5.0 (Linux; Android 12) AliApp(DingTalk/7.0.10) Chrome/100", false, true),
    ];
    for (agent, ios, in_app) in table {
        assert_eq!((is_ios(agent), is_in_app(agent)), (ios, in_app), "{agent}");
    }
}

#[wasm_bindgen_test]
async fn what_boot_keeps_is_asked_of_it_and_its_news_are_passed_on() {
    assert_eq!(install_hint(), InstallHint::Menu, "nothing was offered");
    run("self.zoufang = {
             updateReady: true, installReady: true, accepted: 0,
             acceptUpdate() { this.accepted += 1; },
             async install() { return 'accepted'; },
         };");
    assert_eq!(install_hint(), InstallHint::Offered);
    assert!(update_ready());
    accept_update();
    assert_eq!(run("return zoufang.accepted"), JsValue::from(1));
    assert_eq!(install().await, Installed::Accepted);
    let told = Rc::new(RefCell::new(Vec::new()));
    let listening = on_announced({
        let told = told.clone();
        move |what| told.borrow_mut().push(what)
    });
    let all = "for (const name of ['update-ready', 'update-taken', 'install-ready']) dispatchEvent(new Event('zoufang:' + name));";
    run(all);
    assert_eq!(*told.borrow(), [Announced::UpdateReady, Announced::UpdateTaken, Announced::InstallReady]);
    drop(listening);
    run(all);
    assert_eq!(told.borrow().len(), 3);
    run("delete self.zoufang");
}

#[wasm_bindgen_test]
async fn the_room_that_is_left_can_be_told() {
    let (used, allowed) = storage_estimate().await.expect("Chromium tells");
    assert!(used < allowed, "{used} of {allowed}");
}

#[wasm_bindgen_test]
fn settings_stay_on_the_device() {
    assert_eq!(settings::read("theme"), None);
    settings::keep("theme", Some("sunlight"));
    assert_eq!(settings::read("theme").as_deref(), Some("sunlight"));
    settings::keep("theme", None);
    assert_eq!(settings::read("theme"), None);
}

#[wasm_bindgen_test]
fn a_file_is_offered_under_its_name() {
    run(
        "self.clicked = [];
         self.realClick = HTMLAnchorElement.prototype.click;
         HTMLAnchorElement.prototype.click = function () { self.clicked.push(this.download, this.href.slice(0, 5)); };",
    );
    let offered = download("未发送.zoufang", "application/octet-stream", b"bytes");
    run("HTMLAnchorElement.prototype.click = self.realClick;");
    assert_eq!(offered, Ok(()));
    assert_eq!(run("return clicked.join(' ')").as_string().as_deref(), Some("未发送.zoufang blob:"));
}
