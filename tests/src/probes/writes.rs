//! Writes anything by anybody, and explains every record that is another afterwards by an op that had the right.
use super::Checked;
use super::door::{Door, Straight};
use super::house::{House, Made, Photo, UNKNOWN, create, edit, root_of};
use super::oracle::{Lives, Wrote};
use super::reads::somebody;
use crate::sim::Dice;
use crm_domain::bucket::{Bucket, Verb};
use crm_domain::command::Patch;
use crm_domain::customers::{CONTACT, CUSTOMER, contact, customer};
use crm_domain::grids::{GRID, grid};
use crm_domain::history::{CHANGE, INBOX, TRACE, VERDICT, Verdict, inbox};
use crm_domain::ids::{OpId, Uuid};
use crm_domain::imports::{BATCH, batch};
use crm_domain::kind::{Class, SAME_AS};
use crm_domain::needs::{NEED, need};
use crm_domain::notes::{NOTE, note};
use crm_domain::op::{Change, Op};
use crm_domain::people::{DEVICE, GRANT, PERSON, Role, device, grant, person};
use crm_domain::registry;
use crm_domain::val::{SetPatch, Val, decode_body};
use crm_domain::visits::{CHECK_IN, check_in};
use crm_domain::waiting::{self, DECISION, Decision, WAITING};
use crm_protocol::Outcome;
use crm_server::ledger::Caller;
use crm_server::ledger::store::Rec;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

type All = BTreeMap<Uuid, Rec>;

/// What a step may have changed, before anything is known of it.
#[derive(Default)]
struct Step {
    op: Option<OpId>,
    purged: Option<Uuid>,
}

/// A write by anybody, with the right or without.
pub fn probe(house: &mut House, door: &impl Door, dice: &mut Dice) -> Checked {
    if dice.percent(15) {
        return lapsed(house, door, dice);
    }
    let caller = somebody(house, dice);
    let clock = match dice.below(4) {
        // A clock that was set back, or far ahead.
        0 => house.now - dice.below(40 * 60_000).min(house.now / 2),
        1 => house.now + dice.below(40 * 60_000),
        _ => house.now,
    };
    let dev = if dice.percent(90) { caller.dev } else { house.anybody(dice).dev };
    let actor = if dice.percent(92) { caller.user } else { *dice.pick(&house.users()).unwrap_or(&caller.user) };
    let mut changes = vec![change(house, dice, actor)];
    if dice.percent(15) {
        let more = change(house, dice, actor);
        changes.extend((more.rec != changes[0].rec).then_some(more));
    }
    // What the administrator does is known to the oracle: see `of_the_office`.
    if actor == house.admin().user && changes.iter().any(|c| administers(c.kind)) {
        return Ok(());
    }
    let op = house.op(actor, clock, changes);
    let sent = if dice.percent(20) { house.now - dice.below(60_000) } else { 0 };
    let effective = if dice.percent(10) { Some(house.now - dice.below(60_000)) } else { None };
    write(house, door, &caller, dev, op, sent, effective).map(drop)
}

/// A right that ended, and a clock that was set back to when it lasted.
fn lapsed(house: &mut House, door: &impl Door, dice: &mut Dice) -> Checked {
    let lapsed = house.oracle.lapsed();
    let Some((user, bucket, clock)) = dice.pick(&lapsed).copied() else { return Ok(()) };
    let mut devices = house.oracle.devices.iter().filter(|(dev, d)| d.user == user && house.keys.contains_key(dev));
    let Some(dev) = devices.next().map(|(dev, _)| *dev) else { return Ok(()) };
    let customers = house.oracle.customers().into_iter().filter(|c| house.oracle.home(*c) == Some(bucket));
    let Some(root) = dice.pick(&customers.collect::<Vec<_>>()).copied() else { return Ok(()) };
    let caller = Caller { user, dev };
    // What she does now holds, and her clock for permissions goes on to here.
    let word = house.token(user, None, Lives::In(Bucket::User(user)));
    let now = create(BATCH, house.mint(), Patch::new().set(batch::file, word).set(batch::by, user).done());
    let now = house.op(user, house.now, vec![now]);
    write(house, door, &caller, dev, now, 0, None)?;
    let word = house.token(user, None, Lives::With(root));
    let back = edit(CUSTOMER, root, Patch::new().set(customer::name, word).done(), None);
    let back = house.op(user, clock, vec![back]);
    write(house, door, &caller, dev, back, 0, None).map(drop)
}

