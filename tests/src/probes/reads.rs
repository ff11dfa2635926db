//! Asks for anything by anybody, and looks at all that comes back.
use super::Checked;
use super::door::{Answer, Door};
use super::house::House;
use super::oracle::{Lives, Token, tokens_in};
use super::questions;
use crate::sim::Dice;
use crm_domain::bucket::{Bucket, Verb};
use crm_domain::customers::{self, CUSTOMER};
use crm_domain::grids::GRID;
use crm_domain::history::{INBOX, TRACE};
use crm_domain::ids::{OpId, Uuid};
use crm_domain::imports::BATCH;
use crm_domain::people::{DEVICE, GRANT, PERSON};
use crm_domain::privacy::{CONSENT, ENROLLED};
use crm_domain::registry::View;
use crm_domain::row::Row;
use crm_domain::waiting::{DECISION, WAITING};
use crm_protocol::{DeviceState, Part, Pull, Pulled, encode, row_digest};
use crm_server::ledger::Caller;
use crm_server::ledger::store::Rec;
use std::collections::BTreeMap;

pub fn probe(house: &mut House, door: &impl Door, dice: &mut Dice) -> Checked {
    let caller = somebody(house, dice);
    let asked = match dice.below(20) {
        0..=7 => pull(house, door, dice, &caller),
        8..=10 => page(house, door, dice, &caller),
        11..=17 => ask(house, door, dice, &caller),
        18 => photo(house, door, dice, &caller),
        _ => administration(house, dice, &caller),
    };
    asked.map_err(|what| format!("{what} (asked by {} on {})", caller.user, caller.dev))
}

/// Mostly a person on her own phone; sometimes on somebody else's, or on one that nobody knows.
pub fn somebody(house: &House, dice: &mut Dice) -> Caller {
    let caller = house.anybody(dice);
    match dice.below(20) {
        0 => Caller { user: *dice.pick(&house.users()).unwrap_or(&caller.user), ..caller },
        1 => Caller { dev: Uuid::from_bytes(dice.bytes()), ..caller },
        _ => caller,
    }
}

/// Every bucket that there is, and some that there are not.
fn buckets(house: &House) -> Vec<Bucket> {
    let mut all = vec![Bucket::Org, Bucket::OrgAdmin, Bucket::AllGrids];
    for grid in &house.grids {
        all.extend([Bucket::Grid(*grid), Bucket::Grid(*grid), Bucket::GridLead(*grid), Bucket::Pool(*grid)]);
    }
    all.extend(house.users().into_iter().map(Bucket::User));
    all.extend(house.oracle.customers().first().map(|id| Bucket::Grid(*id)));
    all
}

/// A refusal tells nothing but its reason.
fn plain<T>(house: &mut House, answer: Answer<T>) -> Result<Option<T>, String> {
    match answer {
        Ok(answer) => {
            house.tally.answered += 1;
            Ok(Some(answer))
        }
        Err(said) => {
            house.tally.refused += 1;
            match tokens_in(&said).first() {
                Some(token) => Err(format!("a refusal says {token}")),
                None => Ok(None),
            }
        }
    }
}

