//! `cargo xtask sim`: seeds of the simulator, each run twice; the two must agree to the last effect.
use clap::Parser;
use crm_domain::mutants::{self, Mutant};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;
use tests::sim::phone::Death;
use tests::sim::{Failed, Run, deaths, run, scenarios};

/// A seventh of the time went into the system's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
struct Args {
    /// How many seeds.
    #[arg(long, default_value_t = 300)]
    seeds: u64,
    /// The first seed; a long campaign goes on where it stopped.
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// Switches on each named bug in turn; each must fail within the seeds.
    #[arg(long)]
    mutants: bool,
    /// Only the bugs whose names contain this.
    #[arg(long, requires = "mutants")]
    only: Option<String>,
    /// Instead of seeds: a phone dies at each effect of a short day, or at so many of them.
    #[arg(long, value_name = "MOST", num_args = 0..=1, default_missing_value = "18446744073709551615")]
    deaths: Option<u64>,
}

impl Args {
    fn range(&self) -> Range<u64> {
        self.from..self.from + self.seeds
    }
}

fn main() {
    let args = Args::parse();
    match args.deaths {
        Some(most) => die(most),
        None if args.mutants => gate(&args),
        None => campaign(&args),
    }
}

/// The deaths of the short day, or an even choice of them.
fn die(most: u64) {
    let start = Instant::now();
    let all = match deaths::all() {
        Ok(all) => all,
        Err(what) => {
            println!("the day itself: {what}");
            std::process::exit(1);
        }
    };
    let step = (all.len() as u64).div_ceil(most.max(1)).max(1) as usize;
    let chosen: Vec<Death> = all.iter().copied().step_by(step).collect();
    let (failures, _) = seeds(0..chosen.len() as u64, false, |i| {
        let death = chosen[i as usize];
        let told = std::panic::catch_unwind(|| deaths::dies(death));
        let told = told.unwrap_or_else(|panic| Err(format!("panicked: {}", message(&panic))));
        told.map_err(|what| Failed { seed: i, what: format!("{death:?}: {what}") })
    });
    for failed in failures.iter().take(10) {
        println!("{}", failed.what);
    }
    let seconds = start.elapsed().as_secs();
    println!("deaths={} of {} failures={} seconds={seconds}", chosen.len(), all.len(), failures.len());
    if !failures.is_empty() {
        std::process::exit(1);
    }
}

/// Which tale or seed catches which bug. A bug that none catches is a hole in the simulator.
fn gate(args: &Args) {
    // A bug may well show as a panic; its message is told with the seed.
    std::panic::set_hook(Box::new(|_| ()));
    let start = Instant::now();
    let (mut survivors, mut runs) = (0, 0);
    let wanted = |mutant: &&Mutant| args.only.as_ref().is_none_or(|part| format!("{mutant:?}").contains(part));
    for mutant in Mutant::ALL.iter().filter(wanted) {
        mutants::choose(*mutant);
        let caught = told().err().or_else(|| {
            let (failures, ran) = seeds(args.range(), true, |seed| caught(seed).map(drop));
            runs += ran;
            // A seed that fails without it too has caught something else.
            mutants::choose(Mutant::None);
            let ours = failures.into_iter().next().filter(|failed| caught(failed.seed).is_ok());
            ours.map(|f| format!("seed {}: {}", f.seed, f.what))
        });
        match caught {
            Some(what) => println!("{mutant:?}: {}", what.chars().take(120).collect::<String>().replace('\n', " ")),
            None => {
                survivors += 1;
                println!("{mutant:?}: SURVIVED {} seeds", args.seeds);
            }
        }
    }
    let seconds = start.elapsed().as_secs();
    println!("mutants={} survivors={survivors} runs={runs} seconds={seconds}", Mutant::ALL.len());
    if survivors > 0 {
        std::process::exit(1);
    }
}

/// The tales that are told without dice.
fn told() -> Result<(), String> {
    for (name, tale) in scenarios::ALL {
        let told = std::panic::catch_unwind(tale).unwrap_or_else(|panic| Err(format!("panicked: {}", message(&panic))));
        told.map_err(|what| format!("{name}: {what}"))?;
    }
    Ok(())
}

fn campaign(args: &Args) {
    let start = Instant::now();
    let told = told();
    if let Err(what) = &told {
        println!("{what}");
    }
    let (failures, _) = seeds(args.range(), false, twice);
    for failed in failures.iter().take(10) {
        println!("seed {}: {}", failed.seed, failed.what);
    }
    let rate = args.seeds as f64 / start.elapsed().as_secs_f64();
    println!("seeds={} failures={} rate={rate:.0}/s", args.seeds, failures.len());
    if told.is_err() || !failures.is_empty() {
        std::process::exit(1);
    }
}

/// The seeds on all cores, or as far as the first failure; the failures in the order of their seeds, and how many ran.
fn seeds(
    range: Range<u64>,
    to_the_first: bool,
    run: impl Fn(u64) -> Result<(), Failed> + std::marker::Sync,
) -> (Vec<Failed>, u64) {
    let (next, over) = (AtomicU64::new(range.start), AtomicBool::new(false));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut failures: Vec<Failed> = std::thread::scope(|scope| {
        let work = || {
            let mut failures = Vec::new();
            while !over.load(Ordering::Relaxed) {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed >= range.end {
                    break;
                }
                failures.extend(run(seed).err());
                if to_the_first && !failures.is_empty() {
                    over.store(true, Ordering::Relaxed);
                }
            }
            failures
        };
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|w| w.join().expect("a worker does not panic")).collect()
    });
    failures.sort_by_key(|f| f.seed);
    (failures, next.into_inner().min(range.end) - range.start)
}

fn twice(seed: u64) -> Result<(), Failed> {
    let once = caught(seed)?;
    let again = caught(seed)?;
    if once == again { Ok(()) } else { Err(Failed { seed, what: "two runs of the seed differ".into() }) }
}

/// A panic is a failure of its seed, not of the campaign.
fn caught(seed: u64) -> Result<Run, Failed> {
    let panicked = |panic| Err(Failed { seed, what: format!("panicked: {}", message(&panic)) });
    std::panic::catch_unwind(|| run(seed)).unwrap_or_else(panicked)
}

fn message(panic: &Box<dyn std::any::Any + Send>) -> String {
    let what = panic.downcast_ref::<String>().cloned();
    what.or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned())).unwrap_or_default()
}