/// Kinds that say who may what.
fn administers(kind: u16) -> bool {
    matches!(kind, GRID | PERSON | GRANT | DEVICE | DECISION)
}

/// Pushes one op and explains what became of everything.
fn write(
    house: &mut House,
    door: &impl Door,
    caller: &Caller,
    dev: Uuid,
    op: Op,
    sent: u64,
    effective: Option<u64>,
) -> Result<Option<Outcome>, String> {
    let id = op.id();
    let before = house.all();
    let (push, wrote) = house.pushing(dev, &op, sent, effective);
    let told = format!("{:?} by {} on {dev}", op.changes, op.actor);
    for change in &op.changes {
        // Ops that are let through together may take it through here and on in one transaction.
        if let Some(Val::Id(grid)) = change.patch.get(&customer::grid).filter(|_| change.kind == CUSTOMER) {
            house.lived.entry(change.rec).or_default().insert(Bucket::Grid(*grid));
        }
        house.made.entry(change.rec).or_insert(Made { kind: change.kind, root: root_of(change).unwrap_or(change.rec) });
    }
    let words: BTreeSet<String> = super::oracle::tokens_in(&op.to_bytes());
    for word in words {
        if let Some(token) = house.oracle.tokens.get_mut(&word).filter(|t| t.op.is_none() && t.author == op.actor) {
            token.op = Some(id);
        }
    }
    let pushed = door.push(caller, &push);
    let hers = house.oracle.devices.get(&dev).is_some_and(|d| d.user == caller.user);
    let outcome = match pushed {
        Ok(pushed) => {
            if house.oracle.devices.contains_key(&dev) && !hers {
                return Err(format!("the queue of another's phone is taken: {told}"));
            }
            pushed.results.first().map(|(_, outcome, _)| *outcome)
        }
        Err(_) => None,
    };
    if let Some(outcome) = outcome {
        *house.numbers.entry(dev).or_insert(1) += 1;
        admitted(house, caller, id, wrote, outcome);
    }
    explain(house, &before, Step { op: Some(id), purged: None })
        .map_err(|what| format!("{what}; after {told}: {outcome:?}"))?;
    Ok(outcome)
}

fn admitted(house: &mut House, caller: &Caller, id: OpId, wrote: Wrote, outcome: Outcome) {
    match outcome {
        Outcome::Applied | Outcome::Merged => {
            house.tally.rightly += 1;
            if let Some(device) = house.oracle.devices.get_mut(&wrote.dev) {
                device.last = device.last.max(wrote.at);
            }
        }
        Outcome::Waiting(_) => {
            house.tally.wrongly += 1;
            house.oracle.waiting.insert(id);
        }
        Outcome::Rejected { .. } | Outcome::Fork => {
            house.tally.wrongly += 1;
            house.refused.insert(id);
        }
    }
    // A phone that nobody knows is known from now on, and closed until it signs in.
    let closed = super::oracle::Device { user: caller.user, open: false, last: house.now };
    house.oracle.devices.entry(wrote.dev).or_insert(closed);
    house.oracle.ops.insert(id, wrote);
}

