//! PostgreSQL cuts the server off in the middle of transactions, and fails them at random as a crowd or a cluster would:
//! they run again, and nothing is done twice (SYNC 3, 4.5). In this process, where the cuts can be put at the points.
use super::audit;
use super::clerk::Clerk;
use super::home::{Home, now};
use super::rounds;
use crm_domain::customers::{CUSTOMER, customer};
use crm_domain::ids::{Uuid, derived_id};
use crm_domain::op::Change;
use crm_domain::val::Val;
use crm_protocol::Outcome;
use crm_server::failpoint::{self, Point};
use crm_server::ledger::{Ledger, LedgerError};
use postgres::{Client, NoTls};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use tests::cluster::cluster;
use tests::ledger::office::{body, edit, new_customer};
use tests::sim::office::{GRIDS, WANG};

/// More than the pool has connections.
const WRITERS: usize = 24;
/// A writer that is told so often that the database failed has no bad luck any more.
const TRIES: usize = 20;

/// Writers on one ledger, and a customer that all of them edit and move.
struct Crowd {
    home: Home,
    ledger: Ledger,
    clerks: Vec<Clerk>,
    written: u64,
}

fn shared() -> Uuid {
    derived_id(0, &[b"shared"])
}

fn unbased(field: u16, value: impl Into<Val>) -> Change {
    Change { base: BTreeMap::new(), ..edit(CUSTOMER, shared(), body([(field, value)]), 0) }
}

impl Crowd {
    fn new(name: &str, writers: usize) -> Self {
        let home = Home::on_postgres(name);
        let ledger = home.ledger();
        let mut clerks: Vec<Clerk> = (0..writers).map(|i| Clerk::new(&ledger, &format!("writer {i}"), WANG)).collect();
        clerks[0].write(vec![new_customer(shared(), "共有", GRIDS[0])]);
        push(&mut clerks[0], &ledger);
        Self { home, ledger, clerks, written: 0 }
    }

    /// Each writes a customer of its own and moves it, edits and moves the shared one, and pushes all of it, with whatever
    /// `around` puts around it. Gives how many pushes were told that the database failed.
    fn write(&mut self, around: impl Fn(usize, &mut dyn FnMut()) + Sync) -> usize {
        self.written += 1;
        for (i, clerk) in self.clerks.iter_mut().enumerate() {
            let name = format!("{i}.{}", self.written);
            let (own, grid, other) = (derived_id(0, &[name.as_bytes()]), i % GRIDS.len(), (i + 1) % GRIDS.len());
            let made = clerk.write(vec![new_customer(own, &name, GRIDS[grid])]);
            clerk.write(vec![edit(CUSTOMER, own, body([(customer::grid, GRIDS[other])]), made)]);
            clerk.write(vec![unbased(customer::note, name)]);
            clerk.write(vec![unbased(customer::grid, GRIDS[grid])]);
        }
        let (ledger, around) = (&self.ledger, &around);
        std::thread::scope(|scope| {
            let writers = self.clerks.iter_mut().enumerate().map(|(i, clerk)| {
                scope.spawn(move || {
                    let mut failed = 0;
                    around(i, &mut || failed = push(clerk, ledger));
                    failed
                })
            });
            let writers: Vec<_> = writers.collect();
            writers.into_iter().map(|writer| writer.join().expect("a writer ends")).sum()
        })
    }

    fn check(&self) {
        audit::tables(&*self.home.store(), &self.clerks.iter().collect::<Vec<_>>());
        for clerk in &self.clerks {
            let applied = |o: &Outcome| matches!(o, Outcome::Applied | Outcome::Merged);
            assert!(clerk.queue.iter().all(|w| w.outcome.as_ref().is_some_and(applied)), "{}", clerk.name);
        }
        let mut customers = 0;
        let counted = self.home.store().read(&mut |tx| {
            customers = 0;
            tx.each_rec(&mut |rec| {
                customers += u64::from(rec.kind == CUSTOMER);
                Ok(())
            })?;
            Ok(())
        });
        assert_eq!(counted, Ok(()));
        assert_eq!(customers, 1 + self.clerks.len() as u64 * self.written);
    }
}

/// Until it is answered; gives how often the database had failed.
fn push(clerk: &mut Clerk, ledger: &Ledger) -> usize {
    for failed in 0..TRIES {
        let Some(push) = clerk.unanswered() else { return failed };
        match ledger.push(&clerk.caller(), &push, now()) {
            Ok(pushed) => clerk.took(&push, &pushed),
            Err(LedgerError::Store(_)) => continue,
            Err(other) => panic!("{}: {other:?}", clerk.name),
        }
        return failed;
    }
    panic!("{} is never answered", clerk.name);
}

#[test]
fn connections_that_are_cut_at_any_point_cost_nothing() {
    use Point::*;
    let points = [
        GateHeld,
        DeviceUnlocked,
        DeviceLocked,
        PlacePut,
        OpPut,
        BucketBumped,
        ExitPut,
        RecPut,
        DigestPut,
        DevicePut,
        RecsSent,
        HomePut,
        Uncommitted,
        Committed,
        Unpublished,
    ];
    let mut crowd = Crowd::new("cut", 4);
    let database = crowd.home.database().to_owned();
    let mut failed = 0;
    for point in points {
        let cut = Arc::new(AtomicBool::new(false));
        failed += crowd.write(|i, push| {
            if i > 0 {
                return push();
            }
            let (database, cut) = (database.clone(), cut.clone());
            let hook = move |at| {
                if at == point && !cut.swap(true, Ordering::SeqCst) {
                    cluster().cut(&database);
                }
            };
            failpoint::during(hook, push);
        });
        assert!(cut.load(Ordering::SeqCst), "{point:?} is reached");
    }
    crowd.check();
    println!("cut at {} points; {failed} pushes were told so, and sent again", points.len());
}

/// Serialisation failures and deadlocks, out of triggers: at any statement, and at the commit, as engines do that find
/// conflicts only there.
const STORM: &str = "
    CREATE SEQUENCE storms;
    CREATE FUNCTION storm() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF random() < 0.04 THEN
            PERFORM nextval('storms');
            IF random() < 0.5 THEN
                RAISE EXCEPTION 'a storm' USING ERRCODE = '40001';
            END IF;
            RAISE EXCEPTION 'a storm' USING ERRCODE = '40P01';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER storm BEFORE INSERT OR UPDATE ON rec FOR EACH STATEMENT EXECUTE FUNCTION storm();
    CREATE TRIGGER storm BEFORE INSERT OR UPDATE ON bucket FOR EACH ROW EXECUTE FUNCTION storm();
    CREATE TRIGGER storm BEFORE UPDATE ON device FOR EACH ROW EXECUTE FUNCTION storm();
    CREATE CONSTRAINT TRIGGER storm_late AFTER INSERT ON op DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION storm()";

#[test]
fn a_storm_of_conflicts_is_weathered() {
    let mut crowd = Crowd::new("storm", WRITERS);
    let mut client = Client::connect(&cluster().url(crowd.home.database()), NoTls).expect("it connects");
    client.batch_execute(STORM).expect("made");
    let failed = AtomicU64::new(0);
    for _ in 0..rounds("storms") {
        failed.fetch_add(crowd.write(|_, push| push()) as u64, Ordering::SeqCst);
    }
    let storms: i64 = client.query_one("SELECT last_value FROM storms", &[]).expect("read").get(0);
    assert!(storms > 20, "{storms} storms");
    crowd.check();
    println!("{storms} storms over {} pushes, {failed:?} told", WRITERS as u64 * rounds("storms"));
}
