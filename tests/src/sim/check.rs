//! What must hold once a world is quiet (SYNC 4.2).
use super::phone::Phone;
use crm_domain::book::Book;
use crm_domain::bucket::{Bucket, Grants, Verb};
use crm_domain::customers::{self, CUSTOMER, Card, List, Sort};
use crm_domain::history::{CHANGE, Change, INBOX, Inbox, VERDICT, Verdict};
use crm_domain::ids::{OpId, Uuid};
use crm_domain::kind::Class;
use crm_domain::query::{Asker, NotLoaded, Rows};
use crm_domain::registry::{Query, View, kind};
use crm_domain::row::{Row, Shown, State};
use crm_domain::rules::Why;
use crm_domain::waiting::{self, DECISION, Decision, WAITING, Waiting};
use crm_protocol::{Hello, Mode, Outcome, Pull, bucket_digest};
use crm_replica::Audited;
use crm_server::ledger::{Caller, Ledger};
use std::collections::{BTreeMap, BTreeSet};

/// A server and its phones when everything that was under way has arrived.
pub struct Quiet<'a> {
    pub ledger: &'a Ledger,
    /// True time, milliseconds.
    pub now: u64,
    pub phones: Vec<&'a Phone>,
    /// A phone was cloned, or the server came back from a backup: chains of events may show it.
    pub disturbed: bool,
}

/// Every invariant; the first that fails, in words.
pub fn all(world: &Quiet) -> Result<(), String> {
    on_the_way(world.phones.iter().copied())?;
    for phone in &world.phones {
        let Some(app) = &phone.app else { continue };
        let at = |what: String| format!("{}: {what}", phone.name);
        let held = app.replica.audit(phone.pages());
        contained(world, phone, &held).map_err(at)?;
        converged(world, phone, &held).map_err(at)?;
        every_saved_command_is_at_the_server(world, phone).map_err(at)?;
        every_op_arrived_once(world, phone).map_err(at)?;
        every_op_is_whole(world, phone).map_err(at)?;
        causes_come_before_effects(world, &held).map_err(at)?;
        children_live_with_their_root(&held).map_err(at)?;
        who_lost_is_told(phone, &held).map_err(at)?;
        who_decides_is_heard(&held).map_err(at)?;
        chains_are_whole(world, &held).map_err(at)?;
        shows_what_it_holds(world, phone, held).map_err(at)?;
    }
    Ok(())
}

/// What holds at any moment: no op stands twice in a queue, what a person made and nobody has answered yet is there to be
/// seen, and no copy needs mending where no disk loses anything.
pub fn on_the_way<'a>(phones: impl Iterator<Item = &'a Phone>) -> Result<(), String> {
    for phone in phones {
        let Some(app) = phone.app.as_ref().filter(|app| app.effects.is_empty()) else { continue };
        if app.status.repaired > 0 && !phone.losing {
            return Err(format!("{}: {} rows were not what the server has", phone.name, app.status.repaired));
        }
        let queue = app.replica.queue();
        let mut seen = BTreeSet::new();
        if let Some(twice) = queue.iter().map(|a| (a.op.cause, a.op.part)).find(|id| !seen.insert(*id)) {
            return Err(format!("{}: {twice:?} stands twice in the queue", phone.name));
        }
        for audited in queue.into_iter().filter(|audited| audited.outcome.is_none()) {
            let made = audited.op.changes.iter().find(|change| change.kind == CUSTOMER && change.new);
            let Some(change) = made else { continue };
            let seen = app.replica.book().customers.iter().any(|customer| customer.id == change.rec);
            if !seen {
                return Err(format!("{}: does not show {}, which is its own", phone.name, change.rec));
            }
        }
    }
    Ok(())
}

fn caller(phone: &Phone) -> Caller {
    Caller { user: phone.user, dev: phone.dev }
}