/// Every record that is another than before was changed by an op that had the right.
fn explain(house: &mut House, before: &All, step: Step) -> Checked {
    let after = house.all();
    let mut candidates: Vec<OpId> = house.oracle.waiting.iter().copied().chain(step.op).collect();
    candidates.retain(|op| house.oracle.ops.contains_key(op));
    let ids: BTreeSet<Uuid> = before.keys().chain(after.keys()).copied().collect();
    let same =
        |a: &Rec, b: &Rec| (a.bucket, a.root, &a.body, a.by, &a.over) == (b.bucket, b.root, &b.body, b.by, &b.over);
    decided(house, &candidates, &after);
    // Customers first: where they went, what belongs to them followed.
    let mut changed: Vec<Uuid> = ids
        .into_iter()
        .filter(|id| match (before.get(id), after.get(id)) {
            (Some(a), Some(b)) => !same(a, b),
            _ => true,
        })
        .collect();
    changed.sort_by_key(|id| after.get(id).or(before.get(id)).is_none_or(|r| r.kind != CUSTOMER));
    // Judged with the homes of before; the new ones are noted afterwards.
    let mut moves = Vec::new();
    for id in &changed {
        match (before.get(id), after.get(id)) {
            (old, Some(new)) => moves.extend(explained(house, &candidates, old, new, &after, &step)?),
            (Some(old), None) if step.purged == Some(old.root) => {}
            (Some(old), None) if step.purged.is_some_and(|root| tells_of(old, root, before)) => {}
            (Some(old), None) => return Err(format!("{} was taken away", old.id)),
            (None, None) => {}
        }
    }
    for (customer, bucket, at) in moves {
        house.oracle.moved(customer, bucket, at);
    }
    if let Some(root) = step.purged {
        if let Some(home) = house.oracle.home(root) {
            house.purged.insert(root, home);
        }
        house.oracle.gone(root);
        // Nothing that was written of it stands anywhere any more.
        let of = |lives: Lives| lives == Lives::With(root);
        for rec in after.values() {
            let words = super::oracle::tokens_in(&rec.body);
            let left = words.iter().find(|word| house.oracle.tokens.get(*word).is_some_and(|token| of(token.lives)));
            if let Some(word) = left {
                return Err(format!("{} of kind {} holds {word} of the purged {root}", rec.id, rec.kind));
            }
        }
    }
    let mut through = Vec::new();
    for op in candidates {
        if !house.waits(op) {
            house.oracle.waiting.remove(&op);
            through.extend(house.oracle.ops[&op].to.iter().filter(|_| !house.refused.contains(&op)));
        }
    }
    for id in changed {
        if let Some(rec) = after.get(&id) {
            house.lived.entry(id).or_default().insert(rec.bucket);
            house.made.entry(id).or_insert(Made { kind: rec.kind, root: rec.root });
        }
    }
    let now = house.now;
    house.oracle.learn(now, &through);
    Ok(())
}

/// What people were told of an op about a customer, or about what belonged to it, goes when it is purged.
fn tells_of(old: &Rec, purged: Uuid, before: &All) -> bool {
    let names = |id: &Uuid| old.body.windows(16).any(|some| some == id.as_bytes());
    let gone = before.values().filter(|rec| rec.root == purged).map(|rec| rec.id);
    matches!(old.kind, INBOX | WAITING) && gone.chain([purged]).any(|id| names(&id))
}

/// Takes note of decisions that hold since this step, and of what they and others refused.
fn decided(house: &mut House, candidates: &[OpId], after: &All) {
    for rec in after.values().filter(|rec| rec.kind == DECISION && candidates.contains(&rec.by.op)) {
        if let Some((op, desk, true)) = Decision::of(&body(rec)).about() {
            house.oracle.allowed.entry(op).or_default().insert(desk);
        }
    }
    for op in candidates {
        if !house.waits(*op)
            && matches!(house.ledger.outcome(house.oracle.ops[op].cause, 0), Ok(Some(Outcome::Rejected { .. })))
        {
            house.refused.insert(*op);
        }
    }
}

type Moved = Option<(Uuid, Bucket, u64)>;

