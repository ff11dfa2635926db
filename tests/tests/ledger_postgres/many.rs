//! Many writers at a time, through two servers on one database: nothing is missed, nothing lies waiting for what is there.
use crm_domain::bucket::Bucket;
use crm_domain::customers::{CONTACT, CUSTOMER, contact, customer};
use crm_domain::ids::{Uuid, derived_id};
use crm_domain::notes::{NOTE, note};
use crm_domain::op::{Change, Op};
use crm_domain::people::GRANT;
use crm_domain::row::Row;
use crm_protocol::{Mode, Outcome, Push, Pushed, Sent, bucket_digest};
use crm_server::Postgres;
use crm_server::ledger::{Ledger, LedgerError, Seed};
use postgres::{Client, NoTls};
use std::collections::BTreeMap;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tests::cluster::cluster;
use tests::ledger::office::*;
use tests::sim::Dice;
use tests::with_phone;

const WRITERS: usize = 16;
const FOLLOWERS: usize = 4;
/// Customers that everybody writes.
const SHARED: u64 = 8;

/// An office, and a second server on its database.
fn two_servers() -> (Office, Ledger) {
    let name = cluster().database(id("org"));
    let open = || Box::new(Postgres::open(&cluster().url(&name), id("org")).expect("it opens"));
    let mut office = Office::new(open());
    let (east, west) = (office.east, office.west);
    office.grants(id("li"), Bucket::Grid(west));
    office.grants(id("wang"), Bucket::Grid(east));
    let second = Ledger::open(open(), id("org"), Seed([7; 32]), T0).expect("it opens a second time");
    (office, second)
}

/// A phone of its own for each writer, enrolled.
fn phones(office: &mut Office) -> Vec<Phone> {
    let phones: Vec<Phone> = (0..WRITERS).map(|i| Phone::new(["li", "wang"][i % 2], &format!("phone {i}"))).collect();
    phones.iter().for_each(|phone| office.enrol(phone));
    phones
}

/// An op of its own name, at a time that every server has reached.
fn op(phone: &Phone, name: &str, changes: Vec<Change>) -> Made {
    let cause = derived_id(T0, &[phone.dev.as_bytes(), name.as_bytes()]);
    made(Op { cause, part: 0, hlc: (T0 + 500) << 16, actor: phone.user, app: 1, changes, link: None })
}

fn push(ledger: &Ledger, phone: &mut Phone, op: &Made) -> Result<Pushed, LedgerError> {
    let ops = vec![Sent { op: op.bytes.clone(), first_sent: 0, effective: None }];
    let push = Push { epoch: ledger.epoch()?, dev: phone.dev, first_n: phone.n, ops, lost: vec![] };
    let pushed = ledger.push(&phone.caller(), &push, T0 + 60_000)?;
    phone.n = pushed.expect_n;
    Ok(pushed)
}

fn shared(n: u64) -> Uuid {
    id(&format!("shared {n}"))
}

fn unbased(rec: Uuid, field: u16, value: impl Into<crm_domain::val::Val>) -> Change {
    Change { base: BTreeMap::new(), ..edit(CUSTOMER, rec, body([(field, value)]), 0) }
}

/// A new customer, an edit of one that all edit, or a move of it with all that belongs to it.
fn some_change(dice: &mut Dice, grids: [Uuid; 2], name: &str) -> Change {
    let grid = grids[dice.below(2) as usize];
    match dice.below(10) {
        0..=3 => new_customer(id(name), name, grid),
        4..=7 => unbased(shared(dice.below(SHARED)), customer::note, name),
        _ => unbased(shared(dice.below(SHARED)), customer::grid, grid),
    }
}

/// What a phone that has followed its cursors holds, and how often it asked.
fn follow(office: &Office, buckets: &[Bucket], mut phone: Phone, done: &AtomicBool) -> (Phone, usize) {
    for asked in 1.. {
        let last = done.load(Ordering::SeqCst);
        let pulled = office.pull_once(&phone, buckets, 64 * 1024);
        for part in &pulled.parts {
            assert_eq!(part.mode, Mode::Delta, "a phone that has begun follows its cursors");
            let held = phone.cursors.get(&part.bucket).copied().unwrap_or_default();
            assert!(part.rows.iter().all(|row| row.seq > held), "no row comes from behind the cursor");
            phone.take_part(part);
            if part.hi == part.seq {
                assert_eq!(part.digest, bucket_digest(phone.held(part.bucket)), "nothing before the cursor is missed");
            }
        }
        if pulled.complete && last {
            return (phone, asked);
        }
    }
    unreachable!("it returns when the writers are done")
}

