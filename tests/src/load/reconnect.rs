//! After an outage all devices come back within a minute (SYNC 4.10): each with a connection, a token, a push and a pull
//! of its own. One in ten did not hear the answer to its push and sends it again.
use super::house::{DEVICES, Device, House};
use super::pull::buckets;
use super::server::Server;
use super::wire::{Broken, Wire};
use super::{ms, percentile};
use crm_domain::bucket::Bucket;
use crm_domain::ids::Uuid;
use crm_domain::op::Op;
use crm_domain::people::Role;
use crm_protocol::{Outcome, Pull, Pulled, Pushed, encode};
use rusqlite::{Connection, OpenFlags};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Semaphore;

/// Devices in the air at a time. A phone's browser gives a request minutes, so more would only wait in another place.
const AT_ONCE: usize = 500;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reconnected {
    devices: usize,
    at_once: usize,
    ops: usize,
    errors: usize,
    /// Ops that are not at the server exactly once, whole and in their place.
    wrong: usize,
    seconds: f64,
    /// Milliseconds from a device's first byte to its complete pull.
    p50: f64,
    p99: f64,
}

pub async fn measure(program: &Path, folder: &Path) -> Reconnected {
    let mut house = House::build(&folder.join("reconnect"), DEVICES, Role::Manager, |_| ());
    let server = house.serve(program);
    let stood = stood(&house);
    let mut jobs = Vec::new();
    let mut sent: Vec<(Uuid, u64, Op)> = Vec::new();
    for device in &mut house.devices {
        let ops = device.visit();
        sent.extend((device.n..).zip(&ops).map(|(n, op)| (device.dev, n, op.clone())));
        let push = device.push(house.epoch, &ops[..3]);
        sent.truncate(sent.len() - 2);
        jobs.push((device.clone(), push));
    }
    let (seconds, mut each, broken) = all(&server, jobs, house.epoch, &stood).await;
    for what in broken.iter().take(5) {
        eprintln!("  {what}");
    }
    drop(server);
    Reconnected {
        devices: DEVICES,
        at_once: AT_ONCE,
        ops: sent.len(),
        errors: broken.len(),
        wrong: wrong(&house, &sent),
        seconds,
        p50: percentile(&mut each, 50.0),
        p99: percentile(&mut each, 99.0),
    }
}

type Stood = Arc<BTreeMap<Bucket, u64>>;

/// Where the buckets stood before the outage.
fn stood(house: &House) -> Stood {
    let conn = Connection::open_with_flags(house.file(), OpenFlags::SQLITE_OPEN_READ_ONLY).expect("the file opens");
    let mut statement = conn.prepare("SELECT id, seq FROM bucket").expect("a statement");
    let rows = statement.query_map([], |row| Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, i64>(1)?))).expect("rows");
    let of = |(id, seq): (Vec<u8>, i64)| (Bucket::from_bytes(&id).expect("a bucket"), seq as u64);
    Arc::new(rows.map(|row| of(row.expect("a row"))).collect())
}

/// Gives the seconds of all, the milliseconds of each that succeeded, and what was broken.
async fn all(server: &Server, jobs: Vec<(Device, Vec<u8>)>, epoch: u64, stood: &Stood) -> (f64, Vec<f64>, Vec<Broken>) {
    let (air, at) = (Arc::new(Semaphore::new(AT_ONCE)), Instant::now());
    let mut tasks = Vec::new();
    for (i, (device, push)) in jobs.into_iter().enumerate() {
        let (address, air, stood) = (server.address.clone(), air.clone(), stood.clone());
        tasks.push(tokio::spawn(async move {
            let _flying = air.acquire().await.expect("it is never closed");
            let at = Instant::now();
            one(&address, &device, push, i % 10 == 0, epoch, &stood).await.map(|()| ms(at))
        }));
    }
    let (mut each, mut broken) = (Vec::new(), Vec::new());
    for task in tasks {
        match task.await.expect("it does not panic") {
            Ok(took) => each.push(took),
            Err(what) => broken.push(what),
        }
    }
    (at.elapsed().as_secs_f64(), each, broken)
}

async fn one(
    address: &str,
    device: &Device,
    push: Vec<u8>,
    again: bool,
    epoch: u64,
    stood: &Stood,
) -> Result<(), Broken> {
    let mut wire = Wire::open(address).await?;
    let token = device.renew(&mut wire).await?;
    let mut pushed: Pushed = wire.post("/sync/push", Some(&token), push.clone()).await?;
    if again {
        pushed = wire.post("/sync/push", Some(&token), push).await?;
    }
    if pushed.results.len() != 3 || pushed.results.iter().any(|(_, outcome, _)| *outcome != Outcome::Applied) {
        return Err(format!("{pushed:?}"));
    }
    let mut cursors: Vec<_> = buckets(device).map(|b| (b, Some(stood.get(&b).copied().unwrap_or(0)))).into();
    loop {
        let pull = Pull { nonce: 1, epoch, proof: None, cursors: cursors.clone(), max_bytes: 1 << 20, hello: None };
        let pulled: Pulled = wire.post("/sync/pull", Some(&token), encode(&pull)).await?;
        for part in &pulled.parts {
            cursors.iter_mut().filter(|(bucket, _)| *bucket == part.bucket).for_each(|(_, seq)| *seq = Some(part.hi));
        }
        if pulled.complete {
            return if pulled.last_n + 1 == device.n { Ok(()) } else { Err(format!("it stands at {}", pulled.last_n)) };
        }
    }
}

/// Counts what the server's file does not hold as it was sent.
fn wrong(house: &House, sent: &[(Uuid, u64, Op)]) -> usize {
    let conn = Connection::open_with_flags(house.file(), OpenFlags::SQLITE_OPEN_READ_ONLY).expect("the file opens");
    let count = |sql: &str| conn.query_row(sql, [], |row| row.get::<_, i64>(0)).expect("a count") as usize;
    // Besides, what the server wrote itself: the people's load and the enrolments, whose device is none.
    let all = count("SELECT COUNT(*) FROM op JOIN op_body USING (org, cause, part)");
    let mut there = conn
        .prepare(
            "SELECT COUNT(*) FROM place JOIN op USING (org, cause, part) JOIN op_body b USING (org, cause, part) \
             JOIN rec r ON r.org = place.org AND r.id = ?5 AND r.by_op = op.id \
             WHERE place.dev = ?1 AND place.n = ?2 AND place.cause = ?3 AND b.body = ?4",
        )
        .expect("a statement");
    let missing = sent.iter().filter(|(dev, n, op)| {
        let (dev, cause, rec) = (dev.as_bytes(), op.cause.as_bytes(), op.changes[0].rec);
        let found: i64 = there
            .query_row(rusqlite::params![dev, *n as i64, cause, op.to_bytes(), rec.as_bytes()], |row| row.get(0))
            .expect("a count");
        found != 1
    });
    missing.count() + all.abs_diff(sent.len())
}