fn explained(
    house: &mut House,
    candidates: &[OpId],
    old: Option<&Rec>,
    new: &Rec,
    after: &All,
    step: &Step,
) -> Result<Moved, String> {
    let fail = |what: &str| Err(format!("{} of kind {} in {:?} {what}", new.id, new.kind, new.bucket));
    let before = old.map(|r| r.bucket);
    let (oracle, now) = (&house.oracle, house.now);
    let may =
        |op: &OpId, root: Uuid, before: Option<Bucket>, after: Bucket| oracle.may_write(*op, root, before, after, now);
    let of = |rec: Uuid| candidates.iter().filter(move |op| oracle.ops[*op].recs.contains(&rec));
    // What belongs to a customer goes where it goes; what was written in another's name stays.
    let along = |old: &Rec| {
        let author = oracle.ops.get(&old.by.op).map(|op| op.actor);
        old.body == new.body
            && old.bucket != new.bucket
            && new.root != new.id
            && after.get(&new.root).is_some_and(|root| root.bucket == new.bucket)
            && !matches!(old.bucket, Bucket::User(owner) if author != Some(owner))
    };
    let along = old.is_some_and(along);
    // The verdict of an orphan that came home may say what could not be known before, and nothing else.
    let judged = |old: &Rec| {
        let (was, now) = (Verdict::of(&body(old)), Verdict::of(&body(new)));
        let added = format!("{},unauthorised", was.flags.as_deref().unwrap_or_default());
        new.kind == VERDICT
            && matches!(old.bucket, Bucket::User(_))
            && after.get(&new.root).is_some_and(|root| root.bucket == new.bucket)
            && now.flags.as_deref() == Some(added.trim_start_matches(','))
            && Verdict { flags: was.flags.clone(), ..now } == was
    };
    let along = along || old.is_some_and(judged);
    let class = registry::kind(new.kind).map(|k| k.class);
    match (new.kind, class) {
        _ if step.purged == Some(new.root) => Ok(None),
        _ if along => {
            let orphan = matches!(before, Some(Bucket::User(_))) && class == Some(Class::B);
            if orphan && !oracle.might(new.by.op, new.root, new.bucket, now) && !marked(new, after) {
                return fail("came home and does not say that it was written without the right");
            }
            house.oracle.apart.remove(&new.id);
            Ok(None)
        }
        (_, Some(Class::C)) if old.is_none() && of(new.id).next().is_some() => fail("is the server's to write"),
        (CHANGE | VERDICT, _) if old.is_none() && candidates.contains(&new.by.op) => {
            // It lies beside what it is about.
            let about = if new.kind == VERDICT { Verdict::of(&body(new)).event } else { Some(new.root) };
            let apart = about.and_then(|id| after.get(&id)).map(|rec| rec.bucket);
            if apart.is_some_and(|home| home != new.bucket) {
                return fail("lies apart from what it tells of");
            }
            if house.oracle.home(new.root) != Some(new.bucket) && matches!(new.bucket, Bucket::User(_)) {
                house.oracle.apart.insert(new.id, new.bucket);
            }
            Ok(None)
        }
        // On a desk lies what waited when it was laid there.
        (WAITING, _) => match new.bucket {
            Bucket::GridLead(_) | Bucket::OrgAdmin if candidates.contains(&new.by.op) => Ok(None),
            _ => fail("has no cause"),
        },
        (INBOX | TRACE, _) => match new.bucket {
            Bucket::User(_) if candidates.contains(&new.by.op) || of(new.id).next().is_some() => Ok(None),
            Bucket::User(_) if old.is_some() => Ok(None),
            _ => fail("has no cause"),
        },
        (_, Some(Class::B)) => event(house, candidates, old, new, after),
        (_, Some(Class::A)) => {
            let Some(op) = of(new.id).find(|op| may(op, new.root, before, new.bucket)).copied() else {
                return fail("was changed by nobody who may");
            };
            let at = if old.is_some() { oracle.ops[&op].effective } else { 0 };
            if body(new).contains_key(&SAME_AS) {
                house.over = true;
            }
            if new.kind != CUSTOMER || before == Some(new.bucket) {
                return Ok(None);
            }
            let says = body(new).get(&customer::grid).and_then(Val::id).map(Bucket::Grid);
            if says != Some(new.bucket) && !body(new).contains_key(&SAME_AS) {
                return fail("is not where it says");
            }
            house.oracle.apart.remove(&new.id);
            Ok(Some((new.id, new.bucket, at)))
        }
        _ => fail("was changed"),
    }
}

fn body(rec: &Rec) -> crm_domain::val::Body {
    decode_body(&rec.body).unwrap_or_default()
}

/// Whether an event's verdict says that it was written without the right.
fn marked(event: &Rec, after: &All) -> bool {
    let verdict = after.values().filter(|r| r.kind == VERDICT).map(|r| Verdict::of(&body(r)));
    let flags = verdict.filter(|v| v.event == Some(event.id)).find_map(|v| v.flags).unwrap_or_default();
    flags.split(',').any(|flag| flag == "unauthorised")
}

