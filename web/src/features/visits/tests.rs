use super::fix::Found;
use super::next_step::{Choice, Missing, Next, proposed};
use super::reasons::{Chosen, Reason};
use super::text::{VisitWords, Words};
use crate::state::DeviceHandle;
use crate::words::{Locale, ValueWords};
use crm_domain::bucket::Grants;
use crm_domain::command::{Ctx, Patch, Rejection, Seen};
use crm_domain::customers::{CUSTOMER, customer};
use crm_domain::geo::Verdict;
use crm_domain::ids::{Ids, Uuid};
use crm_domain::row::{Shown, State, Writers};
use crm_domain::rules::{Actor, Code};
use crm_domain::visits::{Command, NextStep};
use crm_replica::ports::{Device, LocateError, Located, Status, Subscription, Watching};
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

const DOOR: (i64, i64) = (230_207_000, 1_137_518_000);
const NOW: i64 = 1_800_000_000_000;
/// Some 11 m of latitude.
const STEP: i64 = 1_000;

fn fix(north: i64, accuracy_m: u32, age_ms: i64) -> Result<Located, LocateError> {
    Ok(Located { lat_e7: DOOR.0 + north, lon_e7: DOOR.1, accuracy_m, at_ms: (NOW - age_ms) as u64 })
}

#[wasm_bindgen_test]
fn the_screen_asks_for_a_reason_exactly_where_the_command_will() {
    for (newest, asked, customer, verdict, needs_reason) in [
        (Some(fix(0, 12, 1_000)), true, Some(DOOR), Verdict::Inside, false),
        (Some(fix(9 * STEP, 10, 1_000)), true, Some(DOOR), Verdict::Edge, false),
        (Some(fix(30 * STEP, 12, 1_000)), true, Some(DOOR), Verdict::Outside, true),
        (Some(fix(0, 12, 31_000)), true, Some(DOOR), Verdict::Unknown, true),
        (Some(fix(0, 3_000, 0)), true, Some(DOOR), Verdict::Unknown, true),
        (Some(Err(LocateError::Denied)), true, Some(DOOR), Verdict::Unknown, true),
        (Some(fix(0, 12, 0)), false, Some(DOOR), Verdict::Unknown, true),
        (None, true, Some(DOOR), Verdict::Unknown, true),
        (Some(fix(0, 12, 0)), true, None, Verdict::Unknown, false),
        (Some(Err(LocateError::Slow)), true, None, Verdict::Unknown, false),
    ] {
        let found = Found::of(newest, asked, NOW);
        let case = format!("{newest:?}, asked {asked}, customer at {customer:?}");
        assert_eq!(found.judge(customer).0, verdict, "{case}");
        assert_eq!(found.needs_reason(customer), needs_reason, "{case}");
        let refused = check_in(found, customer).err().map(|why| why.code);
        assert_eq!(refused, needs_reason.then_some(Code::ReasonMissing), "{case}");
    }
}

/// The command itself, without a reason.
fn check_in(found: Found, at: Option<(i64, i64)>) -> Result<(), Rejection> {
    let id = Uuid::from_u128(1);
    let body = Patch::new().some(customer::lat_e7, at.map(|p| p.0)).some(customer::lon_e7, at.map(|p| p.1)).done();
    let shown = Shown { id, kind: CUSTOMER, root: id, body, writers: Writers::new(), state: State::Confirmed };
    let actor = Actor { user: Uuid::from_u128(2), grants: Grants(vec![]) };
    let cause = Uuid::from_u128(3);
    let mut ctx = Ctx { actor: &actor, now: NOW as u64, cause, ids: Ids::of(cause) };
    let position = found.position(&DeviceHandle(Rc::new(Still)), &Status::default());
    let command = Command::CheckIn { visit: Uuid::from_u128(4), customer: id, position, reason: None };
    command.decide(&Seen(vec![shown]), &mut ctx).map(|_| ())
}

struct Still;

impl Device for Still {
    fn locate(&self, _: Watching) -> Subscription {
        Subscription::new(|| ())
    }
    fn now_ms(&self) -> u64 {
        NOW as u64
    }
    fn utc_offset_min(&self) -> i32 {
        480
    }
}

