use super::*;
use crate::bucket::{Bucket, Grants, Verb};
use crate::command::{Ctx, Seen};
use crate::ids::{Ids, Uuid};
use crate::kind::{ARCHIVED, SAME_AS};
use crate::op::Change;
use crate::row::{Shown, State};
use crate::rules::{Actor, Admission, Code, admit};
use crate::val::{Body, SetPatch, Val};

const ME: Uuid = Uuid::from_u128(7);
const SHOP: Uuid = Uuid::from_u128(1);
const GRID: Uuid = Uuid::from_u128(20);

fn actor() -> Actor {
    Actor { user: ME, grants: Grants(vec![(Bucket::Grid(GRID), Verb::Write)]) }
}

fn shop(fields: &[(u16, Val)]) -> Shown {
    let mut body = Body::from([(customer::name, "明珠酒店".into()), (customer::grid, GRID.into())]);
    body.extend(fields.iter().cloned());
    let writers = body.keys().map(|f| ((*f, None), 1)).collect();
    Shown { id: SHOP, kind: CUSTOMER, root: SHOP, body, writers, state: State::Confirmed }
}

fn decide(command: Command, seen: Vec<Shown>) -> Result<Body, Code> {
    let actor = actor();
    let cause = Uuid::from_u128(99);
    let mut ctx = Ctx { actor: &actor, now: 1_000, cause, ids: Ids::of(cause) };
    let drafts = command.decide(&Seen(seen), &mut ctx).map_err(|r| r.code)?;
    assert_eq!(drafts.len(), 1, "one action on one record is one op");
    Ok(drafts[0].changes[0].patch.clone())
}

fn edit(details: Details) -> Command {
    Command::Edit { customer: SHOP, details }
}

#[test]
fn an_edit_carries_only_what_differs() {
    let same = Some("明珠酒店".to_owned());
    let cases: [(Details, Result<Body, Code>); 4] = [
        (Details { name: same.clone(), ..Details::default() }, Err(Code::Nothing)),
        (
            Details { name: same.clone(), note: Some(" 三楼 ".into()), ..Details::default() },
            Ok([(customer::note, "三楼".into())].into()),
        ),
        (Details { note: Some(String::new()), ..Details::default() }, Err(Code::Nothing)),
        (
            Details { phone: Some("0769-22238800".into()), tier: Some("A".into()), ..Details::default() },
            Ok([(customer::phone, "0769-22238800".into()), (customer::tier, "A".into())].into()),
        ),
    ];
    for (details, expect) in cases {
        assert_eq!(decide(edit(details.clone()), vec![shop(&[])]), expect, "{details:?}");
    }
}

#[test]
fn an_empty_text_clears_a_field_that_is_there() {
    let details = Details { note: Some(String::new()), ..Details::default() };
    let patch = decide(edit(details), vec![shop(&[(customer::note, "旧".into())])]);
    assert_eq!(patch, Ok([(customer::note, "".into())].into()));
}

#[test]
fn an_edit_of_a_customer_that_is_not_here_is_refused() {
    assert_eq!(decide(edit(Details::default()), vec![]), Err(Code::NotHere));
}

#[test]
fn a_new_customer_gets_a_tier_a_source_and_its_owner() {
    let details = Details { name: Some("仇记五金".into()), grid: Some(GRID), ..Details::default() };
    let patch = decide(Command::Create { id: SHOP, details }, vec![]).expect("made");
    let made = Customer::of(&patch);
    assert_eq!((made.tier.as_deref(), made.source.as_deref(), made.owner), (Some("C"), Some("field"), Some(ME)));
    assert_eq!(made.created_at, Some(1_000));
}

#[test]
fn a_tag_is_taken_away_as_it_was_seen() {
    let mut tagged = shop(&[(customer::tags, Val::List(vec!["重点".into()]))]);
    tagged.writers.insert((customer::tags, Some("重点".into())), 42);
    let off = Command::Tag { customer: SHOP, tag: "重点".into(), on: false };
    let expect = SetPatch { add: vec![], remove: vec![("重点".into(), 42)] };
    assert_eq!(decide(off, vec![tagged.clone()]), Ok([(customer::tags, Val::Set(expect))].into()));
    let on = Command::Tag { customer: SHOP, tag: "重点".into(), on: true };
    assert_eq!(decide(on, vec![tagged]), Err(Code::Nothing));
}

