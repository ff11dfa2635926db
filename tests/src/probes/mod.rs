//! Permission probes (SYNC 2.3): random people with random rights ask for everything and write everywhere, rightly or
//! not. An oracle that knows only who was granted what says what each may see and change; nothing else may show.
mod door;
mod house;
mod oracle;
mod questions;
mod reads;
mod writes;

use crate::sim::Dice;
use house::House;

pub use door::{Door, OverHttp, Straight};

/// Probes of one seed, after which a new house begins.
pub const OF_A_SEED: u64 = 100;

/// What a campaign did, so that one that does nothing is seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub probes: u64,
    /// Answers that were given, and those that were refused.
    pub answered: u64,
    pub refused: u64,
    /// Rows that were looked at.
    pub rows: u64,
    /// Ops that were written with the right, and without.
    pub rightly: u64,
    pub wrongly: u64,
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, more: Self) {
        self.probes += more.probes;
        self.answered += more.answered;
        self.refused += more.refused;
        self.rows += more.rows;
        self.rightly += more.rightly;
        self.wrongly += more.wrongly;
    }
}

/// Something was seen or changed that nobody granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leak {
    pub seed: u64,
    pub what: String,
}

type Checked = Result<(), String>;

/// One house from `seed`, probed through a door that `open` gives for its ledger.
pub fn run<D: Door>(seed: u64, probes: u64, open: impl FnOnce(&House) -> D) -> Result<Tally, Leak> {
    let mut dice = Dice::new(seed);
    let mut house = House::new(&mut dice);
    let door = open(&house);
    let probed = || -> Result<Tally, String> {
        while house.tally.probes < probes && !house.over {
            house.pass(1 + dice.below(50_000));
            for _ in 0..dice.below(3) {
                writes::of_the_office(&mut house, &mut dice)?;
            }
            house.tally.probes += 1;
            if dice.percent(30) {
                writes::probe(&mut house, &door, &mut dice)?;
            } else {
                reads::probe(&mut house, &door, &mut dice)?;
            }
        }
        Ok(house.tally)
    };
    let mut probed = probed;
    probed().map_err(|what| Leak { seed, what })
}

/// Seeds from `from` on until `probes` were made, straight at the ledger, on every core.
pub fn campaign(from: u64, probes: u64) -> (Tally, Vec<Leak>) {
    use std::sync::atomic::{AtomicU64, Ordering};
    let (next, made) = (AtomicU64::new(from), AtomicU64::new(0));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let each = || {
        let (mut tally, mut leaks) = (Tally::default(), Vec::new());
        while made.load(Ordering::Relaxed) < probes {
            match run(next.fetch_add(1, Ordering::Relaxed), OF_A_SEED, Straight::new) {
                Ok(more) => {
                    made.fetch_add(more.probes, Ordering::Relaxed);
                    tally += more;
                }
                Err(leak) => {
                    made.fetch_add(OF_A_SEED, Ordering::Relaxed);
                    leaks.push(leak);
                }
            }
        }
        (tally, leaks)
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(each)).collect();
        let (mut tally, mut leaks) = (Tally::default(), Vec::new());
        for worker in workers {
            let (more, found) = worker.join().expect("a worker does not panic");
            tally += more;
            leaks.extend(found);
        }
        leaks.sort_by_key(|leak| leak.seed);
        (tally, leaks)
    })
}