#[wasm_bindgen_test]
fn a_position_says_why_there_is_no_fix_and_what_the_clock_was_worth() {
    let device = DeviceHandle(Rc::new(Still));
    let status = Status { clock_offset_ms: 4_000, last_contact_ms: Some(7), ..Status::default() };
    for (newest, asked, fix_age, no_fix) in [
        (Some(fix(0, 12, 2_000)), true, Some(2_000), None),
        (Some(fix(0, 12, 40_000)), true, None, Some("stale")),
        (Some(Err(LocateError::Denied)), true, None, Some("denied")),
        (Some(Err(LocateError::Unavailable)), true, None, Some("unavailable")),
        (Some(Err(LocateError::Slow)), true, None, Some("slow")),
        (None, true, None, Some("slow")),
        (None, false, None, Some("denied")),
    ] {
        let position = Found::of(newest, asked, NOW).position(&device, &status);
        assert_eq!(position.fix.map(|f| f.age_ms), fix_age, "{newest:?}");
        assert_eq!(position.no_fix.as_deref(), no_fix, "{newest:?}");
        // The record counts device less server; the status counts server less device.
        assert_eq!(
            (position.clock_offset_ms, position.utc_offset_min, position.last_contact_ms),
            (-4_000, 480, Some(7))
        );
    }
}

#[wasm_bindgen_test]
fn a_reason_is_a_chip_or_words_and_other_needs_words() {
    let w = Words(Locale::Zh);
    for (chip, text, expected) in [
        (None, "", None),
        (Some(Chosen::BadFix), " ", Some("定位不准")),
        (Some(Chosen::Moved), "在隔壁茶楼", Some("客户临时换地点 · 在隔壁茶楼")),
        (Some(Chosen::Other), "", None),
        (Some(Chosen::Other), "门口修路", Some("门口修路")),
    ] {
        let reason = Reason { chip, text: text.into() };
        assert_eq!(reason.sentence(w).as_deref(), expected, "{reason:?}");
        assert_eq!(reason.missing(w).is_none(), expected.is_some(), "{reason:?}");
    }
}

#[wasm_bindgen_test]
fn check_out_needs_a_day_or_a_reason_for_none() {
    let at = |text: &str| Ok(NextStep::At { due: NOW, text: text.into(), promised: false });
    let none = |reason: &str| Ok(NextStep::None { reason: reason.into() });
    let base = Next::default();
    for (next, expected) in [
        (base.clone(), Err(Missing::Choice)),
        (Next { choice: Some(Choice::Picked), ..base.clone() }, Err(Missing::Day)),
        (Next { choice: Some(Choice::Tomorrow), due: Some(NOW), ..base.clone() }, at("跟进故障")),
        (
            Next { choice: Some(Choice::Tomorrow), due: Some(NOW), text: Some("  ".into()), ..base.clone() },
            at("跟进故障"),
        ),
        (
            Next { choice: Some(Choice::Picked), due: Some(NOW), text: Some(" 送合同 ".into()), ..base.clone() },
            at("送合同"),
        ),
        (Next { choice: Some(Choice::None), ..base.clone() }, Err(Missing::Reason)),
        (Next { choice: Some(Choice::None), reason: "事情已办完".into(), ..base }, none("事情已办完")),
    ] {
        assert_eq!(next.step("跟进故障"), expected, "{next:?}");
    }
}

#[wasm_bindgen_test]
fn the_next_step_proposed_names_the_needs_of_the_visit() {
    for (locale, needs, expected) in [
        (Locale::Zh, vec![], "再次上门"),
        (Locale::Zh, vec!["fault", "tariff"], "跟进故障、资费"),
        (Locale::En, vec!["fault", "tariff"], "Follow up: Fault, Tariff"),
    ] {
        let needs: Vec<String> = needs.into_iter().map(str::to_owned).collect();
        assert_eq!(proposed(&needs, VisitWords(locale), ValueWords(locale)), expected);
    }
}
