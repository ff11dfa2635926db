//! Merging: what holds, what loses, and who hears of it.
use super::office::*;
use crate::with_phone;
use crm_domain::bucket::Bucket;
use crm_domain::customers::{CUSTOMER, customer};
use crm_domain::history::{CHANGE, Change as ChangeRow, INBOX, inbox};
use crm_domain::ids::{OpId, Uuid};
use crm_domain::op::Change;
use crm_domain::rules::{Code, Why};
use crm_domain::val::{Body, SetPatch, Val, decode_body, encode};
use crm_protocol::Outcome;

const NAME: u16 = customer::name;

/// The customer that both of the office's people write.
fn tea(o: &mut Office) -> OpId {
    with_phone!(o.li, |li| o.does(&mut li, new_customer(id("tea"), "茶铺", o.east)))
}

fn named(name: &str, base: OpId) -> Change {
    edit(CUSTOMER, id("tea"), body([(NAME, name)]), base)
}

fn text(value: &str) -> Option<Val> {
    Some(Val::Text(value.into()))
}

fn decoded(bytes: &Option<Vec<u8>>) -> Option<Val> {
    minicbor::decode(bytes.as_deref()?).ok()
}

pub fn a_fast_forward_applies_whatever_the_clocks_say(o: &mut Office) {
    let base = tea(o);
    with_phone!(o.supervisor, |desk| {
        desk.ahead = -3_600_000;
        o.does(&mut desk, named("大茶铺", base));
    });
    assert_eq!(o.value(o.east, id("tea"), NAME), text("大茶铺"));
    with_phone!(o.li, |li| assert_eq!(o.inbox(&mut li), []));
}

pub fn a_concurrent_edit_keeps_the_loser_in_his_inbox(o: &mut Office) {
    let base = tea(o);
    let early = with_phone!(o.li, |li| o.op(&li, vec![named("早茶铺", base)]));
    o.pass(1_000);
    let winner = with_phone!(o.supervisor, |desk| o.does(&mut desk, named("晚茶铺", base)));
    with_phone!(o.li, |li| {
        assert_eq!(o.push(&mut li, &[&early]), [Outcome::Merged]);
        let inbox = o.inbox(&mut li);
        let [item] = inbox.as_slice() else { panic!("one item, not {inbox:?}") };
        assert_eq!((item.what.as_deref(), item.rec, item.field), (Some("lost"), Some(id("tea")), Some(1)));
        assert_eq!((decoded(&item.mine), decoded(&item.theirs)), (text("早茶铺"), text("晚茶铺")));
        assert_eq!((item.other, item.label.as_deref()), (Some(o.supervisor.user), Some("晚茶铺")));
        assert_eq!(item.op.as_deref(), Some(early.bytes.as_slice()));
    });
    let row = with_phone!(o.supervisor, |desk| o.row(&mut desk, Bucket::Grid(o.east), id("tea"))).expect("held");
    assert_eq!(row.shown().expect("a body").writers[&(NAME, None)], winner);
}

pub fn whoever_is_overwritten_concurrently_is_told(o: &mut Office) {
    let base = tea(o);
    let early = with_phone!(o.li, |li| o.op(&li, vec![named("早茶铺", base)]));
    o.pass(1_000);
    let late = with_phone!(o.supervisor, |desk| o.op(&desk, vec![named("晚茶铺", base)]));
    with_phone!(o.li, |li| assert_eq!(o.push(&mut li, &[&early]), [Outcome::Applied]));
    with_phone!(o.supervisor, |desk| assert_eq!(o.push(&mut desk, &[&late]), [Outcome::Applied]));
    assert_eq!(o.value(o.east, id("tea"), NAME), text("晚茶铺"));
    let inbox = with_phone!(o.li, |li| o.inbox(&mut li));
    let [item] = inbox.as_slice() else { panic!("one item, not {inbox:?}") };
    assert_eq!((decoded(&item.mine), decoded(&item.theirs)), (text("早茶铺"), text("晚茶铺")));
    assert_eq!(item.op.as_deref(), Some(early.bytes.as_slice()));
    assert_eq!(with_phone!(o.supervisor, |desk| o.inbox(&mut desk)), []);
}

pub fn what_came_first_stays_where_the_field_says_so(o: &mut Office) {
    tea(o);
    let claims = |o: &mut Office, phone: &Phone| {
        let change =
            Change { base: Default::default(), ..edit(CUSTOMER, id("tea"), body([(customer::owner, phone.user)]), 0) };
        o.op(phone, vec![change])
    };
    let second = with_phone!(o.supervisor, |desk| claims(o, &desk));
    o.pass(1_000);
    with_phone!(o.li, |li| {
        let first = claims(o, &li);
        assert_eq!(o.push(&mut li, &[&first]), [Outcome::Applied]);
    });
    with_phone!(o.supervisor, |desk| assert_eq!(o.push(&mut desk, &[&second]), [Outcome::Merged]));
    assert_eq!(o.value(o.east, id("tea"), customer::owner), Some(Val::Id(o.li.user)), "though its clock was earlier");
}

