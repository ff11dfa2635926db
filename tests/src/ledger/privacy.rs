//! What an answer must not tell beside its rows: names, numbers, old pages. Each was found by a permission probe.
use super::office::*;
use crate::with_phone;
use crm_domain::bucket::Bucket;
use crm_domain::customers::{self, CUSTOMER, customer};
use crm_domain::grids;
use crm_domain::history::{TRACE, Trace};
use crm_domain::people::{DEVICE, device};
use crm_domain::photos::{PHOTO, photo};
use crm_domain::registry::{Query, View};
use crm_domain::rules::Code;
use crm_domain::val::Val;
use crm_domain::visits::{CHECK_IN, check_in};
use crm_protocol::{Mode, Outcome};
use crm_server::ledger::LedgerError;
use sha2::{Digest, Sha256};

/// Wang's customer, in the west.
fn inn(o: &mut Office) -> u64 {
    with_phone!(o.wang, |wang| o.does(&mut wang, new_customer(id("inn"), "客栈", o.west)))
}

fn arrival(o: &mut Office, phone: &mut Phone, rec: &str, at: &str) -> Made {
    let mut fields = body([(check_in::customer, id(at)), (check_in::by, phone.user)]);
    fields.insert(check_in::at, (o.now as i64).into());
    o.event(phone, CHECK_IN, id(rec), fields, &[])
}

pub fn an_op_without_the_right_learns_no_name(o: &mut Office) {
    let base = inn(o);
    with_phone!(o.li, |li| {
        let op = o.op(&li, vec![edit(CUSTOMER, id("inn"), body([(customer::address, "北街")]), base)]);
        assert!(matches!(o.push(&mut li, &[&op])[..], [Outcome::Waiting(_)]));
        let item = o.inbox(&mut li).pop().expect("an item");
        assert_eq!((item.rec, item.label), (Some(id("inn")), None));
    });
}

pub fn an_event_without_the_right_learns_no_name_and_counts_for_no_grid(o: &mut Office) {
    inn(o);
    with_phone!(o.li, |li| {
        let event = arrival(o, &mut li, "arrival", "inn");
        assert_eq!(o.push(&mut li, &[&event]), [Outcome::Applied]);
        let own = Bucket::User(li.user);
        o.sync(&mut li, &[own]);
        let trace = li.held(own).into_iter().find(|row| row.kind == TRACE).expect("a trace");
        let trace = Trace::of(&trace.shown().expect("a body").body);
        assert_eq!((trace.event, trace.label, trace.grid), (Some(id("arrival")), None, None));
    });
}

pub fn what_was_written_in_anothers_name_is_shown_to_nobody_else(o: &mut Office) {
    inn(o);
    with_phone!(o.li, |li| {
        let mut event = arrival(o, &mut li, "foreign", "inn").op;
        event.actor = o.wang.user;
        assert_eq!(o.push(&mut li, &[&made(event)]), [Outcome::Applied]);
    });
    let east = o.east;
    with_phone!(o.supervisor, |zhou| {
        let of = o.row(&mut zhou, Bucket::Grid(o.west), id("inn")).expect("the inn").by;
        o.does(&mut zhou, edit(CUSTOMER, id("inn"), body([(customer::grid, east)]), of));
        o.sync(&mut zhou, &[Bucket::Grid(east)]);
        assert!(zhou.rows.keys().all(|(_, rec)| *rec != id("foreign")), "the customer's move does not take it along");
        let asked = Query::Customers(customers::Query::Detail { customer: id("inn") });
        let view = o.ledger.ask(&zhou.caller(), &asked, o.now).expect("answered");
        let View::Customers(customers::View::Detail(Some(detail))) = view else { panic!("{view:?}") };
        assert!(detail.timeline.iter().all(|entry| entry.id != id("foreign")));
    });
}

pub fn whoever_lost_the_right_is_not_told_what_stands_now(o: &mut Office) {
    let base = inn(o);
    let grant = o.grants(o.li.user, Bucket::Grid(o.west));
    with_phone!(o.li, |li| {
        o.pass(1_000);
        let mine = o.op(&li, vec![edit(CUSTOMER, id("inn"), body([(customer::address, "北街")]), base)]);
        o.pass(1_000);
        let ended = edit(crm_domain::people::GRANT, grant, body([(crm_domain::people::grant::ended_at, 1)]), 0);
        o.administer(crm_domain::op::Change { base: Default::default(), ..ended });
        with_phone!(o.wang, |wang| {
            o.does(&mut wang, edit(CUSTOMER, id("inn"), body([(customer::address, "秘密")]), base));
        });
        assert_eq!(o.push(&mut li, &[&mine]), [Outcome::Merged], "it counts by its own time, and loses");
        let item = o.inbox(&mut li).pop().expect("an item");
        assert_eq!((item.what.as_deref(), item.theirs, item.other), (Some("lost"), None, None));
        assert_eq!(item.label.as_deref(), Some("客栈"), "its name she could read then");
    });
}

