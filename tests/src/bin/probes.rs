//! `cargo run --release --package tests --bin probes -- --probes 1000000`: the permission probes as long as one likes.
use clap::Parser;
use std::time::Instant;
use tests::probes::campaign;

#[derive(Parser)]
struct Args {
    #[arg(long, default_value_t = 100_000)]
    probes: u64,
    /// The first seed; a long campaign goes on where it stopped.
    #[arg(long, default_value_t = 1)]
    from: u64,
}

fn main() {
    let args = Args::parse();
    let start = Instant::now();
    let (tally, leaks) = campaign(args.from, args.probes);
    for leak in leaks.iter().take(20) {
        println!("seed {}: {}", leak.seed, leak.what);
    }
    println!("{tally:?} leaks={} seconds={:.1}", leaks.len(), start.elapsed().as_secs_f64());
    if !leaks.is_empty() {
        std::process::exit(1);
    }
}
