//! Stable sorting, compiled once. The standard library compiles its sort anew for every type and comparison, about 4 KiB of
//! WebAssembly each; here only `order` is a sort, of positions, whatever they stand for.

use std::cmp::Ordering;

pub fn sort_by<T>(items: &mut [T], mut compare: impl FnMut(&T, &T) -> Ordering) {
    let order = order(items.len(), &mut |a, b| compare(&items[a], &items[b]));
    arrange(items, order);
}

pub fn sort_by_key<T, K: Ord>(items: &mut [T], mut key: impl FnMut(&T) -> K) {
    sort_by(items, |a, b| key(a).cmp(&key(b)));
}

pub fn sort<T: Ord>(items: &mut [T]) {
    sort_by(items, |a, b| a.cmp(b));
}

/// Puts an item into a list without repetitions that is in order; false when it is there already.
pub fn insert<T: Ord>(items: &mut Vec<T>, item: T) -> bool {
    let place = items.binary_search(&item);
    place.is_err_and(|at| {
        items.insert(at, item);
        true
    })
}

/// Whether a list in order has it.
pub fn has(items: &[String], item: &str) -> bool {
    items.binary_search_by(|found| (**found).cmp(item)).is_ok()
}

/// The value of a key in a list of pairs in order.
pub fn value<'a, K: Ord, V>(pairs: &'a [(K, V)], key: &K) -> Option<&'a V> {
    let place = pairs.binary_search_by(|(found, _)| found.cmp(key)).ok()?;
    pairs.get(place).map(|(_, value)| value)
}

/// Puts a pair into a list of pairs in order, unless its key is there already.
pub fn insert_pair<K: Ord, V>(pairs: &mut Vec<(K, V)>, key: K, value: V) {
    if let Err(at) = pairs.binary_search_by(|(found, _)| found.cmp(&key)) {
        pairs.insert(at, (key, value));
    }
}

fn order(len: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..len).collect();
    order.sort_by(|a, b| compare(*a, *b));
    order
}

/// Moves to each place the item whose position `order` has there, one cycle after the other.
fn arrange<T>(items: &mut [T], mut order: Vec<usize>) {
    for start in 0..items.len() {
        let mut place = start;
        while order[place] != start {
            let from = std::mem::replace(&mut order[place], place);
            items.swap(place, from);
            place = from;
        }
        order[place] = place;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn as_the_standard_library_sorts(numbers in proptest::collection::vec(0u8..20, 0..200)) {
            let mut items: Vec<(u8, usize)> = numbers.iter().copied().zip(0..).collect();
            let mut expected = items.clone();
            expected.sort_by_key(|i| i.0);
            super::sort_by_key(&mut items, |i| i.0);
            prop_assert_eq!(items, expected);
        }
    }
}
