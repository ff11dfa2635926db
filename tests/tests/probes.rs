//! Permission probes: no row, word, number or digest outside the grants in any answer, and no change without the right.
use serde::Deserialize;
use tests::probes::{Leak, OF_A_SEED, OverHttp, Tally, campaign, run};

#[derive(Deserialize)]
struct Campaigns {
    probes: Probes,
}

/// How many, straight at the ledger and over HTTP.
#[derive(Deserialize)]
struct Probes {
    straight: u64,
    http: u64,
}

fn counts() -> Probes {
    toml::from_str::<Campaigns>(include_str!("../campaigns.toml")).expect("tests/campaigns.toml").probes
}

/// A campaign that asks nothing, sees nothing or is only refused proves nothing.
fn worked(tally: &Tally, probes: u64) {
    assert!(tally.probes >= probes, "{tally:?}");
    assert!(tally.answered * 5 > probes && tally.refused * 20 > probes && tally.rows * 4 > probes, "{tally:?}");
    assert!(tally.rightly * 5 > probes && tally.wrongly * 20 > probes, "{tally:?}");
}

#[test]
fn nobody_sees_or_changes_what_she_may_not() {
    let probes = counts().straight;
    let (tally, leaks) = campaign(1, probes);
    assert_eq!(leaks, [], "{} seeds leak", leaks.len());
    worked(&tally, probes);
}

#[test]
fn nobody_does_over_http_either() {
    let probes = counts().http;
    let mut tally = Tally::default();
    for seed in 1_000_000.. {
        if tally.probes >= probes {
            break;
        }
        tally += run(seed, OF_A_SEED, OverHttp::new).unwrap_or_else(|Leak { seed, what }| panic!("{seed}: {what}"));
    }
    worked(&tally, probes);
}
