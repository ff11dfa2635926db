//! A device's chain of events: what a link must show, and the server's receipt for it (SYNC 2.10).
use super::judge::Asked;
use super::store::{ChainedEvent, Device, StoreError};
use super::work::Work;
use crate::failpoint::{Point, reached};
use crm_domain::ids::Uuid;
use crm_domain::op::{CHAIN_START, Change, Link, link_hash};
use ed25519_dalek::{Signature, Signer, Verifier, VerifyingKey};

/// What the server's key signs: the event's hash and when it came.
pub fn receipt_bytes(hash: &[u8; 32], received_at: u64) -> Vec<u8> {
    [b"zoufang/receipt/1".as_slice(), hash, &received_at.to_be_bytes()].concat()
}

pub struct Examined {
    pub hash: [u8; 32],
    pub flags: Vec<&'static str>,
}

/// Follows the chain. A gap, a fork or a wrong signature is flagged and never blocks.
pub fn examine(work: &mut Work, asked: &Asked, change: &Change) -> Result<Examined, StoreError> {
    let Some(link) = &asked.op.link else {
        let hash = link_hash(work.org, asked.op, change, asked.dev, 0, &CHAIN_START, 0);
        return Ok(Examined { hash, flags: vec!["link", "signature"] });
    };
    let hash = link_hash(work.org, asked.op, change, link.dev, link.chain_n, &link.prev, link.alg);
    let mut flags = Vec::new();
    let chained = work.tx.chained(change.rec)?;
    match maker(work, asked, link)? {
        Some(device) => {
            // What had to wait for a newer server stands in its place since it came.
            let in_place = chained == Some(hash);
            if !in_place && !follows(device, link) {
                flags.push("link");
            }
            if link.chain_n >= device.chain_n || begins(device, link) {
                (device.chain_n, device.chain_head) = (link.chain_n, hash);
            }
            if device.alg != link.alg || !signed(link.alg, &device.key, &hash, &link.sig) {
                flags.push("signature");
            }
        }
        None => flags.extend(["link", "signature"]),
    }
    if chained.is_none() {
        record(work, change.rec, link, hash)?;
    }
    Ok(Examined { hash, flags })
}

/// An event of a kind that this version does not know takes its place in the chain when it comes, though it waits: what
/// follows it is whole.
pub fn hold_place(work: &mut Work, asked: &Asked) -> Result<(), StoreError> {
    let ([change], Some(link)) = (asked.op.changes.as_slice(), &asked.op.link) else { return Ok(()) };
    let hash = link_hash(work.org, asked.op, change, link.dev, link.chain_n, &link.prev, link.alg);
    if work.tx.chained(change.rec)?.is_some() {
        return Ok(());
    }
    let Some(device) = maker(work, asked, link)?.filter(|device| follows(device, link)) else { return Ok(()) };
    (device.chain_n, device.chain_head) = (link.chain_n, hash);
    record(work, change.rec, link, hash)
}

/// The device that made the link. After a fork the links stay with it.
fn maker<'a>(work: &'a mut Work, asked: &Asked, link: &Link) -> Result<Option<&'a mut Device>, StoreError> {
    let owner = work.device(asked.dev)?.map(|d| d.user);
    Ok(work.device(link.dev)?.filter(|d| Some(d.user) == owner))
}

fn begins(device: &Device, link: &Link) -> bool {
    device.chain_head == CHAIN_START && link.chain_n <= 1
}

fn follows(device: &Device, link: &Link) -> bool {
    link.prev == device.chain_head && (begins(device, link) || link.chain_n == device.chain_n + 1)
}

fn record(work: &Work, id: Uuid, link: &Link, hash: [u8; 32]) -> Result<(), StoreError> {
    work.tx.put_event(&ChainedEvent {
        id,
        dev: link.dev,
        chain_n: link.chain_n,
        prev: link.prev,
        hash,
        sig: link.sig.to_vec(),
        received_at: work.now,
    })?;
    reached(Point::EventPut);
    Ok(())
}

/// Whether `key` signed `message`. Algorithms as in [`Link::alg`].
pub fn signed(alg: u8, key: &[u8], message: &[u8], sig: &[u8; 64]) -> bool {
    match alg {
        0 => key
            .try_into()
            .ok()
            .and_then(|key| VerifyingKey::from_bytes(key).ok())
            .is_some_and(|key| key.verify(message, &Signature::from_bytes(sig)).is_ok()),
        1 => {
            use p256::ecdsa::signature::Verifier;
            let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(key);
            let sig = p256::ecdsa::Signature::from_slice(sig);
            matches!((key, sig), (Ok(key), Ok(sig)) if key.verify(message, &sig).is_ok())
        }
        _ => false,
    }
}

/// The server's signature for an event that has come.
pub fn receipt(work: &Work, hash: &[u8; 32]) -> Vec<u8> {
    work.signing.sign(&receipt_bytes(hash, work.now)).to_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_algorithms_verify_what_their_key_signed_and_nothing_else() {
        let ed = ed25519_dalek::SigningKey::from_bytes(&[3; 32]);
        let p256 = p256::ecdsa::SigningKey::from_slice(&[3; 32]).expect("a key");
        let p256_sig: p256::ecdsa::Signature = p256.sign(b"event");
        let cases: [(u8, Vec<u8>, [u8; 64]); 2] = [
            (0, ed.verifying_key().to_bytes().to_vec(), ed.sign(b"event").to_bytes()),
            (1, p256.verifying_key().to_sec1_point(false).as_bytes().to_vec(), p256_sig.to_bytes().into()),
        ];
        for (alg, key, sig) in cases {
            assert!(signed(alg, &key, b"event", &sig), "{alg}");
            assert!(!signed(alg, &key, b"other", &sig), "{alg}");
            assert!(!signed(alg, &key, b"event", &[0; 64]), "{alg}");
            assert!(!signed(alg, &key[1..], b"event", &sig), "{alg}");
            assert!(!signed(1 - alg, &key, b"event", &sig), "{alg}");
            assert!(!signed(2, &key, b"event", &sig), "{alg}");
        }
    }
}
