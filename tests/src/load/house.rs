//! An organisation of 5,000 managers with a phone each, in grids of 50.
use super::server::Server;
use super::wire::{Broken, Wire};
use crm_domain::bucket::{Bucket, Verb};
use crm_domain::command::Patch;
use crm_domain::customers::{CONTACT, CUSTOMER, contact, customer};
use crm_domain::follow_ups::{FOLLOW_UP, follow_up};
use crm_domain::grids::{GRID, grid};
use crm_domain::ids::{Uuid, derived_id, op_id};
use crm_domain::needs::{NEED, need};
use crm_domain::op::{Change, Op};
use crm_domain::people::{GRANT, PERSON, Role, grant, person};
use crm_domain::val::Body;
use crm_protocol::{Nonce, NonceFor, Push, Renew, Sent, SignedIn, encode, renewal_bytes};
use crm_server::ledger::{Ledger, Loaded, NewDevice, Seed};
use crm_server::{Sqlite, backup, http};
use ed25519_dalek::{Signer, SigningKey};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub const DEVICES: usize = 5_000;
const IN_A_GRID: usize = 50;
const ORG: Uuid = Uuid::from_u128(1);
/// Devices that enrol at a time, so that their transactions share commits.
const AT_ONCE: usize = 32;

/// True time, milliseconds.
pub fn now() -> u64 {
    http::system_clock()()
}

/// The data of one server, and everybody's keys.
pub struct House {
    pub folder: PathBuf,
    pub epoch: u64,
    pub devices: Vec<Device>,
}

/// One manager's phone.
#[derive(Clone)]
pub struct Device {
    pub user: Uuid,
    pub dev: Uuid,
    pub grid: Uuid,
    pub key: SigningKey,
    /// The number of its next op.
    pub n: u64,
    made: u64,
}

impl House {
    /// Makes the data anew in `folder`. `more` loads what else shall be there.
    pub fn build(folder: &Path, devices: usize, role: Role, more: impl FnOnce(&Ledger)) -> Self {
        if folder.exists() {
            std::fs::remove_dir_all(folder).expect("what an earlier run left goes");
        }
        std::fs::create_dir_all(folder).expect("a folder");
        let store = Sqlite::open(&folder.join(backup::FILE), ORG).expect("a new file opens");
        let ledger = Ledger::open(Box::new(store), ORG, Seed([5; 32]), now()).expect("an empty ledger opens");
        let devices: Vec<Device> = (0..devices).map(Device::new).collect();
        let at = now() - 60_000;
        ledger.load(devices.iter().flat_map(|device| device.rows(role, at)), now()).expect("the people load");
        more(&ledger);
        std::thread::scope(|scope| {
            for some in devices.chunks(devices.len().div_ceil(AT_ONCE)) {
                let ledger = &ledger;
                scope.spawn(move || some.iter().for_each(|device| device.enrol(ledger)));
            }
        });
        Self { folder: folder.to_owned(), epoch: ledger.epoch().expect("an epoch"), devices }
    }

    pub fn file(&self) -> PathBuf {
        self.folder.join(backup::FILE)
    }

    pub fn serve(&self, program: &Path) -> Server {
        Server::start(program, &self.folder)
    }
}

