//! A server with everybody at it: phones with real replicas, a desk whose ops make every kind of write, an administrator,
//! and a crowd that pushes at the same moment.
use super::audit;
use super::clerk::Clerk;
use super::home::{Home, Server, now};
use super::walker::Walker;
use crm_domain::bucket::Bucket;
use crm_domain::customers::{CONTACT, CUSTOMER, contact, customer};
use crm_domain::ids::{Uuid, derived_id};
use crm_domain::op::Change;
use crm_domain::people::GRANT;
use crm_domain::row::Row;
use crm_replica::ports::NetError;
use crm_server::ledger::store::Store;
use std::collections::BTreeMap;
use std::sync::Barrier;
use tests::ledger::office::{body, create, edit, granting, new_customer};
use tests::sim::check::{self, Quiet};
use tests::sim::office::{CHEN, GRIDS, LI, ROOT, WANG};

const CROWD: usize = 5;

pub struct Siege {
    pub home: Home,
    pub server: Server,
    pub walkers: Vec<Walker>,
    /// A supervisor's device.
    pub desk: Clerk,
    /// The administrator's.
    pub root: Clerk,
    pub crowd: Vec<Clerk>,
    bursts: u64,
}

/// A record's id by its name and its burst.
fn id(name: &str, burst: u64) -> Uuid {
    derived_id(0, &[name.as_bytes(), &burst.to_be_bytes()])
}

/// An edit that had seen nothing.
fn unbased(rec: Uuid, field: u16, value: &str) -> Change {
    Change { base: BTreeMap::new(), ..edit(CUSTOMER, rec, body([(field, value)]), 0) }
}

impl Siege {
    pub fn of(home: Home) -> Self {
        Self::with(home, Server::start)
    }

    pub fn with(home: Home, start: impl Fn(&Home) -> Server) -> Self {
        let ledger = home.ledger();
        let walkers = Walker::all(&ledger);
        let desk = Clerk::new(&ledger, "desk", WANG);
        let root = Clerk::new(&ledger, "root", ROOT);
        let crowd = (0..CROWD).map(|i| Clerk::new(&ledger, &format!("crowd {i}"), WANG)).collect();
        drop(ledger);
        let server = start(&home);
        let mut siege = Self { home, server, walkers, desk, root, crowd, bursts: 0 };
        siege.tell(&siege.server.address.clone());
        siege
    }

    /// Where the server is, or what stands before it.
    pub fn tell(&mut self, address: &str) {
        let clerks = self.crowd.iter_mut().chain([&mut self.desk, &mut self.root]).map(|clerk| &mut clerk.line);
        for line in clerks.chain(self.walkers.iter_mut().map(|walker| &mut walker.line)) {
            line.address = address.to_owned();
        }
    }

    /// Everybody does something and pushes it, most at the same time. Gives the failures.
    pub fn burst(&mut self) -> Vec<NetError> {
        self.bursts += 1;
        let (now, before) = (self.bursts, self.bursts - 1);
        let grid = id("grid", now);
        write_at_the_desk(&mut self.desk, now);
        let grant = create(GRANT, id("grant", now), granting(WANG, Bucket::Grid(grid)));
        self.root.write(vec![grant]);
        for (i, clerk) in self.crowd.iter_mut().enumerate() {
            let name = format!("crowd {i}");
            clerk.write(vec![new_customer(id(&name, now), &name, id("crowded", 0))]);
        }
        // What the desk's last edit waits for.
        self.crowd[0].write(vec![new_customer(id("unknown", before), "迟到", grid)]);
        let (desk, root, walkers) = (&mut self.desk, &mut self.root, &mut self.walkers);
        let barrier = Barrier::new(CROWD);
        std::thread::scope(|scope| {
            let mut done = vec![
                scope.spawn(|| {
                    desk.push()?;
                    // A bucket that nobody has begun with: its pages are made.
                    desk.rows(Bucket::Grid(grid), None).map(drop)
                }),
                scope.spawn(|| root.push()),
            ];
            done.extend(self.crowd.iter_mut().map(|clerk| {
                let barrier = &barrier;
                scope.spawn(move || {
                    barrier.wait();
                    clerk.push()
                })
            }));
            let mut failed = Vec::new();
            for walker in walkers {
                walker.work();
                walker.work();
                walker.exchange();
                failed.extend(walker.failed);
            }
            failed.extend(done.into_iter().filter_map(|clerk| clerk.join().expect("a clerk ends").err()));
            failed
        })
    }

    /// Starts the server again on what the dead one left.
    pub fn restart(&mut self) {
        self.server = Server::start(&self.home);
        self.tell(&self.server.address.clone());
    }

    /// Everybody sends what is unanswered, over a road that may fail so many times, and syncs.
    pub fn settle(&mut self, tries: usize) {
        for clerk in self.crowd.iter_mut().chain([&mut self.desk, &mut self.root]) {
            let failed = (0..tries).map_while(|_| clerk.push().err()).count();
            assert!(failed < tries, "{} does not get through in {tries} tries", clerk.name);
        }
        // Twice, so that what the last one sent has reached the first.
        for _ in 0..2 {
            self.walkers.iter_mut().for_each(|walker| walker.settle(tries));
        }
    }

    /// Everything that must hold once all is quiet, seen from the phones, from the network and from the tables.
    pub fn check(&mut self) {
        for bucket in GRIDS.into_iter().chain([id("grid", self.bursts), id("crowded", 0)]).map(Bucket::Grid) {
            let mut rows = |cursor| self.desk.rows(bucket, cursor).expect("answered");
            let (anew, followed): (BTreeMap<Uuid, Row>, _) = (rows(None), rows(Some(0)));
            assert_eq!(anew, followed, "{bucket:?}: from pages, and along the cursor");
        }
        let phones = self.walkers.iter().map(|walker| &walker.phone).collect();
        let ledger = self.home.ledger();
        check::all(&Quiet { ledger: &ledger, now: now(), phones, disturbed: true })
            .unwrap_or_else(|what| panic!("{what}"));
        self.check_tables(&*self.home.store());
    }

    pub fn check_tables(&self, store: &dyn Store) {
        let clerks: Vec<&Clerk> = self.crowd.iter().chain([&self.desk, &self.root]).collect();
        audit::tables(store, &clerks);
        let (desk, last) = (&self.desk.queue, self.bursts as usize * DESK_OPS);
        assert_eq!(desk.len(), last, "nothing was written twice");
    }
}

const DESK_OPS: usize = 6;

/// Ops of every kind that settles in its own way.
fn write_at_the_desk(desk: &mut Clerk, burst: u64) {
    let (grid, moved) = (id("grid", burst), id("moved", burst));
    let made = desk.write(vec![new_customer(moved, "茶铺", grid)]);
    let fields = [(contact::name, "老王".into()), (contact::customer, moved.into())];
    desk.write(vec![create(CONTACT, id("contact", burst), fields.into_iter().collect())]);
    // Both leave exits, and the home log begins.
    desk.write(vec![edit(CUSTOMER, moved, body([(customer::grid, GRIDS[burst as usize % GRIDS.len()])]), made)]);
    desk.write(vec![
        new_customer(id("stays", burst), "面馆", grid),
        new_customer(id("stays too", burst), "书店", grid),
    ]);
    // Waits until somebody brings the record, a burst later.
    desk.write(vec![unbased(id("unknown", burst), customer::note, "来过")]);
    // Refused: in another's name.
    let foreign = if burst.is_multiple_of(2) { LI } else { CHEN };
    desk.write_as(foreign, vec![new_customer(id("refused", burst), "冒名", grid)]);
}
