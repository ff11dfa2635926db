//! Locating, with a `watchPosition` that the test plays.
use crm_browser::Phone;
use crm_replica::ports::{Device, LocateError, Located};
use js_sys::{Function, Reflect};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

/// What `run` gives, as JavaScript.
fn run(body: &str) -> JsValue {
    Function::new_no_args(body).call0(&JsValue::NULL).expect("runs")
}

/// Keeps the callbacks in `self.fake` instead of asking the system.
fn fake_geolocation() {
    run("self.fake = { cleared: [] };
         Geolocation.prototype.watchPosition = (found, failed, options) => { Object.assign(self.fake, { found, failed, options }); return 41; };
         Geolocation.prototype.clearWatch = (id) => self.fake.cleared.push(id);");
}

#[wasm_bindgen_test]
fn fixes_come_as_they_settle_until_nobody_listens() {
    fake_geolocation();
    let found = Rc::new(RefCell::new(Vec::new()));
    let locating = Phone.locate(Box::new({
        let found = found.clone();
        move |one| found.borrow_mut().push(one)
    }));
    run("fake.found({ coords: { latitude: 31.2304161, longitude: 121.4737021, accuracy: 64.2 }, timestamp: 1700000000123.5 });
         fake.found({ coords: { latitude: -33.5, longitude: -70.65, accuracy: 4 }, timestamp: 1700000001000 });");
    let settling = Located { lat_e7: 312_304_161, lon_e7: 1_214_737_021, accuracy_m: 65, at_ms: 1_700_000_000_123 };
    let settled = Located { lat_e7: -335_000_000, lon_e7: -706_500_000, accuracy_m: 4, at_ms: 1_700_000_001_000 };
    assert_eq!(*found.borrow(), [Ok(settling), Ok(settled)]);
    let options = run("return JSON.stringify(fake.options)").as_string().expect("JSON");
    assert_eq!(options, r#"{"enableHighAccuracy":true,"maximumAge":0}"#);
    assert_eq!(run("return fake.cleared.length"), JsValue::from(0));
    drop(locating);
    assert_eq!(run("return fake.cleared.join()").as_string().as_deref(), Some("41"));
}

#[wasm_bindgen_test]
fn each_failure_is_told_by_its_kind() {
    for (code, expected) in
        [(1, LocateError::Denied), (2, LocateError::Unavailable), (3, LocateError::Slow), (9, LocateError::Unavailable)]
    {
        fake_geolocation();
        let found = Rc::new(RefCell::new(Vec::new()));
        let _locating = Phone.locate(Box::new({
            let found = found.clone();
            move |one| found.borrow_mut().push(one)
        }));
        run(&format!("fake.failed({{ code: {code}, message: '' }})"));
        assert_eq!(*found.borrow(), [Err(expected)], "code {code}");
    }
}

#[wasm_bindgen_test]
fn without_any_fix_in_twenty_seconds_it_is_said_to_be_slow_and_goes_on() {
    fake_geolocation();
    // Timers are played too: the test says when time has passed.
    run("self.realTimeout = self.setTimeout;
         self.setTimeout = (then, ms) => { self.fake.timer = { then, ms }; return 7; };");
    let found = Rc::new(RefCell::new(Vec::new()));
    let _locating = Phone.locate(Box::new({
        let found = found.clone();
        move |one| found.borrow_mut().push(one)
    }));
    run("self.setTimeout = self.realTimeout;");
    let timer = run("return fake.timer");
    assert_eq!(Reflect::get(&timer, &"ms".into()).expect("ms"), JsValue::from(20_000));
    run("fake.timer.then()");
    assert_eq!(*found.borrow(), [Err(LocateError::Slow)]);
    run("fake.found({ coords: { latitude: 1, longitude: 2, accuracy: 3 }, timestamp: 4 })");
    assert!(found.borrow()[1].is_ok());
}

#[wasm_bindgen_test]
fn the_clock_and_its_zone_are_the_devices() {
    let before = js_sys::Date::now() as u64;
    assert!((before..before + 10_000).contains(&Phone.now_ms()));
    let shown = run("return new Date().toString().match(/GMT([+-])(\\d\\d)(\\d\\d)/).slice(1).join()");
    let shown = shown.as_string().expect("text");
    let parts: Vec<&str> = shown.split(',').collect();
    let minutes = parts[1].parse::<i32>().expect("hours") * 60 + parts[2].parse::<i32>().expect("minutes");
    assert_eq!(Phone.utc_offset_min(), if parts[0] == "-" { -minutes } else { minutes });
}
