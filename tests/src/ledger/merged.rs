//! Records that were merged into another: they live where it lives, and go where it goes (SYNC 2.3, `same_as`).
use super::office::*;
use crate::with_phone;
use crm_domain::bucket::Bucket;
use crm_domain::customers::{CONTACT, CUSTOMER, contact, customer};
use crm_domain::ids::{OpId, Uuid};
use crm_domain::kind::SAME_AS;
use crm_domain::op::Change;
use crm_domain::rules::Code;
use crm_domain::val::{Body, Val};
use crm_protocol::Outcome;

/// A shop in the east, a second record of it with a contact of its own; what made each.
fn twice(o: &mut Office) -> (OpId, OpId) {
    with_phone!(o.li, |li| {
        let tea = o.does(&mut li, new_customer(id("tea"), "茶铺", o.east));
        let copy = o.does(&mut li, new_customer(id("copy"), "茶舖", o.east));
        o.does(&mut li, boss_of("copy", "boss"));
        (tea, copy)
    })
}

fn boss_of(of: &str, rec: &str) -> Change {
    let mut person = body([(contact::name, "老王")]);
    person.insert(contact::customer, id(of).into());
    create(CONTACT, id(rec), person)
}

fn same(rec: &str, into: Option<&str>, base: OpId) -> Change {
    let into = into.map_or(Val::Null, |into| id(into).into());
    edit(CUSTOMER, id(rec), Body::from([(SAME_AS, into)]), base)
}

fn to_west(o: &mut Office, rec: &str, base: OpId) -> OpId {
    let change = edit(CUSTOMER, id(rec), body([(customer::grid, o.west)]), base);
    with_phone!(o.supervisor, |desk| o.does(&mut desk, change))
}

fn lives(o: &mut Office, rec: &str) -> Option<Uuid> {
    let (rec, grids) = (id(rec), [o.east, o.west]);
    with_phone!(o.supervisor, |desk| {
        grids.into_iter().find(|grid| o.row(&mut desk, Bucket::Grid(*grid), rec).is_some())
    })
}

pub fn what_was_merged_moves_with_what_it_is(o: &mut Office) {
    let (tea, copy) = twice(o);
    with_phone!(o.li, |li| o.does(&mut li, same("copy", Some("tea"), copy)));
    to_west(o, "tea", tea);
    for rec in ["tea", "copy", "boss"] {
        assert_eq!(lives(o, rec), Some(o.west), "{rec}");
    }
    with_phone!(o.li, |li| {
        o.sync(&mut li, &[Bucket::Grid(o.east)]);
        assert_eq!(li.held(Bucket::Grid(o.east)).len(), 0, "nothing of it stays with whoever lost it");
    });
}

pub fn what_comes_to_a_merged_record_later_lives_where_that_lives(o: &mut Office) {
    let (tea, copy) = twice(o);
    to_west(o, "tea", tea);
    with_phone!(o.supervisor, |desk| {
        o.does(&mut desk, same("copy", Some("tea"), copy));
        o.does(&mut desk, boss_of("copy", "second boss"));
    });
    for rec in ["copy", "boss", "second boss"] {
        assert_eq!(lives(o, rec), Some(o.west), "{rec}");
    }
}

pub fn a_merge_taken_back_leaves_each_where_it_says(o: &mut Office) {
    let (tea, copy) = twice(o);
    let merged = with_phone!(o.li, |li| o.does(&mut li, same("copy", Some("tea"), copy)));
    let moved = to_west(o, "tea", tea);
    with_phone!(o.supervisor, |desk| o.does(&mut desk, same("copy", None, merged)));
    assert_eq!((lives(o, "copy"), lives(o, "boss")), (Some(o.east), Some(o.east)));
    let back = edit(CUSTOMER, id("tea"), body([(customer::grid, o.east)]), moved);
    let back = with_phone!(o.supervisor, |desk| o.does(&mut desk, back));
    to_west(o, "tea", back);
    assert_eq!((lives(o, "tea"), lives(o, "copy")), (Some(o.west), Some(o.east)));
}

pub fn merges_that_close_a_circle_are_refused(o: &mut Office) {
    let (tea, copy) = twice(o);
    with_phone!(o.li, |li| {
        o.does(&mut li, same("copy", Some("tea"), copy));
        let circle = o.op(&li, vec![same("tea", Some("copy"), tea)]);
        let refused = Outcome::Rejected { code: Code::MergedAlready as u16, depends_on: None };
        assert_eq!(o.push(&mut li, &[&circle]), [refused]);
    });
    let contact = with_phone!(o.li, |li| {
        let into_another_kind = o.op(&li, vec![same("tea", Some("boss"), tea)]);
        o.push(&mut li, &[&into_another_kind])
    });
    assert_eq!(contact, [Outcome::Rejected { code: Code::Malformed as u16, depends_on: None }]);
}

pub fn an_edit_behind_a_merge_is_told_to_whoever_merged(o: &mut Office) {
    let (_, copy) = twice(o);
    with_phone!(o.li, |li| {
        o.does(&mut li, same("copy", Some("tea"), copy));
        o.does(&mut li, edit(CUSTOMER, id("copy"), body([(customer::phone, "13812345678")]), copy));
        assert_eq!(o.inbox(&mut li), [], "her own edit is no news to her");
    });
    with_phone!(o.supervisor, |desk| {
        o.does(&mut desk, edit(CUSTOMER, id("copy"), body([(customer::name, "新茶铺")]), copy));
    });
    with_phone!(o.li, |li| {
        let inbox = o.inbox(&mut li);
        let [item] = inbox.as_slice() else { panic!("one item, not {inbox:?}") };
        assert_eq!((item.what.as_deref(), item.rec), (Some("edited_behind"), Some(id("copy"))));
        assert_eq!((item.field, item.other), (Some(i64::from(customer::name)), Some(o.supervisor.user)));
    });
}

pub fn a_purge_takes_what_was_merged_along(o: &mut Office) {
    let (_, copy) = twice(o);
    with_phone!(o.li, |li| o.does(&mut li, same("copy", Some("tea"), copy)));
    o.ledger.purge(&o.admin.caller(), id("tea"), o.now).expect("purged");
    for rec in ["tea", "copy", "boss"] {
        assert_eq!(lives(o, rec), None, "{rec}");
    }
    with_phone!(o.li, |li| {
        let third = o.does(&mut li, new_customer(id("third"), "茶铺三号", o.east));
        let late = [vec![boss_of("copy", "late boss")], vec![same("third", Some("tea"), third)]];
        for changes in late {
            let late = o.op(&li, changes);
            assert_eq!(o.push(&mut li, &[&late]), [Outcome::Rejected { code: Code::Purged as u16, depends_on: None }]);
        }
    });
}
