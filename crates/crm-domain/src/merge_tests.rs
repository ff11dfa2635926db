//! Given a record, an op on it, and what the ledger knows: what stands, what is lost (SYNC 2.1).
use super::*;
use crate::customers::{CUSTOMER, customer, customer_kind};
use crate::ids::Uuid;
use proptest::prelude::*;
use std::collections::BTreeSet;

#[derive(Default)]
struct Ops {
    known: BTreeSet<OpId>,
    dominated: BTreeSet<(u16, OpId)>,
    create: Option<OpId>,
}

impl Known for Ops {
    fn op(&self, id: OpId) -> bool {
        self.known.contains(&id)
    }
    fn creates(&self, id: OpId) -> bool {
        self.create == Some(id)
    }
    fn dominated(&self, field: u16, op: OpId) -> bool {
        self.dominated.contains(&(field, op))
    }
}

fn known(ids: &[OpId]) -> Ops {
    Ops { known: ids.iter().copied().collect(), ..Ops::default() }
}

fn held(field: u16, value: &str, at: u64, op: OpId) -> Held {
    Held { body: [(field, value.into())].into(), stamps: [((field, None), Stamp { at, op })].into() }
}

fn change(field: u16, value: &str, base: Option<OpId>) -> Change {
    Change {
        kind: CUSTOMER,
        rec: Uuid::nil(),
        new: false,
        yields: false,
        patch: [(field, value.into())].into(),
        base: base.into_iter().map(|b| (field, b)).collect(),
        open: Default::default(),
    }
}

#[test]
fn one_field_merges_by_base_then_policy() {
    // The record holds "old", written by op 1 at time 100. The patch writes "new" as op 9.
    struct Case {
        what: &'static str,
        field: u16,
        base: Option<OpId>,
        at: u64,
        yields: bool,
        stands: &'static str,
        lost: &'static [(&'static str, OpId)],
        dominated: &'static [OpId],
    }
    let (lww, first) = (customer::note, customer::owner);
    let cases = [
        Case {
            what: "based on what stands: clocks are ignored",
            field: lww,
            base: Some(1),
            at: 5,
            yields: false,
            stands: "new",
            lost: &[],
            dominated: &[],
        },
        Case {
            what: "concurrent and later",
            field: lww,
            base: Some(3),
            at: 200,
            yields: false,
            stands: "new",
            lost: &[("old", 1)],
            dominated: &[],
        },
        Case {
            what: "concurrent and earlier",
            field: lww,
            base: Some(3),
            at: 50,
            yields: false,
            stands: "old",
            lost: &[("new", 9)],
            dominated: &[],
        },
        Case {
            what: "concurrent, same time: the id decides",
            field: lww,
            base: Some(3),
            at: 100,
            yields: false,
            stands: "new",
            lost: &[("old", 1)],
            dominated: &[],
        },
        Case {
            what: "never seen written",
            field: lww,
            base: None,
            at: 200,
            yields: false,
            stands: "new",
            lost: &[("old", 1)],
            dominated: &[],
        },
        Case {
            what: "who came first stays",
            field: first,
            base: Some(3),
            at: 200,
            yields: false,
            stands: "old",
            lost: &[("new", 9)],
            dominated: &[],
        },
        Case {
            what: "who came first may change it",
            field: first,
            base: Some(1),
            at: 200,
            yields: false,
            stands: "new",
            lost: &[],
            dominated: &[],
        },
        Case {
            what: "an unknown base is judged by time",
            field: first,
            base: Some(77),
            at: 200,
            yields: false,
            stands: "new",
            lost: &[("old", 1)],
            dominated: &[77],
        },
        Case {
            what: "an unknown base, earlier",
            field: lww,
            base: Some(77),
            at: 50,
            yields: false,
            stands: "old",
            lost: &[("new", 9)],
            dominated: &[77],
        },
        Case {
            what: "an undo finds another writer",
            field: lww,
            base: Some(3),
            at: 200,
            yields: true,
            stands: "old",
            lost: &[],
            dominated: &[],
        },
        Case {
            what: "an undo of what nobody here knows is judged by time",
            field: lww,
            base: Some(77),
            at: 200,
            yields: true,
            stands: "new",
            lost: &[("old", 1)],
            dominated: &[77],
        },
        Case {
            what: "an undo finds its own",
            field: lww,
            base: Some(1),
            at: 5,
            yields: true,
            stands: "new",
            lost: &[],
            dominated: &[],
        },
    ];
    for case in cases {
        let before = held(case.field, "old", 100, 1);
        let change = Change { yields: case.yields, ..change(case.field, "new", case.base) };
        let merged = merge(&customer_kind(), Some(&before), &change, Stamp { at: case.at, op: 9 }, &known(&[1, 3]));
        assert_eq!(merged.after.body[&case.field], case.stands.into(), "{}", case.what);
        let lost: Vec<_> = merged.lost.iter().map(|l| (l.value.clone(), l.of)).collect();
        let expect: Vec<_> = case.lost.iter().map(|(v, of)| (Val::from(*v), *of)).collect();
        assert_eq!(lost, expect, "{}", case.what);
        let dominated: Vec<OpId> = merged.dominated.iter().map(|d| d.1).collect();
        assert_eq!(dominated, case.dominated, "{}", case.what);
        assert_eq!(merged.yielded.is_empty(), !(case.yields && case.base == Some(3)), "{}", case.what);
    }
}

