use super::*;
use crate::customers::{List, Query, Sort, View, customer};
use crate::follow_ups::follow_up;
use crate::needs::need;
use crate::query::{Asker, NotLoaded, Rows};
use crate::row::State;
use crate::val::{Body, Val};
use crate::visits::visit;

struct NoRows;
impl Rows for NoRows {
    fn under(&self, root: Uuid) -> Result<Vec<Shown>, NotLoaded> {
        Err(NotLoaded(vec![root]))
    }
}

fn shown(id: u128, kind: u16, root: u128, fields: &[(u16, Val)]) -> Shown {
    Shown {
        id: Uuid::from_u128(id),
        kind,
        root: Uuid::from_u128(root),
        body: fields.iter().cloned().collect::<Body>(),
        writers: Default::default(),
        state: State::Confirmed,
    }
}

fn customer_named(id: u128, name: &str, more: &[(u16, Val)]) -> Shown {
    let mut all = vec![(customer::name, Val::from(name))];
    all.extend_from_slice(more);
    shown(id, CUSTOMER, id, &all)
}

fn list(book: &Book, list: List) -> Vec<String> {
    let grants = crate::bucket::Grants::default();
    let asker = Asker { user: Uuid::nil(), grants: &grants, now: 100, sifts: false };
    match Query::List(List { limit: 50, ..list }).answer(book, &NoRows, &asker) {
        Ok(View::List(page)) => page.cards.into_iter().map(|c| c.name).collect(),
        other => panic!("not a list: {other:?}"),
    }
}

fn book() -> Book {
    let mut book = Book::default();
    book.apply(&customer_named(
        1,
        "东莞移动",
        &[(customer::tier, "A".into()), (customer::phone, "16412345678".into())],
    ));
    book.apply(&customer_named(2, "仇记五金", &[(customer::tier, "B".into())]));
    book.apply(&customer_named(3, "长安华盛电子", &[(customer::tier, "D".into())]));
    book.apply(&shown(11, FOLLOW_UP, 2, &[(follow_up::due, 50.into())]));
    book.apply(&shown(12, FOLLOW_UP, 1, &[(follow_up::due, 500.into())]));
    book.apply(&shown(13, NEED, 1, &[(need::category, "fault".into())]));
    book.apply(&shown(14, VISIT, 3, &[(visit::started_at, 40.into())]));
    book
}

#[test]
fn lists_search_filter_and_sort() {
    let cases: [(&str, List, &[&str]); 7] = [
        ("by next follow-up", List::default(), &["仇记五金", "东莞移动", "长安华盛电子"]),
        ("by name, in pinyin", List { sort: Sort::Name, ..List::default() }, &["长安华盛电子", "东莞移动", "仇记五金"]),
        ("initials", List { text: "dgyd".into(), ..List::default() }, &["东莞移动"]),
        ("a part of the phone", List { text: "3456".into(), ..List::default() }, &["东莞移动"]),
        ("overdue", List { overdue: true, ..List::default() }, &["仇记五金"]),
        ("tiers", List { tiers: vec!["A".into(), "D".into()], ..List::default() }, &["东莞移动", "长安华盛电子"]),
        ("last visit", List { sort: Sort::LastVisit, ..List::default() }, &["长安华盛电子", "东莞移动", "仇记五金"]),
    ];
    for (what, query, expect) in cases {
        assert_eq!(list(&book(), query), expect, "{what}");
    }
}

#[test]
fn a_rare_surname_is_found_by_its_own_reading() {
    assert_eq!(list(&book(), List { text: "qiuji".into(), ..List::default() }), ["仇记五金"]);
}

#[test]
fn roll_ups_follow_their_children() {
    let mut book = book();
    let shop = Uuid::from_u128(1);
    assert_eq!((book.rollup(shop).open_needs, book.rollup(shop).next), (1, Some((500, Uuid::from_u128(12)))));
    book.apply(&shown(13, NEED, 1, &[(need::category, "fault".into()), (need::resolved_at, 9.into())]));
    book.apply(&shown(12, FOLLOW_UP, 1, &[(follow_up::due, 500.into()), (follow_up::done_at, 9.into())]));
    assert_eq!((book.rollup(shop).open_needs, book.rollup(shop).next), (0, None));
    book.apply(&shown(12, FOLLOW_UP, 1, &[(follow_up::due, 600.into())]));
    assert_eq!(book.rollup(shop).next, Some((600, Uuid::from_u128(12))));
}