/// SYNC 3: 16 writers, readers that follow cursors, no row that is never seen.
#[test]
fn whoever_follows_a_cursor_misses_no_row() {
    let pushes = crate::count("pushes");
    let (mut office, second) = two_servers();
    let mut phones = phones(&mut office);
    let grids = [office.east, office.west];
    let buckets = grids.map(Bucket::Grid);
    for n in 0..SHARED {
        let made = op(&phones[0], &format!("shared {n}"), vec![new_customer(shared(n), "共有", grids[0])]);
        push(&office.ledger, &mut phones[0], &made).expect("taken");
        let contact = [(contact::name, "老王".into()), (contact::customer, shared(n).into())];
        let child = create(CONTACT, id(&format!("contact {n}")), contact.into_iter().collect());
        let made = op(&phones[0], &format!("contact {n}"), vec![child]);
        push(&office.ledger, &mut phones[0], &made).expect("taken");
    }
    let mut desk = Phone::new("zhou", "phone");
    office.sync(&mut desk, &buckets);
    let started = Instant::now();
    let done = AtomicBool::new(false);
    let followed: Vec<(Phone, usize)> = std::thread::scope(|scope| {
        let followers: Vec<_> = (0..FOLLOWERS)
            .map(|_| {
                let mut phone = desk.twin();
                (phone.rows, phone.cursors) = (desk.rows.clone(), desk.cursors.clone());
                let (office, done) = (&office, &done);
                scope.spawn(move || follow(office, &buckets, phone, done))
            })
            .collect();
        let writers: Vec<_> = phones
            .iter_mut()
            .enumerate()
            .map(|(i, phone)| {
                let ledger = if i % 4 < 2 { &office.ledger } else { &second };
                scope.spawn(move || {
                    let mut dice = Dice::new(i as u64);
                    for n in 0..pushes {
                        let name = format!("{i}.{n}");
                        let made = op(phone, &name, vec![some_change(&mut dice, grids, &name)]);
                        let pushed = push(ledger, phone, &made).expect("a push is taken");
                        let outcome = pushed.results[0].1;
                        assert!(matches!(outcome, Outcome::Applied | Outcome::Merged), "{name}: {outcome:?}");
                    }
                })
            })
            .collect();
        writers.into_iter().for_each(|writer| writer.join().expect("a writer ends"));
        done.store(true, Ordering::SeqCst);
        followers.into_iter().map(|follower| follower.join().expect("a follower ends")).collect()
    });
    let took = started.elapsed();
    let mut fresh = desk.twin();
    office.sync(&mut fresh, &buckets);
    assert!(fresh.rows.len() > WRITERS * pushes / 3);
    for (phone, _) in &followed {
        let missed = fresh.rows.iter().filter(|(key, row)| phone.rows.get(*key) != Some(*row)).count();
        assert_eq!((missed, phone.rows.len()), (0, fresh.rows.len()), "rows that were missed, rows that are there");
    }
    let asked: usize = followed.iter().map(|(_, asked)| asked).sum();
    println!("{} pushes by {WRITERS} writers in {took:?}, {asked} pulls, 0 rows missed", WRITERS * pushes);
}

/// What the counter row is for: the same readers behind a sequence, which is drawn before the commit.
#[test]
fn whoever_follows_a_sequence_would_miss_rows() {
    cluster().empty("drawn");
    let connected = || Client::connect(&cluster().url("drawn"), NoTls).expect("it connects");
    let mut reader = connected();
    reader.batch_execute("CREATE TABLE log (n BIGSERIAL PRIMARY KEY)").expect("made");
    let done = AtomicBool::new(false);
    let (seen, written) = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..8)
            .map(|seed| {
                scope.spawn(move || {
                    let (mut client, mut dice) = (connected(), Dice::new(seed));
                    for _ in 0..40 {
                        client.batch_execute("BEGIN; INSERT INTO log DEFAULT VALUES").expect("written");
                        std::thread::sleep(Duration::from_millis(dice.below(5)));
                        client.batch_execute("COMMIT").expect("committed");
                    }
                })
            })
            .collect();
        let done = &done;
        let follower = scope.spawn(move || {
            let (mut cursor, mut seen) = (0_i64, 0);
            loop {
                let last = done.load(Ordering::SeqCst);
                let rows = reader.query("SELECT n FROM log WHERE n > $1 ORDER BY n", &[&cursor]).expect("read");
                seen += rows.len();
                cursor = rows.last().map_or(cursor, |row| row.get(0));
                if last {
                    return seen;
                }
            }
        });
        writers.into_iter().for_each(|writer| writer.join().expect("a writer ends"));
        done.store(true, Ordering::SeqCst);
        (follower.join().expect("the follower ends"), 8 * 40)
    });
    println!("behind a sequence: {} of {written} rows missed", written - seen);
    assert!(seen < written);
}