/// Events are never refused: one without the right says so beside it, and changes nothing that was there.
fn event(house: &mut House, candidates: &[OpId], old: Option<&Rec>, new: &Rec, after: &All) -> Result<Moved, String> {
    let fail = |what: &str| Err(format!("event {} in {:?} {what}", new.id, new.bucket));
    if old.is_some() {
        return fail("was changed");
    }
    let Some(id) = candidates.iter().find(|op| **op == new.by.op).copied() else { return fail("has no author") };
    let wrote = &house.oracle.ops[&id];
    let owner = house.oracle.devices[&wrote.dev].user;
    let own = registry::kind(new.kind).is_some_and(|k| k.root.is_none());
    let home = match house.oracle.home(new.root).or(house.oracle.apart.get(&new.root).copied()) {
        _ if owner != wrote.actor => Bucket::User(owner),
        Some(home) if !own => home,
        _ => Bucket::User(wrote.actor),
    };
    if new.bucket != home {
        return fail(&format!("belongs into {home:?}"));
    }
    let rightly = new.bucket == Bucket::User(wrote.actor) && owner == wrote.actor
        || house.oracle.may_write(id, new.root, None, new.bucket, house.now);
    if !rightly && !marked(new, after) {
        return fail("does not say that it was written without the right");
    }
    if matches!(home, Bucket::User(_)) || house.oracle.apart.contains_key(&new.root) {
        house.oracle.apart.insert(new.id, home);
        let tokens = house.oracle.tokens.values_mut().filter(|t| t.op == Some(id));
        tokens.for_each(|token| token.lives = Lives::In(home));
    }
    Ok(None)
}

/// A change of anything, as somebody would write it who may, or who may not.
fn change(house: &mut House, dice: &mut Dice, actor: Uuid) -> Change {
    let customers = house.oracle.customers();
    let root = dice.pick(&customers).copied().unwrap_or_default();
    let grid = dice.pick(&house.grids).copied().unwrap_or_default();
    let of_kind = |kind: u16| house.made.iter().filter(|(_, m)| m.kind == kind).map(|(id, _)| *id).collect::<Vec<_>>();
    let pick = |dice: &mut Dice, kind: u16| dice.pick(&of_kind(kind)).copied().unwrap_or_default();
    let base = dice.pick(&house.oracle.ops.keys().copied().collect::<Vec<_>>()).copied().filter(|_| dice.percent(50));
    match dice.below(24) {
        0..=2 => {
            let word = house.token(actor, None, Lives::With(root));
            edit(CUSTOMER, root, Patch::new().set(customer::name, word).done(), base)
        }
        3..=4 => edit(CUSTOMER, root, Patch::new().set(customer::grid, grid).done(), base),
        5 => {
            let rec = house.mint();
            let word = house.token(actor, None, Lives::With(rec));
            create(CUSTOMER, rec, Patch::new().set(customer::name, word).set(customer::grid, grid).done())
        }
        6 => {
            let rec = house.mint();
            let word = house.token(actor, None, Lives::With(root));
            create(CONTACT, rec, Patch::new().set(contact::customer, root).set(contact::name, word).done())
        }
        7 => {
            let rec = pick(dice, CONTACT);
            let of = house.made.get(&rec).map_or(root, |m| m.root);
            let word = house.token(actor, None, Lives::With(of));
            edit(CONTACT, rec, Patch::new().set(contact::name, word).done(), base)
        }
        8 => {
            let rec = house.mint();
            let word = house.token(actor, None, Lives::With(root));
            let patch = Patch::new().set(need::customer, root).set(need::category, "speed").set(need::text, word);
            create(NEED, rec, patch.set(need::created_at, house.now as i64).done())
        }
        9..=10 => {
            let rec = house.mint();
            let word = house.token(actor, None, Lives::With(root));
            let patch = Patch::new().set(note::customer, root).set(note::by, actor).set(note::text, word);
            create(NOTE, rec, patch.set(note::at, house.now as i64).done())
        }
        11..=12 => {
            let patch = Patch::new().set(check_in::customer, root).set(check_in::by, actor);
            create(
                CHECK_IN,
                house.mint(),
                patch.set(check_in::at, house.now as i64).set(check_in::verdict, "inside").done(),
            )
        }
        13 => {
            let role = Role::ALL[dice.below(4) as usize];
            edit(
                PERSON,
                if dice.percent(50) { actor } else { pick(dice, PERSON) },
                Patch::new().set(person::role, role.word()).done(),
                None,
            )
        }
        14 => {
            let rec = house.mint();
            let bucket = if dice.percent(50) { Bucket::AllGrids } else { Bucket::OrgAdmin };
            create(GRANT, rec, crate::ledger::office::granting(actor, bucket))
        }
        15 => edit(DEVICE, pick(dice, DEVICE), Patch::new().set(device::state, "active").done(), None),
        16 => edit(GRID, grid, Patch::new().set(grid::lead, actor).done(), None),
        17 => {
            let rec = pick(dice, INBOX);
            edit(INBOX, rec, Patch::new().set(inbox::resolved, "seen").done(), None)
        }
        18 => {
            let kind = [CHANGE, VERDICT, TRACE, INBOX, WAITING][dice.below(5) as usize];
            create(kind, house.mint(), [(1, Val::Id(root))].into())
        }
        19 => {
            let other = dice.pick(&customers).copied().unwrap_or_default();
            let hers = |id| house.oracle.home(id).is_some_and(|b| house.oracle.holds(actor, b, Verb::Put, house.now));
            // With the right it ends the probes of this house, so it is tried without.
            let other = if hers(root) && hers(other) { root } else { other };
            edit(CUSTOMER, root, [(SAME_AS, Val::Id(other))].into(), None)
        }
        20 => {
            let seen = base.unwrap_or(1);
            let patch = SetPatch { add: vec![Val::Text("vip".into())], remove: vec![(Val::Text("vip".into()), seen)] };
            edit(CUSTOMER, root, [(customer::tags, Val::Set(patch))].into(), None)
        }
        21..=22 => {
            let waiting: Vec<OpId> = house.oracle.waiting.iter().copied().collect();
            let desk = if dice.percent(80) { Bucket::GridLead(grid) } else { Bucket::OrgAdmin };
            let op = dice.pick(&waiting).copied().unwrap_or(7);
            create(DECISION, house.mint(), waiting::body(op, desk, dice.percent(70)))
        }
        _ => {
            let rec = if dice.percent(50) { house.mint() } else { pick(dice, BATCH) };
            let word = house.token(actor, None, Lives::In(Bucket::User(actor)));
            let patch = Patch::new().set(batch::file, word).set(batch::by, actor).done();
            if dice.percent(50) { create(BATCH, rec, patch) } else { edit(BATCH, rec, patch, None) }
        }
    }
}

