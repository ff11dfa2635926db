//! P13: pushes of five ops from many devices at a time, and in turn with them the same rows written raw.
use super::house::{Device, House};
use super::raw::{Raw, Written};
use super::wire::Wire;
use super::{ms, percentile};
use crm_protocol::{Outcome, Pushed};
use serde::Serialize;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Barrier;

/// Devices that push at a time.
const TOGETHER: usize = 64;
/// Pushes of each in one round.
const PUSHES: usize = 16;
/// Ops of a push.
const OPS: f64 = 5.0;

/// One value for each round.
#[derive(Serialize, Default)]
#[serde(rename_all = "camelCase")]
pub struct Pushing {
    devices: usize,
    /// Ops a second.
    ours: Vec<f64>,
    raw: Vec<f64>,
    /// Milliseconds of a push, as its device sees it; of raw, of the transaction that it shares.
    p99: Vec<f64>,
    raw_p99: Vec<f64>,
    /// Pushes that shared a commit, on average.
    shared: Vec<f64>,
    /// Rows that one push writes.
    rows: f64,
    /// Milliseconds of the server's processor for each push.
    cpu: Vec<f64>,
}

/// What one device does in a round.
struct Job {
    device: Device,
    bodies: Vec<Vec<u8>>,
}

pub async fn measure(program: &Path, folder: &Path, devices: usize, rounds: usize) -> Pushing {
    let mut house = House::build(&folder.join("push"), devices, crm_domain::people::Role::Manager, |_| ());
    let mut raw = Raw::beside(&house.file());
    let server = house.serve(program);
    let mut found = Pushing { devices: TOGETHER, ..Pushing::default() };
    for round in 0..rounds {
        let from = round * TOGETHER % (house.devices.len() - TOGETHER);
        let mut written = Vec::new();
        let jobs: Vec<Job> = house.devices[from..from + TOGETHER]
            .iter_mut()
            .map(|device| {
                let mut bodies = Vec::with_capacity(PUSHES);
                for _ in 0..PUSHES {
                    let ops = device.visit();
                    written.push(Written::of(device, &ops));
                    bodies.push(device.push(house.epoch, &ops));
                }
                Job { device: device.clone(), bodies }
            })
            .collect();
        let (before, cpu) = (commits(&server.address).await, server.cpu_ms());
        let (took, mut each) = at_once(&server.address, jobs).await;
        let cpu = server.cpu_ms() - cpu;
        let commits = commits(&server.address).await - before;
        let pushes = (TOGETHER * PUSHES) as f64;
        let shared = (pushes / commits).round().max(1.0);
        found.ours.push(pushes * OPS / took * 1e3);
        found.p99.push(percentile(&mut each, 99.0));
        found.cpu.push(cpu / pushes);
        found.shared.push(shared);
        let rows = raw.read(&house.file(), &written);
        found.rows = rows.len() as f64;
        let (took, mut each) = raw.write(&rows, shared as usize);
        found.rows = rows.iter().map(Vec::len).sum::<usize>() as f64 / pushes;
        found.raw.push(pushes * OPS / took * 1e3);
        found.raw_p99.push(percentile(&mut each, 99.0));
    }
    found
}

/// All jobs begin together, once each has its connection and its token. Gives the milliseconds of all and of each push.
async fn at_once(address: &str, jobs: Vec<Job>) -> (f64, Vec<f64>) {
    let begin = Arc::new(Barrier::new(jobs.len() + 1));
    let mut tasks = Vec::new();
    for job in jobs {
        let (address, begin) = (address.to_owned(), begin.clone());
        tasks.push(tokio::spawn(async move {
            let mut wire = Wire::open(&address).await.expect("a connection");
            // The first renewal of many is a write as well: before the time begins.
            let token = job.device.renew(&mut wire).await.expect("a token");
            begin.wait().await;
            let mut each = Vec::with_capacity(job.bodies.len());
            for body in job.bodies {
                let at = Instant::now();
                let pushed: Pushed = wire.post("/sync/push", Some(&token), body).await.expect("an answer");
                each.push(ms(at));
                assert!(pushed.results.iter().all(|(_, outcome, _)| *outcome == Outcome::Applied), "{pushed:?}");
            }
            each
        }));
    }
    begin.wait().await;
    let at = Instant::now();
    let mut all = Vec::new();
    for task in tasks {
        all.extend(task.await.expect("it pushes"));
    }
    (ms(at), all)
}

/// Commits so far, as the server counts them.
async fn commits(address: &str) -> f64 {
    let mut wire = Wire::open(address).await.expect("a connection");
    let text = wire.get("/metrics", None).await.expect("metrics");
    let text = std::str::from_utf8(&text).expect("text");
    let line = text.lines().find_map(|line| line.strip_prefix("zoufang_commits_total "));
    line.expect("a count").parse().expect("a number")
}