pub fn a_page_holds_nothing_that_left_its_bucket_since(o: &mut Office) {
    let (east, to) = (Bucket::Grid(o.east), o.west);
    with_phone!(o.li, |li| {
        let base = o.does(&mut li, new_customer(id("tea"), "茶铺", o.east));
        o.does(&mut li, new_customer(id("shop"), "小店", o.east));
        o.does(&mut li, new_customer(id("bank"), "银行", o.east));
        let pulled = o.pull_with(&li, vec![(east, None)], 1 << 20);
        let Mode::Pages { generation, .. } = pulled.parts[0].mode else { panic!("pages") };
        let page = |o: &Office| {
            let page = o.ledger.page(&li.caller(), east, generation, 0, o.now).expect("there");
            let mut ids: Vec<_> = page.rows.iter().map(|row| row.id).collect();
            ids.sort_unstable();
            ids
        };
        assert_eq!(page(o).len(), 3);
        with_phone!(o.supervisor, |zhou| {
            o.does(&mut zhou, edit(CUSTOMER, id("tea"), body([(customer::grid, to)]), base));
        });
        o.ledger.purge(&o.admin.caller(), id("bank"), o.now).expect("purged");
        assert_eq!(page(o), [id("shop")]);
    });
}

pub fn a_page_holds_nothing_of_a_purged_event(o: &mut Office) {
    with_phone!(o.li, |li| {
        let own = Bucket::User(li.user);
        let event = arrival(o, &mut li, "arrival", "nowhere yet");
        assert_eq!(o.push(&mut li, &[&event]), [Outcome::Applied]);
        let pulled = o.pull_with(&li, vec![(own, None)], 1 << 20);
        let Mode::Pages { generation, count, .. } = pulled.parts[0].mode else { panic!("pages") };
        let held = |o: &Office| {
            let page = |no| o.ledger.page(&li.caller(), own, generation, no, o.now).expect("there").rows;
            (0..count).flat_map(page).any(|row| row.id == id("arrival"))
        };
        assert!(held(o));
        o.ledger.purge(&o.admin.caller(), id("nowhere yet"), o.now).expect("purged with what belongs to it");
        assert!(!held(o), "its link alone is left, and comes with the changes");
        o.sync(&mut li, &[own]);
        assert!(li.rows.contains_key(&(own, id("arrival"))));
    });
}

pub fn numbers_are_of_what_the_asker_may_read(o: &mut Office) {
    inn(o);
    with_phone!(o.li, |li| {
        let view = o.ledger.ask(&li.caller(), &Query::Grids(grids::Query::All), o.now).expect("answered");
        let View::Grids(grids::View(lines)) = view else { panic!("{view:?}") };
        assert!(lines.len() == 2 && lines.iter().all(|line| line.customers == 0), "{lines:?}");
        let list = customers::List { grid: Some(o.east), offset: u32::MAX, limit: 50, ..Default::default() };
        let asked = Query::Customers(customers::Query::List(list));
        let view = o.ledger.ask(&li.caller(), &asked, o.now).expect("answered");
        let View::Customers(customers::View::List(page)) = view else { panic!("{view:?}") };
        assert_eq!((page.total, page.cards.len()), (0, 0));
    });
}

pub fn a_revoked_device_neither_administers_nor_hears_of_its_photos(o: &mut Office) {
    with_phone!(o.li, |li| {
        o.ledger.offer_blob(&li.caller(), &[7; 32], 9).expect("offered");
        assert_eq!(o.ledger.blob_state(&li.caller(), &[7; 32], o.now), Ok((9, 0)));
        let second = Phone::new("helin", "second");
        o.enrol(&second);
        for dev in [li.dev, second.dev] {
            o.pass(1);
            let revoked = edit(DEVICE, dev, body([(device::state, "revoked")]), 0);
            o.administer(crm_domain::op::Change { base: Default::default(), ..revoked });
        }
        assert_eq!(o.ledger.blob_state(&li.caller(), &[7; 32], o.now), Err(LedgerError::DeviceRevoked));
        assert_eq!(o.desk(&second), Err(LedgerError::DeviceRevoked));
        assert_eq!(o.ledger.purge(&second.caller(), li.user, o.now), Err(LedgerError::DeviceRevoked));
    });
}

pub fn an_event_among_other_changes_is_refused(o: &mut Office) {
    with_phone!(o.li, |li| {
        let event = arrival(o, &mut li, "arrival", "tea").op.changes.remove(0);
        let op = o.op(&li, vec![new_customer(id("tea"), "茶铺", o.east), event]);
        let refused = Outcome::Rejected { code: Code::Malformed as u16, depends_on: None };
        assert_eq!(o.push(&mut li, &[&op]), [refused], "it would get neither link nor receipt");
    });
}