/// What happens in an office: grants come and go, people change roles, customers move, work is done.
pub fn of_the_office(house: &mut House, dice: &mut Dice) -> Checked {
    let straight = Straight::new(house);
    let admin = house.admin();
    match dice.below(16) {
        0..=5 => work(house, &straight, dice),
        6..=7 => {
            let user = *dice.pick(&house.users()).ok_or("nobody")?;
            let grid = *dice.pick(&house.grids).ok_or("no grids")?;
            let bucket = match dice.below(12) {
                0 => Bucket::OrgAdmin,
                1 => Bucket::AllGrids,
                2 => Bucket::User(*dice.pick(&house.users()).ok_or("nobody")?),
                3 => Bucket::Pool(grid),
                4..=5 => Bucket::GridLead(grid),
                _ => Bucket::Grid(grid),
            };
            let verb = [Verb::Read, Verb::Put, Verb::Write][dice.below(3) as usize];
            let verb = if bucket == Bucket::OrgAdmin { Verb::Read } else { verb };
            let rec = house.mint();
            let patch = Patch::new().set(grant::user, user).set(grant::bucket, bucket.to_bytes());
            let change = create(GRANT, rec, patch.set(grant::verb, verb as i64).done());
            let now = house.now;
            house.oracle.give(rec, user, bucket, verb, now);
            house.grants.push(rec);
            administer(house, &straight, change)
        }
        8..=9 => {
            let Some(rec) = dice.pick(&house.grants).copied() else { return Ok(()) };
            house.grants.retain(|g| *g != rec);
            let now = house.now;
            house.oracle.end(rec, now);
            administer(house, &straight, edit(GRANT, rec, Patch::new().set(grant::ended_at, now as i64).done(), None))
        }
        10 => {
            let user = *dice.pick(&house.users()).ok_or("nobody")?;
            let (role, now) = (Role::ALL[dice.below(3) as usize], house.now);
            if user == admin.user {
                return Ok(());
            }
            let active = dice.percent(80);
            house.oracle.person(user, role, active, now);
            let patch = Patch::new().set(person::role, role.word()).set(person::active, active);
            administer(house, &straight, edit(PERSON, user, patch.done(), None))
        }
        11..=12 => {
            let phone = house.anybody(dice);
            // One that never signed in has no record to change.
            if phone.user == admin.user || !house.keys.contains_key(&phone.dev) {
                return Ok(());
            }
            let word = ["active", "active", "revoked", "lost"][dice.below(4) as usize];
            house.oracle.devices.entry(phone.dev).and_modify(|d| d.open = word == "active");
            administer(house, &straight, edit(DEVICE, phone.dev, Patch::new().set(device::state, word).done(), None))
        }
        13 => {
            let waiting: Vec<OpId> = house.oracle.waiting.iter().copied().collect();
            let Some(op) = dice.pick(&waiting).copied() else { return Ok(()) };
            let of_work = |rec: &Uuid| house.made.get(rec).is_some_and(|m| !administers(m.kind));
            let allow = dice.percent(60) && house.oracle.ops[&op].recs.iter().all(of_work);
            let decision = create(DECISION, house.mint(), waiting::body(op, Bucket::OrgAdmin, allow));
            administer(house, &straight, decision)
        }
        14 if dice.percent(30) => {
            let Some(root) = dice.pick(&house.oracle.customers()).copied() else { return Ok(()) };
            let before = house.all();
            house.ledger.purge(&admin, root, house.now).map_err(|e| format!("{e:?}"))?;
            explain(house, &before, Step { op: None, purged: Some(root) })
        }
        _ if dice.percent(30) => thief(house, &straight, dice),
        _ => photo(house, &straight, dice),
    }
}

