//! A device written from `crates/crm-protocol/README.md` alone: it shares no code with the project's own client, nor with
//! the crate of the messages.
use super::cbor::{Value, raw_items, write};
use ed25519_dalek::{Signer, SigningKey};
use flate2::read::GzDecoder;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::Read;

type Id = [u8; 16];
/// A row, or the id of a record that left.
type News = Result<Vec<u8>, Vec<u8>>;

pub struct Client {
    address: String,
    agent: ureq::Agent,
    key: SigningKey,
    pub dev: Id,
    pub user: Id,
    token: Vec<u8>,
    epoch: u64,
    proof: Option<Vec<u8>>,
    /// Ops pushed, and the running hash of their identities.
    pub last_n: u64,
    pub hash: [u8; 32],
    now_ms: u64,
    pub buckets: BTreeMap<Vec<u8>, Held>,
}

/// One bucket: where it stands, its digest as the server last said, the bytes of its rows by id.
#[derive(Default)]
pub struct Held {
    pub cursor: Option<u64>,
    pub said: Option<Vec<u8>>,
    pub rows: BTreeMap<Vec<u8>, Vec<u8>>,
}

impl Held {
    /// The wrapping sum of 64 bits of keyed BLAKE3 over each row as it travelled.
    pub fn digest(&self) -> [u8; 8] {
        let one = |row: &Vec<u8>| {
            let hash = blake3::keyed_hash(b"zoufang/bucket-digest/1.........", row);
            u64::from_be_bytes(hash.as_bytes()[..8].try_into().expect("8 bytes"))
        };
        self.rows.values().map(one).fold(0u64, u64::wrapping_add).to_be_bytes()
    }
}

pub fn bucket(kind: u8, id: &[u8]) -> Vec<u8> {
    [&[kind], id].concat()
}

impl Client {
    /// `POST /auth/sign-in`.
    pub fn sign_in(address: &str, account: &str, password: &str, dev: Id) -> Self {
        let key = SigningKey::from_bytes(&[42; 32]);
        let mut client = Self {
            address: address.to_owned(),
            agent: ureq::Agent::config_builder().http_status_as_error(false).build().into(),
            key,
            dev,
            user: [0; 16],
            token: Vec::new(),
            epoch: 0,
            proof: None,
            last_n: 0,
            hash: [0; 32],
            now_ms: 0,
            buckets: BTreeMap::new(),
        };
        let public = client.key.verifying_key().to_bytes();
        let body = write(|e| {
            e.map(8)?.u8(0)?.u16(1)?.u8(1)?.u16(1)?.u8(2)?.str(account)?.u8(3)?.str(password)?;
            e.u8(4)?.bytes(&dev)?.u8(5)?.u8(0)?.u8(6)?.bytes(&public)?.u8(7)?.str("second client")?.ok()
        });
        let signed = client.post("/auth/sign-in", &body).expect("signed in");
        client.take_token(&signed);
        client
    }

    fn take_token(&mut self, signed: &Value) {
        self.token = signed.get(0).bytes().to_vec();
        self.user = signed.get(3).bytes().try_into().expect("an id");
        self.epoch = signed.get(6).int();
        self.now_ms = signed.get(7).int();
    }

    /// `POST /auth/nonce`, then `POST /auth/renew` with the nonce signed.
    pub fn renew(&mut self) {
        let dev = self.dev;
        let nonce = self.post("/auth/nonce", &write(|e| e.map(1)?.u8(0)?.bytes(&dev)?.ok())).expect("a nonce");
        let nonce = nonce.get(0).bytes().to_vec();
        let sig = self.key.sign(&[b"zoufang/renew/1", &dev[..], &nonce].concat()).to_bytes();
        let body = write(|e| e.map(3)?.u8(0)?.bytes(&dev)?.u8(1)?.bytes(&nonce)?.u8(2)?.bytes(&sig)?.ok());
        let before = std::mem::take(&mut self.token);
        let signed = self.post("/auth/renew", &body).expect("renewed");
        self.take_token(&signed);
        assert_ne!(self.token, before, "a new token");
    }

    /// The answer, or the status and code of the refusal.
    fn post(&self, path: &str, body: &[u8]) -> Result<Value, (u16, u64)> {
        let mut request = self.agent.post(format!("{}{path}", self.address)).header("content-type", "application/cbor");
        if !self.token.is_empty() {
            request = request.header("authorization", format!("Bearer {}", hex::encode(&self.token)));
        }
        let mut response = request.send(body).expect("an answer");
        let bytes = response.body_mut().read_to_vec().expect("a body");
        let value = Value::read(&bytes);
        match response.status().as_u16() {
            200 => Ok(value),
            status => Err((status, value.get(0).int())),
        }
    }

    fn page(&self, bucket: &[u8], generation: u64, no: u64) -> Vec<u8> {
        let path = format!("{}/page/{}/{generation}/{no}", self.address, hex::encode(bucket));
        let request = self.agent.get(path).header("authorization", format!("Bearer {}", hex::encode(&self.token)));
        let mut response = request.call().expect("an answer");
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-encoding"], "gzip");
        let packed = response.body_mut().read_to_vec().expect("a body");
        let mut bytes = Vec::new();
        GzDecoder::new(packed.as_slice()).read_to_end(&mut bytes).expect("gzip");
        bytes
    }

