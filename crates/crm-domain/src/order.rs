//! Sorting, compiled once. The library's sort is some eight kilobytes for every type and key that it is used with; on a
//! phone's first download that adds up to more than all the screens' words.
use std::cmp::Ordering;

/// Sorts by `key`, stable.
pub fn by_key<T, K: Ord>(items: &mut Vec<T>, key: impl Fn(&T) -> K) {
    by(items, |a, b| key(a).cmp(&key(b)));
}

/// Sorts by `compare`, stable.
pub fn by<T>(items: &mut Vec<T>, compare: impl Fn(&T, &T) -> Ordering) {
    let mut order: Vec<u32> = (0..items.len() as u32).collect();
    places(&mut order, &|a, b| compare(&items[a as usize], &items[b as usize]));
    let mut taken: Vec<Option<T>> = items.drain(..).map(Some).collect();
    items.extend(order.into_iter().filter_map(|place| taken[place as usize].take()));
}

/// The places 0..n with the `upto` smallest in front, in their order; the rest follows in none.
pub fn first(n: usize, upto: usize, compare: &dyn Fn(u32, u32) -> Ordering) -> Vec<u32> {
    let mut order: Vec<u32> = (0..n as u32).collect();
    if upto < n {
        order.select_nth_unstable_by(upto, |a, b| compare(*a, *b));
    }
    places(&mut order[..upto.min(n)], compare);
    order
}

/// The one sort: of places, by whatever stands there.
fn places(order: &mut [u32], compare: &dyn Fn(u32, u32) -> Ordering) {
    order.sort_by(|a, b| compare(*a, *b));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_sorts_as_the_library_does(mut items in prop::collection::vec((0u8..5, any::<u16>()), 0..50)) {
            let mut expect = items.clone();
            expect.sort_by_key(|i| i.0);
            by_key(&mut items, |i| i.0);
            prop_assert_eq!(items, expect);
        }
    }
}
