//! P15: what a first download of a big book costs the server's processor, its pages being made.
use super::house::{Device, House};
use super::server::Server;
use super::wire::Wire;
use crm_domain::bucket::Bucket;
use crm_domain::customers::{CUSTOMER, customer};
use crm_domain::ids::{Uuid, derived_id};
use crm_domain::op::{Change, Op};
use crm_domain::people::Role;
use crm_domain::row::Row;
use crm_protocol::{Mode, Outcome, Page, Pull, Pulled, Pushed, decode, encode};
use crm_server::ledger::{Ledger, Loaded};
use flate2::read::GzDecoder;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::Mutex;

const SEED: u64 = 7;
/// A local midnight in Asia/Shanghai.
const TODAY_MS: i64 = 1_782_748_800_000;
/// Requests that a browser has under way to one host.
const CONNECTIONS: usize = 6;
/// Customers that leave the book, one here and one there.
const LEAVING: usize = 100;

/// Milliseconds of the server's processor for one download; one value for each repetition.
#[derive(Serialize, Default)]
#[serde(rename_all = "camelCase")]
pub struct Downloads {
    customers: usize,
    rows: usize,
    /// Pages that hold customers alone, and all of them with their children's.
    customer_pages: u32,
    pages: u32,
    megabytes: f64,
    of_customers: Vec<f64>,
    of_all: Vec<f64>,
    /// After a hundred customers have left the grid: the first download, then the next ones.
    left: usize,
    after_exits: Vec<f64>,
    of_all_after_exits: Vec<f64>,
}

pub async fn measure(program: &Path, folder: &Path, customers: usize, repetitions: usize) -> Downloads {
    let mut rows = 0;
    let mut house = House::build(&folder.join("pages"), 1, Role::Supervisor, |ledger| rows = load(ledger, customers));
    let server = house.serve(program);
    let book = Bucket::Grid(house.devices[0].grid);
    let token = Arc::new(renewed(&house.devices[0], &server).await);
    let mut wire = Wire::open(&server.address).await.expect("a connection");
    let pull = Pull {
        nonce: 1,
        epoch: house.epoch,
        proof: None,
        cursors: vec![(book, None)],
        max_bytes: 1 << 20,
        hello: None,
    };
    // The pages are made here.
    let pulled: Pulled = wire.post("/sync/pull", Some(&token), encode(&pull)).await.expect("an answer");
    let Mode::Pages { generation, count, .. } = pulled.parts[0].mode else { panic!("{pulled:?}") };
    let download = Download { server: &server, token: &token, book, generation };
    let (_, first) = download.pages(0..count).await;
    let of_customers = |page: &&Vec<Row>| page.first().is_some_and(|row| row.id == row.root);
    let unpacked: Vec<Vec<Row>> = first.iter().map(|page| rows_of(page)).collect();
    let customer_pages = unpacked.iter().filter(of_customers).count() as u32;
    let mut found = Downloads { customers, rows, customer_pages, pages: count, left: LEAVING, ..Downloads::default() };
    found.megabytes = first.iter().map(Vec::len).sum::<usize>() as f64 / 1e6;
    for _ in 0..repetitions {
        found.of_customers.push(download.pages(0..customer_pages).await.0);
        found.of_all.push(download.pages(0..count).await.0);
    }
    let everybody: Vec<&Row> = unpacked.iter().flatten().filter(|row| row.kind == CUSTOMER).collect();
    let leaving: Vec<&Row> =
        everybody.iter().copied().step_by((everybody.len() / LEAVING).max(1)).take(LEAVING).collect();
    send_away(&mut house.devices[0], &mut wire, &token, house.epoch, &leaving).await;
    found.left = leaving.len();
    let (cost, pages) = download.pages(0..count).await;
    found.after_exits.push(cost);
    let left: usize = pages.iter().map(|page| rows_of(page).len()).sum();
    assert!(left <= rows - leaving.len(), "{left} of {rows} rows are shown, though {} customers left", leaving.len());
    for _ in 0..repetitions {
        found.of_all_after_exits.push(download.pages(0..count).await.0);
    }
    found
}

