//! What must hold once a world is quiet (SYNC 4.2).
use super::phone::Phone;
use crm_domain::book::Book;
use crm_domain::bucket::{Bucket, Grants, Verb};
use crm_domain::customers::{self, Card, List, Sort};
use crm_domain::ids::Uuid;
use crm_domain::query::{Asker, NotLoaded, Rows};
use crm_domain::registry::{Query, View};
use crm_domain::row::{Row, Shown, State};
use crm_protocol::{Outcome, Pull, bucket_digest};
use crm_replica::Audited;
use crm_server::ledger::{Caller, Ledger};
use std::collections::{BTreeMap, BTreeSet};

/// A server and its phones when everything that was under way has arrived.
pub struct Quiet<'a> {
    pub ledger: &'a Ledger,
    /// True time, milliseconds.
    pub now: u64,
    pub phones: Vec<&'a Phone>,
}

/// Every invariant; the first that fails, in words.
pub fn all(world: &Quiet) -> Result<(), String> {
    for phone in &world.phones {
        let Some(app) = &phone.app else { continue };
        let at = |what: String| format!("{}: {what}", phone.name);
        let held = app.replica.audit(phone.pages());
        contained(world, phone, &held).map_err(at)?;
        converged(world, phone, &held).map_err(at)?;
        every_saved_command_is_at_the_server(world, phone).map_err(at)?;
        every_op_arrived_once(world, phone).map_err(at)?;
        every_op_is_whole(world, phone).map_err(at)?;
        shows_what_it_holds(world, phone, held).map_err(at)?;
    }
    Ok(())
}

fn caller(phone: &Phone) -> Caller {
    Caller { user: phone.user, dev: phone.dev }
}

/// What the server would give this device of a bucket, from nothing.
fn server_rows(world: &Quiet, phone: &Phone, bucket: Bucket) -> Result<(Vec<Row>, u64), String> {
    let epoch = world.ledger.epoch().map_err(|e| format!("{e:?}"))?;
    let pull = Pull { nonce: 1, epoch, proof: None, cursors: vec![(bucket, Some(0))], max_bytes: u32::MAX };
    let answer = world.ledger.pull(&caller(phone), &pull, world.now).map_err(|e| format!("{e:?}"))?;
    let Some(part) = answer.parts.into_iter().find(|part| part.bucket == bucket) else {
        return Ok((vec![], answer.last_n));
    };
    let digest = bucket_digest(&part.rows);
    if part.hi == part.seq && digest != part.digest {
        return Err(format!("{bucket:?}: the rows' digest is {digest:?}, told is {:?}", part.digest));
    }
    Ok((part.rows, answer.last_n))
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

/// No op stands twice in a queue, and what was applied was applied with all its changes.
fn every_op_is_whole(world: &Quiet, phone: &Phone) -> Result<(), String> {
    let Some(app) = &phone.app else { return Ok(()) };
    let mut seen = BTreeSet::new();
    for Audited { op, outcome, .. } in app.replica.queue() {
        if !seen.insert((op.cause, op.part)) {
            return Err(format!("{}.{} stands twice in the queue", op.cause, op.part));
        }
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
    let undecided = |a: &Audited| matches!(a.outcome, Some(Outcome::Waiting(_) | Outcome::Rejected { .. }));
    let open: BTreeSet<Uuid> = app.replica.queue().into_iter().filter(undecided).flat_map(|a| a.roots).collect();
    let grants = Grants::default();
    let asker = Asker { user: phone.user, grants: &grants, now: world.now as i64 };
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
        if let Some(card) = expect.iter().find(|c| !mine.iter().any(|m| m.id == c.id)) {
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