/// By the administrator, and it holds.
fn administer(house: &mut House, door: &impl Door, change: Change) -> Checked {
    let admin = house.admin();
    let op = house.op(admin.user, house.now, vec![change]);
    match write(house, door, &admin, admin.dev, op, 0, None)? {
        Some(Outcome::Applied | Outcome::Merged) => Ok(()),
        other => Err(format!("administration ends with {other:?}")),
    }
}

/// Somebody does what she may.
fn work(house: &mut House, door: &impl Door, dice: &mut Dice) -> Checked {
    let somebody = house.anybody(dice);
    let root = dice.pick(&house.oracle.customers()).copied().unwrap_or_default();
    let hers =
        house.oracle.home(root).is_some_and(|home| house.oracle.holds(somebody.user, home, Verb::Write, house.now));
    let who = if hers && house.open(&somebody) { somebody } else { house.admin() };
    let change = change(house, dice, who.user);
    if !matches!(change.kind, CUSTOMER | CONTACT | NEED | NOTE | CHECK_IN) {
        return Ok(());
    }
    let op = house.op(who.user, house.now, vec![change]);
    write(house, door, &who, who.dev, op, 0, None).map(drop)
}

/// A photo, whole or begun, and the note that names it.
fn photo(house: &mut House, door: &Straight, dice: &mut Dice) -> Checked {
    let who = house.anybody(dice);
    if !house.open(&who) {
        return Ok(());
    }
    let bytes = dice.bytes::<24>();
    let sha: [u8; 32] = Sha256::digest(bytes).into();
    let complete = dice.percent(70);
    let part = if complete { &bytes[..] } else { &bytes[..9] };
    let sent = door.offer(&who, &sha, bytes.len() as u64).and_then(|offset| door.append(&who, &sha, offset, part));
    sent.map_err(|e| format!("a photo is not taken: {}", String::from_utf8_lossy(&e)))?;
    let root = dice.pick(&house.oracle.customers()).copied().unwrap_or_default();
    let rec = house.mint();
    let patch = Patch::new().set(note::customer, root).set(note::at, house.now as i64).set(UNKNOWN, sha.to_vec());
    house.photos.push(Photo { sha, author: who.user, complete, event: Some(rec) });
    let op = house.op(who.user, house.now, vec![create(NOTE, rec, patch.done())]);
    write(house, door, &who, who.dev, op, 0, None).map(drop)
}

/// Somebody knows the hash of a colleague's photo and names it in a note of her own: nobody reads it by that.
fn thief(house: &mut House, door: &Straight, dice: &mut Dice) -> Checked {
    let who = house.anybody(dice);
    let Some(sha) = dice.pick(&house.photos).filter(|photo| photo.author != who.user).map(|photo| photo.sha) else {
        return Ok(());
    };
    let root = dice.pick(&house.oracle.customers()).copied().unwrap_or_default();
    let rec = house.mint();
    let patch = Patch::new().set(note::customer, root).set(note::at, house.now as i64).set(UNKNOWN, sha.to_vec());
    let op = house.op(who.user, house.now, vec![create(NOTE, rec, patch.done())]);
    write(house, door, &who, who.dev, op, 0, None).map(drop)
}
