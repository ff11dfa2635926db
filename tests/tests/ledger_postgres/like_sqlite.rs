//! The same stream of requests, drawn from a seed, to a ledger on SQLite and to one on PostgreSQL: every answer is the
//! same, and at the end every table, byte for byte.
use crm_domain::bucket::Bucket;
use crm_domain::command::Patch;
use crm_domain::customers::{CONTACT, CUSTOMER, contact, customer};
use crm_domain::grids::{GRID, grid};
use crm_domain::ids::{OpId, Uuid};
use crm_domain::kind::{ARCHIVED, SAME_AS};
use crm_domain::notes::{NOTE, note};
use crm_domain::op::Change;
use crm_domain::people::{DEVICE, GRANT, PERSON, device, grant, person};
use crm_domain::transfers::{TRANSFER, transfer};
use crm_domain::val::{Body, SetPatch, Val};
use crm_domain::waiting::{self, DECISION};
use crm_protocol::{Mode, Push, Sent};
use crm_server::ledger::LedgerError;
use crm_server::{Postgres, Sqlite};
use postgres::types::Type;
use rusqlite::types::ValueRef;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::PathBuf;
use tests::cluster::cluster;
use tests::ledger::office::*;
use tests::sim::Dice;

const STEPS: usize = 150;

#[test]
fn the_same_requests_get_the_same_answers_and_leave_the_same_tables() {
    for seed in 0..crate::count("seeds") as u64 {
        let mut pair = Pair::new(seed);
        for _ in 0..STEPS {
            pair.step();
        }
        pair.compare_tables();
    }
}

struct Pair {
    seed: u64,
    dice: Dice,
    sqlite: Office,
    postgres: Office,
    file: PathBuf,
    database: String,
    phones: Vec<Phone>,
    /// What was pushed, by whom and under which number.
    sent: Vec<(usize, u64, Made)>,
    recs: Vec<(u16, Uuid)>,
    minted: u64,
}

