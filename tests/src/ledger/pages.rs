//! Beginning a bucket: pages, horizons, epochs.
use super::office::*;
use crate::with_phone;
use crm_domain::bucket::Bucket;
use crm_domain::customers::{CONTACT, CUSTOMER, contact, customer};
use crm_domain::row::Row;
use crm_protocol::{Mode, bucket_digest};
use crm_server::ledger::{LedgerError, Loaded};

/// Customers with a contact each, as a load brings them.
fn book(o: &mut Office, n: usize) {
    let east = Bucket::Grid(o.east);
    let rows = (0..n).flat_map(|i| {
        let (root, child) = (id(&format!("customer {i}")), id(&format!("contact {i}")));
        let mut fields = body([(customer::name, format!("客户{i}"))]);
        fields.insert(customer::grid, o.east.into());
        let mut of = body([(contact::name, format!("联系人{i}"))]);
        of.insert(contact::customer, root.into());
        let row = |kind, id, body| Loaded { kind, id, root, bucket: east, body, actor: o.li.user, at: T0 };
        [row(CUSTOMER, root, fields), row(CONTACT, child, of)]
    });
    o.ledger.load(rows.collect::<Vec<_>>().into_iter(), o.now).expect("a book loads");
}

fn pages(o: &Office, phone: &Phone, bucket: Bucket) -> (u32, Vec<Vec<Row>>, u64) {
    let pulled = o.pull_with(phone, vec![(bucket, None)], 1 << 20);
    let [part] = pulled.parts.as_slice() else { panic!("one part, not {:?}", pulled.parts) };
    let Mode::Pages { generation, count, at_seq } = part.mode else { panic!("pages") };
    assert_eq!(pulled.complete, count == 0);
    let all = (0..count).map(|no| o.ledger.page(&phone.caller(), bucket, generation, no, o.now).expect("there").rows);
    (generation, all.collect(), at_seq)
}

pub fn pages_hold_the_same_rows_as_deltas(o: &mut Office) {
    book(o, 400);
    let east = Bucket::Grid(o.east);
    with_phone!(o.li, |li| {
        let (first, paged, at_seq) = pages(o, &li, east);
        let mut twin = li.twin();
        twin.cursors.insert(east, 0);
        let pulled = o.sync(&mut twin, &[east]);
        assert_eq!(pulled.parts.iter().map(|p| p.seq).max(), Some(at_seq));
        let mut rows: Vec<Row> = paged.concat();
        rows.sort_by_key(|r| r.id);
        let deltas: Vec<Row> = twin.held(east).into_iter().cloned().collect();
        assert_eq!(rows.len(), 800);
        assert_eq!(rows, deltas);
        let digest = pulled.parts.last().map(|p| p.digest);
        assert_eq!(digest, Some(bucket_digest(&rows)));
        // Built once; what changed since comes after them.
        o.does(&mut li, new_customer(id("tea"), "茶铺", o.east));
        let (again, _, same) = pages(o, &li, east);
        assert_eq!((again, same), (first, at_seq));
        o.sync(&mut li, &[east]);
        assert_eq!(li.held(east).len(), 801);
    });
}

pub fn roots_come_before_children_and_never_share_a_page(o: &mut Office) {
    book(o, 300);
    with_phone!(o.li, |li| {
        let (_, paged, _) = pages(o, &li, Bucket::Grid(o.east));
        let kinds: Vec<Vec<bool>> = paged.iter().map(|rows| rows.iter().map(|r| r.id == r.root).collect()).collect();
        assert!(kinds.iter().all(|page| page.iter().all(|root| *root == page[0])), "one sort a page");
        assert!(kinds.iter().map(|page| !page[0]).is_sorted(), "roots first");
        let order: Vec<_> = paged.concat().iter().map(|r| (r.id != r.root, r.root, r.id)).collect();
        assert!(order.is_sorted());
        assert_eq!(paged.iter().map(Vec::len).collect::<Vec<_>>(), [256, 44, 256, 44]);
    });
}

pub fn an_empty_bucket_has_no_pages_and_stands(o: &mut Office) {
    with_phone!(o.li, |li| {
        let pulled = o.pull_with(&li, vec![(Bucket::Grid(o.east), None)], 1 << 20);
        let [part] = pulled.parts.as_slice() else { panic!("one part") };
        assert!(matches!(part.mode, Mode::Pages { count: 0, at_seq: 0, .. }), "{:?}", part.mode);
        assert_eq!((part.hi, part.seq, part.digest, pulled.complete), (0, 0, [0; 8], true));
    });
}

pub fn a_cursor_beyond_the_bucket_begins_anew(o: &mut Office) {
    book(o, 3);
    with_phone!(o.li, |li| {
        let pulled = o.pull_with(&li, vec![(Bucket::Grid(o.east), Some(1_000))], 1 << 20);
        assert!(matches!(pulled.parts[0].mode, Mode::Pages { count: 2, .. }));
    });
}

pub fn a_cursor_before_the_horizon_begins_anew(o: &mut Office) {
    let east = Bucket::Grid(o.east);
    let base = with_phone!(o.li, |li| o.does(&mut li, new_customer(id("tea"), "茶铺", o.east)));
    book(o, 3);
    with_phone!(o.li, |li| o.sync(&mut li, &[east]));
    let away = crate::ledger::office::edit(CUSTOMER, id("tea"), body([(customer::grid, o.west)]), base);
    with_phone!(o.supervisor, |desk| o.does(&mut desk, away));
    o.pass(121 * 86_400_000);
    assert!(o.ledger.compact(o.now).expect("compacted") > 0);
    with_phone!(o.li, |li| {
        let pulled = o.pull_once(&li, &[east], 1 << 20);
        assert!(matches!(pulled.parts[0].mode, Mode::Pages { .. }), "the exit is gone, so the copy cannot be mended");
        o.sync(&mut li, &[east]);
        assert!(!li.rows.contains_key(&(east, id("tea"))));
        assert_eq!(o.pull_once(&li, &[east], 1 << 20).parts, []);
    });
}

