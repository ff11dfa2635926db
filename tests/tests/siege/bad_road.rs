//! Bad networks: requests lost, cut and repeated, a slow road, a book that comes in pieces, and clients that never finish
//! their sentence (SYNC 4.7).
use super::home::{Home, Server, now};
use super::proxy::{Fate, Proxy, Speed};
use super::rounds;
use super::siege::Siege;
use super::walker::Walker;
use crm_domain::bucket::Bucket;
use crm_domain::command::Patch;
use crm_domain::customers::{CUSTOMER, customer};
use crm_domain::ids::derived_id;
use crm_protocol::PAGE_ROWS;
use crm_server::ledger::Loaded;
use std::io::Write;
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tests::sim::Dice;
use tests::sim::office::{GRIDS, LI, ROOT};

/// So many failures in a row are worse luck than any seed has.
const TRIES: usize = 60;

/// A third of the requests meet with something; each kind must have come.
fn phones_get_everything_through_once_whatever_becomes_of_their_requests(name: &'static str, make: fn(&str) -> Home) {
    let mut siege = Siege::of(make(name));
    let met: Arc<[AtomicU64; 5]> = Arc::default();
    let (meets, mut dice) = (met.clone(), Dice::new(7));
    let proxy = Proxy::before(&siege.server.address, Speed::default(), move |_| {
        let fates = [
            Fate::Lost,
            Fate::RequestCut(dice.below(100) as usize),
            Fate::AnswerCut(dice.below(100) as usize),
            Fate::Twice,
            Fate::AgainLater,
        ];
        let which = dice.below(15) as usize;
        if let Some(met) = meets.get(which) {
            met.fetch_add(1, Ordering::SeqCst);
        }
        fates.get(which).copied().unwrap_or(Fate::Through)
    });
    siege.tell(&proxy.address);
    for _ in 0..rounds("bursts") {
        siege.burst();
    }
    siege.settle(TRIES);
    siege.tell(&siege.server.address.clone());
    siege.settle(1);
    siege.check();
    let met: Vec<u64> = met.iter().map(|met| met.load(Ordering::SeqCst)).collect();
    assert!(met.iter().all(|met| *met > 0), "{met:?}");
    println!("{name}: lost, cut going, cut coming, twice, again later: {met:?}");
}

/// 2G as phones meet it in the field, ten times as fast: 40 ms each way, 5 KB in 10 ms, one request in twenty lost.
fn phones_finish_on_a_slow_road(name: &'static str, make: fn(&str) -> Home) {
    let mut siege = Siege::of(make(name));
    let speed = Speed { latency: Duration::from_millis(40), at_once: 5_000, pause: Duration::from_millis(10) };
    let mut dice = Dice::new(8);
    let proxy = Proxy::before(&siege.server.address, speed, move |_| match dice.below(20) {
        0 => Fate::Lost,
        _ => Fate::Through,
    });
    siege.tell(&proxy.address);
    for _ in 0..2 {
        siege.burst();
    }
    siege.settle(TRIES);
    siege.tell(&siege.server.address.clone());
    siege.check();
}

/// Clients that begin a request and say a byte of it now and then, so many that a server with a thread for each, or one
/// queue, would stand still.
fn whoever_never_finishes_a_request_holds_nobody_up(name: &'static str, make: fn(&str) -> Home) {
    let mut siege = Siege::of(make(name));
    let address = siege.server.address.strip_prefix("http://").expect("an address").to_owned();
    let begun = [
        "POST /sync/push HTTP/1.1\r\nhost: x\r\nx-slow: ",
        "POST /auth/sign-in HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n",
        "G",
    ];
    let mut slow: Vec<TcpStream> = (0..rounds("slow"))
        .map(|i| {
            let mut one = TcpStream::connect(&address).expect("a connection");
            one.write_all(begun[i as usize % begun.len()].as_bytes()).expect("begun");
            one
        })
        .collect();
    for _ in 0..3 {
        assert_eq!(siege.burst(), []);
        slow.iter_mut().for_each(|one| one.write_all(b"a").expect("still listened to"));
    }
    siege.settle(1);
    siege.check();
}

on_both_stores! {
    phones_get_everything_through_once_whatever_becomes_of_their_requests,
    phones_finish_on_a_slow_road,
    whoever_never_finishes_a_request_holds_nobody_up,
}

const BOOK_PAGES: usize = 48;
const CUTS: u64 = 20;
/// Pages that a phone asks for at once, and stores in one transaction.
const AT_ONCE: u32 = 8;

/// A book of 48 pages: twenty times an answer is cut, and every fifth time the app is killed too. What is stored is never
/// asked for again.
#[test]
fn a_book_that_is_cut_twenty_times_goes_on_where_it_was() {
    let home = Home::on_sqlite("book");
    let rows = (0..BOOK_PAGES * PAGE_ROWS).map(|i| {
        let id = derived_id(0, &[b"book", &i.to_be_bytes()]);
        let body = Patch::new().set(customer::name, format!("客户{i}")).set(customer::grid, GRIDS[0]).done();
        Loaded { kind: CUSTOMER, id, root: id, bucket: Bucket::Grid(GRIDS[0]), body, actor: ROOT, at: now() }
    });
    let ledger = home.ledger();
    ledger.load(rows, now()).expect("loaded");
    let mut li = Walker::new(&ledger, "li", LI, 1);
    drop(ledger);
    let server = Server::start(&home);
    let (asked, cut): (Arc<Mutex<Vec<u32>>>, Arc<AtomicBool>) = Default::default();
    let (asks, cuts, mut dice) = (asked.clone(), cut.clone(), Dice::new(9));
    // The first generation: had it begun anew it would be another.
    let book = format!("GET /page/{}/1/", hex::encode(Bucket::Grid(GRIDS[0]).to_bytes()));
    let proxy = Proxy::before(&server.address, Speed::default(), move |line| {
        let Some(no) = line.strip_prefix(&book).and_then(|rest| rest.split(' ').next()?.parse().ok()) else {
            return Fate::Through;
        };
        asks.lock().expect("not poisoned").push(no);
        match dice.percent(30) && cuts.swap(false, Ordering::SeqCst) {
            true => Fate::AnswerCut(dice.below(100) as usize),
            false => Fate::Through,
        }
    });
    li.line.address = proxy.address.clone();
    let mut failures = 0;
    while !li.is_settled() {
        cut.store(failures < CUTS, Ordering::SeqCst);
        li.exchange();
        failures += u64::from(li.failed.is_some());
        assert!(failures <= CUTS, "{:?}: {:?}", li.failed, li.status());
        if li.failed.is_some() && failures.is_multiple_of(5) {
            li.restart();
        }
    }
    assert_eq!(failures, CUTS);
    let asked = asked.lock().expect("not poisoned");
    let mut furthest = 0;
    for no in asked.iter() {
        assert!(no + AT_ONCE > furthest, "page {no} again after page {furthest}: {asked:?}");
        furthest = furthest.max(*no);
    }
    let held = li.phone.app.as_ref().expect("it runs").replica.book().customers.len();
    assert_eq!((furthest as usize + 1, held), (BOOK_PAGES, BOOK_PAGES * PAGE_ROWS));
    println!("{} pages asked for {BOOK_PAGES}, {failures} failures", asked.len());
}
