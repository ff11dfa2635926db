//! `cargo xtask sim`: seeds of the simulator, each run twice; the two must agree to the last effect.
use clap::Parser;
use crm_domain::mutants::{self, Mutant};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use tests::sim::{Failed, Run, run};

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
}

fn main() {
    let args = Args::parse();
    if args.mutants { gate(&args) } else { campaign(&args) }
}

/// Which seed catches which bug. A bug that none catches is a hole in the simulator.
fn gate(args: &Args) {
    // A bug may well show as a panic; its message is told with the seed.
    std::panic::set_hook(Box::new(|_| ()));
    let mut survivors = 0;
    for mutant in Mutant::ALL {
        mutants::choose(*mutant);
        let caught = (args.from..args.from + args.seeds).find_map(|seed| caught(seed).err());
        match caught {
            Some(failed) => {
                let what: String = failed.what.chars().take(100).collect();
                println!("{mutant:?}: caught by seed {}: {what}", failed.seed);
            }
            None => {
                survivors += 1;
                println!("{mutant:?}: SURVIVED {} seeds", args.seeds);
            }
        }
    }
    println!("mutants={} survivors={survivors}", Mutant::ALL.len());
    if survivors > 0 {
        std::process::exit(1);
    }
}

fn campaign(args: &Args) {
    let start = Instant::now();
    let next = AtomicU64::new(args.from);
    let end = args.from + args.seeds;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut failures: Vec<Failed> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    let mut failures = Vec::new();
                    loop {
                        let seed = next.fetch_add(1, Ordering::Relaxed);
                        if seed >= end {
                            return failures;
                        }
                        failures.extend(twice(seed).err());
                    }
                })
            })
            .collect();
        workers.into_iter().flat_map(|w| w.join().expect("a worker does not panic")).collect()
    });
    failures.sort_by_key(|f| f.seed);
    for failed in failures.iter().take(10) {
        println!("seed {}: {}", failed.seed, failed.what);
    }
    let rate = args.seeds as f64 / start.elapsed().as_secs_f64();
    println!("seeds={} failures={} rate={rate:.0}/s", args.seeds, failures.len());
    if !failures.is_empty() {
        std::process::exit(1);
    }
}

fn twice(seed: u64) -> Result<(), Failed> {
    let once = caught(seed)?;
    let again = caught(seed)?;
    if once == again { Ok(()) } else { Err(Failed { seed, what: "two runs of the seed differ".into() }) }
}

/// A panic is a failure of its seed, not of the campaign.
fn caught(seed: u64) -> Result<Run, Failed> {
    std::panic::catch_unwind(|| run(seed)).unwrap_or_else(|panic| {
        let what = panic.downcast_ref::<String>().cloned();
        let what = what.or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()));
        Err(Failed { seed, what: format!("panicked: {}", what.unwrap_or_default()) })
    })
}