/// A hash is no key: neither an event that names it, nor an offer, nor half a delivery opens what a colleague delivered.
pub fn a_hash_that_one_knows_opens_nothing(o: &mut Office) {
    let bytes = b"a photo of the tea house".to_vec();
    let sha: [u8; 32] = Sha256::digest(&bytes).into();
    let len = bytes.len() as u64;
    with_phone!(o.li, |li| {
        o.does(&mut li, new_customer(id("tea"), "茶铺", o.east));
        let fields = body([(photo::customer, Val::Id(id("tea"))), (photo::sha, Val::Bytes(sha.to_vec()))]);
        let named = o.event(&mut li, PHOTO, id("photo"), fields, &[photo::sha]);
        o.push(&mut li, &[&named]);
        assert_eq!(o.ledger.offer_blob(&li.caller(), &sha, len), Ok(0));
        assert_eq!(o.ledger.append_blob(&li.caller(), &sha, 0, &bytes), Ok(len));
        assert_eq!(o.ledger.blob(&li.caller(), &sha, o.now).as_deref(), Ok(&bytes[..]));

        with_phone!(o.wang, |wang| {
            o.does(&mut wang, new_customer(id("mill"), "磨坊", o.west));
            let fields = body([(photo::customer, Val::Id(id("mill"))), (photo::sha, Val::Bytes(sha.to_vec()))]);
            let named = o.event(&mut wang, PHOTO, id("stolen"), fields, &[photo::sha]);
            o.push(&mut wang, &[&named]);
            assert_eq!(o.ledger.blob(&wang.caller(), &sha, o.now), Err(LedgerError::NotFound));
            assert_eq!(o.ledger.blob_state(&wang.caller(), &sha, o.now), Err(LedgerError::NotFound));
            assert_eq!(o.ledger.offer_blob(&wang.caller(), &sha, len), Ok(0), "told like one that nobody has");
            assert_eq!(o.ledger.append_blob(&wang.caller(), &sha, 0, &bytes[..5]), Ok(5));
            assert_eq!(o.ledger.blob(&wang.caller(), &sha, o.now), Err(LedgerError::NotFound));
            let forged = vec![0; bytes.len() - 5];
            assert_eq!(o.ledger.append_blob(&wang.caller(), &sha, 5, &forged), Err(LedgerError::Malformed));
            assert_eq!(o.ledger.blob(&wang.caller(), &sha, o.now), Err(LedgerError::NotFound));

            assert_eq!(o.ledger.offer_blob(&wang.caller(), &sha, len), Ok(0), "begun anew");
            assert_eq!(o.ledger.append_blob(&wang.caller(), &sha, 0, &bytes), Ok(len));
            assert_eq!(
                o.ledger.blob(&wang.caller(), &sha, o.now).as_deref(),
                Ok(&bytes[..]),
                "by what she has herself"
            );
        });
        assert_eq!(o.ledger.blob(&li.caller(), &sha, o.now).as_deref(), Ok(&bytes[..]), "and hers stays as it was");
    });
}

pub fn a_photo_is_read_by_whoever_reads_its_event(o: &mut Office) {
    let bytes = b"a photo of the tea house".to_vec();
    let sha: [u8; 32] = Sha256::digest(&bytes).into();
    with_phone!(o.li, |li| {
        o.does(&mut li, new_customer(id("tea"), "茶铺", o.east));
        let fields = body([(photo::customer, Val::Id(id("tea"))), (photo::sha, Val::Bytes(sha.to_vec()))]);
        let named = o.event(&mut li, PHOTO, id("photo"), fields, &[photo::sha]);
        o.push(&mut li, &[&named]);
        let lead = o.admin.caller();
        assert_eq!(
            o.ledger.blob(&lead, &sha, o.now),
            Err(LedgerError::NotFound),
            "the event is there, the photo not yet"
        );
        o.ledger.offer_blob(&li.caller(), &sha, bytes.len() as u64).expect("offered");
        o.ledger.append_blob(&li.caller(), &sha, 0, &bytes[..9]).expect("begun");
        assert_eq!(o.ledger.blob_state(&lead, &sha, o.now), Err(LedgerError::NotFound), "half a photo is its author's");
        o.ledger.append_blob(&li.caller(), &sha, 9, &bytes[9..]).expect("whole");
        assert_eq!(o.ledger.blob(&lead, &sha, o.now).as_deref(), Ok(&bytes[..]));
        assert_eq!(o.ledger.blob(&o.wang.caller(), &sha, o.now), Err(LedgerError::NotFound), "she reads no east");
        o.does(&mut li, new_customer(id("mill"), "磨坊", o.east));
        let fields = body([(photo::customer, Val::Id(id("mill"))), (photo::sha, Val::Bytes(sha.to_vec()))]);
        let again = o.event(&mut li, PHOTO, id("again"), fields, &[photo::sha]);
        o.push(&mut li, &[&again]);
        o.ledger.purge(&o.admin.caller(), id("tea"), o.now).expect("purged");
        assert!(o.ledger.blob(&li.caller(), &sha, o.now).is_ok(), "another event of hers opens it");
        o.ledger.purge(&o.admin.caller(), id("mill"), o.now).expect("purged");
        assert_eq!(o.ledger.blob(&li.caller(), &sha, o.now), Err(LedgerError::NotFound), "erased with its last event");
    });
}