pub fn a_cursor_of_another_epoch_begins_anew(o: &mut Office) {
    book(o, 3);
    let east = Bucket::Grid(o.east);
    with_phone!(o.li, |li| {
        o.sync(&mut li, &[east]);
        let old = o.ledger.epoch().expect("an epoch");
        o.ledger.new_epoch(old ^ 77).expect("drawn");
        let pull = crm_protocol::Pull {
            nonce: 5,
            epoch: old,
            proof: li.proof.clone(),
            cursors: vec![(east, li.cursors.get(&east).copied())],
            max_bytes: 1 << 20,
            hello: None,
        };
        let pulled = o.ledger.pull(&li.caller(), &pull, o.now).expect("answered");
        assert_eq!((pulled.epoch, pulled.nonce), (old ^ 77, 5));
        assert!(matches!(pulled.parts[0].mode, Mode::Pages { .. }));
    });
}

pub fn a_page_without_a_grant_is_refused(o: &mut Office) {
    book(o, 3);
    let east = Bucket::Grid(o.east);
    let (generation, _, _) = with_phone!(o.li, |li| pages(o, &li, east));
    let page = |phone: &Phone, no| o.ledger.page_gzip(&phone.caller(), east, generation, no, o.now);
    assert!(page(&o.li, 0).is_ok());
    assert_eq!(page(&o.wang, 0), Err(LedgerError::NotAllowed));
    assert_eq!(page(&o.li, 99), Err(LedgerError::Gone));
}

pub fn what_left_takes_its_own_pages_anew_and_no_other(o: &mut Office) {
    book(o, 300);
    let (east, west) = (Bucket::Grid(o.east), o.west);
    let (generation, paged, _) = with_phone!(o.li, |li| pages(o, &li, east));
    let raw = |o: &Office| -> Vec<Vec<u8>> {
        let page = |no| o.ledger.page_gzip(&o.li.caller(), east, generation, no, o.now).expect("there");
        (0..paged.len() as u32).map(page).collect()
    };
    let ids = [id("customer 7"), id("contact 7")];
    let holds: Vec<bool> = paged.iter().map(|rows| rows.iter().any(|row| ids.contains(&row.id))).collect();
    assert_eq!(holds.iter().filter(|holds| **holds).count(), 2, "a page of roots and one of children");
    let whole = raw(o);
    with_phone!(o.supervisor, |zhou| {
        let of = o.row(&mut zhou, east, ids[0]).expect("a customer").by;
        let away = o.does(&mut zhou, edit(CUSTOMER, ids[0], body([(customer::grid, west)]), of));
        let left = raw(o);
        let anew: Vec<bool> = whole.iter().zip(&left).map(|(a, b)| a != b).collect();
        assert_eq!(anew, holds, "all others are the same bytes");
        assert_eq!(raw(o), left, "made anew once");
        // Whoever begins with these pages gets what came back by its change.
        o.does(&mut zhou, edit(CUSTOMER, ids[0], body([(customer::grid, o.east)]), away));
        assert_eq!(raw(o), left);
    });
    with_phone!(o.li, |li| {
        o.sync(&mut li, &[east]);
        assert!(ids.iter().all(|id| li.rows.contains_key(&(east, *id))));
        assert_eq!(li.held(east).iter().filter(|row| row.kind == CUSTOMER || row.kind == CONTACT).count(), 600);
    });
}

pub fn a_page_of_before_the_horizon_is_gone(o: &mut Office) {
    book(o, 3);
    let (east, west) = (Bucket::Grid(o.east), o.west);
    let (generation, _, _) = with_phone!(o.li, |li| pages(o, &li, east));
    with_phone!(o.supervisor, |zhou| {
        let of = o.row(&mut zhou, east, id("customer 1")).expect("a customer").by;
        o.does(&mut zhou, edit(CUSTOMER, id("customer 1"), body([(customer::grid, west)]), of));
    });
    o.pass(121 * 86_400_000);
    assert!(o.ledger.compact(o.now).expect("compacted") > 0);
    let page = o.ledger.page_gzip(&o.li.caller(), east, generation, 0, o.now);
    assert_eq!(page, Err(LedgerError::Gone), "nobody knows any more what left since");
}

pub fn a_server_that_was_swapped_draws_a_new_epoch(o: &mut Office) {
    with_phone!(o.li, |li| {
        o.does(&mut li, new_customer(id("tea"), "茶铺", o.east));
        o.sync(&mut li, &[Bucket::Org]);
        // Another server of the same keys that has met fewer of her ops.
        let twin = Office::new(crate::ledger::office::second_store());
        let epoch = twin.ledger.epoch().expect("an epoch");
        assert_eq!(epoch, o.ledger.epoch().expect("an epoch"));
        let pulled = twin.pull_once(&li, &[Bucket::Org], 1 << 20);
        assert_ne!(pulled.epoch, epoch, "it learnt that it was restored");
        assert_eq!(pulled.last_n, 0);
        let forged = Phone { proof: Some(vec![0xff; 40]), ..li.twin() };
        let epoch = twin.ledger.epoch().expect("an epoch");
        assert_eq!(twin.pull_once(&forged, &[Bucket::Org], 1 << 20).epoch, epoch, "a forged proof does nothing");
    });
}