impl Device {
    fn new(i: usize) -> Self {
        let id = |what: &str, i: usize| derived_id(now() - 60_000, &[what.as_bytes(), &i.to_be_bytes()]);
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&(i as u64 + 1).to_be_bytes());
        let (user, dev, grid) = (id("user", i), id("dev", i), derived_id(1, &[&(i / IN_A_GRID).to_be_bytes()]));
        Self { user, dev, grid, key: SigningKey::from_bytes(&seed), n: 1, made: 0 }
    }

    fn rows(&self, role: Role, at: u64) -> [Loaded; 3] {
        let row = |kind, id, bucket, body| Loaded { kind, id, root: id, bucket, body, actor: Uuid::nil(), at };
        let account = self.user.simple().to_string();
        let who = Patch::new().set(person::name, "客户经理").set(person::account, account.as_str());
        let who = who.set(person::role, role.word()).set(person::active, true).done();
        let may = Patch::new().set(grant::user, self.user).set(grant::bucket, Bucket::Grid(self.grid).to_bytes());
        let may = may.set(grant::verb, Verb::Write as i64).done();
        let granted = derived_id(at, &[b"grant", self.user.as_bytes()]);
        [
            row(GRID, self.grid, Bucket::Org, Patch::new().set(grid::name, "网格").done()),
            row(PERSON, self.user, Bucket::Org, who),
            row(GRANT, granted, Bucket::OrgAdmin, may),
        ]
    }

    fn enrol(&self, ledger: &Ledger) {
        let key = self.key.verifying_key().to_bytes().to_vec();
        ledger
            .enrol(self.user, &NewDevice { id: self.dev, alg: 0, key, label: "load".into() }, now())
            .expect("a device enrols");
    }

    /// Signs a nonce; gives the token as headers have it.
    pub async fn renew(&self, wire: &mut Wire) -> Result<String, Broken> {
        let nonce: Nonce = wire.post("/auth/nonce", None, encode(&NonceFor { dev: self.dev })).await?;
        let sig = self.key.sign(&renewal_bytes(self.dev, &nonce.nonce)).to_bytes();
        let renew = Renew { dev: self.dev, nonce: nonce.nonce, sig };
        let signed: SignedIn = wire.post("/auth/renew", None, encode(&renew)).await?;
        Ok(hex::encode(signed.token))
    }

    fn fresh(&mut self, at: u64) -> Uuid {
        self.made += 1;
        derived_id(at, &[self.dev.as_bytes(), &self.made.to_be_bytes()])
    }

    /// What a visit to somebody new leaves: the customer, a contact, a need, a follow-up, and the tier set anew.
    pub fn visit(&mut self) -> Vec<Op> {
        let (at, user) = (now(), self.user);
        let root = self.fresh(at);
        let phone = format!("138{:08}", root.as_u128() % 100_000_000);
        let create = |kind, rec, patch| change(kind, rec, true, patch, BTreeMap::new());
        let of = Patch::new().set(customer::name, "城东便民超市").set(customer::grid, self.grid);
        let of = of.set(customer::phone, phone.as_str()).set(customer::tier, "C");
        let of = of.set(customer::address, "人民路一百二十八号东侧").set(customer::created_at, at as i64);
        let who = Patch::new().set(contact::customer, root).set(contact::name, "陈老板");
        let who = who.set(contact::phone, phone.as_str()).set(contact::role, "店主");
        let wish = Patch::new().set(need::customer, root).set(need::category, "speed");
        let wish = wish.set(need::text, "晚上网速慢，想换到千兆").set(need::urgency, 2).set(need::by, user);
        let next = Patch::new().set(follow_up::customer, root).set(follow_up::text, "下周带资费表再来");
        let next = next.set(follow_up::due, at as i64 + 604_800_000).set(follow_up::promised, true);
        let ids = [self.fresh(at), self.fresh(at), self.fresh(at)];
        let first = self.op(at, create(CUSTOMER, root, of.done()));
        let base = BTreeMap::from([(customer::tier, op_id(first.cause, first.part))]);
        let edit = change(CUSTOMER, root, false, Patch::new().set(customer::tier, "B").done(), base);
        vec![
            first,
            self.op(at, create(CONTACT, ids[0], who.done())),
            self.op(at, create(NEED, ids[1], wish.set(need::created_at, at as i64).done())),
            self.op(at, create(FOLLOW_UP, ids[2], next.set(follow_up::by, user).done())),
            self.op(at, edit),
        ]
    }

    fn op(&mut self, at: u64, change: Change) -> Op {
        let cause = self.fresh(at);
        Op { cause, part: 0, hlc: at << 16, actor: self.user, app: 1, changes: vec![change], link: None }
    }

    /// A push under the next numbers.
    pub fn push(&mut self, epoch: u64, ops: &[Op]) -> Vec<u8> {
        let sent = ops.iter().map(|op| Sent { op: op.to_bytes(), first_sent: 0, effective: None }).collect();
        let push = Push { epoch, dev: self.dev, first_n: self.n, ops: sent, lost: vec![] };
        self.n += ops.len() as u64;
        encode(&push)
    }
}

fn change(kind: u16, rec: Uuid, new: bool, patch: Body, base: BTreeMap<u16, u64>) -> Change {
    Change { kind, rec, new, yields: false, patch, base, open: BTreeMap::new() }
}
