//! How many customers each grid has: dense in the centre, where the first demo manager works.
use crate::draw::Draw;
use std::ops::Range;

/// The long book holds at least so many, if there are so many at all, and a quarter of them if that is more.
const LONG: usize = 5_000;
/// The second demo manager's.
const USUAL: usize = 220;

pub fn shares(
    customers: usize,
    grids: usize,
    long: &Range<usize>,
    usual: &Range<usize>,
    draw: &mut Draw,
) -> Vec<usize> {
    let in_long = customers.min(LONG.max(customers / 4));
    let in_usual = USUAL.min(customers - in_long);
    let mut shares = vec![0; grids];
    let others: Vec<usize> = (0..grids).filter(|g| !long.contains(g) && !usual.contains(g)).collect();
    for (total, among) in [
        (in_long, long.clone().collect::<Vec<_>>()),
        (in_usual, usual.clone().collect()),
        (customers - in_long - in_usual, others),
    ] {
        let weights: Vec<usize> = among.iter().map(|_| 60 + draw.below(81)).collect();
        let whole: usize = weights.iter().sum();
        let (mut seen, mut given) = (0, 0);
        for (grid, weight) in among.into_iter().zip(weights) {
            seen += weight;
            // Rounded sums, so that the parts add up exactly.
            shares[grid] = total * seen / whole - given;
            given += shares[grid];
        }
    }
    shares
}