impl Pair {
    fn new(seed: u64) -> Self {
        let file =
            PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("alike-{}-{seed}.sqlite", std::process::id()));
        let database = cluster().database(id("org"));
        let people = ["helin", "zhou", "li", "wang"];
        let phones = people.iter().map(|name| Phone::new(name, "phone")).chain([Phone::new("li", "never seen")]);
        let mut recs: Vec<(u16, Uuid)> = people.iter().map(|name| (PERSON, id(name))).collect();
        recs.extend([(GRID, id("east")), (GRID, id("west")), (GRANT, id("grant of li")), (GRANT, id("grant of wang"))]);
        recs.extend(people.map(|name| (DEVICE, Phone::new(name, "phone").dev)));
        Self {
            seed,
            dice: Dice::new(seed),
            sqlite: Office::new(Box::new(Sqlite::open(&file, id("org")).expect("it opens"))),
            postgres: Office::new(Box::new(Postgres::open(&cluster().url(&database), id("org")).expect("it opens"))),
            file,
            database,
            phones: phones.collect(),
            sent: Vec::new(),
            recs,
            minted: 0,
        }
    }

    /// Asks both, and gives the one answer.
    fn both<T: PartialEq + std::fmt::Debug>(&self, ask: impl Fn(&Office) -> T) -> T {
        let (one, other) = (ask(&self.sqlite), ask(&self.postgres));
        assert_eq!(one, other, "seed {}, op {}", self.seed, self.sent.len());
        one
    }

    fn now(&self) -> u64 {
        self.sqlite.now
    }

    fn step(&mut self) {
        let ms = self.dice.below(100_000);
        self.sqlite.pass(ms);
        self.postgres.pass(ms);
        match self.dice.below(20) {
            0..=10 => self.push(),
            11..=15 => self.pull(),
            16 => self.push_oddly(),
            17 => self.administer(),
            18 => self.blob(),
            _ => self.ask(),
        }
    }

    fn fresh(&mut self) -> Uuid {
        self.minted += 1;
        id(&format!("{} {}", self.seed, self.minted))
    }

    fn push(&mut self) {
        let who = self.dice.below(self.phones.len() as u64) as usize;
        let ops: Vec<Made> = (0..1 + self.dice.below(4)).map(|_| self.op(who)).collect();
        let first_n = self.phones[who].n;
        let drawn = self.dice.below(3) * self.now().saturating_sub(self.dice.below(50_000));
        let first_sent = if drawn > self.now() { 0 } else { drawn };
        let sent: Vec<Sent> = ops.iter().map(|m| Sent { op: m.bytes.clone(), first_sent, effective: None }).collect();
        self.sent.extend(ops.into_iter().enumerate().map(|(i, made)| (who, first_n + i as u64, made)));
        self.send(who, first_n, sent, vec![], who);
    }

    fn send(&mut self, who: usize, first_n: u64, ops: Vec<Sent>, lost: Vec<(u64, u64)>, by: usize) {
        let push = Push {
            epoch: self.both(|o| o.ledger.epoch()).expect("an epoch"),
            dev: self.phones[who].dev,
            first_n,
            ops,
            lost,
        };
        let caller = self.phones[by].caller();
        if let Ok(pushed) = self.both(|o| o.ledger.push(&caller, &push, o.now)) {
            self.phones[who].n = pushed.expect_n;
        }
    }

    /// Again, with a gap, at a taken place, by another phone, over a hole, and what is no op at all.
    fn push_oddly(&mut self) {
        let Some((who, n, made)) = self.dice.pick(&self.sent).cloned() else { return };
        let next = self.phones[who].n;
        let again = Sent { op: made.bytes, first_sent: 0, effective: Some(self.now() - self.dice.below(90_000)) };
        match self.dice.below(7) {
            0 => self.send(who, n, vec![again], vec![], who),
            1 => self.send(who, next, vec![again], vec![], who),
            2 => self.send(who, next + 2, vec![again], vec![], who),
            3 => {
                let other = self.op(who);
                self.send(who, n, vec![Sent { op: other.bytes, ..again }], vec![], who);
            }
            4 => self.send(who, next + 3, vec![again], vec![(next, next + 2)], who),
            5 => {
                let by = self.dice.below(self.phones.len() as u64) as usize;
                self.send(who, next, vec![again], vec![], by);
            }
            _ => {
                let op = self.dice.bytes::<40>().to_vec();
                self.send(who, next, vec![Sent { op, ..again }], vec![], who);
            }
        }
    }

    fn op(&mut self, who: usize) -> Made {
        let phone = std::mem::replace(&mut self.phones[who], Phone::new("nobody", "none"));
        let mut phone = phone;
        phone.ahead = self.dice.below(7) as i64 * 40_000 - 120_000;
        let made = if self.dice.percent(20) {
            let (rec, at) = (self.fresh(), self.customer());
            let mut fields: Body = [(note::customer, at.into()), (note::by, phone.user.into())].into_iter().collect();
            fields.insert(note::text, self.word());
            let mut made = self.sqlite.event(&mut phone, NOTE, rec, fields, &[note::text]);
            // The other office mints the same names.
            self.postgres.cause();
            if self.dice.percent(20)
                && let Some(link) = &mut made.op.link
            {
                link.sig[0] ^= 1;
                made = tests::ledger::office::made(made.op);
            }
            made
        } else {
            let changes = (0..1 + self.dice.below(2)).map(|_| self.change(&phone)).collect();
            self.postgres.cause();
            self.sqlite.op(&phone, changes)
        };
        self.phones[who] = phone;
        made
    }

    /// Mostly one that is there.
    fn customer(&mut self) -> Uuid {
        let known: Vec<Uuid> = self.recs.iter().filter(|(kind, _)| *kind == CUSTOMER).map(|(_, rec)| *rec).collect();
        match self.dice.pick(&known) {
            Some(rec) if self.dice.percent(90) => *rec,
            _ => self.fresh(),
        }
    }

    /// With every character that a column might refuse.
    fn word(&mut self) -> Val {
        let words = ["茶铺", "", "o'clock", "\u{0}", "a\u{0}b\\x00", "𠮷野家"];
        Val::Text(words[self.dice.below(words.len() as u64) as usize].into())
    }

    fn op_id(&mut self) -> OpId {
        match self.dice.pick(&self.sent) {
            Some((_, _, made)) if self.dice.percent(90) => made.id,
            _ => self.dice.roll(),
        }
    }

    fn change(&mut self, phone: &Phone) -> Change {
        match self.dice.below(24) {
            0..=5 => {
                let grids = [self.sqlite.east, self.sqlite.west, id("no grid")];
                let grid = grids[self.dice.below(21) as usize / 10];
                let mut fields: Body =
                    [(customer::name, self.word()), (customer::grid, grid.into())].into_iter().collect();
                fields.insert(customer::owner, phone.user.into());
                let rec = self.fresh();
                self.recs.push((CUSTOMER, rec));
                create(CUSTOMER, rec, fields)
            }
            6..=8 => {
                let fields = [(contact::name, self.word()), (contact::customer, self.customer().into())];
                let rec = self.fresh();
                self.recs.push((CONTACT, rec));
                create(CONTACT, rec, fields.into_iter().collect())
            }
            9 => {
                let bucket = [Bucket::Grid(self.sqlite.east), Bucket::Grid(self.sqlite.west), Bucket::AllGrids];
                let bucket = bucket[self.dice.below(3) as usize];
                let rec = self.fresh();
                self.recs.push((GRANT, rec));
                create(GRANT, rec, granting(id(["li", "wang"][self.dice.below(2) as usize]), bucket))
            }
            10 => create(999, self.fresh(), body([(1, "of a newer version")])),
            11 => {
                let desk = [Bucket::GridLead(self.sqlite.east), Bucket::GridLead(self.sqlite.west), Bucket::OrgAdmin];
                let desk = desk[self.dice.below(3) as usize];
                let decision = waiting::body(self.op_id(), desk, self.dice.percent(50));
                create(DECISION, self.fresh(), decision)
            }
            12 => {
                let (from, to) = (self.sqlite.east, self.sqlite.west);
                let fields = Patch::new().set(transfer::from, from).set(transfer::to, to).set(transfer::by, phone.user);
                create(TRANSFER, self.fresh(), fields.done())
            }
            _ => self.edit(phone),
        }
    }

    fn edit(&mut self, phone: &Phone) -> Change {
        let business: Vec<(u16, Uuid)> = self.recs.iter().filter(|(kind, _)| *kind <= CONTACT).copied().collect();
        let of = if self.dice.percent(85) && !business.is_empty() { &business } else { &self.recs };
        let (kind, rec) = *self.dice.pick(of).expect("an office has people");
        let tags = Val::Set(SetPatch { add: vec![self.word()], remove: vec![(self.word(), self.op_id())] });
        let (field, value) = match kind {
            CUSTOMER => match self.dice.below(8) {
                0 => (customer::name, self.word()),
                1 => (customer::note, self.word()),
                2 => (customer::grid, [self.sqlite.east, self.sqlite.west][self.dice.below(2) as usize].into()),
                3 => (customer::owner, phone.user.into()),
                4 => (customer::tags, tags),
                5 => (customer::tier, "Z".into()),
                6 => (SAME_AS, self.customer().into()),
                _ => (ARCHIVED, true.into()),
            },
            CONTACT => (contact::note, self.word()),
            PERSON => (person::active, self.dice.percent(90).into()),
            GRANT => (grant::ended_at, (self.now() as i64).into()),
            DEVICE => (device::state, ["revoked", "lost", "active"][self.dice.below(9).min(2) as usize].into()),
            _ => (grid::name, self.word()),
        };
        let base = self.op_id();
        let mut change = edit(kind, rec, [(field, value)].into_iter().collect(), base);
        change.yields = self.dice.percent(15);
        if self.dice.percent(60) {
            change.base = BTreeMap::new();
        }
        change
    }

    /// From a cursor of its own, or anew; pages are compared as they are packed.
    fn pull(&mut self) {
        let who = self.dice.below(self.phones.len() as u64) as usize;
        let buckets = [
            Bucket::Org,
            Bucket::OrgAdmin,
            Bucket::Grid(self.sqlite.east),
            Bucket::Grid(self.sqlite.west),
            Bucket::User(self.phones[who].user),
        ];
        let mut cursors = Vec::new();
        for bucket in buckets {
            let known = self.phones[who].cursors.get(&bucket).copied();
            cursors.push((bucket, known.filter(|_| self.dice.percent(80))));
        }
        let max_bytes = self.dice.below(20_000) as u32;
        let phone = &self.phones[who];
        let epoch = self.both(|o| o.ledger.epoch()).expect("an epoch");
        let pull = crm_protocol::Pull { nonce: 1, epoch, proof: phone.proof.clone(), cursors, max_bytes, hello: None };
        let caller = phone.caller();
        let Ok(pulled) = self.both(|o| o.ledger.pull(&caller, &pull, o.now)) else { return };
        for part in &pulled.parts {
            if let Mode::Pages { generation, count, at_seq } = part.mode {
                for no in 0..=count {
                    let page = self.both(|o| o.ledger.page_gzip(&caller, part.bucket, generation, no, o.now));
                    assert_eq!(page.is_ok(), no < count);
                }
                self.phones[who].cursors.insert(part.bucket, at_seq);
            } else {
                self.phones[who].take_part(part);
            }
        }
        self.phones[who].proof = Some(pulled.proof);
    }

    fn administer(&mut self) {
        let admin = self.phones[0].caller();
        match self.dice.below(5) {
            3 => {
                let _ = self.both(|o| o.ledger.transfer_step(o.now));
            }
            4 => {
                let _ = self.both(|o| o.ledger.log_events(o.now));
                let _ = self.both(|o| o.ledger.publish_root(o.now));
            }
            0 => {
                let rec = self.customer();
                let _ = self.both(|o| o.ledger.purge(&admin, rec, o.now));
            }
            1 => {
                let days = self.dice.below(2) * 119;
                let _ = self.both(|o| o.ledger.compact(o.now + days * 86_400_000));
            }
            _ => {
                let phone = self.phones[4].twin();
                let key = phone.key.verifying_key().to_bytes().to_vec();
                let new = crm_server::ledger::NewDevice { id: phone.dev, alg: 0, key, label: "a\u{0}b".into() };
                let _ = self.both(|o| o.ledger.enrol(phone.user, &new, o.now));
            }
        }
    }

    fn blob(&mut self) {
        let phone = &self.phones[self.dice.below(4) as usize];
        let whole = vec![self.dice.below(5) as u8; 1_000];
        let sha: [u8; 32] = Sha256::digest(&whole).into();
        let caller = phone.caller();
        let offered = self.both(|o| o.ledger.offer_blob(&caller, &sha, 1_000));
        if let Ok(offset) = offered {
            let end = (offset as usize + 400).min(whole.len());
            let _ = self.both(|o| o.ledger.append_blob(&caller, &sha, offset, &whole[offset as usize..end]));
        }
        let _ = self.both(|o| o.ledger.blob(&caller, &sha, o.now));
    }

    fn ask(&mut self) {
        let callers: Vec<_> = self.phones.iter().map(Phone::caller).collect();
        for caller in callers {
            let _: Result<String, LedgerError> = self.both(|o| {
                let query = crm_domain::waiting::Query::All.into();
                o.ledger.ask(&caller, &query, o.now).map(|view| format!("{view:?}"))
            });
            let list =
                crm_domain::customers::Query::List(crm_domain::customers::List { limit: 50, ..Default::default() });
            let query = crm_domain::registry::Query::Customers(list);
            let _: Result<String, LedgerError> =
                self.both(|o| o.ledger.ask(&caller, &query, o.now).map(|view| format!("{view:?}")));
        }
    }

    fn compare_tables(&self) {
        let mut postgres =
            postgres::Client::connect(&cluster().url(&self.database), postgres::NoTls).expect("connected");
        let sqlite = rusqlite::Connection::open(&self.file).expect("it opens");
        let names = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
        let names: Vec<String> = sqlite
            .prepare(names)
            .and_then(|mut s| s.query_map([], |row| row.get(0))?.collect())
            .expect("the tables' names");
        let own = "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public' \
                   AND table_name NOT IN ('gate', 'zoufang_schema') ORDER BY table_name";
        let own: Vec<String> = postgres.query(own, &[]).expect("listed").iter().map(|row| row.get(0)).collect();
        assert_eq!(names, own);
        let mut rows = 0;
        for name in names {
            let (one, other) = (sqlite_rows(&sqlite, &name), postgres_rows(&mut postgres, &name));
            rows += one.len();
            assert_eq!(one, other, "seed {}: the table {name}", self.seed);
        }
        println!("seed {}: {} ops, {rows} rows alike", self.seed, self.sent.len());
    }
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Cell {
    Null,
    Number(i64),
    Bytes(Vec<u8>),
}