fn pull(house: &mut House, door: &impl Door, dice: &mut Dice, caller: &Caller) -> Checked {
    let all = buckets(house);
    let mut cursors = Vec::new();
    for _ in 0..1 + dice.below(8) {
        let bucket = *dice.pick(&all).unwrap_or(&Bucket::Org);
        let cursor = match dice.below(5) {
            0 => None,
            1 => Some(dice.below(30)),
            2 => Some(u64::MAX),
            _ => Some(0),
        };
        cursors.push((bucket, cursor));
    }
    let epoch = house.ledger.epoch().expect("an epoch");
    let pull = Pull {
        nonce: dice.roll(),
        epoch: if dice.percent(90) { epoch } else { dice.roll() },
        proof: if dice.percent(20) { Some(dice.bytes::<40>().to_vec()) } else { None },
        cursors,
        max_bytes: if dice.percent(30) { 1 } else { 1 << 20 },
        hello: None,
    };
    let Some(pulled) = plain(house, door.pull(caller, &pull))? else { return Ok(()) };
    let known = house.oracle.devices.get(&caller.dev).is_some_and(|d| d.user == caller.user);
    if !known || pulled.nonce != pull.nonce {
        return Err("a pull was answered on a phone that is not hers, or for another request".into());
    }
    if !house.open(caller) {
        return match pulled {
            Pulled { device: DeviceState::Active, .. } => Err("a closed phone is told that it is open".into()),
            Pulled { parts, granted, .. } if !parts.is_empty() || !granted.is_empty() => {
                Err("a closed phone gets data".into())
            }
            _ => Ok(()),
        };
    }
    // The list ascends: of two rights on one bucket the larger comes last.
    let granted: BTreeMap<Bucket, Verb> = pulled.granted.iter().map(|g| (g.bucket, g.verb)).collect();
    let held: BTreeMap<Bucket, Verb> = house.oracle.held(caller.user, house.now).into_iter().collect();
    if granted != held {
        return Err(format!("told that she holds {granted:?}, and holds {held:?}"));
    }
    let truth = house.all();
    pulled.parts.iter().try_for_each(|part| check_part(house, caller, part, &truth))
}

fn check_part(house: &mut House, caller: &Caller, part: &Part, truth: &BTreeMap<Uuid, Rec>) -> Checked {
    if !house.oracle.reads(caller.user, part.bucket, house.now) {
        return Err(format!("a part of {:?}, which she may not read", part.bucket));
    }
    for row in &part.rows {
        check_row(house, part.bucket, row, truth)?;
        if truth[&row.id].row() != *row {
            return Err(format!("{} is not as it stands", row.id));
        }
    }
    for exit in &part.exits {
        let root = house.made.get(&exit.id).map_or(exit.id, |made| made.root);
        let lived = |id: Uuid| house.lived.get(&id).is_some_and(|b| b.contains(&part.bucket));
        if !lived(exit.id) && !lived(root) {
            return Err(format!("an exit from {:?} of {}, which never lived there", part.bucket, exit.id));
        }
        let to = exit.to.clone().unwrap_or_default();
        if !(to.is_empty() || house.grids.iter().any(|g| to == format!("grid {g}"))) {
            return Err(format!("an exit says {to}"));
        }
    }
    let sum = truth.values().filter(|r| r.bucket == part.bucket).map(|r| row_digest(&r.row()));
    let digest = sum.fold(0u64, u64::wrapping_add).to_be_bytes();
    if part.digest != digest {
        return Err(format!("the digest of {:?} is not that of its rows", part.bucket));
    }
    Ok(())
}

/// The row lives in this bucket, and so does every word in it.
fn check_row(house: &mut House, bucket: Bucket, row: &Row, truth: &BTreeMap<Uuid, Rec>) -> Checked {
    house.tally.rows += 1;
    let Some(rec) = truth.get(&row.id).filter(|rec| rec.bucket == bucket) else {
        return Err(format!("{} stands in {bucket:?} and lives in it no more", row.id));
    };
    let place = match row.kind {
        INBOX | TRACE | BATCH | CONSENT | ENROLLED if matches!(bucket, Bucket::User(_)) => Some(bucket),
        WAITING | DECISION if matches!(bucket, Bucket::OrgAdmin | Bucket::GridLead(_)) => Some(bucket),
        kind => house.place(rec.id, kind, rec.root),
    };
    if place != Some(bucket) {
        return Err(format!("{} of kind {} stands in {bucket:?} and belongs into {place:?}", row.id, row.kind));
    }
    for word in tokens_in(&encode(row)) {
        let token = house.oracle.tokens.get(&word).ok_or("a word that nobody wrote")?;
        let fits = match bucket {
            desk if row.kind == WAITING => on_desk(house, desk, row.by, token),
            Bucket::User(owner) => house.oracle.known_to(owner, token),
            _ => house.oracle.place(token.lives) == Some(bucket) && holds(house, token),
        };
        if !fits {
            return Err(format!("{} of kind {} in {bucket:?} says {word}", row.id, row.kind));
        }
    }
    Ok(())
}

