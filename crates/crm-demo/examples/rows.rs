//! Counts and times the demo's rows: `cargo run -p crm-demo --example rows -- 300000`.
use std::collections::BTreeMap;
use std::time::Instant;

fn main() {
    let customers = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(20_000);
    let start = Instant::now();
    let demo = crm_demo::generate(7, customers, 1_782_748_800_000);
    let mut kinds: BTreeMap<u16, usize> = BTreeMap::new();
    for row in demo.rows() {
        *kinds.entry(row.kind).or_default() += 1;
    }
    for (number, rows) in &kinds {
        let name = crm_domain::registry::kind(*number).map_or("?", |kind| kind.name);
        println!("{name:>10} {rows:>8}");
    }
    println!("{:>10} {:>8} in {:.2} s", "rows", kinds.values().sum::<usize>(), start.elapsed().as_secs_f64());
    for sign_in in &demo.sign_ins {
        println!("{} {} {} {}", sign_in.role.word(), sign_in.account, sign_in.password, sign_in.name);
    }
}