/// A table's rows by the names of their columns, sorted.
type Table = Vec<BTreeMap<String, Cell>>;

fn sqlite_rows(conn: &rusqlite::Connection, table: &str) -> Table {
    let mut statement = conn.prepare(&format!("SELECT * FROM {table}")).expect("prepared");
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut rows = statement.query([]).expect("read");
    let mut table = Vec::new();
    while let Some(row) = rows.next().expect("read") {
        let cell = |i: usize| match row.get_ref(i).expect("a column") {
            ValueRef::Null => Cell::Null,
            ValueRef::Integer(n) => Cell::Number(n),
            ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Cell::Bytes(bytes.to_vec()),
            ValueRef::Real(x) => panic!("{table:?} holds {x}"),
        };
        let row = names.iter().enumerate().map(|(i, name)| (name.clone(), cell(i))).collect();
        table.push(row);
    }
    table.sort();
    table
}

fn postgres_rows(client: &mut postgres::Client, table: &str) -> Table {
    let rows = client.query(&format!("SELECT * FROM {table}"), &[]).expect("read");
    let cell = |row: &postgres::Row, i: usize| match *row.columns()[i].type_() {
        Type::BYTEA => row.get::<_, Option<Vec<u8>>>(i).map_or(Cell::Null, Cell::Bytes),
        Type::TEXT => row.get::<_, Option<String>>(i).map_or(Cell::Null, |text| Cell::Bytes(text.into_bytes())),
        Type::BOOL => row.get::<_, Option<bool>>(i).map_or(Cell::Null, |yes| Cell::Number(yes.into())),
        _ => row.get::<_, Option<i64>>(i).map_or(Cell::Null, Cell::Number),
    };
    let columns = |row: &postgres::Row| {
        row.columns().iter().enumerate().map(|(i, column)| (column.name().to_owned(), cell(row, i))).collect()
    };
    let mut table: Table = rows.iter().map(columns).collect();
    table.sort();
    table
}
