//! P14: pulls that bring nothing, while 5,000 devices are known.
use super::house::{Device, House};
use super::wire::{Broken, Wire};
use super::{ms, percentile};
use crm_domain::bucket::Bucket;
use crm_domain::people::Role;
use crm_protocol::{Pull, Pulled, encode};
use serde::Serialize;
use std::path::Path;
use std::time::Instant;

/// How often each device pulls.
const ROUNDS: usize = 3;

/// Milliseconds as the device sees them, one request after another; one value for each round.
#[derive(Serialize, Default)]
pub struct Idle {
    devices: usize,
    p50: Vec<f64>,
    p99: Vec<f64>,
}

pub async fn measure(program: &Path, folder: &Path, devices: usize) -> Idle {
    let house = House::build(&folder.join("pull"), devices, Role::Manager, |_| ());
    let server = house.serve(program);
    let mut wire = Wire::open(&server.address).await.expect("a connection");
    let mut at_rest = Vec::new();
    for device in &house.devices {
        let token = device.renew(&mut wire).await.expect("a token");
        let cursors = stands(device, &token, house.epoch, &mut wire).await.expect("a first pull");
        at_rest.push((token, cursors));
    }
    let mut found = Idle { devices, ..Idle::default() };
    for _ in 0..ROUNDS {
        let mut each = Vec::with_capacity(devices);
        for (token, cursors) in &at_rest {
            let pull = asked(house.epoch, cursors.clone());
            let at = Instant::now();
            let pulled: Pulled = wire.post("/sync/pull", Some(token), pull).await.expect("an answer");
            each.push(ms(at));
            assert!(pulled.complete && pulled.parts.is_empty(), "{pulled:?}");
        }
        found.p50.push(percentile(&mut each, 50.0));
        found.p99.push(percentile(&mut each, 99.0));
    }
    found
}

type Cursors = Vec<(Bucket, Option<u64>)>;

fn asked(epoch: u64, cursors: Cursors) -> Vec<u8> {
    encode(&Pull { nonce: 1, epoch, proof: None, cursors, max_bytes: 1 << 20, hello: None })
}

/// The three buckets of a manager where they stand, in the order of asking.
pub fn buckets(device: &Device) -> [Bucket; 3] {
    [Bucket::User(device.user), Bucket::Org, Bucket::Grid(device.grid)]
}

/// A cursor beyond a bucket is told where it stands: pages begin it anew, and `seq` is what is wanted here.
async fn stands(device: &Device, token: &str, epoch: u64, wire: &mut Wire) -> Result<Cursors, Broken> {
    let mut cursors = Vec::new();
    for bucket in buckets(device) {
        let pull = asked(epoch, vec![(bucket, None)]);
        let pulled: Pulled = wire.post("/sync/pull", Some(token), pull).await?;
        let part = pulled.parts.first().ok_or("a bucket that begins has a part")?;
        cursors.push((bucket, Some(part.seq)));
    }
    Ok(cursors)
}