/// What the server would give this device of a bucket, from nothing.
fn server_rows(world: &Quiet, phone: &Phone, bucket: Bucket) -> Result<(Vec<Row>, u64), String> {
    let epoch = world.ledger.epoch().map_err(|e| format!("{e:?}"))?;
    let mut rows: BTreeMap<Uuid, Row> = BTreeMap::new();
    let mut cursor = 0;
    // Of no release that could be too old for the server.
    let hello = Hello { app: u16::MAX, ..Hello::silent() };
    loop {
        let pull = Pull {
            nonce: 1,
            epoch,
            proof: None,
            cursors: vec![(bucket, Some(cursor))],
            max_bytes: u32::MAX,
            hello: Some(hello.clone()),
        };
        let answer = world.ledger.pull(&caller(phone), &pull, world.now).map_err(|e| format!("{e:?}"))?;
        let Some(part) = answer.parts.into_iter().find(|part| part.bucket == bucket) else {
            return Ok((rows.into_values().collect(), answer.last_n));
        };
        if let Mode::Pages { generation, count, at_seq } = part.mode {
            // Exits from the beginning are forgotten: what is there stands in pages.
            for no in 0..count {
                let page = world.ledger.page(&caller(phone), bucket, generation, no, world.now);
                rows.extend(page.map_err(|e| format!("{e:?}"))?.rows.into_iter().map(|row| (row.id, row)));
            }
            cursor = at_seq;
            continue;
        }
        for exit in &part.exits {
            rows.remove(&exit.id);
        }
        let left: BTreeMap<Uuid, u64> = part.exits.iter().map(|exit| (exit.id, exit.seq)).collect();
        let stays = part.rows.into_iter().filter(|row| left.get(&row.id).is_none_or(|seq| *seq < row.seq));
        rows.extend(stays.map(|row| (row.id, row)));
        let digest = bucket_digest(rows.values());
        if digest != part.digest {
            return Err(format!("{bucket:?}: the rows' digest is {digest:?}, told is {:?}", part.digest));
        }
        return Ok((rows.into_values().collect(), answer.last_n));
    }
}

/// No row outside the grants.
fn contained(world: &Quiet, phone: &Phone, held: &[(Bucket, Row)]) -> Result<(), String> {
    let grants = world.ledger.grants(phone.user, world.now).map_err(|e| format!("{e:?}"))?;
    match held.iter().find(|(bucket, _)| !grants.allow(*bucket, Verb::Read)) {
        Some((bucket, row)) => Err(format!("holds {} of {bucket:?}, which is not granted", row.id)),
        None => Ok(()),
    }
}

/// The rows held are the server's rows, bucket by bucket, byte by byte.
fn converged(world: &Quiet, phone: &Phone, held: &[(Bucket, Row)]) -> Result<(), String> {
    let grants = world.ledger.grants(phone.user, world.now).map_err(|e| format!("{e:?}"))?;
    let mut buckets: BTreeSet<Bucket> = grants.0.iter().map(|(b, _)| *b).filter(|b| *b != Bucket::AllGrids).collect();
    buckets.extend(held.iter().map(|(b, _)| *b));
    for bucket in buckets {
        let theirs = sorted(server_rows(world, phone, bucket)?.0);
        let mine = sorted(held.iter().filter(|(b, _)| *b == bucket).map(|(_, r)| r.clone()).collect());
        if mine.len() != theirs.len() {
            let lacks: Vec<Uuid> = theirs.keys().filter(|id| !mine.contains_key(id)).copied().collect();
            let extra: Vec<Uuid> = mine.keys().filter(|id| !theirs.contains_key(id)).copied().collect();
            return Err(format!("{bucket:?}: lacks {lacks:?}, has besides {extra:?}"));
        }
        if let Some((id, row)) = theirs.iter().find(|(id, row)| mine.get(id) != Some(row)) {
            return Err(format!("{bucket:?}: {id} is {:?}, at the server {row:?}", mine.get(id)));
        }
    }
    Ok(())
}

fn sorted(rows: Vec<Row>) -> BTreeMap<Uuid, Row> {
    rows.into_iter().map(|r| (r.id, r)).collect()
}

/// Every command that said *saved* came to the server, however often phones crashed and forked and the server was restored.
fn every_saved_command_is_at_the_server(world: &Quiet, phone: &Phone) -> Result<(), String> {
    for cause in &phone.saved {
        if world.ledger.outcome(*cause, 0).map_err(|e| format!("{e:?}"))?.is_none() {
            return Err(format!("the saved command {cause} never came to the server"));
        }
    }
    Ok(())
}