/// Two pushes meet, on two servers; each is judged by what the other has not committed yet.
fn meet(who: [&str; 2], ops: impl Fn(usize, &Phone, &Phone) -> [Made; 2]) -> (Office, Vec<Phone>, Vec<Outcome>) {
    let (mut office, second) = two_servers();
    // Records that are there from the start, in grids that only a supervisor writes.
    with_phone!(office.supervisor, |desk| for round in 0..crate::count("meetings") {
        office.does(&mut desk, new_customer(shared(round as u64), "共有", id(&format!("grid {round}"))));
    });
    let mut phones = who.map(|name| Phone::new(name, "phone that meets"));
    phones.iter().for_each(|phone| office.enrol(phone));
    let (mut dice, mut outcomes) = (Dice::new(1), Vec::new());
    for round in 0..crate::count("meetings") {
        let [first, other] = ops(round, &phones[0], &phones[1]);
        let barrier = Barrier::new(2);
        let [one, two] = &mut phones;
        std::thread::scope(|scope| {
            let runs = [(&office.ledger, one, &first), (&second, two, &other)];
            let pushes = runs.map(|(ledger, phone, made)| {
                let barrier = &barrier;
                let late = Duration::from_micros(dice.below(6_000));
                scope.spawn(move || {
                    barrier.wait();
                    std::thread::sleep(late);
                    push(ledger, phone, made).expect("taken").results[0].1
                })
            });
            outcomes.extend(pushes.map(|push| push.join().expect("a push ends")));
        });
    }
    (office, phones.into(), outcomes)
}

#[test]
fn an_edit_never_waits_for_a_record_that_has_come() {
    let grid = id("east");
    let (office, _, _) = meet(["li", "wang"], |round, li, wang| {
        let rec = id(&format!("met {round}"));
        let creates = op(li, &format!("creates {round}"), vec![new_customer(rec, "茶铺", grid)]);
        [creates, op(wang, &format!("edits {round}"), vec![unbased(rec, customer::note, "来过")])]
    });
    assert_eq!(office.desk(&office.admin).expect("asked").open, []);
    let mut desk = Phone::new("zhou", "phone");
    office.sync(&mut desk, &[Bucket::Grid(grid)]);
    let noted = |row: &&Row| row.kind == CUSTOMER && row.shown().expect("read").body.contains_key(&customer::note);
    assert_eq!(desk.rows.values().filter(noted).count(), crate::count("meetings"));
}

#[test]
fn an_edit_never_waits_for_a_grant_that_has_come() {
    let (office, _, outcomes) = meet(["helin", "wang"], |round, admin, wang| {
        let bucket = Bucket::Grid(id(&format!("grid {round}")));
        let grant = create(GRANT, id(&format!("grant {round}")), granting(wang.user, bucket));
        let edits = unbased(shared(round as u64), customer::note, "来过");
        [op(admin, &format!("grants {round}"), vec![grant]), op(wang, &format!("edits {round}"), vec![edits])]
    });
    let waited = outcomes.iter().filter(|o| matches!(o, Outcome::Waiting(_))).count();
    println!("{waited} of {} came before their grant, and waited for it", crate::count("meetings"));
    assert_eq!(office.desk(&office.admin).expect("asked").open, []);
}

#[test]
fn an_event_never_stays_an_orphan_beside_its_parent() {
    let grid = id("east");
    let (office, mut phones, _) = meet(["li", "wang"], |round, li, wang| {
        let rec = id(&format!("met {round}"));
        let creates = op(li, &format!("creates {round}"), vec![new_customer(rec, "茶铺", grid)]);
        let fields = [(note::customer, rec.into()), (note::by, wang.user.into())].into_iter().collect();
        [creates, op(wang, &format!("notes {round}"), vec![create(NOTE, id(&format!("note {round}")), fields)])]
    });
    let mut desk = Phone::new("zhou", "phone");
    office.sync(&mut desk, &[Bucket::Grid(grid)]);
    let own = Bucket::User(phones[1].user);
    office.sync(&mut phones[1], &[own]);
    let notes = |phone: &Phone| phone.rows.values().filter(|row| row.kind == NOTE).count();
    assert_eq!((notes(&desk), notes(&phones[1])), (crate::count("meetings"), 0));
}

#[test]
fn a_record_that_two_create_at_once_is_there_once() {
    let grid = id("east");
    let (office, _, outcomes) = meet(["li", "wang"], |round, li, wang| {
        let rec = id(&format!("met {round}"));
        [("li", li), ("wang", wang)]
            .map(|(name, phone)| op(phone, &format!("{name} {round}"), vec![new_customer(rec, name, grid)]))
    });
    let mut desk = Phone::new("zhou", "phone");
    office.sync(&mut desk, &[Bucket::Grid(grid)]);
    assert_eq!(desk.rows.values().filter(|row| row.kind == CUSTOMER).count(), crate::count("meetings"));
    assert_eq!(outcomes.iter().filter(|o| **o == Outcome::Applied).count(), crate::count("meetings"), "{outcomes:?}");
}