/// What waits tells the author's own words, and names what lived where the desk's people read when it was laid there.
fn on_desk(house: &House, desk: Bucket, op: OpId, token: &Token) -> bool {
    let places = match token.lives {
        Lives::In(bucket) => vec![bucket],
        Lives::With(customer) => house.oracle.homes(customer),
    };
    desk == Bucket::OrgAdmin
        || house.oracle.ops.get(&op).is_some_and(|wrote| wrote.actor == token.author)
        || places.into_iter().any(|place| crm_domain::waiting::desk_of(place) == desk)
}

/// The op that wrote it was not held back.
fn holds(house: &House, token: &Token) -> bool {
    token.op.is_none_or(|op| !house.oracle.waiting.contains(&op) && !house.refused.contains(&op))
}

fn page(house: &mut House, door: &impl Door, dice: &mut Dice, caller: &Caller) -> Checked {
    let bucket = *dice.pick(&buckets(house)).unwrap_or(&Bucket::Org);
    let generation = if dice.percent(5) { u32::MAX } else { dice.below(5) as u32 };
    let answer = door.page(caller, bucket, generation, dice.below(3) as u32);
    let Some(page) = plain(house, answer)? else { return Ok(()) };
    if !house.open(caller) || !house.oracle.reads(caller.user, bucket, house.now) {
        return Err(format!("a page of {bucket:?}"));
    }
    let truth = house.all();
    page.rows.iter().try_for_each(|row| check_row(house, bucket, row, &truth))
}

fn ask(house: &mut House, door: &impl Door, dice: &mut Dice, caller: &Caller) -> Checked {
    let query = questions::any(house, dice);
    let Some(view) = plain(house, door.ask(caller, &query))? else { return Ok(()) };
    if !house.open(caller) {
        return Err(format!("{query:?} is answered on a closed phone"));
    }
    if let View::Waiting(view) = &view {
        return check_desks(house, caller, view);
    }
    let json = serde_json::to_value(&view).expect("a view is JSON");
    let reads = |bucket: Bucket| house.oracle.reads(caller.user, bucket, house.now);
    // The board and one's own places tell of days past, when the customer lived elsewhere.
    let past = matches!(view, View::Board(_) | View::Privacy(_));
    let readable = |root: Uuid| {
        let was = if past { house.oracle.homes(root) } else { vec![] };
        let is = house.oracle.home(root).or(house.purged.get(&root).copied().filter(|_| past));
        was.into_iter().chain(is).any(&reads)
    };
    for word in tokens_in(json.to_string().as_bytes()) {
        let token = house.oracle.tokens.get(&word).ok_or("a word that nobody wrote")?;
        let fits = match token.lives {
            Lives::In(bucket) => reads(bucket),
            Lives::With(root) => readable(root),
        };
        let own = matches!(view, View::Privacy(_)) && house.oracle.known_to(caller.user, token);
        if !(own || fits && holds(house, token)) {
            return Err(format!("the answer to {query:?} says {word} of {:?}", token.lives));
        }
    }
    let mut ids = Vec::new();
    ids_in(&json, &mut ids);
    for id in ids {
        let Some(made) = house.made.get(&id) else { continue };
        let fits = match made.kind {
            GRID | PERSON => true,
            GRANT | DEVICE => reads(Bucket::OrgAdmin),
            _ if past && reads(Bucket::AllGrids) => true,
            _ => match house.oracle.apart.get(&id) {
                Some(bucket) => reads(*bucket),
                None => readable(made.root),
            },
        };
        if !fits {
            return Err(format!("the answer to {query:?} names {id} of kind {}", made.kind));
        }
    }
    check_counts(house, caller, &view)
}