/// The server took this device's queue whole, each op once, in order: its last n is the newest op's, and the running
/// hash was compared before anything left the outbox.
fn every_op_arrived_once(world: &Quiet, phone: &Phone) -> Result<(), String> {
    let Some(app) = &phone.app else { return Ok(()) };
    let next_n = app.replica.next_n();
    let (_, last_n) = server_rows(world, phone, Bucket::User(phone.user))?;
    if last_n + 1 == next_n && app.status.unsent == 0 {
        return Ok(());
    }
    Err(format!("the next n is {next_n}, the server's last {last_n}, unsent {}", app.status.unsent))
}

/// No value stands that an applied edit was made in the knowledge of (Jepsen: every read reflects a causal descendant of
/// each acknowledged write), and none of a refused op.
fn causes_come_before_effects(world: &Quiet, held: &[(Bucket, Row)]) -> Result<(), String> {
    let mut overtaken: BTreeSet<(Uuid, u16, OpId)> = BTreeSet::new();
    let mut refused: BTreeSet<OpId> = BTreeSet::new();
    for app in world.phones.iter().filter_map(|phone| phone.app.as_ref()) {
        for Audited { op, outcome, .. } in app.replica.queue() {
            match outcome {
                Some(Outcome::Applied | Outcome::Merged) => {
                    let edits = op.changes.iter().filter(|change| !change.yields);
                    overtaken.extend(edits.flat_map(|c| c.base.iter().map(|(field, base)| (c.rec, *field, *base))));
                }
                Some(Outcome::Rejected { .. }) => {
                    refused.insert(op.id());
                }
                _ => {}
            }
        }
    }
    for (_, row) in held {
        let shown = row.shown().map_err(|e| format!("{}: {e}", row.id))?;
        for ((field, element), writer) in &shown.writers {
            if element.is_none() && overtaken.contains(&(row.id, *field, *writer)) {
                return Err(format!("{}: field {field} is what an applied edit has replaced", row.id));
            }
            if refused.contains(writer) && kind(row.kind).is_some_and(|k| k.class == Class::A) {
                return Err(format!("{}: field {field} is a refused op's", row.id));
            }
        }
    }
    Ok(())
}

fn children_live_with_their_root(held: &[(Bucket, Row)]) -> Result<(), String> {
    let home: BTreeMap<Uuid, Bucket> = held.iter().map(|(bucket, row)| (row.id, *bucket)).collect();
    match held.iter().find(|(bucket, row)| home.get(&row.root).is_some_and(|root| root != bucket)) {
        Some((bucket, row)) => Err(format!("{} lies in {bucket:?}, its root {} does not", row.id, row.root)),
        None => Ok(()),
    }
}

/// Each value of hers that lost, as the history says, is in her inbox.
fn who_lost_is_told(phone: &Phone, held: &[(Bucket, Row)]) -> Result<(), String> {
    let bodies = |kind: u16| held.iter().filter(move |(_, r)| r.kind == kind).filter_map(|(_, r)| r.shown().ok());
    let told: Vec<Inbox> = bodies(INBOX).map(|shown| Inbox::of(&shown.body)).collect();
    for shown in bodies(CHANGE) {
        let change = Change::of(&shown.body);
        if change.lost.is_none() || change.loser != Some(phone.user) {
            continue;
        }
        if !told.iter().any(|i| i.rec == change.rec && i.field == change.field && i.mine == change.lost) {
            return Err(format!("nobody told of the value of {:?} that {:?} lost", change.field, change.rec));
        }
    }
    Ok(())
}

/// What was let through at its desk does not go on waiting for the right.
fn who_decides_is_heard(held: &[(Bucket, Row)]) -> Result<(), String> {
    let bodies = |kind: u16| held.iter().filter(move |(_, r)| r.kind == kind).filter_map(|(_, r)| r.shown().ok());
    let allowed: BTreeSet<(OpId, Bucket)> = bodies(DECISION)
        .filter_map(|shown| Decision::of(&shown.body).about())
        .filter_map(|(op, desk, allow)| allow.then_some((op, desk)))
        .collect();
    for shown in bodies(WAITING) {
        let row = Waiting::of(&shown.body);
        let Some(line) = waiting::Line::of(row.clone()) else { continue };
        let lacks_right = row.settled.is_none() && row.why == Some(Why::NoGrant as i64);
        if lacks_right && allowed.contains(&(line.op, line.desk)) {
            return Err(format!("{:?} waits at {:?}, where it was let through", line.op, line.desk));
        }
    }
    Ok(())
}