#[test]
fn admission_of_a_customer() {
    let name = (customer::name, Val::from("明珠酒店"));
    let grid = (customer::grid, Val::from(GRID));
    type Case = (&'static str, Vec<(u16, Val)>, Result<(), Code>);
    let cases: [Case; 9] = [
        ("a name is enough", vec![name.clone(), grid.clone()], Ok(())),
        ("no name", vec![grid.clone()], Err(Code::NameMissing)),
        ("a blank name", vec![(customer::name, "  ".into())], Err(Code::NameMissing)),
        ("a phone with an extension", vec![name.clone(), (customer::phone, "0769-2223 8800#12".into())], Ok(())),
        ("letters in a phone", vec![name.clone(), (customer::phone, "call me".into())], Err(Code::PhoneInvalid)),
        ("no such tier", vec![name.clone(), (customer::tier, "E".into())], Err(Code::OutOfRange)),
        ("beyond the pole", vec![name.clone(), (customer::lat_e7, 900_000_001.into())], Err(Code::OutOfRange)),
        ("a number for a text", vec![name.clone(), (customer::note, 5.into())], Err(Code::OutOfRange)),
        ("a text too long", vec![name, (customer::note, "长".repeat(3_000).into())], Err(Code::TooLong)),
    ];
    let kind = customer_kind();
    for (what, fields, expect) in cases {
        let body: Body = fields.into_iter().collect();
        let change = Change {
            kind: CUSTOMER,
            rec: SHOP,
            new: true,
            yields: false,
            patch: body.clone(),
            base: Default::default(),
            open: Default::default(),
        };
        let actor = actor();
        let view = Admission { change: &change, before: None, after: &body, parent: None, actor: &actor, at: 0 };
        assert_eq!(admit(&kind, &view), expect, "{what}");
    }
}

#[test]
fn a_fixed_field_cannot_be_edited_and_a_create_not_repeated() {
    let kind = customer_kind();
    let actor = actor();
    let before = shop(&[]).body;
    let cases = [
        (false, Body::from([(customer::source, "import".into())]), Err(Code::FixedField)),
        (false, Body::from([(ARCHIVED, true.into())]), Ok(())),
        (true, before.clone(), Err(Code::Exists)),
    ];
    for (new, patch, expect) in cases {
        let mut after = before.clone();
        after.extend(patch.clone());
        let change = Change {
            kind: CUSTOMER,
            rec: SHOP,
            new,
            yields: false,
            patch,
            base: Default::default(),
            open: Default::default(),
        };
        let view =
            Admission { change: &change, before: Some(&before), after: &after, parent: None, actor: &actor, at: 0 };
        assert_eq!(admit(&kind, &view), expect);
    }
}

const COPY: Uuid = Uuid::from_u128(2);
const MERGE: u64 = 77;

fn record(id: Uuid, fields: &[(u16, Val)]) -> Shown {
    Shown { id, root: id, ..shop(fields) }
}

fn changes(command: Command, seen: Vec<Shown>) -> Result<Vec<(Uuid, Body)>, Code> {
    let actor = actor();
    let cause = Uuid::from_u128(99);
    let mut ctx = Ctx { actor: &actor, now: 1_000, cause, ids: Ids::of(cause) };
    let drafts = command.decide(&Seen(seen), &mut ctx).map_err(|r| r.code)?;
    assert_eq!(drafts.len(), 1, "a merge is whole or not at all");
    Ok(drafts[0].changes.iter().map(|c| (c.rec, c.patch.clone())).collect())
}

#[test]
fn a_merge_takes_over_what_the_other_does_not_say() {
    let phone = |n: &str| (customer::phone, Val::from(n));
    let spot = |at: i64| [(customer::lat_e7, Val::from(at)), (customer::lon_e7, Val::from(at))];
    let (into, none) = ((COPY, Body::from([(SAME_AS, SHOP.into())])), vec![]);
    type Case = (&'static str, Vec<(u16, Val)>, Vec<(u16, Val)>, Vec<(u16, Val)>);
    let cases: [Case; 5] = [
        ("nothing is missing", vec![phone("11111")], vec![phone("22222")], none.clone()),
        ("a phone is", vec![], vec![phone("22222")], vec![phone("22222")]),
        ("an empty text says nothing", vec![phone("")], vec![phone("22222")], vec![phone("22222")]),
        ("a point comes whole", vec![], spot(5).into(), spot(5).into()),
        ("and never halves another", vec![spot(1)[0].clone(), spot(1)[1].clone()], spot(5).into(), none),
    ];
    for (what, stays, gone, taken) in cases {
        let merged = changes(Command::Merge { from: COPY, into: SHOP }, vec![record(COPY, &gone), shop(&stays)]);
        let mut expect = vec![into.clone()];
        expect.extend((!taken.is_empty()).then(|| (SHOP, taken.into_iter().collect())));
        assert_eq!(merged, Ok(expect), "{what}");
    }
}

#[test]
fn two_that_are_merged_already_are_not_merged_again() {
    let merged = record(COPY, &[(SAME_AS, SHOP.into())]);
    let merge = |from, into| Command::Merge { from, into };
    let cases = [
        (merge(COPY, SHOP), Code::Nothing),
        (merge(SHOP, SHOP), Code::Nothing),
        (merge(SHOP, COPY), Code::MergedAlready),
    ];
    for (command, expect) in cases {
        assert_eq!(changes(command.clone(), vec![merged.clone(), shop(&[])]), Err(expect), "{command:?}");
    }
}

#[test]
fn a_merge_is_taken_back_with_what_it_took_over_and_nothing_else() {
    let phone = (customer::phone, Val::from("22222"));
    let trade = (customer::trade, Val::from("五金"));
    let mut copy = record(COPY, &[(SAME_AS, SHOP.into())]);
    copy.writers.insert((SAME_AS, None), MERGE);
    let mut stays = shop(&[phone, trade]);
    stays.writers.insert((customer::phone, None), MERGE);
    let separate = Command::Separate { customer: COPY, from: SHOP };
    let expect = vec![(COPY, Body::from([(SAME_AS, Val::Null)])), (SHOP, Body::from([(customer::phone, Val::Null)]))];
    assert_eq!(changes(separate.clone(), vec![copy, stays]), Ok(expect));
    assert_eq!(changes(separate, vec![record(COPY, &[]), shop(&[])]), Err(Code::Nothing));
}
