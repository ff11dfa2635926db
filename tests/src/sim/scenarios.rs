//! Scenarios that random seeds meet too rarely: each is one short tale, without dice (SYNC 4).
use super::{World, damage};
use crm_domain::bucket::Bucket;
use crm_domain::customers::{self, CONTACT, CUSTOMER, Details, contact, customer};
use crm_domain::history::{self, Choice};
use crm_domain::ids::{Uuid, derived_id};
use crm_domain::imports::{self, Line};
use crm_domain::op::{Change, Op};
use crm_domain::photos::Sha;
use crm_domain::registry::View;
use crm_domain::rules::{Code, Why};
use crm_domain::val::{Body, decode_body};
use crm_domain::{people, waiting};
use crm_protocol::{Outcome, Pull, Push, Sent};
use crm_replica::ports::Input;
use crm_server::ledger::Caller;
use std::collections::BTreeMap;

pub(super) const LI: usize = 0;
pub(super) const CHEN: usize = 1;
const WANG: usize = 2;
pub(super) const ROOT: usize = 3;
const TABLET: usize = 4;
/// A contact that is older counts as none: an op is then dated anew.
const MINUTE_MS: u64 = 60_000;

pub type Told = Result<(), String>;
pub type Tale = (&'static str, fn() -> Told);

/// Their names and what they tell.
pub const ALL: [Tale; 21] = [
    ("a clock set back regains no grant", a_clock_set_back_regains_no_grant),
    ("what is written without the right waits", what_is_written_without_the_right_waits),
    ("what builds on a refused create is refused", what_builds_on_a_refused_create_is_refused),
    ("an undo leaves what was written since", an_undo_leaves_what_was_written_since),
    ("a removal leaves what was added again", a_removal_leaves_what_was_added_again),
    ("a removal that comes first still holds", a_removal_that_comes_first_still_holds),
    ("fields of a newer version stay", fields_of_a_newer_version_stay),
    ("a row that vanished comes again alone", a_row_that_vanished_comes_again_alone),
    ("a copy that cannot be mended is asked about once", a_copy_that_cannot_be_mended_is_asked_about_once),
    ("a hole in the journal is stepped over", a_hole_in_the_journal_is_stepped_over),
    ("what she wrote stays while others' rows come", what_she_wrote_stays_while_others_rows_come),
    ("a decision that is taken back is open again", a_decision_that_is_taken_back_is_open_again),
    ("what is let through holds at its desk alone", what_is_let_through_holds_at_its_desk_alone),
    ("what a server said before it was restored is void", what_a_server_said_before_it_was_restored_is_void),
    ("what is not here is not shown after a crash", what_is_not_here_is_not_shown_after_a_crash),
    ("a restored server gets the photos again", a_restored_server_gets_the_photos_again),
    ("a copied profile keeps each op once", a_copied_profile_keeps_each_op_once),
    ("a full disk keeps what no backup has", a_full_disk_keeps_what_no_backup_has),
    ("an answer to an earlier question is not taken", an_answer_to_an_earlier_question_is_not_taken),
    ("a device whose state is damaged loses nothing", damage::a_device_whose_state_is_damaged_loses_nothing),
    ("an unsent op that cannot be read stops everything", damage::an_unsent_op_that_cannot_be_read_stops_everything),
];

pub(super) fn expect<T: PartialEq + std::fmt::Debug>(what: &str, found: T, expected: T) -> Told {
    if found == expected { Ok(()) } else { Err(format!("{what}: {found:?} instead of {expected:?}")) }
}

pub(super) fn saved(world: &mut World, at: usize, command: impl Into<crm_domain::registry::Command>) -> Told {
    world.act(at, command).map_err(|why| format!("not saved: {why:?}"))
}

/// A customer that everybody has.
pub(super) fn shop(world: &mut World, grid: usize) -> Result<Uuid, String> {
    let id = derived_id(world.now, &[b"shop", &world.now.to_be_bytes()]);
    let details = Details { name: Some("仇记五金".into()), grid: Some(world.grids[grid]), ..Details::default() };
    saved(world, LI, customers::Command::Create { id, details })?;
    sync(world, &[LI, CHEN]);
    Ok(id)
}

pub(super) fn sync(world: &mut World, phones: &[usize]) {
    phones.iter().for_each(|at| world.exchange(*at));
}

pub(super) fn edit(world: &mut World, at: usize, customer: Uuid, note: &str) -> Told {
    let details = Details { note: Some(note.into()), ..Details::default() };
    saved(world, at, customers::Command::Edit { customer, details })
}

fn tag(world: &mut World, at: usize, customer: Uuid, on: bool) -> Told {
    saved(world, at, customers::Command::Tag { customer, tag: "重点".into(), on })
}

fn detail(world: &mut World, at: usize, customer: Uuid) -> Result<customers::Detail, String> {
    match world.look(at, customers::Query::Detail { customer }) {
        View::Customers(customers::View::Detail(Some(detail))) => Ok(*detail),
        other => Err(format!("no detail: {other:?}")),
    }
}

/// Root takes this grid from Li.
fn take(world: &mut World, grid: usize) -> Told {
    let of = Bucket::Grid(world.grids[grid]);
    let (user, book) = (world.phones[LI].user, world.phones[ROOT].app.as_ref().ok_or("no app")?.replica.book());
    let grants = book.grants.iter().filter(|(_, g)| g.user == user && g.bucket == of && !g.ended);
    let grants: Vec<Uuid> = grants.map(|(id, _)| *id).collect();
    // Long enough for her to ask the server's time again: the grant ends after all that was before.
    world.now += MINUTE_MS;
    saved(world, ROOT, people::Command::TakeGrid { grants })?;
    sync(world, &[ROOT]);
    Ok(())
}

/// Sends ops that no phone of ours would make, behind what its device has sent.
fn send(world: &mut World, at: usize, ops: Vec<Op>) -> Result<Vec<Outcome>, String> {
    let caller = Caller { user: world.phones[at].user, dev: world.phones[at].dev };
    let epoch = world.ledger.epoch().map_err(|e| format!("{e:?}"))?;
    let pull = Pull { nonce: 1, epoch, proof: None, cursors: vec![], max_bytes: u32::MAX, hello: None };
    let last_n = world.ledger.pull(&caller, &pull, world.now).map_err(|e| format!("{e:?}"))?.last_n;
    let ops = ops.iter().map(|op| Sent { op: op.to_bytes(), first_sent: 0, effective: None }).collect();
    let push = Push { epoch, dev: caller.dev, first_n: last_n + 1, ops, lost: vec![] };
    let pushed = world.ledger.push(&caller, &push, world.now).map_err(|e| format!("{e:?}"))?;
    Ok(pushed.results.into_iter().map(|(_, outcome, _)| outcome).collect())
}

fn op(world: &World, at: usize, name: &str, ms: u64, changes: Vec<Change>) -> Op {
    let cause = derived_id(world.now, &[name.as_bytes()]);
    Op { cause, part: 0, hlc: ms << 16, actor: world.phones[at].user, app: 1, changes, link: None }
}

fn change(kind: u16, rec: Uuid, new: bool, patch: Body) -> Change {
    Change { kind, rec, new, yields: false, patch, base: BTreeMap::new(), open: BTreeMap::new() }
}

fn a_clock_set_back_regains_no_grant() -> Told {
    let mut world = World::calm(101);
    let (shop_here, shop_there) = (shop(&mut world, 0)?, shop(&mut world, 1)?);
    let before = world.now;
    take(&mut world, 0)?;
    sync(&mut world, &[LI]);
    edit(&mut world, LI, shop_there, "之后")?;
    sync(&mut world, &[LI]);
    let patch = Body::from([(customer::note, "回到从前".into())]);
    let late = op(&world, LI, "late", before, vec![change(CUSTOMER, shop_here, false, patch)]);
    expect("the outcome", send(&mut world, LI, vec![late])?, vec![Outcome::Waiting(Why::NoGrant as u16)])
}

fn an_answer_to_an_earlier_question_is_not_taken() -> Told {
    let mut world = World::calm(121);
    let shop = shop(&mut world, 0)?;
    let told = world.pulled[&LI].last().cloned();
    take(&mut world, 0)?;
    sync(&mut world, &[LI]);
    world.echo = told;
    sync(&mut world, &[LI]);
    expect("answers from memory", world.counts.echoes, 1)?;
    let held = world.phones[LI].app.as_ref().ok_or("no app")?.replica.book().customers.get(shop).is_some();
    expect("held without the grant", held, false)
}

fn what_is_written_without_the_right_waits() -> Told {
    let mut world = World::calm(102);
    let shop = shop(&mut world, 0)?;
    take(&mut world, 0)?;
    // Her phone has not heard of it.
    edit(&mut world, LI, shop, "不知情")?;
    let cause = *world.phones[LI].saved.last().ok_or("nothing saved")?;
    sync(&mut world, &[LI]);
    let outcome = world.ledger.outcome(cause, 0).map_err(|e| format!("{e:?}"))?;
    expect("the outcome", outcome, Some(Outcome::Waiting(Why::NoGrant as u16)))?;
    world.all_is_well()?;
    let (person, grid) = (world.phones[LI].user, world.grids[0]);
    saved(&mut world, ROOT, people::Command::GiveGrid { person, grid, role: people::Role::Manager })?;
    sync(&mut world, &[ROOT, LI]);
    let outcome = world.ledger.outcome(cause, 0).map_err(|e| format!("{e:?}"))?;
    expect("the outcome with the right", outcome, Some(Outcome::Applied))?;
    world.all_is_well()
}

fn what_builds_on_a_refused_create_is_refused() -> Told {
    let mut world = World::calm(103);
    let (rec, child) = (Uuid::from_u128(31), Uuid::from_u128(32));
    let nameless = Body::from([(customer::grid, world.grids[0].into())]);
    let of = Body::from([(contact::customer, rec.into()), (contact::name, "陈姐".into())]);
    let first = op(&world, LI, "first", world.now, vec![change(CUSTOMER, rec, true, nameless)]);
    let second = op(&world, LI, "second", world.now, vec![change(CONTACT, child, true, of)]);
    let on = first.id();
    let refused = |code: Code, depends_on| Outcome::Rejected { code: code as u16, depends_on };
    let expected = vec![refused(Code::NameMissing, None), refused(Code::DependsOnRefused, Some(on))];
    expect("the outcomes", send(&mut world, LI, vec![first, second])?, expected)
}

fn an_undo_leaves_what_was_written_since() -> Told {
    let mut world = World::calm(104);
    let shop = shop(&mut world, 1)?;
    let details = Details { note: Some("表里的".into()), ..Details::default() };
    let lines = vec![Line { customer: shop, new: false, details }];
    saved(&mut world, LI, imports::Command::Bring { file: "客户.xlsx".into(), lines, refused: 0, duplicates: 0 })?;
    let batch = *world.phones[LI].saved.last().ok_or("nothing saved")?;
    sync(&mut world, &[LI, CHEN]);
    edit(&mut world, CHEN, shop, "陈的")?;
    sync(&mut world, &[CHEN]);
    // By its time alone it would win.
    world.now += MINUTE_MS;
    saved(&mut world, LI, imports::Command::Revert { batch, customers: vec![shop], last: true })?;
    sync(&mut world, &[LI, CHEN]);
    expect("the note", detail(&mut world, CHEN, shop)?.note, "陈的".into())?;
    world.all_is_well()
}

fn a_removal_leaves_what_was_added_again() -> Told {
    let mut world = World::calm(105);
    let shop = shop(&mut world, 1)?;
    tag(&mut world, LI, shop, true)?;
    sync(&mut world, &[LI, CHEN]);
    tag(&mut world, CHEN, shop, false)?;
    tag(&mut world, CHEN, shop, true)?;
    sync(&mut world, &[CHEN]);
    tag(&mut world, LI, shop, false)?;
    sync(&mut world, &[LI, CHEN]);
    for at in [LI, CHEN] {
        expect("the tags", detail(&mut world, at, shop)?.tags, vec!["重点".to_owned()])?;
    }
    world.all_is_well()
}

fn a_removal_that_comes_first_still_holds() -> Told {
    let mut world = World::calm(106);
    let shop = shop(&mut world, 1)?;
    let copy = world.copy();
    tag(&mut world, LI, shop, true)?;
    sync(&mut world, &[LI, CHEN]);
    tag(&mut world, CHEN, shop, false)?;
    world.restore_from(&copy);
    sync(&mut world, &[CHEN, LI, CHEN]);
    for at in [LI, CHEN] {
        expect("the tags", detail(&mut world, at, shop)?.tags, vec![])?;
    }
    world.all_is_well()
}

fn fields_of_a_newer_version_stay() -> Told {
    const NEWER: u16 = 60_000;
    let mut world = World::calm(107);
    let rec = Uuid::from_u128(71);
    let body = Body::from([
        (customer::name, "新版的".into()),
        (customer::grid, world.grids[1].into()),
        (NEWER, "将来".into()),
    ]);
    let newer = op(&world, LI, "newer", world.now, vec![change(CUSTOMER, rec, true, body)]);
    expect("the outcome", send(&mut world, LI, vec![newer])?, vec![Outcome::Applied])?;
    sync(&mut world, &[CHEN]);
    edit(&mut world, CHEN, rec, "旧版也改")?;
    sync(&mut world, &[CHEN]);
    let phone = &world.phones[CHEN];
    let held = phone.app.as_ref().ok_or("no app")?.replica.audit(phone.pages());
    let (_, row) = held.into_iter().find(|(_, row)| row.id == rec).ok_or("not held")?;
    let body = decode_body(&row.body).map_err(|e| e.to_string())?;
    expect("the newer field", body.get(&NEWER).cloned(), Some("将来".into()))?;
    expect("the note", body.get(&customer::note).cloned(), Some("旧版也改".into()))
}

fn a_row_that_vanished_comes_again_alone() -> Told {
    let mut world = World::calm(109);
    for _ in 0..8 {
        shop(&mut world, 1)?;
    }
    let phone = &mut world.phones[CHEN];
    let before = phone.app.as_ref().ok_or("no app")?.replica.audit(phone.pages()).len();
    phone.app = None;
    phone.lose_a_row(&mut world.dice);
    world.restart(CHEN);
    world.exchange(CHEN);
    let phone = &world.phones[CHEN];
    let app = phone.app.as_ref().ok_or("no app")?;
    expect("rows held", app.replica.audit(phone.pages()).len(), before)?;
    let few = (1..=3).contains(&app.status.repaired);
    if !few {
        return Err(format!("{} rows were fetched again", app.status.repaired));
    }
    world.all_is_well()
}

fn a_copy_that_cannot_be_mended_is_asked_about_once() -> Told {
    let mut world = World::calm(112);
    let shop = shop(&mut world, 1)?;
    world.restart(CHEN);
    edit(&mut world, LI, shop, "又改")?;
    sync(&mut world, &[LI]);
    let before = world.counts.repairs;
    world.spoil_digest(Bucket::Grid(world.grids[1]));
    sync(&mut world, &[CHEN, CHEN, CHEN]);
    expect("questions", world.counts.repairs - before, 1)?;
    expect("the note", detail(&mut world, CHEN, shop)?.note, "又改".into())
}

fn a_hole_in_the_journal_is_stepped_over() -> Told {
    let mut world = World::calm(110);
    let copy = world.copy();
    for _ in 0..2 {
        shop(&mut world, 1)?;
        world.back_up();
        sync(&mut world, &[LI]);
    }
    world.restore_from(&copy);
    let after = shop(&mut world, 1)?;
    detail(&mut world, CHEN, after).map(drop)
}

fn what_she_wrote_stays_while_others_rows_come() -> Told {
    let mut world = World::calm(111);
    let shop = shop(&mut world, 1)?;
    world.short = true;
    world.exchange(TABLET);
    let line = |i: u128| Line {
        customer: Uuid::from_u128(1_000 + i),
        new: true,
        details: Details { name: Some("表里的".into()), grid: Some(world.grids[1]), ..Details::default() },
    };
    let lines = (0..30).map(line).collect();
    saved(&mut world, LI, imports::Command::Bring { file: "客户.xlsx".into(), lines, refused: 0, duplicates: 0 })?;
    sync(&mut world, &[LI]);
    // She sends what she wrote before those rows, and hers behind them, come to her phone, a few with each answer.
    edit(&mut world, TABLET, shop, "我的")?;
    let id = Uuid::from_u128(111);
    let details = Details { name: Some("我的".into()), grid: Some(world.grids[1]), ..Details::default() };
    saved(&mut world, TABLET, customers::Command::Create { id, details })?;
    let now = world.now;
    world.phones[TABLET].feed(now, Input::Wake);
    let mut quiet = 0;
    while quiet < 3 {
        let moved = world.phones[TABLET].perform(world.now, &mut world.dice) || world.network(TABLET, false);
        let app = world.phones[TABLET].app.as_ref().ok_or("no app")?;
        if !app.replica.book().customers.iter().any(|customer| customer.id == id) {
            return Err("what she made is not shown".into());
        }
        expect("the note that she wrote", detail(&mut world, TABLET, shop)?.note, "我的".into())?;
        if !moved {
            quiet += 1;
            world.now += 1_000;
            let now = world.now;
            world.phones[TABLET].feed(now, Input::Tick);
        }
    }
    world.all_is_well()
}

fn a_decision_that_is_taken_back_is_open_again() -> Told {
    let mut world = World::calm(108);
    let shop = shop(&mut world, 1)?;
    edit(&mut world, LI, shop, "李的")?;
    edit(&mut world, CHEN, shop, "陈的")?;
    sync(&mut world, &[LI, CHEN, LI]);
    let open = |world: &mut World| match world.look(LI, history::Query::Attention) {
        View::History(view) => Ok(view.open),
        other => Err(format!("no inbox: {other:?}")),
    };
    let item = open(&mut world)?.pop().ok_or("the loser is not told")?.id;
    saved(&mut world, LI, history::Command::Resolve { item, root: shop, choice: Choice::KeepTheirs })?;
    expect("open items", open(&mut world)?.len(), 0)?;
    saved(&mut world, LI, history::Command::Reopen { items: vec![item], roots: vec![] })?;
    sync(&mut world, &[LI]);
    expect("open items", open(&mut world)?.len(), 1)?;
    world.all_is_well()
}

fn what_is_let_through_holds_at_its_desk_alone() -> Told {
    let mut world = World::calm(109);
    let shop = shop(&mut world, 0)?;
    take(&mut world, 0)?;
    edit(&mut world, LI, shop, "不知情")?;
    sync(&mut world, &[LI, WANG]);
    let lies = {
        let app = world.phones[WANG].app.as_ref().ok_or("no app")?;
        app.replica.book().waiting.values().map(|line| (line.op, line.desk)).next()
    };
    let (op, desk) = lies.ok_or("nothing lies on a desk")?;
    let (here, there) = (Bucket::GridLead(world.grids[0]), Bucket::GridLead(world.grids[1]));
    expect("the desk", desk, here)?;
    for (desk, note) in [(there, ""), (here, "不知情")] {
        saved(&mut world, WANG, waiting::Command::Decide { op, desk, allow: true })?;
        sync(&mut world, &[WANG, LI, WANG]);
        expect("the note that holds", detail(&mut world, WANG, shop)?.note, note.into())?;
    }
    world.all_is_well()
}

fn whole(world: &World, at: usize, sha: &Sha) -> Result<bool, String> {
    let delivered = world.ledger.delivery(world.phones[at].user, sha).map_err(|e| format!("{e:?}"))?;
    Ok(delivered.is_some())
}

fn what_a_server_said_before_it_was_restored_is_void() -> Told {
    let mut world = World::calm(113);
    let shop = shop(&mut world, 0)?;
    let before = world.copy();
    let sha = world.photograph(LI, shop, 20).map_err(|why| format!("{why:?}"))?;
    let now = world.now;
    world.phones[LI].feed(now, Input::Wake);
    while !whole(&world, LI, &sha)? {
        let moved = world.phones[LI].perform(world.now, &mut world.dice) || world.network(LI, false);
        expect("something moves", moved, true)?;
    }
    let app = world.phones[LI].app.as_mut().ok_or("no app")?;
    let late: Vec<_> = app.sent.drain(..).collect();
    world.restore_from(&before);
    sync(&mut world, &[LI]);
    for sent in late {
        let (now, answer) = (world.now, sent.answer.ok_or("no answer")?);
        world.phones[LI].feed(now, Input::Answered { request: sent.request, answer });
    }
    world.all_is_well()
}

fn a_full_disk_keeps_what_no_backup_has() -> Told {
    let mut world = World::calm(114);
    let shop = shop(&mut world, 0)?;
    world.back_up();
    let sha = world.photograph(LI, shop, 20).map_err(|why| format!("{why:?}"))?;
    sync(&mut world, &[LI]);
    // The photo is at the server, then in one backup, then in two; what she writes in between tells so.
    for (note, kept) in [("没有", true), ("一份", true), ("两份", false)] {
        let now = world.now;
        world.phones[LI].feed(now, Input::Pressed);
        sync(&mut world, &[LI]);
        expect(&format!("the phone keeps it, in a backup: {note}"), world.phones[LI].keeps(&sha), kept)?;
        edit(&mut world, LI, shop, note)?;
        sync(&mut world, &[LI]);
        world.back_up();
        sync(&mut world, &[LI]);
    }
    let oldest = world.oldest_backup();
    world.restore_from(&oldest);
    world.all_is_well()
}

fn a_restored_server_gets_the_photos_again() -> Told {
    let mut world = World::calm(115);
    let shop = shop(&mut world, 0)?;
    let before = world.copy();
    world.photograph(LI, shop, 20).map_err(|why| format!("{why:?}"))?;
    sync(&mut world, &[LI]);
    world.restore_from(&before);
    world.all_is_well()
}

fn a_copied_profile_keeps_each_op_once() -> Told {
    let mut world = World::calm(116);
    let shop = shop(&mut world, 0)?;
    // The journal lets go of what two backups hold: the numbers that are left are higher than the new ones will be.
    for note in ["一", "二", "三", "四", "五", "六"] {
        edit(&mut world, LI, shop, note)?;
        sync(&mut world, &[LI]);
        world.back_up();
        sync(&mut world, &[LI]);
    }
    world.clone_profile(LI);
    let twin = world.phones.len() - 1;
    edit(&mut world, twin, shop, "分身的")?;
    edit(&mut world, LI, shop, "本人的")?;
    sync(&mut world, &[twin, LI]);
    world.sign_in_where_forked(LI);
    sync(&mut world, &[LI]);
    world.restart(LI);
    expect("forks", world.counts.forks, 1)?;
    world.all_is_well()
}

/// Seed 6646: the saved columns showed a customer for her op's sake; the op was acknowledged, the app died before they
/// were saved again, and the customer, which lies in a grid that she does not hold, was shown for ever.
fn what_is_not_here_is_not_shown_after_a_crash() -> Told {
    let mut world = World::calm(117);
    let id = Uuid::from_u128(1_170);
    let details = Details { name: Some("别处的".into()), grid: Some(world.grids[1]), ..Details::default() };
    saved(&mut world, ROOT, customers::Command::Create { id, details })?;
    let now = world.now;
    world.phones[ROOT].feed(now, Input::Hidden);
    while world.phones[ROOT].perform(world.now, &mut world.dice) {}
    sync(&mut world, &[ROOT, ROOT]);
    world.restart(ROOT);
    world.all_is_well()
}