/// Where no phone was cloned and no server came back, each event builds on the one before it and is signed.
fn chains_are_whole(world: &Quiet, held: &[(Bucket, Row)]) -> Result<(), String> {
    if world.disturbed {
        return Ok(());
    }
    for (_, row) in held.iter().filter(|(_, row)| row.kind == VERDICT) {
        let verdict = Verdict::of(&row.shown().map_err(|e| format!("{}: {e}", row.id))?.body);
        let flags = verdict.flags.unwrap_or_default();
        if flags.contains("link") || flags.contains("signature") {
            return Err(format!("the event {:?} is flagged {flags}", verdict.event));
        }
    }
    Ok(())
}

/// What was applied was applied with all its changes.
fn every_op_is_whole(world: &Quiet, phone: &Phone) -> Result<(), String> {
    let Some(app) = &phone.app else { return Ok(()) };
    for Audited { op, outcome, .. } in app.replica.queue() {
        if !matches!(outcome, Some(Outcome::Applied | Outcome::Merged)) {
            continue;
        }
        for change in op.changes.iter().filter(|change| change.new) {
            if !world.ledger.holds(change.rec).map_err(|e| format!("{e:?}"))? {
                return Err(format!("{}.{} was applied without {}", op.cause, op.part, change.rec));
            }
        }
    }
    Ok(())
}

/// Lists answer from a book that is what a fresh one, made from the same rows, would be.
fn shows_what_it_holds(world: &Quiet, phone: &Phone, held: Vec<(Bucket, Row)>) -> Result<(), String> {
    let Some(app) = &phone.app else { return Ok(()) };
    let mut fresh = Book::default();
    for shown in held.iter().filter_map(|(_, row)| row.shown().ok()) {
        fresh.apply(&shown);
    }
    let held_back = |a: &Audited| matches!(a.outcome, Some(Outcome::Waiting(_) | Outcome::Rejected { .. }));
    let undecided = |a: &Audited| held_back(a) && !a.settled;
    let open: BTreeSet<Uuid> = app.replica.queue().into_iter().filter(undecided).flat_map(|a| a.roots).collect();
    let grants = Grants::default();
    let asker = Asker { user: phone.user, grants: &grants, now: world.now as i64, sifts: false };
    for archived in [false, true] {
        let query = Query::Customers(customers::Query::List(List {
            sort: Sort::Name,
            archived,
            limit: 500,
            ..List::default()
        }));
        let ask = |book: &Book| match query.answer(book, &Nothing, &asker) {
            Ok(View::Customers(customers::View::List(page))) => page.cards,
            other => panic!("not a list: {other:?}"),
        };
        let (mine, expect) = (ask(app.replica.book()), ask(&fresh));
        // What waits or was refused covers the server's rows, and counts in the roll-ups, until someone decides.
        let plain = |card: &&Card| !matches!(card.state, State::Refused | State::Waiting) && !open.contains(&card.id);
        for card in mine.iter().filter(plain) {
            match expect.iter().find(|c| c.id == card.id) {
                Some(same) if same == card => {}
                other => return Err(format!("shows {card:?}\n but holds {other:?}")),
            }
        }
        // One that waits to be archived or moved is elsewhere until it is decided.
        let shown = |card: &&Card| open.contains(&card.id) || mine.iter().any(|m| m.id == card.id);
        if let Some(card) = expect.iter().find(|card| !shown(card)) {
            return Err(format!("does not show {card:?}"));
        }
    }
    Ok(())
}

struct Nothing;
impl Rows for Nothing {
    fn under(&self, _: Uuid) -> Result<Vec<Shown>, NotLoaded> {
        Ok(vec![])
    }
}
