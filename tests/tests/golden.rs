//! The bytes of every message are those of the golden ones; old versions are read, and what is unknown does no harm.
use crm_domain::row::Row;
use crm_protocol::{APP, Outcome, decode, encode};
use std::collections::{BTreeMap, BTreeSet};
use tests::editions::grown;
use tests::golden::{Golden, SEEDS, folder, kinds, parse, render, samples, seeds};

/// Every file of a version: its name and text.
fn files(version: u16) -> BTreeMap<String, String> {
    let read = std::fs::read_dir(folder(version)).expect("the version has a folder");
    read.map(|entry| {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        (name, std::fs::read_to_string(&path).expect("text"))
    })
    .collect()
}

#[test]
fn this_version_writes_exactly_its_golden_bytes() {
    let kept = files(APP);
    let written: BTreeSet<String> = samples().iter().map(|g| g.name.to_owned()).collect();
    assert_eq!(kept.keys().cloned().collect::<BTreeSet<_>>(), written, "run `cargo run -p tests --bin golden`");
    for golden in samples() {
        assert_eq!(render(&golden), kept[golden.name], "{}", golden.name);
    }
}

#[test]
fn every_version_is_read() {
    let readers: BTreeMap<&str, Golden> = samples().into_iter().map(|g| (g.name, g)).collect();
    for version in 1..=APP {
        for (name, text) in files(version) {
            let bytes = parse(&text).expect("hex");
            let reader = readers.get(name.as_str()).unwrap_or_else(|| panic!("v{version}/{name}: nobody reads it"));
            let again = (reader.again)(&bytes).unwrap_or_else(|e| panic!("v{version}/{name}: {e}"));
            // What was read is whole: written and read once more it is the same.
            assert_eq!((reader.again)(&again).as_ref(), Ok(&again), "v{version}/{name}");
            if version == APP {
                assert_eq!(again, bytes, "{name}");
            }
        }
    }
}

#[test]
fn keys_that_a_newer_version_adds_are_skipped() {
    for golden in samples().into_iter().filter(|g| g.grows) {
        let read = (golden.again)(&grown(&golden.bytes));
        assert_eq!(read.as_ref(), Ok(&golden.bytes), "{}", golden.name);
    }
}

#[test]
fn an_outcome_of_a_newer_version_reads_as_merged() {
    // [n, [5, [7, "x"]], at]
    let newer = [0x83, 0x01, 0x82, 0x05, 0x82, 0x07, 0x61, b'x', 0x09];
    assert_eq!(decode::<(u64, Outcome, u64)>(&newer).expect("read"), (1, Outcome::Merged, 9));
    for known in [
        Outcome::Applied,
        Outcome::Merged,
        Outcome::Rejected { code: 3, depends_on: None },
        Outcome::Rejected { code: 5, depends_on: Some(u64::MAX) },
        Outcome::Waiting(3),
        Outcome::Fork,
    ] {
        assert_eq!(decode::<Outcome>(&encode(&known)).expect("read"), known);
    }
    for cut in [&[0x82, 0x02, 0x80][..], &[0x82, 0x03, 0x80], &[0x81, 0x00], &[0x82, 0x05]] {
        assert!(decode::<Outcome>(cut).is_err(), "{cut:?}");
    }
}

#[test]
fn a_rows_body_is_passed_on_untouched() {
    let newer = samples().into_iter().find(|g| g.name == "row-newer").expect("it is there");
    let row: Row = decode(&newer.bytes).expect("a row");
    // Unknown fields, tags and numbers stand in the body as they came, on the way and when it is shown and written again.
    assert_eq!(encode(&row), newer.bytes);
    let shown = row.shown().expect("a body");
    assert_eq!(crm_domain::val::encode_body(&shown.body), row.body);
}

#[test]
fn the_fuzz_targets_begin_with_these_messages() {
    for (target, name, bytes) in seeds() {
        let kept = std::fs::read(std::path::Path::new(SEEDS).join(target).join(&name)).unwrap_or_default();
        assert_eq!(kept, bytes, "{target}/{name}: run `cargo run -p tests --bin golden`");
    }
}

#[test]
fn the_list_of_kinds_is_that_of_the_domain() {
    let kept = std::fs::read_to_string(folder(APP).with_file_name("kinds.txt")).expect("it is there");
    assert_eq!(kept, kinds(), "run `cargo run -p tests --bin golden`");
}