fn tagged(add: &[&str], remove: &[(&str, OpId)]) -> Change {
    let patch = SetPatch {
        add: add.iter().map(|t| Val::from(*t)).collect(),
        remove: remove.iter().map(|(t, op)| (Val::from(*t), *op)).collect(),
    };
    edit(CUSTOMER, id("tea"), Body::from([(customer::tags, Val::Set(patch))]), 0)
}

pub fn an_element_added_again_survives_a_removal_that_had_not_seen_it(o: &mut Office) {
    tea(o);
    let tags = |o: &mut Office| match o.value(o.east, id("tea"), customer::tags) {
        Some(Val::List(items)) => items.iter().filter_map(|v| v.text().map(str::to_owned)).collect::<Vec<_>>(),
        other => panic!("no set: {other:?}"),
    };
    let first = with_phone!(o.li, |li| o.does(&mut li, tagged(&["茶", "老客户"], &[])));
    assert_eq!(tags(o), ["老客户", "茶"]);
    let again = with_phone!(o.li, |li| o.does(&mut li, tagged(&["茶"], &[("茶", first)])));
    with_phone!(o.supervisor, |desk| o.does(&mut desk, tagged(&[], &[("茶", first), ("老客户", first)])));
    assert_eq!(tags(o), ["茶"], "the removal took only what it had seen");
    with_phone!(o.supervisor, |desk| o.does(&mut desk, tagged(&[], &[("茶", again)])));
    assert_eq!(tags(o), Vec::<String>::new());
}

pub fn a_yielding_patch_leaves_what_somebody_wrote_since(o: &mut Office) {
    let base = tea(o);
    let mine = with_phone!(o.li, |li| o.does(&mut li, named("大茶铺", base)));
    with_phone!(o.supervisor, |desk| o.does(&mut desk, named("新茶铺", mine)));
    with_phone!(o.li, |li| {
        let undo = Change { yields: true, ..named("茶铺", mine) };
        let undo = o.op(&li, vec![undo]);
        assert_eq!(o.push(&mut li, &[&undo]), [Outcome::Merged]);
        assert_eq!(o.inbox(&mut li).iter().map(|i| i.what.clone()).collect::<Vec<_>>(), [Some("yielded".into())]);
    });
    assert_eq!(o.value(o.east, id("tea"), NAME), text("新茶铺"));
}

pub fn a_base_that_names_a_refused_op_means_what_that_op_was_based_on(o: &mut Office) {
    let base = tea(o);
    with_phone!(o.li, |li| {
        li.ahead = -60_000;
        // A phone number that cannot be dialled takes the new name down with it.
        let mut bad = named("坏", base);
        bad.patch.insert(customer::phone, "call me".into());
        let bad = o.op(&li, vec![bad]);
        let next = o.op(&li, vec![named("好", bad.id)]);
        let outcomes = o.push(&mut li, &[&bad, &next]);
        assert_eq!(outcomes[0], Outcome::Rejected { code: Code::PhoneInvalid as u16, depends_on: None });
        assert_eq!(outcomes[1], Outcome::Applied, "its base is what the refused op saw");
    });
    assert_eq!(o.value(o.east, id("tea"), NAME), text("好"));
}

pub fn an_op_overtaken_while_unknown_never_wins_later(o: &mut Office) {
    let base = tea(o);
    with_phone!(o.li, |li| {
        // Written on li's phone and lost in a restore; its successor comes from another road first.
        li.ahead = 50_000;
        let forgotten = o.op(&li, vec![named("忘", base)]);
        li.ahead = 0;
        o.pass(100_000);
        let successor = o.op(&li, vec![named("记", forgotten.id)]);
        assert_eq!(o.push(&mut li, &[&successor]), [Outcome::Applied]);
        o.pass(1_000);
        let mut newest = forgotten.op;
        newest.hlc = (o.now + 5) << 16;
        assert_eq!(o.push(&mut li, &[&made(newest)]), [Outcome::Merged]);
    });
    assert_eq!(o.value(o.east, id("tea"), NAME), text("记"));
}

