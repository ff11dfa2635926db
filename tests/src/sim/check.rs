//! What must hold once a world is quiet (SYNC 4.2).
use super::phone::{App, Phone};
use crm_domain::book::Book;
use crm_domain::bucket::{Bucket, Grants, Verb};
use crm_domain::customers::{self, CUSTOMER, Card, List, Sort};
use crm_domain::history::{CHANGE, Change, INBOX, Inbox, VERDICT, Verdict};
use crm_domain::ids::{OpId, Uuid};
use crm_domain::kind::{Class, same_as};
use crm_domain::photos::{PHOTO, Photo, Sha, sha256};
use crm_domain::query::{Asker, NotLoaded, Rows};
use crm_domain::registry::{Query, View, kind};
use crm_domain::row::{Row, Shown, State};
use crm_domain::rules::Why;
use crm_domain::val::Body;
use crm_domain::waiting::{self, DECISION, Decision, WAITING, Waiting};
use crm_protocol::{Hello, Mode, Outcome, Pull, bucket_digest};
use crm_replica::Audited;
use crm_replica::ports::Store;
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
    on_the_way(world.ledger, world.phones.iter().copied())?;
    let wrote = Wrote::of(world);
    let mut pictures: BTreeMap<Uuid, (Bucket, Photo)> = BTreeMap::new();
    for phone in &world.phones {
        let Some(app) = &phone.app else { continue };
        let at = |what: String| format!("{}: {what}", phone.name);
        every_photo_arrived(world, phone, app).map_err(at)?;
        let queue = app.replica.queue();
        let held = app.replica.audit(phone.pages());
        contained(world, phone, &held).map_err(at)?;
        let last_n = converged(world, phone, &held).map_err(at)?;
        let shown = shown(&held).map_err(at)?;
        every_saved_command_is_at_the_server(world, phone).map_err(at)?;
        every_op_arrived_once(app, last_n).map_err(at)?;
        every_op_is_whole(world, &queue).map_err(at)?;
        causes_come_before_effects(&wrote, &shown).map_err(at)?;
        children_live_with_their_root(&held, &shown).map_err(at)?;
        who_lost_is_told(phone, &shown).map_err(at)?;
        who_decides_is_heard(&shown).map_err(at)?;
        chains_are_whole(world, &shown).map_err(at)?;
        shows_what_it_holds(world, phone, &queue, &shown).map_err(at)?;
        let photos = held.iter().zip(shown).filter(|(_, row)| row.kind == PHOTO);
        pictures.extend(photos.map(|((bucket, _), row)| (row.id, (*bucket, Photo::of(&row.body)))));
    }
    who_sees_photos(world, &pictures)
}