#[test]
fn a_customer_that_left_takes_its_place_and_its_roll_ups_along() {
    let mut book = book();
    for id in [2, 11] {
        book.remove(Uuid::from_u128(id));
    }
    assert_eq!(list(&book, List::default()).len(), 2);
    book.apply(&customer_named(9, "明珠酒店", &[]));
    assert_eq!(list(&book, List { text: "mz".into(), ..List::default() }), ["明珠酒店"]);
    assert_eq!(list(&book, List { text: "qj".into(), ..List::default() }), [] as [&str; 0]);
}

#[test]
fn a_book_survives_being_saved() {
    let before = book();
    let after = Book::load(&before.save()).expect("loaded");
    for query in
        [List::default(), List { text: "dgyd".into(), ..List::default() }, List { overdue: true, ..List::default() }]
    {
        assert_eq!(list(&after, query.clone()), list(&before, query));
    }
    assert_eq!(after.rollups, before.rollups.into_iter().filter(|(_, r)| *r != Rollup::default()).collect());
}

#[test]
fn saved_columns_of_another_format_or_cut_short_are_refused() {
    let mut values = book().save();
    assert!(Book::load(&values[..1]).is_err());
    values[0] = crate::val::encode(&(999u32, 1u32, 1u32));
    assert!(Book::load(&values).is_err());
    assert!(Book::load(&[]).is_err());
}

#[test]
fn what_was_merged_is_listed_under_what_it_is() {
    let mut book = book();
    let merged = |into: Option<u128>| {
        let same = into.map(|into| (crate::kind::SAME_AS, Val::Id(Uuid::from_u128(into))));
        customer_named(2, "仇记五金", same.as_slice())
    };
    assert_eq!(list(&book, List { overdue: true, ..List::default() }), ["仇记五金"]);
    book.apply(&merged(Some(3)));
    let again = book_of(&book);
    for book in [&book, &again] {
        assert_eq!(
            list(book, List { overdue: true, ..List::default() }),
            ["长安华盛电子"],
            "its follow-up is that one's"
        );
        assert!(list(book, List { text: "仇记".into(), ..List::default() }).is_empty());
        assert!(list(book, List { archived: true, ..List::default() }).is_empty(), "nobody took it away");
        let rollup = book.rollup(Uuid::from_u128(3));
        assert_eq!((rollup.last_visit, rollup.next.map(|n| n.0)), (Some(40), Some(50)));
        assert_eq!(book.customer(Uuid::from_u128(2)).map(|l| l.name.as_str()), Some("长安华盛电子"));
        assert_eq!(book.customers.family(Uuid::from_u128(3)), [3, 2].map(Uuid::from_u128));
        assert_eq!(
            crate::transfers::standing_in(book, None),
            [1, 3].map(Uuid::from_u128),
            "a grid is emptied of these"
        );
    }
    book.apply(&merged(None));
    assert_eq!(list(&book, List { overdue: true, ..List::default() }), ["仇记五金"]);
    assert_eq!(book.rollup(Uuid::from_u128(3)).next, None);
}

#[test]
fn a_circle_of_merges_ends() {
    let mut book = Book::default();
    let same = |into: u128| [(crate::kind::SAME_AS, Val::Id(Uuid::from_u128(into)))];
    book.apply(&customer_named(1, "甲", &same(2)));
    book.apply(&customer_named(2, "乙", &same(1)));
    assert_eq!(book.customers.family(Uuid::from_u128(1)).len(), 2);
    assert_eq!(book.customers.end_of(Uuid::from_u128(1)), Uuid::from_u128(2));
}

/// As it comes back from its saved form.
fn book_of(book: &Book) -> Book {
    Book::load(&book.save()).expect("readable")
}
