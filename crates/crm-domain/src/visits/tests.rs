use super::*;
use crate::bucket::Grants;
use crate::command::{Ctx, Draft, Seen};
use crate::customers::{CUSTOMER, customer};
use crate::follow_ups::{FOLLOW_UP, FollowUp};
use crate::ids::{Ids, Uuid};
use crate::row::{Shown, State};
use crate::rules::{Actor, Code};
use crate::val::{Body, Val};

const ME: Uuid = Uuid::from_u128(7);
const SHOP: Uuid = Uuid::from_u128(1);
const CALL: Uuid = Uuid::from_u128(2);
/// A degree of latitude is 111.2 km: one metre is about 90 e-7 degrees.
const METRE_E7: i64 = 90;
const HERE: (i64, i64) = (230_000_000, 1_137_500_000);

fn shown(id: Uuid, kind: u16, body: Body) -> Shown {
    Shown { id, kind, root: SHOP, body, writers: Default::default(), state: State::Confirmed }
}

fn shop(point: Option<(i64, i64)>) -> Shown {
    let mut body = Body::from([(customer::name, "明珠酒店".into())]);
    if let Some((lat, lon)) = point {
        body.extend([(customer::lat_e7, lat.into()), (customer::lon_e7, lon.into())]);
    }
    shown(SHOP, CUSTOMER, body)
}

fn at(metres_north: i64, accuracy_m: u32) -> Position {
    let fix = Fix { lat_e7: HERE.0 + metres_north * METRE_E7, lon_e7: HERE.1, accuracy_m, age_ms: 500 };
    Position { fix: Some(fix), ..nowhere("") }
}

fn nowhere(why: &str) -> Position {
    Position {
        fix: None,
        no_fix: (!why.is_empty()).then(|| why.to_owned()),
        device_ms: 5_000,
        clock_offset_ms: 20,
        utc_offset_min: 480,
        last_contact_ms: Some(4_000),
    }
}

fn decide(command: Command, seen: Vec<Shown>) -> Result<Vec<Draft>, Code> {
    let actor = Actor { user: ME, grants: Grants::default() };
    let cause = Uuid::from_u128(99);
    let mut ctx = Ctx { actor: &actor, now: 5_000, cause, ids: Ids::of(cause) };
    command.decide(&Seen(seen), &mut ctx).map_err(|r| r.code)
}

fn check_in_with(position: Position, reason: Option<&str>) -> Command {
    Command::CheckIn { visit: CALL, customer: SHOP, position, reason: reason.map(str::to_owned) }
}

#[test]
fn the_verdict_takes_accuracy_into_account_and_asks_for_a_reason_outside() {
    let cases = [
        ("at the door", at(30, 10), None, Ok("inside")),
        ("on the edge", at(100, 40), None, Ok("edge")),
        ("down the street, no reason", at(600, 10), None, Err(Code::ReasonMissing)),
        ("down the street, a blank reason", at(600, 10), Some("  "), Err(Code::ReasonMissing)),
        ("down the street, a reason", at(600, 10), Some("客户临时换地点"), Ok("outside")),
        ("position refused", nowhere("denied"), Some("定位不准"), Ok("unknown")),
        ("position refused, no reason", nowhere("denied"), None, Err(Code::ReasonMissing)),
    ];
    for (what, position, reason, expect) in cases {
        let drafts = decide(check_in_with(position, reason), vec![shop(Some(HERE))]);
        let verdict = drafts.map(|d| CheckIn::of(&d[1].changes[0].patch).verdict.expect("a verdict"));
        assert_eq!(verdict, expect.map(str::to_owned), "{what}");
    }
}

#[test]
fn an_event_is_an_op_of_its_own() {
    let drafts = decide(check_in_with(at(0, 5), None), vec![shop(Some(HERE))]).expect("checked in");
    let kinds: Vec<Vec<u16>> = drafts.iter().map(|d| d.changes.iter().map(|c| c.kind).collect()).collect();
    assert_eq!(kinds, [vec![VISIT], vec![CHECK_IN]]);
    let proof = CheckIn::of(&drafts[1].changes[0].patch);
    assert_eq!(Visit::of(&drafts[0].changes[0].patch).check_in, Some(drafts[1].changes[0].rec));
    assert_eq!((proof.at, proof.clock_offset_ms, proof.utc_offset_min), (Some(5_000), Some(20), Some(480)));
}

#[test]
fn a_good_fix_teaches_a_point_that_was_not_known_and_a_poor_one_does_not() {
    for (accuracy, learns) in [(12, true), (50, true), (51, false)] {
        let drafts = decide(check_in_with(at(0, accuracy), None), vec![shop(None)]).expect("checked in");
        let taught = drafts[0].changes.iter().find(|c| c.kind == CUSTOMER);
        assert_eq!(taught.is_some(), learns, "±{accuracy} m");
        assert!(taught.is_none_or(|c| c.yields), "what someone wrote meanwhile stays");
    }
}

#[test]
fn a_planned_visit_is_begun_once() {
    let planned = shown(CALL, VISIT, [(visit::planned_for, 0.into())].into());
    let drafts = decide(check_in_with(at(0, 5), None), vec![shop(Some(HERE)), planned]).expect("checked in");
    assert!(!drafts[0].changes[0].new);
    let begun = shown(CALL, VISIT, [(visit::started_at, 1.into())].into());
    let again = decide(check_in_with(at(0, 5), None), vec![shop(Some(HERE)), begun]);
    assert_eq!(again, Err(Code::VisitClosed));
}

#[test]
fn a_check_out_needs_the_next_step_or_a_reason_for_none() {
    let open = || shown(CALL, VISIT, [(visit::started_at, 2_000.into())].into());
    let out = |next| Command::CheckOut { customer: SHOP, visit: CALL, position: at(0, 5), next };
    let none = out(NextStep::None { reason: " ".into() });
    assert_eq!(decide(none, vec![shop(Some(HERE)), open()]), Err(Code::NextStepMissing));

    let why = out(NextStep::None { reason: "客户搬走了".into() });
    let drafts = decide(why, vec![shop(Some(HERE)), open()]).expect("checked out");
    assert_eq!(drafts[0].changes[0].patch[&visit::no_next], Val::from("客户搬走了"));

    let step = out(NextStep::At { due: 9_000, text: "带合同".into(), promised: true });
    let drafts = decide(step, vec![shop(Some(HERE)), open()]).expect("checked out");
    let next = drafts[0].changes.iter().find(|c| c.kind == FOLLOW_UP).expect("a follow-up in the same op");
    assert_eq!(FollowUp::of(&next.patch).due, Some(9_000));
    assert_eq!(drafts[0].changes[0].patch[&visit::next], next.rec.into());
    assert_eq!(CheckOut::of(&drafts[1].changes[0].patch).dwell_ms, Some(3_000));
}

#[test]
fn a_closed_visit_is_not_closed_again() {
    let closed = shown(CALL, VISIT, [(visit::started_at, 1.into()), (visit::ended_at, 2.into())].into());
    let next = NextStep::None { reason: "x".into() };
    let out = Command::CheckOut { customer: SHOP, visit: CALL, position: at(0, 5), next };
    assert_eq!(decide(out, vec![shop(Some(HERE)), closed]), Err(Code::VisitClosed));
}