/// The desks that she may read, and on each what may lie there.
fn check_desks(house: &House, caller: &Caller, view: &waiting::View) -> Checked {
    let reads = |desk: Bucket| house.oracle.reads(caller.user, desk, house.now);
    if let Some((_, desk, _)) = view.decided.iter().find(|(_, desk, _)| !reads(*desk)) {
        return Err(format!("a decision at {desk:?}"));
    }
    let truth = house.all();
    for item in &view.open {
        if !reads(item.desk) || truth.get(&item.id).is_none_or(|rec| rec.bucket != item.desk) {
            return Err(format!("{} lies on {:?}", item.id, item.desk));
        }
        let json = serde_json::to_string(item).expect("a view is JSON");
        for word in tokens_in(json.as_bytes()) {
            let token = house.oracle.tokens.get(&word).ok_or("a word that nobody wrote")?;
            let named = house.oracle.place(token.lives).is_some_and(&reads);
            if !named && !on_desk(house, item.desk, item.op, token) {
                return Err(format!("{:?} says {word} of {:?}", item.desk, token.lives));
            }
        }
    }
    for settled in &view.settled {
        if !truth.get(&settled.id).is_some_and(|rec| reads(rec.bucket)) {
            return Err(format!("{} was settled elsewhere", settled.id));
        }
    }
    Ok(())
}

fn ids_in(json: &serde_json::Value, ids: &mut Vec<Uuid>) {
    match json {
        serde_json::Value::String(text) => ids.extend(Uuid::parse_str(text)),
        serde_json::Value::Array(items) => items.iter().for_each(|item| ids_in(item, ids)),
        serde_json::Value::Object(fields) => fields.values().for_each(|value| ids_in(value, ids)),
        _ => {}
    }
}

/// Numbers are of what she may read, too.
fn check_counts(house: &House, caller: &Caller, view: &View) -> Checked {
    let reads = |bucket: Bucket| house.oracle.reads(caller.user, bucket, house.now);
    let readable = |id: &&Uuid| {
        house.made.get(id).is_some_and(|m| m.kind == CUSTOMER) && house.place(**id, CUSTOMER, **id).is_some_and(&reads)
    };
    let most = house.made.keys().filter(readable).count();
    match view {
        View::Grids(grids::View(lines)) => match lines.iter().find(|l| l.customers > 0 && !reads(Bucket::Grid(l.id))) {
            Some(line) => Err(format!("the customers of {} are counted", line.id)),
            None => Ok(()),
        },
        View::Customers(customers::View::List(page)) if page.total as usize > most => {
            Err(format!("{} customers are counted, and she may read {most}", page.total))
        }
        View::Board(board) if board.customers as usize > most => {
            Err(format!("the board counts {} customers, and she may read {most}", board.customers))
        }
        _ => Ok(()),
    }
}
use crm_domain::{grids, waiting};

fn photo(house: &mut House, door: &impl Door, dice: &mut Dice, caller: &Caller) -> Checked {
    let Some(photo) = dice.pick(&house.photos) else { return Ok(()) };
    let event = photo.event.and_then(|id| Some((id, house.made.get(&id)?)));
    let place = event.and_then(|(id, made)| house.place(id, made.kind, made.root));
    let read = place.is_some_and(|bucket| house.oracle.reads(caller.user, bucket, house.now));
    let hers = photo.author == caller.user;
    let (open, complete, sha) = (house.open(caller), photo.complete, photo.sha);
    let whole = plain(house, door.blob(caller, &sha))?;
    let state = plain(house, door.blob_state(caller, &sha))?;
    if whole.is_some() && !(open && complete && (hers || read)) {
        return Err("a photo is shown".into());
    }
    if state.is_some() && !(open && (hers || complete && read)) {
        return Err("a photo's length is told".into());
    }
    Ok(())
}

/// What only administrators may: take records away, set passwords.
fn administration(house: &mut House, dice: &mut Dice, caller: &Caller) -> Checked {
    let may = house.open(caller) && house.oracle.holds(caller.user, Bucket::OrgAdmin, Verb::Write, house.now);
    if may {
        return Ok(());
    }
    let customer = dice.pick(&house.oracle.customers()).copied().unwrap_or_default();
    let asked = crm_protocol::SetPassword { user: house.admin().user, password: "a new password".into(), old: None };
    let (ledger, now) = (&house.ledger, house.now);
    let done = [ledger.purge(caller, customer, now).is_ok(), ledger.change_password(caller, &asked, now).is_ok()];
    match done {
        [false, false] => Ok(()),
        _ => Err(format!("administers without the right: {done:?}")),
    }
}