pub fn an_edit_of_what_is_unknown_comes_after_the_create_though_dated_before(o: &mut Office) {
    let base = tea(o);
    with_phone!(o.li, |li| {
        // As after a restore: the create came again with a later time, and what the edit was made on has not come yet.
        li.ahead = -60_000;
        let forgotten = o.op(&li, vec![named("忘", base)]);
        let successor = o.op(&li, vec![named("记", forgotten.id)]);
        assert_eq!(o.push(&mut li, &[&successor]), [Outcome::Applied]);
        assert_eq!(o.push(&mut li, &[&forgotten]), [Outcome::Merged]);
    });
    assert_eq!(o.value(o.east, id("tea"), NAME), text("记"));
}

fn history(o: &Office, phone: &mut Phone, bucket: Bucket) -> Vec<ChangeRow> {
    o.sync(phone, &[bucket]);
    let rows = phone.held(bucket).into_iter().filter(|r| r.kind == CHANGE);
    let mut rows: Vec<ChangeRow> = rows.map(|r| ChangeRow::of(&decode_body(&r.body).expect("a body"))).collect();
    rows.sort_by_key(|r| (r.at, r.field));
    rows
}

pub fn each_changed_field_leaves_a_row_of_history_and_a_create_none(o: &mut Office) {
    let base = tea(o);
    with_phone!(o.li, |li| {
        let east = Bucket::Grid(o.east);
        assert_eq!(history(o, &mut li, east), []);
        let patch = body([(NAME, "大茶铺"), (customer::address, "东街")]);
        let mut change = edit(CUSTOMER, id("tea"), patch, base);
        change.base.remove(&customer::address);
        o.does(&mut li, change);
        let rows = history(o, &mut li, east);
        let told: Vec<_> = rows.iter().map(|r| (r.field, decoded(&r.old), decoded(&r.new), r.actor, r.rec)).collect();
        let (li_id, rec) = (Some(li.user), Some(id("tea")));
        assert_eq!(
            told,
            [(Some(1), text("茶铺"), text("大茶铺"), li_id, rec), (Some(6), Some(Val::Null), text("东街"), li_id, rec),]
        );
        assert!(li.held(east).iter().all(|r| r.root == id("tea")), "history belongs to the customer");
    });
}

pub fn fields_of_a_newer_version_are_kept(o: &mut Office) {
    let base = tea(o);
    with_phone!(o.li, |li| {
        let mut change = named("大茶铺", base);
        change.patch.insert(900, Val::List(vec![Val::Int(1), Val::Text("新".into())]));
        change.base.remove(&900);
        let op = o.does(&mut li, change);
        o.does(&mut li, named("更大茶铺", op));
    });
    let newer = o.value(o.east, id("tea"), 900);
    assert_eq!(newer, Some(Val::List(vec![Val::Int(1), Val::Text("新".into())])));
}

pub fn a_row_says_who_wrote_each_field(o: &mut Office) {
    let base = tea(o);
    let second = with_phone!(o.supervisor, |desk| o.does(&mut desk, named("大茶铺", base)));
    let row = with_phone!(o.li, |li| o.row(&mut li, Bucket::Grid(o.east), id("tea"))).expect("held");
    let writers = row.shown().expect("a body").writers;
    assert_eq!((writers[&(NAME, None)], writers[&(customer::grid, None)]), (second, base));
}

pub fn an_inbox_item_is_settled_by_its_person_alone(o: &mut Office) {
    let base = tea(o);
    let early = with_phone!(o.li, |li| o.op(&li, vec![named("早茶铺", base)]));
    o.pass(1_000);
    with_phone!(o.supervisor, |desk| o.does(&mut desk, named("晚茶铺", base)));
    let item: Uuid = with_phone!(o.li, |li| {
        o.push(&mut li, &[&early]);
        o.inbox(&mut li);
        li.held(Bucket::User(li.user)).iter().find(|r| r.kind == INBOX).expect("an item").id
    });
    let settle = || Change { base: Default::default(), ..edit(INBOX, item, body([(inbox::resolved, "theirs")]), 0) };
    with_phone!(o.wang, |wang| {
        let op = o.op(&wang, vec![settle()]);
        assert_eq!(o.push(&mut wang, &[&op]), [Outcome::Waiting(Why::NoGrant as u16)]);
    });
    with_phone!(o.li, |li| {
        let forged = Change {
            base: Default::default(),
            ..edit(INBOX, item, Body::from([(inbox::mine, Val::Bytes(encode(&Val::Null)))]), 0)
        };
        let forged = o.op(&li, vec![forged]);
        let refused = Outcome::Rejected { code: Code::ServerOnly as u16, depends_on: None };
        assert_eq!(o.push(&mut li, &[&forged]), [refused]);
        o.does(&mut li, settle());
        let settled = o.inbox(&mut li).into_iter().find(|i| i.what.as_deref() == Some("lost")).expect("the item");
        assert_eq!(settled.resolved.as_deref(), Some("theirs"));
    });
}