    /// Pulls until the answer is complete; gives the buckets that are granted.
    pub fn pull(&mut self, wanted: &[Vec<u8>]) -> Vec<Vec<u8>> {
        for nonce in 1..100 {
            let body = write(|e| {
                e.map(5)?.u8(0)?.u64(nonce)?.u8(1)?.u64(self.epoch)?.u8(2)?;
                match &self.proof {
                    Some(proof) => e.bytes(proof)?,
                    None => e.null()?,
                };
                e.u8(3)?.array(wanted.len() as u64)?;
                for bucket in wanted {
                    e.array(2)?.bytes(bucket)?;
                    match self.buckets.get(bucket).and_then(|held| held.cursor) {
                        Some(cursor) => e.u64(cursor)?,
                        None => e.null()?,
                    };
                }
                e.u8(4)?.u32(65_536)?.ok()
            });
            let pulled = self.post("/sync/pull", &body).expect("pulled");
            assert_eq!((pulled.get(0).int(), pulled.get(10).int()), (nonce, 0), "my request, and I am active");
            self.epoch = pulled.get(1).int();
            self.proof = Some(pulled.get(2).bytes().to_vec());
            self.now_ms = pulled.get(9).int();
            let Value::Map(fields) = &pulled else { panic!("a pull is a map") };
            let parts = fields.iter().find(|(key, _, _)| *key == 3).map(|(_, _, raw)| raw_items(raw)).expect("parts");
            parts.iter().for_each(|part| self.take(part));
            if pulled.get(6) == &Value::Bool(true) {
                assert_eq!(pulled.get(4).int(), self.last_n, "all that I pushed");
                assert_eq!(pulled.get(5).bytes(), self.hash, "my queue, and nobody else's");
                return pulled.get(7).items().iter().map(|grant| grant.items()[0].bytes().to_vec()).collect();
            }
        }
        panic!("a pull never completes");
    }

    /// One part, whole: pages or rows, exits, cursor, digest.
    fn take(&mut self, raw: &[u8]) {
        let part = Value::read(raw);
        let bucket = part.get(0).bytes().to_vec();
        let mode = part.get(1).items();
        let mut held = self.buckets.remove(&bucket).unwrap_or_default();
        if mode[0].int() == 1 {
            let [generation, count, at_seq] = [0, 1, 2].map(|i| mode[1].items()[i].int());
            held.rows.clear();
            for no in 0..count {
                let page = self.page(&bucket, generation, no);
                let Value::Map(fields) = Value::read(&page) else { panic!("a page is a map") };
                raw_items(&fields[0].2).into_iter().for_each(|row| put(&mut held, row));
            }
            held.cursor = Some(at_seq);
        } else {
            let Value::Map(fields) = &part else { panic!("a part is a map") };
            let rows = fields.iter().find(|(key, _, _)| *key == 2).map(|(_, _, raw)| raw_items(raw)).expect("rows");
            // Rows and exits apply in the order of their seq.
            let mut news: Vec<(u64, News)> =
                rows.into_iter().map(|row| (Value::read(&row).get(3).int(), Ok(row))).collect();
            let exits = part.get(3).items().iter();
            news.extend(exits.map(|exit| (exit.get(1).int(), Err(exit.get(0).bytes().to_vec()))));
            news.sort();
            for (_, one) in news {
                match one {
                    Ok(row) => put(&mut held, row),
                    Err(id) => drop(held.rows.remove(&id)),
                }
            }
            held.cursor = Some(part.get(5).int());
        }
        held.said = (held.cursor == Some(part.get(6).int())).then(|| part.get(7).bytes().to_vec());
        self.buckets.insert(bucket, held);
    }

    /// Creates a customer of a grid: one op, pushed as the next of this device's queue. Gives its outcome and OpId.
    pub fn create_customer(&mut self, rec: Id, name: &str, grid: Id, cause: Id) -> (u64, u64) {
        let op = write(|e| {
            e.map(6)?.u8(0)?.bytes(&cause)?.u8(1)?.u32(0)?.u8(2)?.u64(self.now_ms << 16)?;
            e.u8(3)?.bytes(&self.user)?.u8(4)?.u16(1)?.u8(5)?.array(1)?;
            e.map(7)?.u8(0)?.u16(1)?.u8(1)?.bytes(&rec)?.u8(2)?.bool(true)?.u8(3)?.bool(false)?;
            e.u8(4)?.map(2)?.u16(1)?.str(name)?.u16(4)?.tag(minicbor::data::Tag::new(37))?.bytes(&grid)?;
            e.u8(5)?.map(0)?.u8(6)?.map(0)?.ok()
        });
        let n = self.last_n + 1;
        let body = write(|e| {
            e.map(5)?.u8(0)?.u64(self.epoch)?.u8(1)?.bytes(&self.dev)?.u8(2)?.u64(n)?;
            e.u8(3)?.array(1)?.map(2)?.u8(0)?.bytes(&op)?.u8(1)?.u64(self.now_ms)?;
            e.u8(4)?.array(0)?.ok()
        });
        let pushed = self.post("/sync/push", &body).expect("pushed");
        assert_eq!((pushed.get(0).int(), pushed.get(1).int()), (self.epoch, n + 1));
        let result = pushed.get(2).items()[0].items();
        assert_eq!(result[0].int(), n);
        let identity = [&cause[..], &0u32.to_be_bytes()].concat();
        self.last_n = n;
        self.hash = Sha256::new().chain_update(self.hash).chain_update(&identity).finalize().into();
        let id = u64::from_be_bytes(Sha256::digest(&identity)[..8].try_into().expect("8 bytes"));
        (result[1].items()[0].int(), id)
    }
}

fn put(held: &mut Held, row: Vec<u8>) {
    let id = Value::read(&row).get(0).bytes().to_vec();
    held.rows.insert(id, row);
}