/// What holds at any moment: no op stands twice in a queue, what a person made and nobody has answered yet is there to be
/// seen, no copy needs mending where no disk loses anything, and a photo that was shown as saved lies on its phone or,
/// whole, at the server.
pub fn on_the_way<'a>(ledger: &Ledger, phones: impl Iterator<Item = &'a Phone>) -> Result<(), String> {
    for phone in phones.filter(|phone| !phone.wiped) {
        if let Some(sha) = phone.photos.values().find(|sha| !phone.keeps(sha) && !delivered(ledger, phone.user, sha)) {
            return Err(format!("{}: a photo that was saved is lost ({})", phone.name, short(sha)));
        }
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

fn short(sha: &Sha) -> String {
    hex::encode(&sha[..4])
}

/// Whether the server has what this person delivered, whole.
fn delivered(ledger: &Ledger, user: Uuid, sha: &Sha) -> bool {
    ledger.delivery(user, sha).is_ok_and(|bytes| bytes.is_some_and(|bytes| sha256(&bytes) == *sha))
}

/// The photos that she was shown as saved are at the server, as they were taken; the phone owes none, and keeps nothing
/// that it has no note of.
fn every_photo_arrived(world: &Quiet, phone: &Phone, app: &App) -> Result<(), String> {
    if let Some(sha) = phone.photos.values().find(|sha| !delivered(world.ledger, phone.user, sha)) {
        return Err(format!("the photo {} never came to the server", short(sha)));
    }
    let notes = phone.disk.all(Store::State).filter(|(key, _)| key.0 == 2).count();
    let kept = phone.disk.all(Store::Blob).count();
    if kept != 2 * notes || !app.status.unsent_blobs.is_empty() {
        return Err(format!("{kept} pictures for {notes} notes, owed: {}", app.status.unsent_blobs.len()));
    }
    Ok(())
}

/// A photo's event is there once for each time that it was saved; and who reads the picture is who delivered it or reads
/// such an event of somebody who did, and nobody else. `pictures`: by the event's id, where it lies.
fn who_sees_photos(world: &Quiet, pictures: &BTreeMap<Uuid, (Bucket, Photo)>) -> Result<(), String> {
    let mut saved: BTreeMap<(Uuid, Sha), BTreeSet<Uuid>> = BTreeMap::new();
    for phone in &world.phones {
        for (cause, sha) in &phone.photos {
            saved.entry((phone.user, *sha)).or_default().insert(*cause);
        }
    }
    let of = |sha: Sha| pictures.values().filter(move |(_, photo)| photo.sha.as_deref() == Some(sha.as_slice()));
    for ((user, sha), causes) in &saved {
        let events = of(*sha).filter(|(_, photo)| photo.by == Some(*user)).count();
        if events != causes.len() {
            return Err(format!("{} was saved {} times and has {events} events", short(sha), causes.len()));
        }
    }
    let shas: BTreeSet<&Sha> = saved.keys().map(|(_, sha)| sha).collect();
    for phone in world.phones.iter().filter(|phone| !phone.wiped) {
        let grants = world.ledger.grants(phone.user, world.now).map_err(|e| format!("{e:?}"))?;
        for sha in &shas {
            let theirs = of(**sha).any(|(bucket, photo)| {
                let author = photo.by.is_some_and(|by| delivered(world.ledger, by, sha));
                author && grants.allow(*bucket, Verb::Read)
            });
            let may = delivered(world.ledger, phone.user, sha) || theirs;
            let reads = world.ledger.blob(&caller(phone), sha, world.now).is_ok();
            if may != reads {
                return Err(format!("{}: may read the photo {}: {may}, reads it: {reads}", phone.name, short(sha)));
            }
        }
    }
    Ok(())
}

fn caller(phone: &Phone) -> Caller {
    Caller { user: phone.user, dev: phone.dev }
}

/// What the server would give this device of a bucket, from nothing, and its last n.
fn server_rows(world: &Quiet, phone: &Phone, bucket: Bucket) -> Result<(BTreeMap<Uuid, Row>, u64), String> {
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
            return Ok((rows, answer.last_n));
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
        return Ok((rows, answer.last_n));
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

/// The rows held are the server's rows, bucket by bucket, byte by byte. Gives the last n that the server knows of her.
fn converged(world: &Quiet, phone: &Phone, held: &[(Bucket, Row)]) -> Result<u64, String> {
    let grants = world.ledger.grants(phone.user, world.now).map_err(|e| format!("{e:?}"))?;
    let granted = grants.0.iter().map(|(b, _)| *b).filter(|b| *b != Bucket::AllGrids);
    let mut buckets: BTreeMap<Bucket, BTreeMap<Uuid, &Row>> = granted.map(|b| (b, BTreeMap::new())).collect();
    for (bucket, row) in held {
        buckets.entry(*bucket).or_default().insert(row.id, row);
    }
    let mut last_n = 0;
    for (bucket, mine) in buckets {
        let (theirs, last) = server_rows(world, phone, bucket)?;
        last_n = last;
        if mine.len() != theirs.len() {
            let lacks: Vec<Uuid> = theirs.keys().filter(|id| !mine.contains_key(id)).copied().collect();
            let extra: Vec<Uuid> = mine.keys().filter(|id| !theirs.contains_key(id)).copied().collect();
            return Err(format!("{bucket:?}: lacks {lacks:?}, has besides {extra:?}"));
        }
        if let Some((id, row)) = theirs.iter().find(|(id, row)| mine.get(id) != Some(row)) {
            return Err(format!("{bucket:?}: {id} is {:?}, at the server {row:?}", mine.get(id)));
        }
    }
    Ok(last_n)
}

/// Each row with what it says.
fn shown(held: &[(Bucket, Row)]) -> Result<Vec<Shown>, String> {
    held.iter().map(|(_, row)| row.shown().map_err(|e| format!("{}: {e}", row.id))).collect()
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
fn every_op_arrived_once(app: &App, last_n: u64) -> Result<(), String> {
    let next_n = app.replica.next_n();
    if last_n + 1 == next_n && app.status.unsent == 0 {
        return Ok(());
    }
    Err(format!("the next n is {next_n}, the server's last {last_n}, unsent {}", app.status.unsent))
}

/// What all phones wrote.
#[derive(Default)]
struct Wrote {
    /// The writers of fields that an applied edit was made in the knowledge of.
    overtaken: BTreeSet<(Uuid, u16, OpId)>,
    refused: BTreeSet<OpId>,
}

impl Wrote {
    fn of(world: &Quiet) -> Self {
        let mut wrote = Self::default();
        for app in world.phones.iter().filter_map(|phone| phone.app.as_ref()) {
            for Audited { op, outcome, .. } in app.replica.queue() {
                match outcome {
                    Some(Outcome::Applied | Outcome::Merged) => {
                        let edits = op.changes.iter().filter(|change| !change.yields);
                        wrote.overtaken.extend(edits.flat_map(|c| c.base.iter().map(|(f, base)| (c.rec, *f, *base))));
                    }
                    Some(Outcome::Rejected { .. }) => {
                        wrote.refused.insert(op.id());
                    }
                    _ => {}
                }
            }
        }
        wrote
    }
}

/// No value stands that an applied edit was made in the knowledge of (Jepsen: every read reflects a causal descendant of
/// each acknowledged write), and none of a refused op.
fn causes_come_before_effects(wrote: &Wrote, shown: &[Shown]) -> Result<(), String> {
    for row in shown {
        let edited = kind(row.kind).is_some_and(|k| k.class == Class::A);
        for ((field, element), writer) in &row.writers {
            if element.is_none() && wrote.overtaken.contains(&(row.id, *field, *writer)) {
                return Err(format!("{}: field {field} is what an applied edit has replaced", row.id));
            }
            if edited && wrote.refused.contains(writer) {
                return Err(format!("{}: field {field} is a refused op's", row.id));
            }
        }
    }
    Ok(())
}

/// What was merged lives with the one that it is.
fn children_live_with_their_root(held: &[(Bucket, Row)], shown: &[Shown]) -> Result<(), String> {
    let home: BTreeMap<Uuid, Bucket> = held.iter().map(|(bucket, row)| (row.id, *bucket)).collect();
    let astray = held.iter().find(|(bucket, row)| home.get(&row.root).is_some_and(|root| root != bucket));
    if let Some((bucket, row)) = astray {
        return Err(format!("{} lies in {bucket:?}, its root {} does not", row.id, row.root));
    }
    let merged = shown.iter().filter_map(|row| Some((row.id, same_as(&row.body)?)));
    for (id, into) in merged {
        if home.get(&into).is_some_and(|end| home.get(&id) != Some(end)) {
            return Err(format!("{id} does not live where {into} does, which it is"));
        }
    }
    Ok(())
}

fn bodies(shown: &[Shown], kind: u16) -> impl Iterator<Item = &Body> {
    shown.iter().filter(move |row| row.kind == kind).map(|row| &row.body)
}

/// Each value of hers that lost, as the history says, is in her inbox.
fn who_lost_is_told(phone: &Phone, shown: &[Shown]) -> Result<(), String> {
    let told: Vec<Inbox> = bodies(shown, INBOX).map(Inbox::of).collect();
    for change in bodies(shown, CHANGE).map(Change::of) {
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
fn who_decides_is_heard(shown: &[Shown]) -> Result<(), String> {
    let allowed: BTreeSet<(OpId, Bucket)> = bodies(shown, DECISION)
        .filter_map(|body| Decision::of(body).about())
        .filter_map(|(op, desk, allow)| allow.then_some((op, desk)))
        .collect();
    for row in bodies(shown, WAITING).map(Waiting::of) {
        let Some(line) = waiting::Line::of(row.clone()) else { continue };
        let lacks_right = row.settled.is_none() && row.why == Some(Why::NoGrant as i64);
        if lacks_right && allowed.contains(&(line.op, line.desk)) {
            return Err(format!("{:?} waits at {:?}, where it was let through", line.op, line.desk));
        }
    }
    Ok(())
}

/// Where no phone was cloned and no server came back, each event builds on the one before it and is signed.
fn chains_are_whole(world: &Quiet, shown: &[Shown]) -> Result<(), String> {
    if world.disturbed {
        return Ok(());
    }
    for verdict in bodies(shown, VERDICT).map(Verdict::of) {
        let flags = verdict.flags.unwrap_or_default();
        if flags.contains("link") || flags.contains("signature") {
            return Err(format!("the event {:?} is flagged {flags}", verdict.event));
        }
    }
    Ok(())
}

/// What was applied was applied with all its changes.
fn every_op_is_whole(world: &Quiet, queue: &[Audited]) -> Result<(), String> {
    for Audited { op, outcome, .. } in queue {
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
fn shows_what_it_holds(world: &Quiet, phone: &Phone, queue: &[Audited], shown: &[Shown]) -> Result<(), String> {
    let Some(app) = &phone.app else { return Ok(()) };
    let mut fresh = Book::default();
    shown.iter().for_each(|shown| fresh.apply(shown));
    let held_back = |a: &Audited| matches!(a.outcome, Some(Outcome::Waiting(_) | Outcome::Rejected { .. }));
    let undecided = |a: &&Audited| held_back(a) && !a.settled;
    let open: BTreeSet<Uuid> = queue.iter().filter(undecided).flat_map(|a| &a.roots).copied().collect();
    // What is open about one that was merged shows with the one that it is.
    let mine = &app.replica.book().customers;
    let open: BTreeSet<Uuid> =
        open.iter().flat_map(|id| [*id, mine.end_of(*id), fresh.customers.end_of(*id)]).collect();
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
                other => {
                    let about = queue.iter().filter(|a| a.roots.contains(&card.id));
                    let ops: Vec<_> = about.map(|a| (a.op.cause, a.op.changes.len(), a.outcome)).collect();
                    return Err(format!("shows {card:?}\n but holds {other:?}; its ops: {ops:?}"));
                }
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