/// The demo's customers and all that belongs to them, in one grid; gives the number of rows.
fn load(ledger: &Ledger, customers: usize) -> usize {
    let demo = crm_demo::generate(SEED, customers, TODAY_MS);
    let grid = derived_id(1, &[&0_usize.to_be_bytes()]);
    let rows = demo.rows().filter(|row| matches!(row.bucket, Bucket::Grid(_))).map(|r| {
        let (kind, id, root, body, actor, at) = (r.kind, r.id, r.root, r.body, r.actor, r.at);
        Loaded { kind, id, root, bucket: Bucket::Grid(grid), body, actor, at }
    });
    ledger.load(rows, super::house::now()).expect("the book loads") as usize
}

async fn renewed(device: &Device, server: &Server) -> String {
    let mut wire = Wire::open(&server.address).await.expect("a connection");
    device.renew(&mut wire).await.expect("a token")
}

struct Download<'a> {
    server: &'a Server,
    token: &'a Arc<String>,
    book: Bucket,
    generation: u32,
}

impl Download<'_> {
    /// These pages over six connections: the server's milliseconds, and the pages as they came.
    async fn pages(&self, numbers: std::ops::Range<u32>) -> (f64, Vec<Vec<u8>>) {
        let path = Arc::new(format!("/page/{}/{}", hex::encode(self.book.to_bytes()), self.generation));
        let next = Arc::new(AtomicU32::new(numbers.start));
        let came = Arc::new(Mutex::new(BTreeMap::new()));
        let before = self.server.cpu_ms();
        let mut tasks = Vec::new();
        for _ in 0..CONNECTIONS {
            let (path, next, came, token) = (path.clone(), next.clone(), came.clone(), self.token.clone());
            let (address, end) = (self.server.address.clone(), numbers.end);
            tasks.push(tokio::spawn(async move {
                let mut wire = Wire::open(&address).await.expect("a connection");
                loop {
                    let no = next.fetch_add(1, Ordering::Relaxed);
                    if no >= end {
                        break;
                    }
                    let page = wire.get(&format!("{path}/{no}"), Some(&token)).await.expect("a page");
                    came.lock().await.insert(no, page.to_vec());
                }
            }));
        }
        for task in tasks {
            task.await.expect("it downloads");
        }
        let cost = self.server.cpu_ms() - before;
        let pages = std::mem::take(&mut *came.lock().await);
        (cost, pages.into_values().collect())
    }
}

fn rows_of(packed: &[u8]) -> Vec<Row> {
    let mut bytes = Vec::new();
    GzDecoder::new(packed).read_to_end(&mut bytes).expect("gzip");
    decode::<Page>(&bytes).expect("a page").rows
}

/// Moves customers to another grid, by ops like any other.
async fn send_away(device: &mut Device, wire: &mut Wire, token: &str, epoch: u64, leaving: &[&Row]) {
    let elsewhere: Uuid = derived_id(1, &[b"elsewhere"]);
    for (i, row) in leaving.iter().enumerate() {
        let patch = BTreeMap::from([(customer::grid, elsewhere.into())]);
        let base = row.over.iter().find(|(field, _, _)| *field == customer::grid).map_or(row.by, |(_, _, op)| *op);
        let (rec, base) = (row.id, BTreeMap::from([(customer::grid, base)]));
        let change = Change { kind: CUSTOMER, rec, new: false, yields: false, patch, base, open: BTreeMap::new() };
        let cause = derived_id(super::house::now(), &[b"away", &i.to_be_bytes()]);
        let hlc = super::house::now() << 16;
        let op = Op { cause, part: 0, hlc, actor: device.user, app: 1, changes: vec![change], link: None };
        let push = device.push(epoch, &[op]);
        let pushed: Pushed = wire.post("/sync/push", Some(token), push).await.expect("an answer");
        assert!(matches!(pushed.results[..], [(_, Outcome::Applied, _)]), "{pushed:?}");
    }
}
