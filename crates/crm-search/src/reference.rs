//! The slow twin: matching spelt out on strings, without classes, signatures, automaton or arenas.
//! Tests hold the fast path against it.
use super::fold::{GAP, Unit, fold};
use super::readings::modern_readings;

/// What a character may be typed as: itself, or letters by its readings. `complete` ones stand anywhere in a query.
fn spellings(c: char) -> Vec<String> {
    modern_readings(c)
        .flat_map(|reading| match reading {
            "lve" => vec!["lve".to_owned(), "lue".to_owned()],
            "nve" => vec!["nve".to_owned(), "nue".to_owned()],
            other => vec![other.to_owned()],
        })
        .collect()
}

fn units(text: &str) -> Vec<Unit> {
    text.chars().map(fold).filter(|&unit| unit != GAP).collect()
}

/// Whether `query` is matched by characters of `text` from its first one on.
fn begins(text: &[char], query: &[Unit]) -> bool {
    if query.is_empty() {
        return true;
    }
    let Some((&first, rest)) = text.split_first() else { return false };
    if fold(first) == query[0] && begins(rest, &query[1..]) {
        return true;
    }
    spellings(first).iter().map(|spelling| units(spelling)).any(|letters| {
        let whole = query.starts_with(&letters) && begins(rest, &query[letters.len()..]);
        let initial = letters[0] == query[0] && begins(rest, &query[1..]);
        whole || initial || letters.starts_with(query)
    })
}

/// Whether `query` is matched as a whole somewhere in `text`.
pub(super) fn matches(text: &str, query: &str) -> bool {
    let text: Vec<char> = text.chars().filter(|&c| fold(c) != GAP).collect();
    let query = units(query);
    !query.is_empty() && (0..text.len()).any(|from| begins(&text[from..], &query))
}

/// Whether some query one edit away from `query` is matched as a whole in `text`.
pub(super) fn matches_with_an_edit(text: &str, query: &str, swaps: bool) -> bool {
    let query: Vec<char> = query.chars().collect();
    let alphabet: Vec<char> = ('a'..='z').chain(text.chars()).collect();
    let mut edited = Vec::new();
    for at in 0..=query.len() {
        for &c in &alphabet {
            let mut inserted = query.clone();
            inserted.insert(at, c);
            edited.push(inserted);
            if at < query.len() {
                let mut replaced = query.clone();
                replaced[at] = c;
                edited.push(replaced);
            }
        }
        if at < query.len() {
            let mut shorter = query.clone();
            shorter.remove(at);
            edited.push(shorter);
        }
        if swaps && at + 1 < query.len() {
            let mut swapped = query.clone();
            swapped.swap(at, at + 1);
            edited.push(swapped);
        }
    }
    edited.iter().any(|query| matches(text, &query.iter().collect::<String>()))
}