#[test]
fn a_dominated_op_never_wins_there() {
    let before = held(customer::note, "old", 100, 1);
    let ops = Ops { dominated: [(customer::note, 9)].into(), ..known(&[1]) };
    let merged =
        merge(&customer_kind(), Some(&before), &change(customer::note, "new", Some(1)), Stamp { at: 900, op: 9 }, &ops);
    assert_eq!(merged.after, before);
}

#[test]
fn an_edit_of_what_nobody_here_knows_comes_after_the_create_whatever_the_times_say() {
    for field in [customer::note, customer::owner] {
        let before = held(field, "made with", 100, 1);
        let ops = Ops { create: Some(1), ..known(&[1]) };
        let edit =
            |base| merge(&customer_kind(), Some(&before), &change(field, "new", base), Stamp { at: 5, op: 9 }, &ops);
        let merged = edit(Some(77));
        assert_eq!((merged.after, merged.lost), (held(field, "new", 5, 9), vec![]));
        assert_eq!(merged.dominated, [(field, 77)]);
        assert_eq!(edit(Some(1)).after, held(field, "new", 5, 9));
        assert_eq!(edit(None).after, before);
    }
}

#[test]
fn the_same_value_written_twice_is_no_conflict_but_dated_by_the_later() {
    let before = held(customer::note, "same", 100, 1);
    for (at, writer) in [(1, 1), (900, 9)] {
        let change = change(customer::note, "same", None);
        let merged = merge(&customer_kind(), Some(&before), &change, Stamp { at, op: 9 }, &known(&[1]));
        assert_eq!((merged.after.body, merged.lost), (before.body.clone(), vec![]));
        assert_eq!(merged.after.stamps[&(customer::note, None)].op, writer);
    }
}

#[test]
fn what_nobody_has_written_here_is_written_and_an_unknown_base_remembered() {
    for (base, dominated) in [(None, vec![]), (Some(1), vec![]), (Some(77), vec![(customer::note, 77)])] {
        let change = change(customer::note, "new", base);
        let merged = merge(&customer_kind(), None, &change, Stamp { at: 5, op: 9 }, &known(&[1]));
        assert_eq!(merged.after, held(customer::note, "new", 5, 9));
        assert_eq!((merged.dominated, merged.lost), (dominated, vec![]));
    }
}

fn patched(field: u16, add: &[&str], remove: &[(&str, OpId)]) -> Change {
    let add = add.iter().map(|t| Val::from(*t)).collect();
    let remove = remove.iter().map(|(t, op)| (Val::from(*t), *op)).collect();
    Change { patch: [(field, Val::Set(SetPatch { add, remove }))].into(), ..change(field, "", None) }
}

#[test]
fn a_removal_spares_a_concurrent_re_add() {
    let tags = |add: &[&str], remove: &[(&str, OpId)]| patched(customer::tags, add, remove);
    let kind = customer_kind();
    let ops = known(&[1, 2]);
    let step = |before: Option<&Held>, change: &Change, op: OpId| {
        merge(&kind, before, change, Stamp { at: op, op }, &ops).after
    };
    let made = step(None, &tags(&["重点", "新"], &[]), 1);
    let again = step(Some(&made), &tags(&["重点"], &[]), 2);
    let removed = step(Some(&again), &tags(&[], &[("重点", 1), ("新", 1)]), 3);
    assert_eq!(removed.body[&customer::tags], Val::List(vec!["重点".into()]));
}

#[test]
fn a_removal_that_comes_before_its_addition_is_remembered() {
    let removal = patched(customer::tags, &[], &[("重点", 77), ("新", 1)]);
    let merged = merge(&customer_kind(), None, &removal, Stamp { at: 5, op: 9 }, &known(&[1]));
    assert_eq!(merged.dominated, [(customer::tags, 77)]);
    let ops = Ops { dominated: [(customer::tags, 77)].into(), ..known(&[1, 9]) };
    let late = patched(customer::tags, &["重点"], &[]);
    let merged = merge(&customer_kind(), Some(&merged.after), &late, Stamp { at: 6, op: 77 }, &ops);
    assert_eq!(merged.after.body[&customer::tags], Val::List(vec![]));
}

#[test]
fn what_is_patched_like_a_set_is_one_where_its_field_is_or_is_not_known() {
    let merged = |field| {
        let made = merge(&customer_kind(), None, &patched(field, &["a"], &[]), Stamp { at: 1, op: 1 }, &known(&[]));
        let more = patched(field, &["b"], &[]);
        merge(&customer_kind(), Some(&made.after), &more, Stamp { at: 2, op: 2 }, &known(&[1]))
            .after
            .body
            .remove(&field)
    };
    let both = Some(Val::List(vec!["a".into(), "b".into()]));
    assert_eq!(merged(customer::tags), both);
    assert_eq!(merged(40_000), both, "a field of a newer version");
    let alone = patched(customer::note, &["b"], &[]).patch.remove(&customer::note);
    assert_eq!(merged(customer::note), alone, "a field that is no set takes it as a value, which no rule admits");
}

/// A record as a phone shows it: tags `a` by op 1 and `b` by op 2, and a note by op 1.
fn shown() -> (Body, Writers) {
    let body = [(customer::tags, Val::List(vec!["a".into(), "b".into()])), (customer::note, "old".into())];
    let writers = [
        ((customer::tags, None), 2),
        ((customer::tags, Some("a".into())), 1),
        ((customer::tags, Some("b".into())), 2),
        ((customer::note, None), 1),
    ];
    (body.into(), writers.into())
}

#[test]
fn a_phone_shows_its_own_op_as_it_was_written() {
    let (mut body, mut writers) = shown();
    let kind = customer_kind();
    overlay(&kind, &mut body, &mut writers, &change(customer::note, "new", None), 9);
    assert_eq!((&body[&customer::note], writers[&(customer::note, None)]), (&"new".into(), 9));

    // `b` is removed as somebody else wrote it since; `a` as it was seen; `b` is there already, `c` is not.
    let tags = patched(customer::tags, &["b", "c"], &[("a", 1), ("b", 5)]);
    overlay(&kind, &mut body, &mut writers, &tags, 9);
    assert_eq!(body[&customer::tags], Val::List(vec!["b".into(), "c".into()]));
    let writer = |tag: &str| writers.get(&(customer::tags, Some(tag.into()))).copied();
    assert_eq!((writer("a"), writer("b"), writer("c")), (None, Some(9), Some(9)));
    assert_eq!(writers[&(customer::tags, None)], 9);

    // Removed as it was seen, and nothing else with it.
    overlay(&kind, &mut body, &mut writers, &patched(customer::tags, &[], &[("b", 9), ("c", 5)]), 10);
    assert_eq!(body[&customer::tags], Val::List(vec!["c".into()]));
    overlay(&kind, &mut body, &mut writers, &patched(customer::note, &["b"], &[]), 11);
    assert!(matches!(body[&customer::note], Val::Set(_)), "a field that is no set takes it as a value");
}

#[test]
fn a_phone_shows_the_opened_value_of_a_commitment() {
    let (mut body, mut writers) = shown();
    let mut committed = change(customer::note, "commitment", None);
    committed.open.insert(customer::note, crate::op::Opened { salt: [7; 16], value: "what it is".into() });
    overlay(&customer_kind(), &mut body, &mut writers, &committed, 9);
    assert_eq!(body[&customer::note], "what it is".into());
}

#[test]
fn a_row_names_the_most_frequent_writer_and_the_others_apart() {
    let stamps = [(1, 5), (2, 5), (3, 9)].map(|(field, op)| ((field, None), Stamp { at: op, op }));
    let held = Held { body: Body::new(), stamps: stamps.into() };
    assert_eq!(writers_of(&held), (Stamp { at: 5, op: 5 }, vec![(3, None, 9)]));
}

proptest! {
    /// Whoever's ops come in whatever order: without bases in play, time decides, and all see one result.
    #[test]
    fn concurrent_writes_converge_in_any_order(mut writes in prop::collection::vec((1u64..50, 0u8..4), 1..8), swap in any::<u64>()) {
        writes.sort_unstable();
        writes.dedup_by_key(|w| w.0);
        let kind = customer_kind();
        let ids: Vec<OpId> = writes.iter().map(|w| w.0 * 10).collect();
        let ops = known(&ids);
        let run = |order: &[(u64, u8)]| {
            let mut held: Option<Held> = None;
            for (at, value) in order {
                let change = change(customer::note, &value.to_string(), None);
                held = Some(merge(&kind, held.as_ref(), &change, Stamp { at: *at, op: at * 10 }, &ops).after);
            }
            held.map(|h| h.body)
        };
        let forward = run(&writes);
        let by = swap as usize % writes.len();
        writes.rotate_left(by);
        writes.reverse();
        prop_assert_eq!(forward, run(&writes));
    }

    /// What a row says of its writers is what was held.
    #[test]
    fn writers_survive_the_row(stamps in prop::collection::btree_map(1u16..9, (0u64..5, 1u64..5), 1..8)) {
        let held = Held {
            body: stamps.keys().map(|f| (*f, Val::Int(1))).collect(),
            stamps: stamps.iter().map(|(f, (at, op))| ((*f, None), Stamp { at: *at, op: *op })).collect(),
        };
        let (by, over) = writers_of(&held);
        let row = crate::row::Row {
            id: Uuid::nil(), kind: CUSTOMER, root: Uuid::nil(), seq: 1,
            body: crate::val::encode_body(&held.body), by: by.op, at: by.at, over,
        };
        let shown = row.shown().expect("a body");
        for (key, stamp) in &held.stamps {
            prop_assert_eq!(shown.writers.get(key), Some(&stamp.op));
        }
    }
}
